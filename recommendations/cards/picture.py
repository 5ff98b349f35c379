"""Draws a card. Pure: words in, PNG out."""

from io import BytesIO
from threading import Lock

from PIL import Image, ImageChops, ImageDraw
from PIL.ImageFont import FreeTypeFont

from recommendations.cards.card import HEIGHT, WIDTH, CardWords
from recommendations.cards.fonts import Run, load_font, split_into_runs

# The colours of app.css in its light theme.
_PAPER, _INK, _SOFT = "#f6f3ec", "#23203b", "#5b5670"
_YOU, _THEM, _YOU_FILL, _THEM_FILL = "#ad2a47", "#1d5ba6", "#ff7f8c", "#6ba6fb"
_LEFT, _RIGHT = 520, WIDTH - 60
_REGULAR, _BOLD = 400, 700
_ELLIPSIS, _REPLACEMENT = "…", "\N{REPLACEMENT CHARACTER}"
_CIRCLE_RADIUS, _CIRCLES_AT = 125, (265, 315)
# Circles are drawn so many times as large, then made smaller, which smooths their edges.
_SMOOTHING = 2
# Around the circles, in pixels; smoothing reaches three.
_MARGIN = 5
# FreeType's fonts are shared by the process and draw for one thread at a time.
_LOCK = Lock()


def draw_card(words: CardWords) -> bytes:
    """Return the picture as PNG, ``WIDTH`` by ``HEIGHT``.

    A name too long for its line is written smaller, then cut with an ellipsis.
    """
    image = _draw_circles(words.apart)
    with _LOCK:
        pen = _Pen(image)
        pen.write(words.first, y=62, sizes=(54, 32), weight=_BOLD, colour=_YOU)
        pen.write(words.second, y=134, sizes=(54, 32), weight=_BOLD, colour=_THEM)
        pen.write(words.closer, y=222, sizes=(36, 24), weight=_BOLD, colour=_INK)
        y = pen.write_list(words.artists_title, words.artists, y=292)
        pen.write_list(words.sound_title, (", ".join(words.sound),) if words.sound else (), y=y)
        pen.write(words.footer, y=562, sizes=(24, 18), weight=_REGULAR, colour=_SOFT)
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _draw_circles(apart: float) -> Image.Image:
    """Return the paper with two circles that cover each other the more, the less ``apart``.

    Drawn is only the box that they never leave, which takes a tenth of the time.
    """
    width, height = 4 * _CIRCLE_RADIUS + 2 * _MARGIN, 2 * _CIRCLE_RADIUS + 2 * _MARGIN
    size = (width * _SMOOTHING, height * _SMOOTHING)
    layers = []
    for side, colour in ((-1, _YOU_FILL), (1, _THEM_FILL)):
        layer = Image.new("RGB", size, _PAPER)
        x = (width / 2 + side * apart * _CIRCLE_RADIUS) * _SMOOTHING
        centre = x, height / 2 * _SMOOTHING
        ImageDraw.Draw(layer).circle(centre, _CIRCLE_RADIUS * _SMOOTHING, fill=colour)
        layers.append(layer)
    drawn = ImageChops.darker(*layers)
    overlap = ImageChops.multiply(*layers)
    drawn.paste(overlap, mask=ImageChops.logical_and(*map(_mask_of, layers)))
    paper = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    middle_x, middle_y = _CIRCLES_AT
    smaller = drawn.resize((width, height), Image.Resampling.LANCZOS)
    paper.paste(smaller, (middle_x - width // 2, middle_y - height // 2))
    return paper


def _mask_of(layer: Image.Image) -> Image.Image:
    paper = Image.new("RGB", layer.size, _PAPER)
    return ImageChops.difference(layer, paper).convert("L").point(bool, "1")


class _Pen:
    """Writes lines of text on the right side of the card."""

    def __init__(self, image: Image.Image) -> None:
        self._draw = ImageDraw.Draw(image)

    def write(self, text: str, *, y: int, sizes: tuple[int, int], weight: int, colour: str) -> None:
        """Write one line whose letters stand on about ``y`` + size, in the largest fitting size."""
        largest, smallest = sizes
        room = _RIGHT - _LEFT
        runs = split_into_runs(text)
        length = sum(_measure(run, largest, weight) for run in runs)
        size = max(smallest, min(largest, int(largest * room / max(length, 1))))
        x = float(_LEFT)
        for run in _cut(runs, size, weight, room):
            font = load_font(run.place, size, weight)
            self._write_run(run, (x, y + largest), font, colour)
            x += font.getlength(run.text)

    def _write_run(
        self, run: Run, at: tuple[float, float], font: FreeTypeFont, colour: str
    ) -> None:
        try:
            self._draw.text(at, run.text, fill=colour, font=font, anchor="ls")
        except OSError:
            # FreeType gives up on the most intricate letters: U+FDFD, a whole sentence in one.
            plain = load_font(0, int(font.size), _REGULAR)
            self._draw.text(at, _REPLACEMENT, fill=colour, font=plain, anchor="ls")

    def write_list(self, title: str, items: tuple[str, ...], *, y: int) -> int:
        """Write a title and the items below it in lines; return where the next list may begin."""
        if not items:
            return y
        self.write(title, y=y, sizes=(22, 18), weight=_REGULAR, colour=_SOFT)
        y += 32
        for line in items:
            self.write(line, y=y, sizes=(26, 20), weight=_BOLD, colour=_INK)
            y += 36
        return y + 12


def _measure(run: Run, size: int, weight: int) -> float:
    return load_font(run.place, size, weight).getlength(run.text)


def _cut(runs: list[Run], size: int, weight: int, room: float) -> list[Run]:
    """Return the runs, without the end for which there is no room."""
    if sum(_measure(run, size, weight) for run in runs) <= room:
        return runs
    text = "".join(run.text for run in runs)
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        kept = split_into_runs(text[:middle].rstrip() + _ELLIPSIS)
        if sum(_measure(run, size, weight) for run in kept) <= room:
            low = middle
        else:
            high = middle - 1
    return split_into_runs(text[:low].rstrip() + _ELLIPSIS)
