"""Writers that get in each other's way: what one of them would have done is what is there."""

from pathlib import Path

import pytest

from tests.recommendations.imports.files import row_114k, write_csv
from tests.site_processes import Site

_LISTENER_COUNT = 60
_IMPORT = """
from pathlib import Path
from recommendations.services.import_catalogue import import_catalogue
from recommendations.services.import_listeners import import_listeners
class Quiet:
    def begin(self, *_): pass
    def advance(self, *_): pass
folder = Path({folder!r})
import_catalogue([folder / "tracks.csv"], rejects_folder=folder, progress=Quiet())
report = import_listeners(
    [folder / "listeners.csv"], discoverable=True, rejects_folder=folder, progress=Quiet()
)
print(report.rows_used)
"""
_STALE = """
from recommendations.services.profiles import mark_stale
artist = make_artist()
users = User.objects.bulk_create(
    User(username="stale-" + str(number), is_discoverable=True) for number in range({count})
)
TopArtist.objects.bulk_create(
    TopArtist(user=user, artist=artist, rank=1, source="file", time_range="long_term")
    for user in users
)
mark_stale([user.pk for user in users])
"""
_SWEEP = """
from recommendations.services.profiles import recompute_stale_profiles
print(recompute_stale_profiles())
"""
_RECOMPUTE = """
from recommendations.services.profiles import mark_stale, recompute_all_profiles
from recommendations.services.transactions import retried_transaction
while User.objects.exists():
    retried_transaction(mark_stale)(User.objects.values_list("pk", flat=True))
    recompute_all_profiles()
"""
_FORGET = """
from recommendations.services.forget import forget_listener
for user in User.objects.order_by("?"):
    forget_listener(user)
"""


@pytest.fixture
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a catalogue and listeners, each with two of its tracks."""
    folder = tmp_path_factory.mktemp("files")
    ids = [f"track{number:017d}" for number in range(_LISTENER_COUNT)]
    write_csv(
        folder / "tracks.csv",
        *(row_114k(one, artists=f"Artist {place // 3};Air") for place, one in enumerate(ids)),
    )
    write_csv(
        folder / "listeners.csv",
        *(
            {"listener": f"listener-{number}", "rank": rank, "track_id": ids[number - rank]}
            for number in range(_LISTENER_COUNT)
            for rank in (1, 2)
        ),
    )
    return folder


def _count(site: Site, table: str) -> int:
    return int(site.query(f"SELECT COUNT(*) FROM {table}")[0][0])  # noqa: S608 - our own name


def test_imports_of_the_same_files_at_once_store_everything_once(site: Site, files: Path) -> None:
    script = _IMPORT.format(folder=str(files))

    printed = site.run_at_once(script, script, script)

    assert printed == [str(2 * _LISTENER_COUNT)] * 3
    assert _count(site, "accounts_user") == _LISTENER_COUNT
    assert _count(site, "recommendations_track") == _LISTENER_COUNT
    assert _count(site, "recommendations_artist") == _LISTENER_COUNT // 3 + 1
    assert _count(site, "recommendations_toptrack") == 2 * _LISTENER_COUNT
    assert _count(site, "recommendations_tasteprofile") == _LISTENER_COUNT
    assert _count(site, "recommendations_staleprofile") == 0


def test_sweeps_at_once_recompute_each_listener_once(site: Site) -> None:
    count = 3000
    site.run(_STALE.format(count=count))

    printed = site.run_at_once(_SWEEP, _SWEEP, _SWEEP)

    assert sum(map(int, printed)) == count
    assert site.query("SELECT last_revision FROM recommendations_revisioncounter") == [(count,)]
    assert _count(site, "recommendations_tasteprofile") == count


def test_listeners_forgotten_while_they_are_recomputed_leave_nothing(site: Site) -> None:
    site.run(_STALE.format(count=40))

    site.run_at_once(_RECOMPUTE, _FORGET, _RECOMPUTE)

    for table in ("accounts_user", "recommendations_tasteprofile", "recommendations_staleprofile"):
        assert _count(site, table) == 0
    assert _count(site, "recommendations_profilechange") == 40
