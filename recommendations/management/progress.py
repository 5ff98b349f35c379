"""A progress bar for commands that go through listeners."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


@contextmanager
def listener_progress() -> Iterator[Callable[[int, int], None]]:
    """Yield a function to call with the listeners done and to do; silent without a terminal."""
    with tqdm(unit=" listeners", unit_scale=True, disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
