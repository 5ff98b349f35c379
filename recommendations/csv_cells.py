"""Cells of the tables that the site writes, which people open in spreadsheets."""

# A spreadsheet takes a cell that begins so for a formula and may run it.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def read_text(cell: str) -> str:
    """Return the text of a cell that ``as_text`` wrote."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA_STARTS) else cell


def as_text(text: str) -> str:
    """Return the text with an apostrophe in front where it would be taken for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
