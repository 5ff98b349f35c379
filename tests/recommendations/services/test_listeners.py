"""Who may see whom, what there is to see, and features checked again."""

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recommendations.models import AudioFeatures, StaleProfile, TopTrack
from recommendations.services.describe import describe_tracks
from recommendations.services.forget import forget_listener
from recommendations.services.listeners import (
    ListenerNotVisible,
    load_discoverable_listeners,
    load_top_artists,
    load_top_tracks,
    load_visible_listener,
)
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user

pytestmark = pytest.mark.django_db


def test_everybody_sees_the_discoverable(listener: User, other_listener: User) -> None:
    assert load_visible_listener(other_listener, listener.pk) == listener
    assert load_visible_listener(AnonymousUser(), listener.pk) == listener


def test_the_hidden_see_themselves(hidden_listener: User) -> None:
    assert load_visible_listener(hidden_listener, hidden_listener.pk) == hidden_listener


def test_nobody_else_sees_the_hidden(listener: User, hidden_listener: User) -> None:
    for viewer in (listener, AnonymousUser()):
        with pytest.raises(ListenerNotVisible):
            load_visible_listener(viewer, hidden_listener.pk)


def test_nobody_sees_the_inactive(listener: User) -> None:
    inactive = make_user(is_active=False)

    with pytest.raises(ListenerNotVisible):
        load_visible_listener(listener, inactive.pk)


def test_the_discoverable_are_listed_by_name(hidden_listener: User) -> None:
    bea, ana = make_user(username="bea"), make_user(username="ana")
    make_user(is_active=False)

    assert list(load_discoverable_listeners(AnonymousUser())) == [ana, bea]
    assert not hidden_listener.is_discoverable


def test_top_lists_stand_in_order(listener: User) -> None:
    tracks, artists = [make_track(), make_track()], [make_artist(), make_artist()]
    make_top_tracks(listener, tracks)
    make_top_artists(listener, artists)

    assert [entry.track for entry in load_top_tracks(listener)] == tracks
    assert [entry.artist for entry in load_top_artists(listener)] == artists


def test_top_tracks_take_two_queries(
    listener: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_top_tracks(listener, [make_track(artists=[make_artist()]) for _ in range(5)])

    with django_assert_num_queries(2):
        for entry in load_top_tracks(listener):
            assert entry.track.audio_features.energy == pytest.approx(0.5)
            assert [credit.artist.name for credit in entry.track.credits.all()]


def test_forgetting_keeps_the_catalogue_and_the_others(
    listener: User, other_listener: User
) -> None:
    track = make_track(artists=[make_artist()])
    for user in (listener, other_listener):
        make_top_tracks(user, [track])

    forget_listener(listener)

    assert list(TopTrack.objects.values_list("user_id", "track_id")) == [
        (other_listener.pk, track.pk)
    ]
    assert not User.objects.filter(username=listener.username).exists()


def test_impossible_features_become_unknown_and_possible_ones_stay() -> None:
    broken = make_track(features={"tempo_bpm": -1.0, "key": 12})
    sound = make_track()

    assert describe_tracks([broken.pk, sound.pk]) == 1

    features = AudioFeatures.objects.get(pk=broken.pk)
    assert (features.tempo_bpm, features.key, features.mode) == (None, None, 1)


def test_describing_marks_whoever_has_the_track(listener: User, other_listener: User) -> None:
    described, other = make_track(), make_track()
    make_top_tracks(listener, [described])
    make_top_tracks(other_listener, [other])

    describe_tracks([described.pk])

    assert list(StaleProfile.objects.values_list("pk", flat=True)) == [listener.pk]
