import pytest

from recommendations.csv_cells import as_text, read_text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(text: str) -> None:
    assert as_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "A = B", "'til", "1999", "Ænima"])
def test_other_text_stays(text: str) -> None:
    assert as_text(text) == text


@pytest.mark.parametrize("text", ["=1+1", "\t=1", "", "'til", "A = B"])
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    assert read_text(as_text(text)) == text
