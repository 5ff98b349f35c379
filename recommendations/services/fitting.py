"""Fits the taste space and has the index follow: what an operator asks for as one thing."""

from recommendations.services.indexing import prepare_index
from recommendations.services.listening import Progress
from recommendations.services.spaces import SpaceChange, fit_taste_space


def fit_and_index(progress: Progress | None = None) -> SpaceChange:
    """Fit a new taste space and switch profiles and index to it.

    A shared index is filled before the switch, so that it never lacks the space in use. Raises
    ``SpaceReplaced`` and ``IndexUnavailable``; the space in use is then unchanged.
    """
    return fit_taste_space(progress, prepare_index)
