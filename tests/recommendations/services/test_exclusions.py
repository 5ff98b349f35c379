"""What a listener leaves out of their taste counts for nothing and shows to nobody."""

import json
import zipfile

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recommendations.features.artist_lists import CreditedArtist
from recommendations.models import Exclusion, StaleProfile, TasteProfile
from recommendations.services.artists import resolve_artists
from recommendations.services.comparison import compare_in_full
from recommendations.services.exclusions import (
    ExclusionNotFound,
    NothingToExclude,
    TooManyExclusions,
    exclude_artist,
    exclude_track,
    load_exclusions,
    take_back,
)
from recommendations.services.export_account import export_account
from recommendations.services.forget import forget_listener
from recommendations.services.listeners import load_shown_artists, load_shown_tracks
from recommendations.services.listening import load_listening
from recommendations.services.profile_store import load_profiles
from recommendations.services.profiles import recompute_profiles
from recommendations.services.similar_users import find_similar_users
from recommendations.services.spaces import load_active_space_id
from recommendations.services.track_counts import count_tracks
from recommendations.taste.profiles import Profile
from recommendations.taste.scales import Scales
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user
from tests.recommendations.conftest import Cast

pytestmark = pytest.mark.django_db

LULLABY = {"energy": 0.1, "tempo_bpm": 60.0, "acousticness": 0.9}


def profile_of(user: User) -> Profile:
    return load_profiles(load_active_space_id(), [user.pk])[0]


