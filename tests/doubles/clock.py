"""The doubles' own time, which can be moved."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The real time plus what it was moved by."""

    def __init__(self) -> None:
        self._moved = timedelta()

    def now(self) -> datetime:
        """Return the time, aware."""
        return datetime.now(UTC) + self._moved

    def move(self, by: timedelta) -> None:
        """Let this much time pass at once."""
        self._moved += by


def add_months(when: datetime, months: int) -> datetime:
    """Return the same day so many months later, or the last day of a shorter month."""
    month = when.month - 1 + months
    year, month = when.year + month // 12, month % 12 + 1
    for day in range(when.day, 0, -1):
        try:
            return when.replace(year=year, month=month, day=day)
        except ValueError:  # this month has no such day
            continue
    raise AssertionError("every month has a first day")
