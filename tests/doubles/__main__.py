"""Start all four doubles by hand: ``make doubles``. They run until Ctrl-C."""

import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event

from tests.doubles.lastfm import LastFmDouble
from tests.doubles.listenbrainz import ListenBrainzDouble
from tests.doubles.reccobeats import ReccoBeatsDouble
from tests.doubles.server import Double
from tests.doubles.settings import list_settings
from tests.doubles.spotify import SpotifyDouble

# Chosen by us; the same each time, so that a site's settings stay right.
_FIRST_PORT = 9301
_DOUBLES: tuple[Callable[[int], Double], ...] = (
    SpotifyDouble,
    ReccoBeatsDouble,
    ListenBrainzDouble,
    LastFmDouble,
)


def main() -> None:
    """Start the doubles, say how to use them, and wait.

    The one argument is the first of four ports; 0 takes any that are free.
    """
    first = int(sys.argv[1]) if len(sys.argv) > 1 else _FIRST_PORT
    # Whom a script starts in the background is born deaf to Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ports = range(first, first + len(_DOUBLES)) if first else [0] * len(_DOUBLES)
    with ExitStack() as running:
        lines = ["# Start the site with these variables:"]
        for port, kind in zip(ports, _DOUBLES, strict=True):
            double = running.enter_context(kind(port))
            lines += [f"export {name}={value}" for name, value in list_settings(double).items()]
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        try:
            Event().wait()
        except KeyboardInterrupt:
            sys.stdout.write("\n")


if __name__ == "__main__":
    main()
