import re
from pathlib import Path

import pytest
from django.conf import settings

STYLES = (Path(settings.BASE_DIR) / "metarec" / "static" / "app.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6}|#[0-9a-f]{3});", block))
    for block in re.findall(r":root \{(.*?)\}", STYLES, re.DOTALL)[:2]
)
# What is written on what.
PAIRS = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "chip"),
    ("ink-soft", "paper"),
    ("ink-soft", "card"),
    ("ink-soft", "chip"),
    ("link", "paper"),
    ("link", "card"),
    ("link", "chip"),
    ("on-link", "link"),
    ("you", "paper"),
    ("you", "card"),
    ("them", "card"),
    ("good", "card"),
    ("danger", "card"),
    ("on-danger", "danger"),
]


def luminance(colour: str) -> float:
    """Return the relative luminance that WCAG 2.2 defines."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out(theme: dict[str, str], text: str, ground: str) -> None:
    lighter, darker = sorted((luminance(theme[text]), luminance(theme[ground])), reverse=True)

    # Success criterion 1.4.3 at level AA.
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
