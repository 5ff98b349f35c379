import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
APPS = ("metarec", "accounts", "recommendations")
SPANISH = ROOT / "metarec" / "locale" / "es" / "LC_MESSAGES" / "django.po"

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}
# What Django's templatize makes of a translated text, with the text in the first group.
TEMPLATE_TEXT = re.compile(r"""\b(?:_|n?gettext)\(u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""")
TEMPLATE_QUOTED = r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
TEMPLATE_IN_CONTEXT = re.compile(rf"\bpgettext\({TEMPLATE_QUOTED}, *{TEMPLATE_QUOTED}")
TEMPLATE_PLURAL = re.compile(rf"\bngettext\({TEMPLATE_QUOTED}, *{TEMPLATE_QUOTED}")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read_po(BytesIO(SPANISH.read_bytes()), locale="es")


def extract_from_code() -> Iterator[str]:
    """Yield each text to translate that the code names."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for _line, text, _comments, _context in extract_from_file(
                "python", path, keywords=KEYWORDS
            ):
                yield text if isinstance(text, str) else text[0]


def extract_from_templates() -> Iterator[str]:
    """Yield each text to translate that the templates name."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.html"):
            for text in TEMPLATE_TEXT.findall(templatize(path.read_text())):
                yield ast.literal_eval(text)


def extract_in_context() -> Iterator[tuple[str, str]]:
    """Yield each text that the templates name together with what it means there."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.html"):
            for context, text in TEMPLATE_IN_CONTEXT.findall(templatize(path.read_text())):
                yield ast.literal_eval(text), ast.literal_eval(context)


def test_no_text_is_missing(catalog: Catalog) -> None:
    texts = {*extract_from_code(), *extract_from_templates()}

    assert len(texts) > 100
    assert [text for text in texts if text not in catalog] == []
    assert [text for text in extract_in_context() if catalog.get(*text) is None] == []


def test_every_text_is_translated(catalog: Catalog) -> None:
    untranslated = [
        message.id
        for message in catalog
        if not message.string or (message.pluralizable and not all(message.string))
    ]

    assert untranslated == []


def test_no_translation_is_a_guess(catalog: Catalog) -> None:
    assert [message.id for message in catalog if message.id and message.fuzzy] == []


def test_placeholders_match(catalog: Catalog) -> None:
    assert [(message.id, errors) for message, errors in catalog.check()] == []


def test_one_singular_has_one_plural() -> None:
    # A catalogue holds one plural for each singular; another one would stay English.
    plurals: dict[str, set[str]] = {}
    for app in APPS:
        for path in (ROOT / app).rglob("*.html"):
            for singular, plural in TEMPLATE_PLURAL.findall(templatize(path.read_text())):
                plurals.setdefault(ast.literal_eval(singular), set()).add(ast.literal_eval(plural))

    assert len(plurals) > 5
    assert [found for found in plurals.values() if len(found) > 1] == []


def test_no_text_is_unused(catalog: Catalog) -> None:
    texts = {(text, None) for text in (*extract_from_code(), *extract_from_templates())}
    used = {*texts, *extract_in_context()}
    known = [
        (message.id if isinstance(message.id, str) else message.id[0], message.context)
        for message in catalog
        if message.id
    ]

    assert [text for text in known if text not in used] == []
