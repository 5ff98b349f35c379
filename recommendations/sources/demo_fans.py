"""The eight fans of the seed notebook: step 2 of the data's way, without any file or service.

Listeners, tracks and artists are those of the notebook's example. The audio features are
synthetic: made up by us, and not those of the recordings. They are chosen so that the seed
ranking gives the notebook's answer for "Taylor Swift and Emilia Fan".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from recommendations.taste.schema import TRACK_FEATURES


@dataclass(frozen=True, slots=True)
class FanTrack:
    """A track; ``features`` are named and bounded as the stored audio features, all known."""

    name: str
    artists: tuple[str, ...]
    duration_ms: int
    popularity: int
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DemoFan:
    """A listener and the names of their tracks, the most played first, each once."""

    name: str
    track_names: tuple[str, ...]


def _track(name: str, artists: tuple[str, ...], *values: float) -> FanTrack:
    features = dict(zip(TRACK_FEATURES, values, strict=True))
    duration_ms, popularity = int(features.pop("duration_ms")), int(features.pop("popularity"))
    return FanTrack(name, artists, duration_ms, popularity, MappingProxyType(features))


_TEN_MINUTES = "All Too Well (10 Minute Version) (Taylor's Version) (From The Vault)"

# Two lines a track read better than sixteen.
# fmt: off
FAN_TRACKS = (
    _track("Be Right There", ("Diplo",),
           0.8, 0.74, 11, -5.4, 1, 0.06, 0.04, 0.32, 0.11, 0.55, 124, 206000, 4, 62),
    _track("On My Mind", ("Diplo",),
           0.78, 0.79, 8, -4.8, 1, 0.07, 0.03, 0.21, 0.13, 0.6, 123, 218000, 4, 68),
    _track("Rockstar", ("Duki",),
           0.71, 0.62, 0, -6.9, 1, 0.14, 0.22, 0.0, 0.12, 0.44, 136, 178000, 4, 71),
    _track("Si Me Sobrara el Tiempo", ("Duki",),
           0.66, 0.58, 1, -6.3, 0, 0.09, 0.31, 0.0, 0.15, 0.38, 142, 192000, 4, 73),
    _track("CUÁNTO VALE HACER EL AMOR?", ("YSY A",),
           0.69, 0.64, 1, -6.1, 1, 0.18, 0.19, 0.0, 0.17, 0.47, 130, 201000, 4, 60),
    _track("GTA.mp3", ("Emilia",),
           0.79, 0.71, 1, -4.9, 0, 0.08, 0.17, 0.0, 0.12, 0.69, 104, 165000, 4, 72),
    _track("La_Original.mp3", ("Emilia", "TINI"),
           0.82, 0.75, 2, -4.4, 1, 0.07, 0.14, 0.0, 0.1, 0.78, 112, 171000, 4, 79),
    _track(_TEN_MINUTES, ("Taylor Swift",),
           0.6, 0.5, 0, -8.5, 0, 0.04, 0.28, 0.0, 0.1, 0.22, 94, 613000, 4, 80),
    _track("Karma", ("Taylor Swift",),
           0.65, 0.61, 10, -7.2, 0, 0.06, 0.08, 0.0, 0.3, 0.2, 91, 205000, 4, 82),
    _track("Lover", ("Taylor Swift",),
           0.42, 0.52, 1, -7.6, 1, 0.07, 0.47, 0.0, 0.12, 0.44, 70, 221000, 4, 85),
    _track("Robbers", ("The 1975",),
           0.44, 0.72, 10, -6.6, 1, 0.04, 0.02, 0.01, 0.14, 0.3, 100, 255000, 4, 74),
    _track("Happiness", ("The 1975",),
           0.7, 0.8, 6, -6.0, 0, 0.04, 0.05, 0.02, 0.2, 0.66, 108, 303000, 4, 66),
    _track("It's Not Living (If It's Not With You)", ("The 1975",),
           0.62, 0.86, 4, -5.1, 1, 0.05, 0.01, 0.01, 0.13, 0.6, 122, 248000, 4, 70),
    _track("I Always Wanna Die (Sometimes)", ("The 1975",),
           0.36, 0.61, 11, -7.4, 1, 0.04, 0.1, 0.03, 0.12, 0.24, 78, 314000, 4, 67),
    _track("como si no importara", ("Emilia", "Duki"),
           0.77, 0.66, 10, -5.2, 0, 0.06, 0.23, 0.0, 0.11, 0.58, 98, 176000, 4, 74),
    _track("CAMBIANDO LA PIEL", ("Nicki Nicole",),
           0.72, 0.6, 9, -6.4, 0, 0.08, 0.35, 0.0, 0.13, 0.49, 95, 182000, 4, 58),
    _track("Rumble", ("Skrillex",),
           0.84, 0.78, 6, -3.2, 0, 0.16, 0.02, 0.12, 0.09, 0.31, 140, 146000, 4, 70),
    _track("Fine Day Anthem", ("Skrillex",),
           0.58, 0.88, 10, -3.6, 0, 0.07, 0.01, 0.25, 0.24, 0.36, 140, 214000, 4, 61),
    _track("Leave Me Like This", ("Skrillex",),
           0.74, 0.83, 7, -3.9, 0, 0.06, 0.02, 0.19, 0.12, 0.42, 126, 242000, 4, 59),
)
# fmt: on

# The notebook lists La_Original.mp3 twice for "Emilia Fan"; a top list names a track once.
DEMO_FANS = (
    DemoFan("House Fan", ("Be Right There", "On My Mind")),
    DemoFan("Duki Fan", ("Rockstar", "Si Me Sobrara el Tiempo", "CUÁNTO VALE HACER EL AMOR?")),
    DemoFan("Emilia Fan", ("GTA.mp3", "La_Original.mp3")),
    DemoFan("Taylor Swift Fan", (_TEN_MINUTES, "Karma", "Lover")),
    DemoFan(
        "The 1975 Fan",
        (
            "Robbers",
            "Happiness",
            "It's Not Living (If It's Not With You)",
            "I Always Wanna Die (Sometimes)",
        ),
    ),
    DemoFan(
        "Taylor Swift and Emilia Fan",
        (_TEN_MINUTES, "Karma", "La_Original.mp3", "como si no importara", "CAMBIANDO LA PIEL"),
    ),
    DemoFan("The 1975 and Taylor Swift Fan", (_TEN_MINUTES, "Karma", "Robbers", "Happiness")),
    DemoFan("Skrillex Fan", ("Rumble", "Fine Day Anthem", "Leave Me Like This")),
)
