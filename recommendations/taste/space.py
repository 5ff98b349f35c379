"""The figures that turn listening into comparable profiles, and how they are kept."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from recommendations.taste.artist_map import ArtistMap
from recommendations.taste.artists import ArtistFrequencies
from recommendations.taste.percents import PercentTable
from recommendations.taste.scales import Scales
from recommendations.taste.sound import SoundFigures


@dataclass(frozen=True, eq=False, slots=True)
class Space:
    """Everything a profile depends on besides the listener's own listening.

    ``listener_count`` and ``track_count`` are those it was measured on. Profiles compare only
    within one space. ``scales`` turn raw features into those that the other figures are of.
    """

    origin: str
    listener_count: int
    track_count: int
    sound: SoundFigures
    frequencies: ArtistFrequencies
    artist_map: ArtistMap
    seed_percents: PercentTable
    hybrid_percents: PercentTable
    scales: Scales

    @property
    def artist_count(self) -> int:
        """How many artists were counted."""
        return len(self.frequencies.artist_ids)

    @property
    def has_map(self) -> bool:
        """Whether there is a map of artists."""
        return len(self.artist_map) > 0

    def to_bytes(self) -> bytes:
        """Return the space as a compressed npz archive, without pickles."""
        archive = io.BytesIO()
        np.savez_compressed(archive, allow_pickle=False, **_flatten(asdict(self)))
        return archive.getvalue()

    def to_json(self) -> str:
        """Return the figures that concern no artist, as the shipped file has them."""
        figures = asdict(self)
        del figures["frequencies"], figures["artist_map"], figures["scales"]
        return json.dumps(figures, default=_rounded, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the space that ``to_json`` wrote: no artist frequencies, no map."""
        figures = json.loads(text)
        return cls(
            origin=figures["origin"],
            listener_count=figures["listener_count"],
            track_count=figures["track_count"],
            sound=SoundFigures(**_as_arrays(figures["sound"])),
            frequencies=ArtistFrequencies.none(),
            artist_map=ArtistMap.none(),
            seed_percents=PercentTable(**_as_arrays(figures["seed_percents"])),
            hybrid_percents=PercentTable(**_as_arrays(figures["hybrid_percents"])),
            scales=Scales.same(),
        )

    @classmethod
    def from_bytes(cls, archive: bytes) -> Self:
        """Return the space that ``to_bytes`` wrote.

        Raises ``ValueError`` when the bytes are something else.
        """
        try:
            with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
                return cls._from_arrays(dict(arrays))
        except (
            AttributeError,
            EOFError,
            KeyError,
            TypeError,
            ValueError,
            zipfile.BadZipFile,
        ) as error:
            raise ValueError(f"These bytes are not a taste space: {error!r}.") from error

    @classmethod
    def _from_arrays(cls, arrays: dict[str, npt.NDArray[Any]]) -> Self:
        return cls(
            origin=str(arrays["origin"]),
            listener_count=int(arrays["listener_count"]),
            track_count=int(arrays["track_count"]),
            sound=SoundFigures(**_part(arrays, "sound")),
            frequencies=ArtistFrequencies(
                arrays["frequencies.artist_ids"],
                arrays["frequencies.listeners"],
                int(arrays["frequencies.listener_count"]),
            ),
            artist_map=ArtistMap(**_part(arrays, "artist_map")),
            seed_percents=PercentTable(**_part(arrays, "seed_percents")),
            hybrid_percents=PercentTable(**_part(arrays, "hybrid_percents")),
            # A space of a time when there was one scale has none.
            scales=Scales(**part) if (part := _part(arrays, "scales")) else Scales.same(),
        )


@cache
def default_space() -> Space:
    """Return the shipped space: sound figures and percents of real listeners, no artists.

    Its file holds aggregate figures only. ``fit.fit_default_space(catalogue, listening, origin)``
    over the two data sets that its origin names, written by ``Space.to_json``, makes it again.
    """
    file = resources.files("recommendations.taste") / "default_space.json"
    return Space.from_json(file.read_text(encoding="utf-8"))


def _flatten(nested: dict[str, Any], prefix: str = "") -> dict[str, npt.NDArray[Any]]:
    flat: dict[str, npt.NDArray[Any]] = {}
    for name, value in nested.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = np.asarray(value)
    return flat


def _part(arrays: dict[str, npt.NDArray[Any]], part: str) -> dict[str, npt.NDArray[Any]]:
    prefix = f"{part}."
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }


def _rounded(array: npt.NDArray[np.floating]) -> list[Any]:
    """Return the numbers with twelve digits, more than was measured, as nested lists."""
    if array.ndim > 1:
        return [_rounded(row) for row in array]
    return [float(f"{number:.12g}") for number in array]


def _as_arrays(figures: dict[str, list[Any]]) -> dict[str, npt.NDArray[np.float64]]:
    return {name: np.array(numbers, np.float64) for name, numbers in figures.items()}
