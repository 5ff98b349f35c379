"""Real processes on one database, as web and worker are."""

import time

from tests.site_processes import Site

_WEB = """
import time
from recommendations.services.profiles import mark_stale
from recommendations.services.visibility import set_discoverable
user = User.objects.get(username="ana")
end = time.monotonic() + 2
count = 0
while time.monotonic() < end:
    set_discoverable(user, value=count % 2 == 0)
    mark_stale([user.pk])
    count += 1
print(count)
"""
_WORKER = """
import time
from recommendations.services.profiles import recompute_all_profiles, recompute_stale_profiles
end = time.monotonic() + 2
count = 0
while time.monotonic() < end:
    recompute_all_profiles()
    recompute_stale_profiles()
    count += 1
print(count)
"""
_LISTENERS = """
for name in ("ana", "bea", "eva"):
    make_top_artists(make_user(username=name), [make_artist(name)])
"""
_FOUND = """
from recommendations.services.similar_users import find_similar_users
ana = User.objects.get(username="ana")
for _ in range(2):
    found = find_similar_users(ana, limit=10)
    print(*sorted(similar.user.username for similar in found), flush=True)
    sys.stdin.readline()
"""


def test_sqlite_runs_in_wal_mode(sqlite_site: Site) -> None:
    mode = sqlite_site.run("""
from django.db import connection
with connection.cursor() as cursor:
    print(*cursor.execute("PRAGMA journal_mode").fetchone())
""")

    assert mode == "wal"


def test_web_and_worker_write_side_by_side(site: Site) -> None:
    site.run(_LISTENERS)

    processes = [site.start(script) for script in (_WEB, _WORKER, _WEB, _WORKER)]
    results = [process.communicate(timeout=120) for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0, 0], results
    assert all(int(output) > 0 for output, _ in results)


def test_revisions_of_many_writers_are_all_different(site: Site) -> None:
    site.run(_LISTENERS)
    script = """
from recommendations.services.indexing import record_changes
for _ in range(20):
    record_changes(list(User.objects.values_list("pk", flat=True)))
"""

    for process in [site.start(script) for _ in range(3)]:
        process.communicate(timeout=120)
        assert process.returncode == 0

    assert site.query("SELECT last_revision FROM recommendations_revisioncounter") == [(180,)]
    assert site.query("SELECT MAX(revision) FROM recommendations_profilechange") == [(180,)]


def test_several_processes_make_one_default_space(site: Site) -> None:
    script = "from recommendations.services.spaces import load_active_space_id as f; print(f())"

    processes = [site.start(script) for _ in range(3)]
    space_ids = {process.communicate(timeout=120)[0] for process in processes}

    assert len(space_ids) == 1
    assert site.query("SELECT COUNT(*) FROM recommendations_tastespace") == [(1,)]


def _found_before_and_after(site: Site, change: str) -> tuple[str, str]:
    """Return whom one process finds for ana before and after another process makes a change."""
    site.run(
        _LISTENERS + "from recommendations.services.profiles import *\nrecompute_all_profiles()"
    )
    process = site.start(_FOUND)
    assert process.stdin is not None
    assert process.stdout is not None
    before = process.stdout.readline().strip()
    site.run(change)
    process.stdin.write("\n")
    process.stdin.flush()
    after = process.stdout.readline().strip()
    process.communicate("\n", timeout=120)
    return before, after


def test_a_profile_of_another_process_is_found_by_the_next_call(site: Site) -> None:
    change = """
from recommendations.services.profiles import recompute_profiles
user = make_user(username="ida")
make_top_artists(user, Artist.objects.filter(name="bea"))
recompute_profiles([user.pk])
"""

    assert _found_before_and_after(site, change) == ("bea eva", "bea eva ida")


def test_who_is_forgotten_by_another_process_is_not_found_any_more(site: Site) -> None:
    change = """
from recommendations.services.forget import forget_listener
forget_listener(User.objects.get(username="eva"))
"""

    assert _found_before_and_after(site, change) == ("bea eva", "bea")


def test_a_space_fitted_by_another_process_is_taken_over(site: Site) -> None:
    change = "from recommendations.services.spaces import fit_taste_space\nfit_taste_space()"

    assert _found_before_and_after(site, change) == ("bea eva", "bea eva")
    assert site.query("SELECT status FROM recommendations_tastespace") == [("active",)]


def test_an_index_that_was_asked_during_writes_is_true_afterwards(site: Site) -> None:
    site.run(
        _LISTENERS + "from recommendations.services.profiles import *\nrecompute_all_profiles()"
    )
    reader = site.start("""
from recommendations.services.indexing import load_caught_up_index
from recommendations.services.profile_store import count_visible_profiles
print(load_caught_up_index().count(), flush=True)
while "stop" not in sys.stdin.readline():
    load_caught_up_index()
index = load_caught_up_index()
print(index.count(), count_visible_profiles(index.space_id()))
""")
    assert reader.stdin is not None
    assert reader.stdout is not None
    assert reader.stdout.readline().strip() == "3"
    writer = site.start("""
from recommendations.services.visibility import set_discoverable
for round in range(40):
    for user in User.objects.all():
        set_discoverable(user, value=(user.pk + round) % 3 == 0)
""")
    while writer.poll() is None:
        reader.stdin.write("again\n")
        reader.stdin.flush()
        time.sleep(0.01)

    assert reader.communicate("stop\n", timeout=120)[0].split() == ["1", "1"]
    assert writer.communicate()[1] == ""
