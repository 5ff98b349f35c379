import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from recommendations import tasks
from recommendations.models import Clustering, ListenerPlace, SoundMap
from recommendations.services import places
from recommendations.services.clusters import load_cluster_of
from recommendations.services.forget import forget_listener
from recommendations.services.map_places import NoMapYet, load_drawn_map, load_own_place
from recommendations.services.mapping import compute_map, compute_map_if_changed, place_on_map
from recommendations.services.places import place_missed
from recommendations.services.profiles import recompute_profiles
from recommendations.services.unseen_listeners import hide_listener
from recommendations.services.visibility import set_discoverable
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_user
from tests.recommendations.camps import Camps, make_camps

pytestmark = pytest.mark.django_db


@pytest.fixture
def camps() -> Camps:
    """Make the camps and draw their map."""
    made = make_camps()
    compute_map()
    return made


def test_tracks_and_listeners_who_may_be_found_are_drawn(camps: Camps) -> None:
    drawn = load_drawn_map(AnonymousUser())

    users = [*camps.calm, *camps.loud, *camps.spoken]
    assert sorted(drawn.listeners["name"]) == sorted(user.username for user in users)
    assert sorted(drawn.tracks["name"]) == [
        f"{camp} {number}" for camp in ("calm", "loud", "spoken") for number in (1, 2)
    ]
    # The most heard come first.
    assert set(drawn.tracks["artist"][:2]) == {"Calm Artist"}
    assert drawn.you is None


def test_the_hidden_see_their_own_place_and_nobody_else_does(camps: Camps) -> None:
    assert load_drawn_map(camps.hidden).you is not None
    assert camps.hidden.pk not in load_drawn_map(camps.calm[0]).listeners["id"]


def test_one_is_drawn_once(camps: Camps) -> None:
    drawn = load_drawn_map(camps.calm[0])

    assert drawn.you is not None
    assert camps.calm[0].pk not in drawn.listeners["id"]


def test_who_hides_or_goes_or_is_hidden_is_gone_at_once(camps: Camps) -> None:
    viewer = camps.loud[0]
    set_discoverable(camps.calm[0], value=False)
    forget_listener(camps.calm[1])
    hide_listener(viewer, camps.calm[2].pk, is_blocked=True)

    drawn = load_drawn_map(viewer)

    assert [name for name in drawn.listeners["name"] if "calm" in name] == ["calm-3"]
    assert viewer.pk not in load_drawn_map(camps.calm[2]).listeners["id"]


def test_the_hidden_move_nobody(camps: Camps) -> None:
    before = SoundMap.objects.get()
    forget_listener(camps.hidden)

    compute_map()

    after = SoundMap.objects.get()
    assert after.pk != before.pk
    assert bytes(after.points) == bytes(before.points)
    assert bytes(after.positions) == bytes(before.positions)


def test_a_newcomer_is_placed_on_the_same_map(camps: Camps) -> None:
    sound_map = SoundMap.objects.get()
    newcomer = make_user(is_discoverable=False)
    make_top_tracks(newcomer, [entry.track for entry in camps.loud[0].top_tracks.all()])
    recompute_profiles([newcomer.pk])

    place_on_map(newcomer.pk)
    place_on_map(newcomer.pk)

    own = load_own_place(newcomer)
    assert own is not None
    assert own.sound_map_id == sound_map.pk
    assert ListenerPlace.objects.filter(user=newcomer).count() == 1
    users = (newcomer, camps.loud[0])
    numbers = [getattr(load_cluster_of(user, Clustering.Kind.MAP), "number", 0) for user in users]
    assert numbers[0] == numbers[1] != 0


def test_who_lost_their_tracks_is_nowhere(camps: Camps) -> None:
    camps.loud[0].top_tracks.all().delete()
    recompute_profiles([camps.loud[0].pk])

    place_on_map(camps.loud[0].pk)

    assert load_own_place(camps.loud[0]) is None


def test_the_map_is_drawn_again_only_when_enough_has_changed(camps: Camps) -> None:
    assert not compute_map_if_changed()

    recompute_profiles([camps.calm[0].pk])

    assert compute_map_if_changed()


def test_the_task_draws_unless_another_is_at_it(camps: Camps) -> None:
    recompute_profiles([user.pk for user in camps.calm])
    drawn = SoundMap.objects.get().pk
    cache.set("map:computing", value=True)
    tasks.compute_map_if_changed()
    assert SoundMap.objects.get().pk == drawn

    cache.delete("map:computing")
    tasks.compute_map_if_changed()

    assert SoundMap.objects.get().pk != drawn
    assert cache.get("map:computing") is None


def test_the_task_that_recomputes_a_profile_places_the_listener(camps: Camps) -> None:
    newcomer = make_user()
    make_top_tracks(newcomer, [entry.track for entry in camps.calm[0].top_tracks.all()])

    tasks.recompute_profile(newcomer.pk)

    assert load_own_place(newcomer) is not None
    assert newcomer.pk in load_drawn_map(camps.calm[0]).listeners["id"]


def test_whom_a_run_missed_is_placed_by_the_next_look(camps: Camps) -> None:
    sound_map = SoundMap.objects.get()
    missed, silent = make_user(), make_user()
    make_top_tracks(missed, [entry.track for entry in camps.calm[0].top_tracks.all()])
    make_top_artists(silent, [make_artist()])
    recompute_profiles([missed.pk, silent.pk])

    assert place_missed() == 1
    assert place_missed() == 0

    own = load_own_place(missed)
    assert own is not None
    assert own.sound_map_id == sound_map.pk


def test_who_belongs_nowhere_keeps_nobody_waiting(
    camps: Camps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_MOST_AT_ONCE", 1)
    missed, silent = make_user(), make_user()
    make_top_tracks(missed, [entry.track for entry in camps.calm[0].top_tracks.all()])
    make_top_artists(silent, [make_artist()])
    for user in (missed, silent):
        recompute_profiles([user.pk])

    assert place_missed() == 1
    assert load_own_place(missed) is not None


def test_without_anybody_the_command_draws_an_empty_map() -> None:
    with pytest.raises(NoMapYet):
        load_drawn_map(AnonymousUser())

    call_command("compute_map")

    assert not load_drawn_map(AnonymousUser()).tracks["id"]


def test_queries_do_not_grow_with_the_map(
    camps: Camps, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # The map, whom the viewer hides, listeners, one's own place; tracks are read once a process.
    load_drawn_map(AnonymousUser())

    with django_assert_num_queries(4):
        load_drawn_map(camps.calm[0])
