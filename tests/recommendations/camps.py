"""Three camps of listeners so far apart in sound that their clusters follow by construction."""

from dataclasses import dataclass

from accounts.models import User
from recommendations.models import Artist
from recommendations.services.profiles import recompute_profiles
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user

_SOUNDS = {
    "calm": {"energy": 0.1, "loudness_db": -25.0, "acousticness": 0.95, "tempo_bpm": 70.0},
    "loud": {"energy": 0.98, "loudness_db": -2.0, "acousticness": 0.001, "tempo_bpm": 180.0},
    "spoken": {"speechiness": 0.9, "danceability": 0.95, "valence": 0.9},
}


@dataclass(frozen=True)
class Camps:
    """Four listeners are calm, three loud, two spoken; ``hidden`` is a calm one more."""

    calm: list[User]
    loud: list[User]
    spoken: list[User]
    hidden: User
    artists: dict[str, Artist]


def make_camps() -> Camps:
    """Make the camps and their profiles; each camp has an artist and two tracks of its own."""
    users: dict[str, list[User]] = {}
    artists = {}
    for (camp, sound), size in zip(_SOUNDS.items(), (4, 3, 2), strict=True):
        artists[camp] = make_artist(f"{camp.title()} Artist")
        tracks = [
            make_track(name=f"{camp} {number}", artists=[artists[camp]], features=sound)
            for number in (1, 2)
        ]
        users[camp] = [make_user(username=f"{camp}-{number}") for number in range(size)]
        if camp == "calm":
            hidden = make_user(username="calm-hidden", is_discoverable=False)
        listeners = [*users[camp], *([hidden] if camp == "calm" else [])]
        for user in listeners:
            make_top_artists(user, [artists[camp]])
            make_top_tracks(user, tracks)
    recompute_profiles([*(user.pk for camp in users.values() for user in camp), hidden.pk])
    return Camps(users["calm"], users["loud"], users["spoken"], hidden, artists)
