"""Tasks, carried out by a real worker process over the default broker."""

from tests.site_processes import Site, kill_group, wait_until

_STALE_LISTENERS = """
count = {count}
from recommendations.services.profiles import mark_stale
artist = make_artist()
users = User.objects.bulk_create(
    User(username="stale-" + str(number), is_discoverable=True) for number in range(count)
)
TopArtist.objects.bulk_create(
    TopArtist(user=user, artist=artist, rank=1, source="file", time_range="long_term")
    for user in users
)
mark_stale([user.pk for user in users])
"""
_SWEEP = """
from recommendations.tasks import recompute_stale_profiles
recompute_stale_profiles.delay()
"""


def _count(site: Site, model: str) -> int:
    table = f"recommendations_{model.lower()}"
    return int(site.query(f"SELECT COUNT(*) FROM {table}")[0][0])  # noqa: S608 - our own name


def test_a_change_becomes_a_profile(site: Site) -> None:
    site.run("""
from django.db import transaction
from recommendations.services.profiles import mark_stale
from recommendations.tasks import enqueue_recompute
with transaction.atomic():
    user = make_user(username="ana")
    make_top_artists(user, [make_artist()])
    mark_stale([user.pk])
    enqueue_recompute(user.pk)
""")
    with site.worker():
        wait_until(lambda: _count(site, "TasteProfile") == 1)

    assert _count(site, "StaleProfile") == 0


def test_the_sweep_finds_everybody_left_stale(site: Site) -> None:
    site.run(_STALE_LISTENERS.format(count=3) + _SWEEP)

    with site.worker():
        wait_until(lambda: _count(site, "StaleProfile") == 0)

    assert _count(site, "TasteProfile") == 3


def test_what_a_killed_worker_left_is_mended_by_the_next_sweep(site: Site) -> None:
    count = 6000
    site.run(_STALE_LISTENERS.format(count=count) + _SWEEP)
    with site.worker() as worker:
        wait_until(lambda: _count(site, "TasteProfile") > 0)
        kill_group(worker)

    done = _count(site, "TasteProfile")
    assert 0 < done < count
    assert done + _count(site, "StaleProfile") == count

    site.run(_SWEEP)
    with site.worker():
        wait_until(lambda: _count(site, "StaleProfile") == 0)
    assert _count(site, "TasteProfile") == count


def test_features_edited_out_of_range_become_unknown(site: Site) -> None:
    energy_and_valence = "SELECT energy, valence FROM recommendations_audiofeatures"
    site.run("""
from recommendations.tasks import enqueue_description
track = make_track(features={"energy": 7.0, "valence": 0.3})
make_top_tracks(make_user(), [track])
enqueue_description([track.pk])
""")

    with site.worker():
        wait_until(lambda: site.query(energy_and_valence) == [(None, 0.3)])
