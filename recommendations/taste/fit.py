"""Fits a space to the site's own listeners and catalogue."""

from collections.abc import Callable, Iterable

from recommendations.taste.listening import Float64Array, Listening
from recommendations.taste.space import Space


def fit_space(
    catalogue: Iterable[Float64Array], listening: Callable[[], Iterable[Listening]], origin: str
) -> Space:
    """Return the space of these tracks and listeners.

    ``catalogue`` yields (m, 14) blocks of raw track features as in ``Listening``; ``listening``
    is called for each pass and returns the same blocks of listeners each time, each listener in
    one block. The same input gives the same space.
    """
    raise NotImplementedError
