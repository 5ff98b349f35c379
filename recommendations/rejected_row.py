"""What every reader of rows raises for a row that cannot be used."""


class RejectedRow(Exception):  # noqa: N818 - it is the row that is rejected, the import goes on
    """One row of a file cannot be used; the text is the reason, for the file of rejected rows."""
