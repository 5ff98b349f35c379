"""Similar users by what part of somebody's listening, with what in common, and going on."""

import pytest
from django.test import Client

from accounts.models import User
from recommendations.index.base import Ranking
from recommendations.models import Artist, Cluster, Clustering, ClusterListener, TimeRange
from recommendations.services.clusters import ClusterNotFound
from recommendations.services.filtered_users import Filters, find_filtered_users
from recommendations.services.profiles import recompute_all_profiles
from recommendations.services.similar_users import NotEnoughListening, find_similar_users
from recommendations.services.visibility import set_discoverable
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

SHARED = Filters(shares_artist=True)


@pytest.fixture
def artists() -> list[Artist]:
    return [make_artist() for _ in range(3)]


@pytest.fixture
def crowd(listener: User, artists: list[Artist]) -> list[User]:
    """Twelve others: every third shares an artist, and all sound like the listener."""
    track = make_track(features={"energy": 0.9})
    make_top_tracks(listener, [track])
    make_top_artists(listener, artists)
    crowd = [make_user() for _ in range(12)]
    for number, other in enumerate(crowd):
        make_top_tracks(other, [track])
        make_top_artists(other, [artists[0] if number % 3 == 0 else make_artist(), make_artist()])
    recompute_all_profiles()
    return crowd


@pytest.mark.parametrize("ranking", ["hybrid", "seed"])
def test_parts_of_a_list_laid_end_to_end_are_the_list(
    listener: User, crowd: list[User], ranking: Ranking
) -> None:
    whole = find_similar_users(listener, limit=100, ranking=ranking)
    after, parts = None, []
    while True:
        found = find_filtered_users(listener, Filters(), limit=5, ranking=ranking, after=after)
        parts += found.similar_users
        if (after := found.next_place) is None:
            break

    assert parts == whole
    assert len(whole) == len(crowd)


def test_who_shares_no_artist_is_left_out_and_ranks_stay_whole(
    listener: User, crowd: list[User]
) -> None:
    first = find_filtered_users(listener, SHARED, limit=3)
    rest = find_filtered_users(listener, SHARED, limit=3, after=first.next_place)

    found = first.similar_users + rest.similar_users
    assert {similar.user for similar in found} == set(crowd[::3])
    assert [similar.rank for similar in found] == [1, 2, 3, 4]
    assert all(similar.shared_artists for similar in found)
    assert (rest.next_place, rest.is_cut) == (None, False)


def test_who_hides_meanwhile_shifts_nothing(listener: User, crowd: list[User]) -> None:
    order = [similar.user for similar in find_similar_users(listener, limit=100)]
    first = find_filtered_users(listener, Filters(), limit=4)

    set_discoverable(order[0], value=False)
    User.objects.filter(pk=order[5].pk).update(is_discoverable=False)  # behind the index's back
    rest = find_filtered_users(listener, Filters(), limit=100, after=first.next_place)

    assert [similar.user for similar in rest.similar_users] == [order[4], *order[6:]]
    assert len(crowd) == len(order)


def test_the_list_does_not_go_on_to_hidden_listeners(listener: User, crowd: list[User]) -> None:
    order = [similar.user for similar in find_similar_users(listener, limit=100)]
    User.objects.filter(pk=order[-1].pk).update(is_discoverable=False)

    found = find_filtered_users(listener, Filters(), limit=len(crowd) - 1)

    assert [similar.user for similar in found.similar_users] == order[:-1]
    assert found.next_place is None


def test_a_span_finds_who_is_near_to_it(
    listener: User, crowd: list[User], artists: list[Artist]
) -> None:
    lately, fan = make_artist(), make_user()
    make_top_artists(listener, [lately], time_range=TimeRange.SHORT_TERM)
    make_top_artists(fan, [lately])
    recompute_all_profiles()

    filters = Filters(time_range=TimeRange.SHORT_TERM, shares_artist=True)
    [found] = find_filtered_users(listener, filters, limit=10).similar_users

    assert found.user == fan
    assert [shared.artist for shared in found.shared_artists] == [lately]
    assert crowd
    assert artists


@pytest.fixture
def cluster(crowd: list[User]) -> Cluster:
    """The cluster of listeners number 1: every second one of the crowd."""
    clustering = Clustering.objects.create(
        kind=Clustering.Kind.SOUND, revision=1, silhouette=0.5, centres=b""
    )
    cluster = Cluster.objects.create(clustering=clustering, number=1)
    ClusterListener.objects.bulk_create(
        ClusterListener(cluster=cluster, user=user) for user in crowd[::2]
    )
    return cluster


def test_only_the_nearest_of_a_cluster_are_shown(
    listener: User, crowd: list[User], cluster: Cluster
) -> None:
    order = [similar.user for similar in find_similar_users(listener, limit=100)]

    filters = Filters(cluster=cluster.number)
    first = find_filtered_users(listener, filters, limit=4)
    rest = find_filtered_users(listener, filters, limit=4, after=first.next_place)

    found = [similar.user for similar in first.similar_users + rest.similar_users]
    assert found == [user for user in order if user in crowd[::2]]


def test_filters_are_all_kept_at_once(listener: User, crowd: list[User], cluster: Cluster) -> None:
    filters = Filters(shares_artist=True, cluster=cluster.number)

    found = find_filtered_users(listener, filters, limit=10).similar_users

    assert {similar.user for similar in found} == set(crowd[::6])


def test_a_cluster_of_hidden_listeners_is_as_none(listener: User, cluster: Cluster) -> None:
    User.objects.filter(cluster_places__cluster=cluster).update(is_discoverable=False)

    for number in (cluster.number, 2):
        with pytest.raises(ClusterNotFound):
            find_filtered_users(listener, Filters(cluster=number), limit=1)


def test_page_and_api_take_the_cluster(client: Client, listener: User, cluster: Cluster) -> None:
    client.force_login(listener)
    page = "/similar-users/"

    assert '<option value="1" selected>' in client.get(f"{page}?cluster=1").content.decode()
    missing = client.get(f"{page}?cluster=2")
    assert missing.status_code == 404
    assert "There is no cluster of listeners of that number." in read_text(missing)
    api = api_client(listener)
    answer = api.get(f"/api/v1/me/similar-users/?cluster={cluster.number}&limit=100").json()
    assert len(answer["results"]) == cluster.listeners.count()
    error_of(api.get("/api/v1/me/similar-users/?cluster=2"), 404)


def test_a_span_without_lists_is_not_enough(listener: User, crowd: list[User]) -> None:
    assert crowd
    with pytest.raises(NotEnoughListening) as caught:
        find_filtered_users(listener, Filters(time_range=TimeRange.SHORT_TERM), limit=1)

    assert caught.value.missing == ("top_tracks", "top_artists")
