#!/usr/bin/env python
"""Django's command line for metarec."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metarec.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"metarec cannot start: {error}")
    except OperationalError as error:
        sys.exit(
            f"metarec cannot go on: the database says {str(error)!r}. What was stored until then "
            "is kept. Run the command again; 'no such table' takes 'manage.py migrate' first."
        )
    except KeyboardInterrupt:
        sys.exit(130)
