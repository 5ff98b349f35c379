"""The picture of a card: names in every script, and nothing that is not in its words."""

from io import BytesIO

import pytest
from PIL import Image

from recommendations.cards.card import HEIGHT, WIDTH, CardWords
from recommendations.cards.fonts import split_into_runs
from recommendations.cards.picture import draw_card

NAMES = [
    "Björk",
    "Μίκης Θεοδωράκης",
    "Кино",
    "東京事変",
    "방탄소년단",
    "周杰伦",
    "فيروز",
    "עברי לידר",
    "मोहम्मद रफ़ी",
    "ไทย",
    "👩‍🎤 🎵 ❤️",
]


def make_words(name: str) -> CardWords:
    return CardWords(
        first=name,
        second="bea",
        closer="closer than 99% of random pairs",
        artists_title="Both listen to",
        artists=(name, "Sade"),
        sound_title="Most alike in sound",
        sound=("Tempo",),
        footer="metarec",
        description="",
        apart=0.5,
    )


def test_the_picture_has_the_size_that_its_page_says() -> None:
    picture = Image.open(BytesIO(draw_card(make_words("ana"))))

    assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))


@pytest.mark.parametrize("name", NAMES)
def test_every_script_has_a_font(name: str) -> None:
    empty = [run.text for run in split_into_runs(name) if run.place == 0 and not run.text.isspace()]

    assert empty == ([name] if name in NAMES[:3] else [])
    assert draw_card(make_words(name)) != draw_card(make_words(""))


@pytest.mark.parametrize(
    "name",
    ["", " ", "a\nb\0\r\u2028", "\u202egnp.exe", "W" * 5000, "ᚠ𐍈𒀀", "\u0301", "\ufdfd" * 200],
)
def test_no_name_stops_the_picture(name: str) -> None:
    assert draw_card(make_words(name)).startswith(b"\x89PNG")


def test_texts_are_split_without_loss_and_controls_left_out() -> None:
    runs = split_into_runs("AC/DC\n東京\u202e 👩‍🎤")

    assert "".join(run.text for run in runs) == "AC/DC 東京 👩‍🎤"
    assert [run.text.strip() for run in runs if run.text.strip()] == ["AC/DC", "東京", "👩‍🎤"]


def test_the_same_words_make_the_same_picture() -> None:
    assert draw_card(make_words("Кино")) == draw_card(make_words("Кино"))
