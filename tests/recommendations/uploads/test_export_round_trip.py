"""What the export took along comes back: lists with their sources, exclusions, who is unseen."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.sharing import Card, UnseenListener
from recommendations.models import Exclusion, Source, TimeRange, Track, Upload
from recommendations.services.exclusions import exclude_artist, exclude_track
from recommendations.services.export_account import export_account
from recommendations.services.export_files import csv_member, json_member
from recommendations.services.import_history import import_upload
from recommendations.services.unseen_listeners import hide_listener
from recommendations.services.uploads import keep_uploads
from recommendations.sources.faults import FaultyFile
from recommendations.sources.own_export import MAX_SETTINGS
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user
from tests.recommendations.uploads.histories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads_folder")]

LEFT_OUT, UNSEEN = json_member("left-out"), json_member("unseen-listeners")
# Of a row of listening, what is not the listening itself.
OF_THE_ACCOUNT = {"stored_at", "came_by", "upload_id", "sync_id", "excluded_at"}

Change = Callable[[dict[str, bytes]], None]


def export(user: User) -> bytes:
    """Return a listener's export."""
    with export_account(user) as file:
        return file.read()


def bring(user: User, content: bytes) -> Upload:
    """Bring a file, import it, and return the upload as it is then."""
    file = TemporaryUploadedFile("metarec.zip", "application/zip", len(content), None)
    file.write(content)
    file.seek(0)
    [kept] = keep_uploads(user, [file], NOW)
    import_upload(kept.upload.pk, NOW)
    kept.upload.refresh_from_db()
    return kept.upload


def rows_of(content: bytes, name: str) -> list[str]:
    """Return the rows of a table as texts in any order, without what is the account's."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        rows = json.loads(archive.read(json_member(name)))["rows"]
    return sorted(
        json.dumps({key: row[key] for key in row.keys() - OF_THE_ACCOUNT}, sort_keys=True)
        for row in rows
    )


def changed(content: bytes, change: Change) -> bytes:
    """Return an export with other members."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return stream.getvalue()


places = st.lists(st.integers(0, 4), min_size=1, unique=True)
listening = st.dictionaries(
    st.tuples(st.sampled_from(Source.values), st.sampled_from(TimeRange.values), st.booleans()),
    places,
    min_size=1,
    max_size=6,
)


@given(lists=listening, plays=st.none() | st.integers(0, 2**31 - 1), excluded=places)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_fresh_account_has_the_same_rows(
    lists: dict[tuple[str, str, bool], list[int]], plays: int | None, excluded: list[int]
) -> None:
    artists = [make_artist(spotify_id=f"{Track.objects.count()}{n}".zfill(22)) for n in range(5)]
    tracks = [
        make_track(
            artists=[artist], spotify_id=f"9{str(artist.spotify_id)[1:]}", album_name="Album"
        )
        for artist in artists
    ]
    user, fresh, again = make_user(), make_user(), make_user()
    for (source, span, is_track), numbers in lists.items():
        origin = {"source": source, "time_range": span}
        if is_track:
            make_top_tracks(user, [tracks[number] for number in numbers], **origin)
        else:
            listed = [artists[number] for number in numbers]
            make_top_artists(user, listed, play_counts=[plays] * len(listed), **origin)
    exclude_artist(user, artists[excluded[0]].pk)
    exclude_track(user, tracks[excluded[-1]].pk)

    first = export(user)
    upload = bring(fresh, first)
    bring(again, export(fresh))

    assert (upload.state, upload.counts["exclusions"]) == (Upload.State.DONE, 2)
    for one in (fresh, again):
        for table in ("listening", "left-out"):
            assert rows_of(export(one), table) == rows_of(first, table)


def test_lists_stay_apart_by_their_sources(listener: User, other_listener: User) -> None:
    track = make_track(spotify_id="1" * 22)
    make_top_tracks(listener, [track], source=Source.SPOTIFY)
    make_top_tracks(listener, [track], source=Source.EXPORTIFY)

    bring(other_listener, export(listener))

    stored = other_listener.top_tracks.order_by("exported_source")
    assert [(entry.source, entry.original_source) for entry in stored] == [
        (Source.OWN_EXPORT, Source.EXPORTIFY),
        (Source.OWN_EXPORT, Source.SPOTIFY),
    ]


def test_what_is_left_out_comes_back_without_any_listening(
    listener: User, other_listener: User
) -> None:
    exclude_artist(listener, make_artist("Rain", spotify_id="4" * 22).pk)

    upload = bring(other_listener, export(listener))

    assert upload.state == Upload.State.DONE
    assert [one.artist.name for one in other_listener.exclusions.all() if one.artist] == ["Rain"]


@pytest.fixture
def hiding(listener: User, other_listener: User) -> bytes:
    """The export of somebody who blocks another."""
    make_top_tracks(listener, [make_track(spotify_id="1" * 22)])
    hide_listener(listener, other_listener.pk, is_blocked=True)
    return export(listener)


