"""The made-up music has the properties that tests rely on."""

from recommendations.spotify_id import is_spotify_id
from tests.doubles.catalogue import ALL_ARTISTS, ALL_TRACKS, ARTISTS, TRACKS, list_artists
from tests.doubles.spotify.world import make_listeners


def test_scenes_share_no_artist() -> None:
    of_scenes = [set(list_artists(tracks)) for tracks in TRACKS.values()]

    assert [len(artists) for artists in of_scenes] == [8, 8, 8]
    assert len(set.union(*of_scenes)) == 24


def test_ids_are_formed_like_spotifys_and_belong_to_one_thing() -> None:
    assert (len(ALL_TRACKS), len(ALL_ARTISTS)) == (192, 24)
    assert all(map(is_spotify_id, [*ALL_TRACKS, *ALL_ARTISTS]))
    assert len({track.isrc for track in ALL_TRACKS.values()}) == 192
    assert len({(track.artists[0], track.name) for track in ALL_TRACKS.values()}) == 192


def test_features_lie_in_their_ranges() -> None:
    shares = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "valence")

    assert all(0 <= track.features[name] <= 1 for track in ALL_TRACKS.values() for name in shares)
    assert all(-60 <= track.features["loudness"] <= 0 for track in ALL_TRACKS.values())
    assert len(next(iter(ALL_TRACKS.values())).features) == 12


def test_listeners_of_a_scene_share_its_artists_and_no_others() -> None:
    listeners = make_listeners()

    ada, bruno, carla = (
        set(listeners[name].top_artists["long_term"]) for name in ("ada", "bruno", "carla")
    )

    assert ada == bruno == set(ARTISTS["folk"])
    assert ada.isdisjoint(carla)
