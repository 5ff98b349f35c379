"""The eight fans of the seed notebook: step 2 of the data's way, without any file or service.

Listeners, tracks and artists are those of the notebook's example. The audio features are
synthetic: made up by us, and not those of the recordings. They are chosen so that the seed
ranking gives the notebook's answer for "Taylor Swift and Emilia Fan", and so that the fans fall
into the notebook's clusters.
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
           0.56, 0.36, 5, -11.0, 1, 0.04, 0.66, 0.16, 0.11, 0.65, 94, 206000, 4, 62),
    _track("On My Mind", ("Diplo",),
           0.9, 0.88, 3, -4.4, 1, 0.04, 0.12, 0.5, 0.5, 0.38, 130, 218000, 4, 68),
    _track("Rockstar", ("Duki",),
           0.3, 0.36, 1, -7.3, 1, 0.14, 0.46, 0.43, 0.05, 0.1, 145, 178000, 4, 71),
    _track("Si Me Sobrara el Tiempo", ("Duki",),
           0.78, 0.86, 0, -9.6, 1, 0.17, 0.32, 0.12, 0.5, 0.72, 107, 192000, 4, 73),
    _track("CUÁNTO VALE HACER EL AMOR?", ("YSY A",),
           0.84, 0.44, 1, -6.3, 1, 0.14, 0.35, 0.5, 0.35, 0.81, 88, 201000, 4, 60),
    _track("GTA.mp3", ("Emilia",),
           0.3, 0.5, 1, -11.0, 0, 0.05, 0.5, 0.5, 0.15, 0.9, 89, 165000, 4, 72),
    _track("La_Original.mp3", ("Emilia", "TINI"),
           0.42, 0.42, 4, -3.2, 1, 0.2, 0.38, 0.38, 0.06, 0.1, 109, 171000, 4, 79),
    _track(_TEN_MINUTES, ("Taylor Swift",),
           0.57, 0.65, 1, -10.6, 1, 0.16, 0.21, 0.38, 0.41, 0.28, 115, 613000, 4, 80),
    _track("Karma", ("Taylor Swift",),
           0.56, 0.89, 11, -4.1, 1, 0.14, 0.15, 0.17, 0.05, 0.86, 70, 205000, 4, 82),
    _track("Lover", ("Taylor Swift",),
           0.42, 0.31, 0, -7.2, 1, 0.26, 0.49, 0.23, 0.18, 0.1, 72, 221000, 4, 85),
    _track("Robbers", ("The 1975",),
           0.3, 0.45, 2, -10.1, 1, 0.03, 0.65, 0.14, 0.41, 0.48, 145, 255000, 4, 74),
    _track("Happiness", ("The 1975",),
           0.81, 0.37, 6, -6.5, 1, 0.11, 0.61, 0.5, 0.08, 0.74, 112, 303000, 4, 66),
    _track("It's Not Living (If It's Not With You)", ("The 1975",),
           0.52, 0.42, 10, -7.7, 0, 0.29, 0.7, 0.47, 0.09, 0.1, 79, 248000, 4, 70),
    _track("I Always Wanna Die (Sometimes)", ("The 1975",),
           0.43, 0.75, 8, -3.1, 0, 0.13, 0.01, 0.29, 0.05, 0.53, 114, 314000, 4, 67),
    _track("como si no importara", ("Emilia", "Duki"),
           0.67, 0.92, 11, -8.6, 1, 0.03, 0.13, 0.27, 0.37, 0.72, 71, 176000, 4, 74),
    _track("CAMBIANDO LA PIEL", ("Nicki Nicole",),
           0.35, 0.4, 8, -9.2, 1, 0.08, 0.01, 0.36, 0.33, 0.58, 110, 182000, 4, 58),
    _track("Rumble", ("Skrillex",),
           0.44, 0.78, 3, -3.8, 1, 0.03, 0.34, 0.0, 0.35, 0.9, 108, 146000, 4, 70),
    _track("Fine Day Anthem", ("Skrillex",),
           0.45, 0.3, 11, -7.3, 1, 0.18, 0.49, 0.0, 0.13, 0.42, 106, 214000, 4, 61),
    _track("Leave Me Like This", ("Skrillex",),
           0.55, 0.92, 9, -9.4, 1, 0.22, 0.46, 0.19, 0.43, 0.1, 90, 242000, 4, 59),
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
