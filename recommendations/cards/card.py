"""What a card says and how large it is; apart from what draws it, which takes memory."""

from dataclasses import dataclass

# What is shown in feeds: https://ogp.me/ names no size; this one is 1.91 to 1, as they cut it.
WIDTH, HEIGHT = 1200, 630
# Part of the ETag: raise it whenever the same words are drawn otherwise.
VERSION = 1


@dataclass(frozen=True, slots=True)
class CardWords:
    """Everything that the picture says; ``description`` is all of it in one paragraph.

    ``apart`` is half of how far the middles of the two circles are from each other, in radii; it
    shows what ``closer`` says in words.
    """

    first: str
    second: str
    closer: str
    artists_title: str
    artists: tuple[str, ...]
    sound_title: str
    sound: tuple[str, ...]
    footer: str
    description: str
    apart: float
