import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from accounts.models import User
from recommendations.models import (
    Artist,
    AudioFeatures,
    Source,
    TasteProfile,
    TopArtist,
    TopTrack,
    Track,
)
from recommendations.services.demo import DEMO_LOGIN, load_demo, load_demo_when_empty
from recommendations.services.similar_users import find_similar_users
from recommendations.sources.demo_listeners import DemoListener, make_up_listeners
from recommendations.taste.schema import AUDIO_FEATURES
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user


def _describe(listener: DemoListener) -> tuple[object, ...]:
    tracks = [(track.name, track.artists, dict(track.features)) for track in listener.tracks]
    return (listener.username, tracks, listener.artists)


def test_made_up_listeners_are_the_same_each_time() -> None:
    first, second = make_up_listeners(), make_up_listeners()

    assert [_describe(one) for one in first] == [_describe(one) for one in second]


def test_made_up_listeners_have_names_of_their_own() -> None:
    usernames = [listener.username for listener in make_up_listeners()]

    assert len(usernames) == len(set(usernames)) == 308
    assert usernames[0] == DEMO_LOGIN


def test_made_up_features_are_complete_and_in_range() -> None:
    tracks = {track for listener in make_up_listeners() for track in listener.tracks}

    for track in tracks:
        assert set(track.features) == {feature.name for feature in AUDIO_FEATURES}
        assert all(feature.holds(track.features[feature.name]) for feature in AUDIO_FEATURES)


def test_made_up_listeners_name_each_track_and_artist_once() -> None:
    for listener in make_up_listeners():
        assert len(set(listener.tracks)) == len(listener.tracks)
        assert len(dict(listener.artists)) == len(listener.artists)


def test_play_counts_never_rise_down_the_list() -> None:
    for listener in make_up_listeners():
        counts = [plays for _, plays in listener.artists if plays is not None]
        assert counts == sorted(counts, reverse=True)
        assert len(counts) in {0, len(listener.artists)}


@pytest.mark.django_db
def test_demo_says_everywhere_that_it_is_made_up() -> None:
    count = load_demo()

    assert User.objects.filter(origin=User.Origin.DEMO, is_discoverable=True).count() == count
    assert set(AudioFeatures.objects.values_list("provider", flat=True)) == {"synthetic"}
    assert set(TopTrack.objects.values_list("source", flat=True)) == {Source.DEMO}
    assert set(TopArtist.objects.values_list("source", flat=True)) == {Source.DEMO}


@pytest.mark.django_db
def test_demo_listeners_cannot_sign_in_without_a_password() -> None:
    load_demo()

    assert not any(user.has_usable_password() for user in User.objects.all())


@pytest.mark.django_db
def test_demo_login_has_similar_users_who_share_artists() -> None:
    load_demo()

    similar = find_similar_users(User.objects.get(username=DEMO_LOGIN), limit=10)

    assert len(similar) == 10
    assert all(one.shared_artists for one in similar)


@pytest.mark.django_db
def test_demo_has_the_notebooks_answer_among_the_fans() -> None:
    load_demo()
    fan = User.objects.get(username="taylor-swift-and-emilia-fan")

    similar = find_similar_users(fan, limit=4, ranking="seed")

    assert [one.user.username for one in similar] == [
        "the-1975-and-taylor-swift-fan",
        "taylor-swift-fan",
        "emilia-fan",
        "duki-fan",
    ]


@pytest.mark.django_db
def test_loading_the_demo_again_changes_nothing() -> None:
    count = load_demo()
    tracks = Track.objects.aggregate(count=Count("pk"))

    assert load_demo() == 0

    assert User.objects.count() == count
    assert TasteProfile.objects.count() == count
    assert Track.objects.aggregate(count=Count("pk")) == tracks


@pytest.mark.django_db
def test_demo_is_not_loaded_where_there_are_accounts() -> None:
    make_user()

    assert load_demo_when_empty() == 0
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_taken_name_stops_the_command_and_stores_nothing() -> None:
    make_user(username=DEMO_LOGIN)

    with pytest.raises(CommandError, match="The account demo has the name of a demo listener"):
        call_command("load_demo")

    assert User.objects.count() == 1
    assert not Track.objects.exists()


@pytest.mark.django_db
def test_removed_demo_leaves_only_what_others_listen_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    load_demo()
    user, own = make_user(), make_track(artists=[make_artist("Somebody real")])
    shared, listed = Track.objects.filter(credits__artist__name="Hugo Window")[0], "Idle Anchor"
    make_top_tracks(user, [own, shared])
    make_top_artists(user, [Artist.objects.get(name=listed)])
    credited = set(shared.artists.values_list("name", flat=True))
    find_similar_users(User.objects.get(username=DEMO_LOGIN), limit=1)

    call_command("remove_demo")

    assert capsys.readouterr().out == "Removed 308 made-up listeners.\n"
    assert list(User.objects.all()) == [user]
    assert set(Track.objects.all()) == {own, shared}
    assert set(Artist.objects.values_list("name", flat=True)) == {
        "Somebody real",
        listed,
        *credited,
    }
    assert not TasteProfile.objects.exists()


@pytest.mark.django_db
def test_removing_no_demo_removes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    make_top_tracks(make_user(), [make_track()])

    call_command("remove_demo")

    assert capsys.readouterr().out == "Removed 0 made-up listeners.\n"
    assert User.objects.count() == Track.objects.count() == 1