def assert_same_profile(one: Profile, other: Profile) -> None:
    for name in ("meta_vector", "taste_vector", "feature_means", "artist_ids", "artist_weights"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_who_leaves_an_artist_out_has_the_profile_of_who_never_had_them(
    listener: User, other_listener: User
) -> None:
    sade, sleepy, featured = make_artist("Sade"), make_artist("Rain"), make_artist("Guest")
    kept = make_track(artists=[sade, sleepy])
    without_guest = make_track(artists=[sade])
    lullaby = make_track(artists=[sleepy, featured], features=LULLABY)
    make_top_tracks(listener, [kept, lullaby])
    make_top_artists(listener, [sade, sleepy], play_counts=[100, 900])
    make_top_tracks(other_listener, [without_guest])
    make_top_artists(other_listener, [sade], play_counts=[100])
    recompute_profiles([listener.pk, other_listener.pk])

    exclude_artist(listener, sleepy.pk)

    assert_same_profile(profile_of(listener), profile_of(other_listener))
    assert count_tracks(listener.pk).tracks == 1
    assert not StaleProfile.objects.exists()


def test_a_track_left_out_leaves_its_artist_with_the_others(listener: User) -> None:
    sade = make_artist("Sade")
    loud, lullaby = make_track(artists=[sade]), make_track(artists=[sade], features=LULLABY)
    make_top_tracks(listener, [loud, lullaby])
    recompute_profiles([listener.pk])
    twin = make_user()
    make_top_tracks(twin, [loud])
    recompute_profiles([twin.pk])

    exclude_track(listener, lullaby.pk)

    assert_same_profile(profile_of(listener), profile_of(twin))


def test_taking_it_back_restores_the_profile(cast: Cast) -> None:
    before = profile_of(cast.ana)
    artist_id = int(before.artist_ids[0])

    exclusion = exclude_artist(cast.ana, artist_id)
    assert artist_id not in profile_of(cast.ana).artist_ids
    take_back(cast.ana, exclusion.pk)

    assert_same_profile(profile_of(cast.ana), before)


def test_what_is_left_out_is_no_shared_artist_and_others_keep_theirs(cast: Cast) -> None:
    shared = find_similar_users(cast.sibling, limit=1)[0].shared_artists
    assert {one.artist.name for one in shared} == {"Portishead", "Radiohead"}
    portishead = next(one.artist for one in shared if one.artist.name == "Portishead")

    exclude_artist(cast.ana, portishead.pk)

    found = {similar.user: similar for similar in find_similar_users(cast.sibling, limit=5)}
    assert [one.artist.name for one in found[cast.ana].shared_artists] == ["Radiohead"]
    assert [one.artist.name for one in found[cast.stranger].shared_artists] == ["Portishead"]


def test_others_do_not_see_it_in_the_lists(listener: User, other_listener: User) -> None:
    artists = [make_artist(), make_artist()]
    tracks = [make_track(artists=[artist]) for artist in artists]
    for user in (listener, other_listener):
        make_top_artists(user, artists)
        make_top_tracks(user, [*tracks, make_track()])

    exclude_artist(listener, artists[0].pk)
    exclude_track(other_listener, tracks[1].pk)

    assert [entry.artist for entry in load_shown_artists(listener)] == artists[1:]
    assert tracks[0] not in [entry.track for entry in load_shown_tracks(listener)]
    assert [entry.artist for entry in load_shown_artists(other_listener)] == artists
    assert tracks[1] not in [entry.track for entry in load_shown_tracks(other_listener)]


def test_it_is_no_shared_track_in_a_comparison(listener: User, other_listener: User) -> None:
    tracks = [make_track(artists=[make_artist()]) for _ in range(2)]
    for user in (listener, other_listener):
        make_top_tracks(user, tracks)

    exclude_track(other_listener, tracks[0].pk)

    shared = compare_in_full(listener, other_listener).shared_tracks
    assert [one.track for one in shared] == tracks[1:]


def test_who_leaves_everything_out_has_no_profile(listener: User) -> None:
    artist = make_artist()
    make_top_artists(listener, [artist])
    recompute_profiles([listener.pk])

    exclude_artist(listener, artist.pk)

    assert not TasteProfile.objects.filter(user=listener).exists()


def test_once_is_enough(listener: User) -> None:
    artist = make_artist()

    assert exclude_artist(listener, artist.pk) == exclude_artist(listener, artist.pk)


def test_what_is_not_there_cannot_be_left_out(listener: User) -> None:
    with pytest.raises(NothingToExclude):
        exclude_artist(listener, 1_000_000)
    with pytest.raises(NothingToExclude):
        exclude_track(listener, 1_000_000)


def test_there_is_an_end_to_it(listener: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommendations.services.exclusions.MAX_EXCLUSIONS", 1)
    exclude_artist(listener, make_artist().pk)

    with pytest.raises(TooManyExclusions):
        exclude_artist(listener, make_artist().pk)


def test_nobody_takes_back_what_another_leaves_out(listener: User, other_listener: User) -> None:
    exclusion = exclude_artist(listener, make_artist().pk)

    with pytest.raises(ExclusionNotFound):
        take_back(other_listener, exclusion.pk)

    assert load_exclusions(listener).get() == exclusion


def test_it_goes_with_the_account(listener: User) -> None:
    exclude_artist(listener, make_artist().pk)

    forget_listener(listener)

    assert not Exclusion.objects.exists()


def test_the_export_has_it(listener: User) -> None:
    exclude_artist(listener, make_artist("Rain").pk)
    exclude_track(listener, make_track(name="Lullaby", artists=[make_artist("Sade")]).pk)

    with export_account(listener) as file, zipfile.ZipFile(file) as archive:
        rows = json.loads(archive.read("json/metarec-left-out.json"))["rows"]

    assert [(row["kind"], row["name"]) for row in rows] == [
        ("track", "Lullaby"),
        ("artist", "Rain"),
    ]
    assert rows[0]["artists"][0]["name"] == "Sade"


def test_it_follows_an_artist_who_gets_an_id(listener: User, other_listener: User) -> None:
    by_name = make_artist("Sade", name_key="sade", spotify_id=None)
    known = make_artist("Sade", name_key="sade", spotify_id="4" * 22)
    exclude_artist(listener, by_name.pk)
    exclude_artist(listener, known.pk)
    exclude_artist(other_listener, by_name.pk)

    resolve_artists([CreditedArtist("Sade", "4" * 22)])

    pairs = Exclusion.objects.order_by("user").values_list("user", "artist")
    assert list(pairs) == [(listener.pk, known.pk), (other_listener.pk, known.pk)]


@pytest.mark.parametrize("count", [1, 5])
def test_listening_takes_five_queries(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    users = [make_user() for _ in range(count)]
    for user in users:
        artist = make_artist()
        make_top_tracks(user, [make_track(artists=[artist])])
        exclude_artist(user, artist.pk)

    with django_assert_num_queries(5):
        assert not load_listening([user.pk for user in users], Scales.same()).artist_ids.size
