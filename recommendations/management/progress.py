"""Progress bars for commands that go through many rows."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import NoReturn

from tqdm import tqdm

Show = Callable[[int, int], None]


def listener_progress() -> AbstractContextManager[Show]:
    """Yield what ``row_progress`` does, for listeners."""
    return row_progress("listeners")


@contextmanager
def row_progress(unit: str) -> Iterator[Show]:
    """Yield a function to call with how many are done and to do; silent without a terminal.

    There is a bar from the first call on.
    """
    with ExitStack() as open_bars:
        bars: list[tqdm[NoReturn]] = []

        def show(done: int, total: int) -> None:
            if not bars:
                bar = tqdm(unit=f" {unit}", unit_scale=True, total=total, disable=None)
                bars.append(open_bars.enter_context(bar))
            bars[0].update(done - bars[0].n)

        yield show
