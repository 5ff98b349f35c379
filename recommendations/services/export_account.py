"""Writes all that the site keeps of a listener into one zip, of which lists and settings return."""

import tempfile
from typing import IO

from accounts.models import User
from recommendations.services.export_files import IN_MEMORY_BYTES, write_tables
from recommendations.services.export_listening import (
    load_left_out,
    load_listening,
    load_not_found,
    load_profile,
    load_unseen,
)
from recommendations.services.export_tables import MODEL_TABLES
from recommendations.services.export_words import build_read_me


def export_account(user: User) -> IO[bytes]:
    """Return the zip, to be read from its beginning; its read-me is in the language in use.

    Whatever there is, the memory it takes is bounded.
    """
    tables = [
        load_listening(user),
        load_left_out(user),
        load_unseen(user),
        *(table.load(user) for table in MODEL_TABLES),
        load_not_found(user),
        *load_profile(user),
    ]
    read_me = build_read_me(user.username, [table.name for table in tables])
    file = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
    write_tables(file, tables, read_me)
    file.seek(0)
    return file
