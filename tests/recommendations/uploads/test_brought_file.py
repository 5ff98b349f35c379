"""Files that are damaged, disguised or meant to harm: one sentence each, and nothing else."""

import json
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.services.read_history import group_by_kind, read_history
from recommendations.sources.brought_file import BroughtFile
from recommendations.sources.csv_file import UnreadableFile
from recommendations.sources.faults import Fault, FaultyFile
from recommendations.sources.history import History
from tests.recommendations.imports.files import csv_text, row_exportify_net
from tests.recommendations.uploads.histories import (
    EXTENDED,
    NOW,
    account_row,
    extended_row,
    plays,
    read,
    titles,
    write_json,
    write_zip,
)

ROWS = plays(extended_row(), 3)
TEXT = json.dumps(ROWS)


def fault_of(path: Path) -> Fault:
    """Return why nothing is read."""
    with pytest.raises(FaultyFile) as caught:
        read(path)
    assert str(caught.value).startswith(path.name) or caught.value.note.name in str(caught.value)
    return caught.value.note.fault


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Fault.NO_HISTORY),
        (b"%PDF-1.7 something else entirely", Fault.NO_HISTORY),
        (b"track,plays\nSong,3\n", Fault.NO_PLAYLIST),
        (TEXT.encode("utf-16"), Fault.ENCODING),
        (TEXT.encode("utf-16-le"), Fault.ENCODING),
        (b"PK\x03\x04 but no zip at all", Fault.DAMAGED_ZIP),
    ],
)
def test_what_is_no_history_is_told(tmp_path: Path, content: bytes, fault: Fault) -> None:
    path = tmp_path / "brought.json"
    path.write_bytes(content)

    assert fault_of(path) is fault


@pytest.mark.parametrize(
    ("content", "met", "taken"),
    [
        (b"track,plays\nSong,3\n", "columns track, plays.", "Track URI"),
        (b"a,b,c,d,e,f\n", "columns a, b, c, d, e, ….", "Track URI"),
        (b'[{"name": "x", "items": []}]', "fields name, items.", "ms_played"),
        (b"[3]", "fields –.", "ms_played"),  # noqa: RUF001 - a dash is meant
        (b'{"tracks": []}', "JSON without the rows", "StreamingHistory"),
    ],
)
def test_what_was_met_and_what_is_taken_are_told(
    tmp_path: Path, content: bytes, met: str, taken: str
) -> None:
    path = tmp_path / "brought.json"
    path.write_bytes(content)

    try:
        [note] = read(path).faults
    except FaultyFile as error:
        note = error.note

    assert met in str(note)
    assert taken in str(note)


def test_what_is_in_a_zip_instead_is_told(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"folder/Payments.json": b"x", "b.txt": b"x"})

    with pytest.raises(FaultyFile, match=r"with these: Payments\.json, b\.txt\."):
        read(path)


def test_zip_that_was_cut_short_is_told(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "my.zip", {EXTENDED: ROWS})
    path.write_bytes(path.read_bytes()[:-30])

    assert fault_of(path) is Fault.DAMAGED_ZIP


def test_zip_without_listening_and_zip_in_a_zip_are_told_apart(tmp_path: Path) -> None:
    inner = write_zip(tmp_path / "inner.zip", {EXTENDED: ROWS})

    assert fault_of(write_zip(tmp_path / "a.zip", {"a.txt": b"x"})) is Fault.NO_HISTORY_IN_ZIP
    nested = write_zip(tmp_path / "b.zip", {"inner.zip": inner.read_bytes()})
    assert fault_of(nested) is Fault.NESTED_ZIP


def set_in_headers(path: Path, local: tuple[int, bytes], central: tuple[int, bytes]) -> None:
    """Overwrite a field of a zip's one entry in both of its headers."""
    content = bytearray(path.read_bytes())
    for signature, (offset, value) in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        at = content.index(signature) + offset
        content[at : at + len(value)] = value
    path.write_bytes(content)


def test_encrypted_zip_is_told(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "my.zip", {EXTENDED: ROWS})
    set_in_headers(path, (6, b"\x01\x00"), (8, b"\x01\x00"))

    assert fault_of(path) is Fault.ENCRYPTED


def test_packing_that_is_not_known_is_told(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "my.zip", {EXTENDED: ROWS})
    set_in_headers(path, (8, b"\x63\x00"), (10, b"\x63\x00"))

    assert [note.fault for note in read(path).faults] == [Fault.UNKNOWN_PACKING]


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "my.zip", {EXTENDED: b" " * 32 * 1024**2})

    assert fault_of(path) is Fault.TOO_LARGE


def test_header_that_claims_two_gigabytes_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "my.zip", {EXTENDED: ROWS})
    size = struct.pack("<I", 2 * 1024**3)
    set_in_headers(path, (22, size), (24, size))

    assert fault_of(path) is Fault.TOO_LARGE


