"""Start all four doubles by hand: ``make doubles``. They run until Ctrl-C."""

import sys
from contextlib import ExitStack
from threading import Event

from tests.doubles.lastfm import LastFmDouble
from tests.doubles.listenbrainz import ListenBrainzDouble
from tests.doubles.reccobeats import ReccoBeatsDouble
from tests.doubles.settings import list_settings
from tests.doubles.spotify import SpotifyDouble

# Chosen by us; the same each time, so that a site's settings stay right.
_FIRST_PORT = 9301
_DOUBLES = (SpotifyDouble, ReccoBeatsDouble, ListenBrainzDouble, LastFmDouble)


def main() -> None:
    """Start the doubles, say how to use them, and wait."""
    with ExitStack() as running:
        lines = ["# Start the site with these variables:"]
        for port, kind in enumerate(_DOUBLES, _FIRST_PORT):
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
