import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recommendations.models import Cluster, Clustering, ClusterListener
from recommendations.services.clustering import (
    compute_clusters,
    compute_clusters_if_changed,
    place_by_sound,
)
from recommendations.services.clusters import (
    NamedCluster,
    load_cluster_of,
    load_members,
    load_named_clusters,
)
from recommendations.services.forget import forget_listener
from recommendations.services.profiles import recompute_profiles
from recommendations.services.unseen_listeners import hide_listener
from recommendations.services.visibility import set_discoverable
from tests.factories import make_top_tracks, make_user
from tests.recommendations.camps import Camps, make_camps

pytestmark = pytest.mark.django_db


@pytest.fixture
def camps() -> Camps:
    """Make the camps and find their clusters."""
    made = make_camps()
    compute_clusters()
    return made


def own_cluster(user: User) -> NamedCluster:
    cluster = load_cluster_of(user)
    assert cluster is not None
    return cluster


def test_camps_are_the_clusters(camps: Camps) -> None:
    for number, camp in enumerate((camps.calm, camps.loud, camps.spoken), start=1):
        cluster = own_cluster(camp[0])
        assert cluster.number == number
        assert list(load_members(AnonymousUser(), cluster)) == camp


def test_clusters_are_named_by_their_own_artists_and_sound(camps: Camps) -> None:
    cluster = own_cluster(camps.loud[0])

    assert cluster.artists == (camps.artists["loud"],)
    assert all(abs(feature.deviations) > 0.5 for feature in cluster.features)
    assert len(cluster.features) == 2


def test_the_hidden_are_in_their_cluster_for_themselves_alone(camps: Camps) -> None:
    cluster = own_cluster(camps.hidden)

    assert cluster.number == own_cluster(camps.calm[0]).number
    assert cluster.member_count == 4
    assert camps.hidden not in load_members(AnonymousUser(), cluster)


def test_the_hidden_change_nothing_that_others_see(camps: Camps) -> None:
    before = Clustering.objects.get(kind="sound")
    names = [(c.artist_ids, c.features) for c in before.clusters.all()]
    forget_listener(camps.hidden)

    compute_clusters()

    after = Clustering.objects.get(kind="sound")
    assert after.pk != before.pk
    assert bytes(after.centres) == bytes(before.centres)
    assert [(c.artist_ids, c.features) for c in after.clusters.all()] == names


def test_who_hides_or_goes_is_gone_at_once(camps: Camps) -> None:
    set_discoverable(camps.calm[0], value=False)
    forget_listener(camps.calm[1])

    cluster = own_cluster(camps.calm[2])

    assert cluster.member_count == 2
    assert list(load_members(AnonymousUser(), cluster)) == camps.calm[2:]


def test_whom_the_viewer_hides_is_neither_listed_nor_counted(camps: Camps) -> None:
    viewer, unseen = camps.loud[0], camps.calm[0]
    hide_listener(viewer, unseen.pk, is_blocked=False)

    cluster = load_named_clusters(viewer)[0]

    assert cluster.member_count == 3
    assert unseen not in load_members(viewer, cluster)


def test_a_cluster_of_the_hidden_alone_is_not_shown(camps: Camps) -> None:
    for user in camps.spoken:
        set_discoverable(user, value=False)

    seen = [
        [cluster.number for cluster in load_named_clusters(viewer) if cluster.kind == "sound"]
        for viewer in (AnonymousUser(), camps.calm[0], camps.spoken[0])
    ]

    assert seen == [[1, 2], [1, 2], [1, 2, 3]]


def test_a_newcomer_is_placed_without_a_new_run(camps: Camps) -> None:
    clusters = set(Cluster.objects.values_list("pk", flat=True))
    newcomer = make_user()
    make_top_tracks(newcomer, [entry.track for entry in camps.loud[0].top_tracks.all()])
    recompute_profiles([newcomer.pk])

    place_by_sound(newcomer.pk)

    assert own_cluster(newcomer).number == own_cluster(camps.loud[0]).number
    assert set(Cluster.objects.values_list("pk", flat=True)) == clusters


def test_who_lost_their_tracks_is_in_no_cluster(camps: Camps) -> None:
    camps.loud[0].top_tracks.all().delete()
    recompute_profiles([camps.loud[0].pk])

    place_by_sound(camps.loud[0].pk)

    assert load_cluster_of(camps.loud[0]) is None


def test_clusters_are_found_again_only_when_enough_has_changed(camps: Camps) -> None:
    assert not compute_clusters_if_changed()

    recompute_profiles([camps.calm[0].pk])

    assert compute_clusters_if_changed()
    assert not compute_clusters_if_changed()


def test_without_anybody_to_see_there_are_no_clusters(camps: Camps) -> None:
    for camp in (camps.calm, camps.loud, camps.spoken):
        for user in camp:
            set_discoverable(user, value=False)

    compute_clusters()

    assert not Clustering.objects.exists()
    assert not ClusterListener.objects.exists()


def test_queries_do_not_grow_with_clusters(
    camps: Camps, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Whom the viewer hides, clusters with their sizes, those of tracks, the own, the artists.
    with django_assert_num_queries(5):
        assert len(load_named_clusters(camps.calm[0])) == 6
