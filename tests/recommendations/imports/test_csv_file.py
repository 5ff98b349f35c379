"""Reading CSV files, plain or compressed, and refusing what cannot be read."""

import gzip
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from recommendations.sources.csv_file import CsvRow, UnreadableFile, find_tables, read_rows
from tests.recommendations.imports.files import write_gzip, write_zip

TEXT = 'name,rank\nAir,1\n"two\nlines",2\n\nMoby,3\n'
ROWS = [
    CsvRow(2, ["Air", "1"]),
    CsvRow(3, ["two\nlines", "2"]),
    CsvRow(6, ["Moby", "3"]),
]


def read_all(path: Path) -> list[CsvRow]:
    return [row for table in find_tables(path) for row in read_rows(table, lambda _: None)]


def test_rows_come_with_the_line_they_begin_in(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_text(TEXT)

    assert read_all(path) == ROWS


def test_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    path = tmp_path / "marked.csv"
    path.write_text(TEXT, encoding="utf-8-sig")

    assert find_tables(path)[0].header == ("name", "rank")


def test_gzip_is_told_by_its_content(tmp_path: Path) -> None:
    assert read_all(write_gzip(tmp_path / "whatever", TEXT)) == ROWS


def test_zip_yields_every_csv_and_nothing_else(tmp_path: Path) -> None:
    members = {"a.csv": TEXT, "sub/b.CSV": TEXT, "read me.txt": "-", "__MACOSX/._a.csv": "\0"}

    tables = find_tables(write_zip(tmp_path / "files.zip", members))

    assert [table.name for table in tables] == ["files.zip/a.csv", "files.zip/sub/b.CSV"]
    assert [list(read_rows(table, lambda _: None)) for table in tables] == [ROWS, ROWS]


def test_progress_adds_up_to_the_unpacked_size(tmp_path: Path) -> None:
    table = find_tables(write_gzip(tmp_path / "a.csv.gz", TEXT * 10_000))[0]
    heard: list[int] = []

    for _ in read_rows(table, heard.append):
        pass

    assert sum(heard) == len(TEXT) * 10_000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"name\n\xff\xfe\n", "is not UTF-8"),
        ("name\nAir\n".encode("utf-16"), "is not UTF-8"),
        (b"name\nA\0ir\n", "NUL"),
        (b'name\n"Air\nMoby\n', "never closed"),
        (b"name,name\n1,2\n", "two columns of the same name"),
        (b"name\nAir\rMoby\n", "cannot be read as CSV"),
        (b"name\n" + b"x" * 2_000_000 + b"\n", "more than 1 MiB"),
        (b'name\n"' + b"x\n" * 2_000_000, "cannot be read as CSV|not closed"),
        (gzip.compress(b"name\nAir\n" * 1000, mtime=0)[:-20], "damaged or was cut short"),
        (b"\x1f\x8b nothing of the sort", "damaged or was cut short"),
        (b"PK\x03\x04 nothing of the sort", "damaged zip or was cut short"),
        (gzip.compress(b"name\n" * 20_000_000), "unpack to far more"),
    ],
)
def test_unreadable_file_is_refused_with_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)

    with pytest.raises(UnreadableFile, match=sentence) as refusal:
        read_all(path)

    assert "\n" not in str(refusal.value)


def test_truncated_zip_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a.csv": TEXT * 1000})
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(UnreadableFile, match="cut short"):
        find_tables(path)


def test_zip_with_a_damaged_member_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a.csv": TEXT * 1000})
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)

    with pytest.raises(UnreadableFile, match="damaged"):
        read_all(path)


def test_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a.csv": TEXT})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    with pytest.raises(UnreadableFile, match="encrypted"):
        find_tables(path)


def test_zip_bomb_is_refused_unread(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a.csv": "name\n" * 10_000_000})

    with pytest.raises(UnreadableFile, match="unpack to far more"):
        find_tables(path)


def test_zip_without_csv_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w"):
        pass

    with pytest.raises(UnreadableFile, match=r"without any \.csv"):
        find_tables(path)


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="does not exist"):
        find_tables(tmp_path / "none.csv")
    with pytest.raises(UnreadableFile, match="is a folder"):
        find_tables(tmp_path)


def test_endless_line_is_refused_without_reading_it_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"name\n")
        for _ in range(64):
            file.write(b"x" * 1024**2)

    tracemalloc.start()
    with pytest.raises(UnreadableFile, match="more than 1 MiB"):
        read_all(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 8 * 1024**2
