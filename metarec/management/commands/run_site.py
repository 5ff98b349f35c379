"""What ``make run`` calls."""

import signal
import sys

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from metarec.logins import Login, prepare_logins
from metarec.processes import (
    FolderInUse,
    PortUnavailable,
    claim_folder,
    require_free_port,
    serve,
)
from recommendations.services.demo import DEMO_LOGIN, load_demo_when_empty


class Command(BaseCommand):
    help = "Prepare everything that is missing, then serve the site until Ctrl-C."

    def handle(self, *_args: object, **_options: object) -> None:
        # Whom a script starts in the background is born deaf to Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            require_free_port(settings.PORT)
        except PortUnavailable as error:
            raise CommandError(
                f"Port {settings.PORT} cannot be used ({error}). Stop what uses it, or choose"
                f" another one: PORT={settings.PORT % 65535 + 1} make run"
            ) from error
        try:
            lock = claim_folder(settings.DATA_DIR)
        except FolderInUse as error:
            raise CommandError(
                f"Another site works with {settings.DATA_DIR}. Stop it, or give this one a folder"
                " of its own: METAREC_DATA_DIR=/path/to/it make run"
            ) from error
        with lock:
            status = self._run()
        sys.exit(status)

    def _run(self) -> int:
        for command in ("migrate", "createcachetable"):
            call_command(command, verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        listener_count = load_demo_when_empty()
        if listener_count:
            self.stdout.write(f"Made up {listener_count} listeners for the demo.")
        self._print_address(prepare_logins(settings.DATA_DIR / "logins.txt", DEMO_LOGIN))
        connections.close_all()
        return serve(settings.BASE_DIR / "Procfile")

    def _print_address(self, logins: list[Login]) -> None:
        address = f"http://127.0.0.1:{settings.PORT}/"
        self.stdout.write(f"\nmetarec  {address}\n   admin {address}admin/\n")
        for login in logins:
            password = login.password or f"(yours; manage.py changepassword {login.username})"
            self.stdout.write(f"   login {login.username}  {password}\n")
        self.stdout.write("   Ctrl-C ends it.\n\n")
        self.stdout.flush()
