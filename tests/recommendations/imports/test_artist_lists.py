"""Texts of several artists, whatever the names are."""

from hypothesis import given
from hypothesis import strategies as st

from recommendations.features.artist_lists import read_by_uris, read_python_lists
from recommendations.name_key import build_name_key
from recommendations.names import clean_name

names = st.lists(st.text(min_size=1, max_size=20).filter(clean_name), max_size=5)


@given(names)
def test_a_printed_list_gives_back_its_names(written: list[str]) -> None:
    read = read_python_lists(repr(written), "")

    assert [artist.name for artist in read] == list(dict.fromkeys(map(clean_name, written)))


@given(names)
def test_escaped_names_are_split_where_they_were_joined(written: list[str]) -> None:
    cleaned = [clean_name(name).replace("\\", "/") for name in written]
    uris = [f"spotify:artist:{number:022d}" for number in range(len(cleaned))]
    joined = ", ".join(name.replace(",", "\\,") for name in cleaned)

    read = read_by_uris(joined, ", ".join(uris))

    assert [artist.name for artist in read] == cleaned


@given(st.text(max_size=600))
def test_a_name_has_a_key_that_fits_its_column(name: str) -> None:
    key = build_name_key(name)

    assert len(key) <= 500
    assert bool(key) == bool(name.strip())


@given(st.text(alphabet=st.characters(codec="latin-1"), max_size=50))
def test_a_name_keeps_its_key_without_a_leading_the(name: str) -> None:
    key = build_name_key(name)

    assert build_name_key(f"The {name}") in {key, "the", f"the {key}"}


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=50))
def test_an_accent_changes_no_key(name: str) -> None:
    # The accent keeps the name from being ASCII, which is normalised in a shorter way.
    assert build_name_key(f"{name} a") == build_name_key(f"{name} á")