def test_the_blocked_are_blocked_again_whoever_hides_by_now(
    hiding: bytes, other_listener: User
) -> None:
    User.objects.filter(pk=other_listener.pk).update(is_discoverable=False)
    fresh = make_user()
    Card.objects.create(maker=other_listener, sibling=fresh, token="t" * 43, language="en")

    upload = bring(fresh, hiding)

    row = UnseenListener.objects.get(user=fresh)
    assert (row.unseen, row.is_blocked) == (other_listener, True)
    assert not Card.objects.exists()
    assert other_listener.username not in json.dumps(upload.counts)


@pytest.mark.parametrize("account", ["deleted", "there"])
def test_a_report_does_not_tell_who_is_there(
    hiding: bytes, other_listener: User, account: str
) -> None:
    if account == "deleted":
        other_listener.delete()

    assert bring(make_user(), hiding).counts["has_unseen"] is True


def test_a_file_of_ones_own_writing_hides_nobody(hiding: bytes, other_listener: User) -> None:
    fresh = make_user()
    forged = {"listener": str(other_listener.pk), "is_blocked": True, "username": "x"}

    def forge(members: dict[str, bytes]) -> None:
        members[UNSEEN] = json.dumps({"rows": [forged, {"listener": f"{fresh.pk}:x"}]}).encode()

    upload = bring(fresh, changed(hiding, forge))

    assert upload.state == Upload.State.DONE
    assert not UnseenListener.objects.filter(user=fresh).exists()


@pytest.mark.parametrize("member", [LEFT_OUT, UNSEEN, json_member("listening")])
def test_a_damaged_member_leaves_all_as_it_was_until_it_is_decided(
    hiding: bytes, member: str
) -> None:
    fresh = make_user()

    def cut(members: dict[str, bytes]) -> None:
        members[member] = members[member][:-4]

    upload = bring(fresh, changed(hiding, cut))

    assert upload.state == Upload.State.ASKING
    assert upload.counts["faults"][0][1] == member.removeprefix("json/")
    assert not fresh.top_tracks.exists()
    assert not UnseenListener.objects.filter(user=fresh).exists()


def test_more_settings_than_anybody_has_are_refused(hiding: bytes) -> None:
    fresh = make_user()
    row = {"kind": "artist", "name": "A"}

    def fill(members: dict[str, bytes]) -> None:
        members[LEFT_OUT] = json.dumps({"rows": [row] * (MAX_SETTINGS + 1)}).encode()

    upload = bring(fresh, changed(hiding, fill))

    assert (upload.state, upload.error) == (Upload.State.FAILED, "too_much")
    assert not fresh.top_tracks.exists()


@pytest.mark.parametrize(
    "row", [7, {}, {"kind": "artist"}, {"kind": "track", "name": "A"}, {"kind": "x", "name": "A"}]
)
def test_exclusions_that_make_no_sense_are_nothing(hiding: bytes, row: object) -> None:
    def replace(members: dict[str, bytes]) -> None:
        members[LEFT_OUT] = json.dumps({"rows": [row]}).encode()

    assert bring(make_user(), changed(hiding, replace)).counts["exclusions"] == 0
    assert not Exclusion.objects.exists()


def test_a_zip_with_the_members_of_an_export_and_nothing_in_them_is_told(listener: User) -> None:
    with pytest.raises(FaultyFile):
        bring(listener, b"PK\x05\x06" + b"\0" * 18)
    upload = bring(listener, changed(export(listener), lambda _members: None))

    assert (upload.state, upload.error) == (Upload.State.FAILED, "nothing_to_keep")


def test_the_table_of_the_lists_alone_brings_them_back(
    listener: User, other_listener: User
) -> None:
    formula = make_track(name="=1+1", artists=[make_artist()], spotify_id="1" * 22)
    plain = make_track(artists=[make_artist(), make_artist()], spotify_id="2" * 22)
    make_top_tracks(listener, [formula, plain], source=Source.SPOTIFY)
    make_top_artists(listener, [make_artist("@Air", spotify_id="3" * 22)], play_counts=[7])
    with zipfile.ZipFile(BytesIO(export(listener))) as archive:
        table = archive.read(csv_member("listening"))

    upload = bring(other_listener, table)

    assert upload.state == Upload.State.DONE
    assert rows_of(export(other_listener), "listening") == rows_of(export(listener), "listening")


@pytest.mark.parametrize(
    "row",
    [
        "top_tracks,file,long_term,x,A,B,",
        "top_tracks,file,long_term,99999999999,A,B,",
        "top_tracks,file,long_term,-1,A,B,",
        "top_tracks",
        ",,,,,,",
    ],
)
def test_rows_of_a_table_that_make_no_sense_do_not_count(listener: User, row: str) -> None:
    head = "list,source,time_range,rank,name,artists,spotify_id"
    good = "top_artists,file,long_term,1,Air,,"

    upload = bring(listener, f"{head}\n{row}\n{good}\n".encode())

    assert upload.counts["dropped"] == {"malformed": 1}
    assert listener.top_artists.count() == 1


def test_a_table_that_is_cut_short_is_told(listener: User) -> None:
    head = "list,source,time_range,rank,name,artists,spotify_id"

    upload = bring(listener, f'{head}\ntop_artists,file,long_term,1,Air,,\n"top'.encode())

    assert upload.state == Upload.State.ASKING
    assert not listener.top_artists.exists()
