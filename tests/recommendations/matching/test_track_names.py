"""What titles of one recording have in common, and what tells two recordings apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.track_names import build_exact_key, build_title_key, split_artists


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Café (feat. Somebody) - 2011 Remaster", "cafe"),
        ("Café (En Vivo)", "cafe live"),
        ("Café - Acoustic; Live at the Mill; 2013 Remaster", "cafe acoustic live at the mill"),
        ("Café feat. A & B - Live", "cafe live"),
        ("Café (Album Version (Edited))", "cafe"),
        ("Café - Alternate Take/Remastered", "cafe alternate take"),
        ('Café - From "The Film"/Score', "cafe score"),
        ("Café - con Alguien (Live)", "cafe live"),
        ("Stay (with Somebody)", "stay"),
        ("Stay (With Me)", "stay with me"),
        ("Remastered", "remastered"),
        ("(Live)", "live"),
        ("!!!", "!!!"),
        ("", ""),
    ],
)
def test_key_keeps_what_tells_recordings_apart(title: str, key: str) -> None:
    assert build_title_key(title) == key


@given(st.text(max_size=60))
def test_every_title_with_a_letter_has_a_key(title: str) -> None:
    assert bool(build_title_key(title)) == bool(title.strip())


@given(st.text(alphabet="abc -()[]'&.é", max_size=40))
def test_a_title_in_other_case_has_the_same_key(title: str) -> None:
    assert build_title_key(title.upper()) == build_title_key(title)
    assert build_exact_key(title.upper()) == build_exact_key(title)


@given(st.text(alphabet="abc'&.é", max_size=40).map("a".__add__))
def test_a_remaster_has_the_key_of_the_original(title: str) -> None:
    assert build_title_key(f"{title} - Remastered 2011") == build_title_key(title)


@pytest.mark.parametrize(
    ("name", "artists"),
    [
        ("Mara Quill", ("Mara Quill",)),
        ("Mara Quill feat. Dane Oster", ("Mara Quill", "Dane Oster")),
        ("Mara Quill (ft. Dane Oster)", ("Mara Quill", "Dane Oster")),
        ("Mara Quill, Dane Oster & Iva Lind", ("Mara Quill", "Dane Oster", "Iva Lind")),
        ("Mara Quill;Dane Oster", ("Mara Quill", "Dane Oster")),
        ("Mara/Quill", ("Mara/Quill",)),
        ("Xavier", ("Xavier",)),
        ("& &", ("& &",)),
        ("", ()),
    ],
)
def test_artists_in_one_name_are_told_apart(name: str, artists: tuple[str, ...]) -> None:
    assert split_artists(name) == artists
