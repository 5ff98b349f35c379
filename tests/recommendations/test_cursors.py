"""Places in a list as texts for addresses."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.cursors import MAX_CURSOR_LENGTH, NoCursor, read_cursor, write_cursor
from recommendations.index.passing import MOST_LOOKED_AT
from recommendations.services.pairs import Place

PLACES = st.builds(
    Place,
    rank=st.integers(1, MOST_LOOKED_AT),
    score=st.floats(allow_nan=False, allow_infinity=False),
    user_id=st.integers(1, 2**63 - 1),
)


@given(PLACES)
def test_a_place_comes_back_to_the_last_bit(place: Place) -> None:
    cursor = write_cursor(place)

    assert read_cursor(cursor) == place
    assert len(cursor) <= MAX_CURSOR_LENGTH
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=MAX_CURSOR_LENGTH) | st.binary(max_size=70).map(base64.urlsafe_b64encode))
def test_any_other_text_is_no_cursor(text: str | bytes) -> None:
    sent = text.decode() if isinstance(text, bytes) else text
    try:
        place = read_cursor(sent)
    except NoCursor:
        return
    assert 0 < place.rank <= MOST_LOOKED_AT


@pytest.mark.parametrize("text", ["0:0x1p+0:1", "1:nan:1", "1:inf:1", "1:0x1p+0:0", "1:1", "x:1:1"])
def test_impossible_places_are_no_cursor(text: str) -> None:
    with pytest.raises(NoCursor):
        read_cursor(base64.urlsafe_b64encode(text.encode()).decode().rstrip("="))