def test_header_that_claims_too_little_is_damage(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "my.zip", {EXTENDED: ROWS})
    size = struct.pack("<I", 700)
    set_in_headers(path, (22, size), (24, size))

    assert [note.fault for note in read(path).faults] == [Fault.DAMAGED_ZIP]


def test_directory_of_a_zip_is_measured_before_it_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(80):
            archive.writestr(f"{number}" + "x" * 60_000, "")

    assert fault_of(path) is Fault.TOO_LARGE


def test_more_members_than_any_export_has_are_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "my.zip", {f"endsong_{n}.json": b"[]" for n in range(1001)})

    assert fault_of(path) is Fault.TOO_LARGE


def test_one_endless_row_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    path.write_text('[{"ts": "' + "x" * 2 * 1024**2 + '"}]')

    assert fault_of(path) is Fault.TOO_LARGE


def test_brackets_within_brackets_are_not_followed_down(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 1_000_000)

    assert [note.fault for note in read(path).faults] == [Fault.BROKEN_JSON]


@pytest.mark.parametrize("end", ["", "]", '{"ts": 1', ",,]", "nonsense"])
def test_rows_before_the_damage_are_read_and_the_damage_is_told(tmp_path: Path, end: str) -> None:
    path = tmp_path / "cut.json"
    path.write_text(TEXT[: TEXT.rindex("{")] + end)

    history = read(path)

    assert titles(history) == [("Track 1", 2)]
    assert [note.fault for note in history.faults] == [Fault.BROKEN_JSON]


def test_member_after_a_damaged_one_is_read(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "my.zip",
        {"endsong_0.json": TEXT.encode()[:-400], "endsong_1.json": [extended_row(2)]},
    )

    history = read(path)

    assert titles(history) == [("Track 1", 2), ("Track 2", 1)]
    assert [note.name for note in history.faults] == ["endsong_0.json"]


def test_latin_1_in_the_middle_is_told_after_the_rows_before_it(tmp_path: Path) -> None:
    odd = json.dumps([extended_row(2, master_metadata_track_name="Déjà vu")], ensure_ascii=False)
    path = tmp_path / "latin.json"
    path.write_bytes((TEXT[:-1] + ", " + odd[1:]).encode("latin-1"))

    history = read(path)

    assert titles(history) == [("Track 1", 3)]
    assert [note.fault for note in history.faults] == [Fault.ENCODING]


def test_mark_of_utf_8_before_the_text_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "marked.json"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())

    assert read(path).faults == ()


def test_name_within_a_zip_is_shown_without_what_a_terminal_obeys(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "my.zip", {"a/endsong_\x1b[31m0.json": b"", EXTENDED: b"[{"})

    assert "\x1b" not in "".join(str(note) for note in read(path).faults)


def read_whatever(path: Path) -> History | None:
    """Read a file and allow one kind of failure only."""
    try:
        [group] = group_by_kind([BroughtFile(path, "brought")]).values()
        return read_history(group, now=NOW, on_bytes=lambda _: None)
    except UnreadableFile:
        return None


def whole_files(folder: Path) -> list[bytes]:
    """Return a small file of each form."""
    return [
        write_json(folder / "1", ROWS).read_bytes(),
        write_zip(folder / "2", {EXTENDED: ROWS, "endsong_1.json": ROWS}).read_bytes(),
        write_json(folder / "3", [account_row()]).read_bytes(),
        csv_text([row_exportify_net()]).encode(),
        b'{"format": "metarec listening", "version": 1, "rows": [{"list": "top_artists"}]}',
    ]


@given(st.data())
def test_damaged_bytes_are_unreadable_and_nothing_worse(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    content = bytearray(data.draw(st.sampled_from(whole_files(folder))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 8))
        content[at : at + length] = data.draw(st.binary(max_size=8))
    path = folder / "damaged"
    path.write_bytes(content)

    read_whatever(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
keys = st.sampled_from([*extended_row(), *account_row(), "list", "rank", "source", "artists"])


@given(rows=st.lists(st.dictionaries(keys, json_values), max_size=4), is_own=st.booleans())
def test_rows_of_any_values_are_counted_and_never_fail(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[dict[str, object]],
    is_own: bool,  # noqa: FBT001
) -> None:
    path = tmp_path_factory.mktemp("rows") / "rows"
    whole = [{**row, "list": "top_tracks"} for row in rows] if is_own else rows
    path.write_text(json.dumps({"rows": whole} if is_own else whole))

    history = read_whatever(path)

    assert history is None or history.kept >= 0


@given(st.binary(max_size=200))
def test_any_bytes_are_unreadable_or_read(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "bytes"
    path.write_bytes(content)

    read_whatever(path)
