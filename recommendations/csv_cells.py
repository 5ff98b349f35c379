"""Cells of the tables that the site writes, which people open in spreadsheets."""

# A spreadsheet takes a cell that begins so for a formula and may run it.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_text(text: str) -> str:
    """Return the text with an apostrophe in front where it would be taken for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
