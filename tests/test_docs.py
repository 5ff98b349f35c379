"""The documentation names everything there is, and nothing there is not."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
# Words of the place where this was written, which mean nothing to a reader.
_FOREIGN = re.compile(r"/(work|home|root|tmp)/|\bshared/")


def _read_variables() -> set[str]:
    """Return the environment variables that the settings read."""
    tree = ast.parse((ROOT / "metarec" / "settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id.startswith("env_")
        and isinstance(call.args[0], ast.Constant)
    }


def _find_commands() -> set[str]:
    files = ROOT.glob("*/management/commands/*.py")
    return {file.stem for file in files if file.stem != "__init__"}


def test_configuration_page_lists_every_variable_and_no_other() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()

    documented = set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))

    assert documented == _read_variables()


def test_example_file_lists_every_variable_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text()
    of_compose = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))

    listed = set(re.findall(r"^# (\w+)=", example, re.MULTILINE))

    assert listed == _read_variables() | of_compose


def test_deployment_page_explains_every_variable_of_the_compose_file_alone() -> None:
    page = (ROOT / "docs" / "deployment.md").read_text()
    of_compose = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))

    documented = set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))

    assert documented == of_compose - _read_variables()


def test_every_command_is_documented_and_no_other() -> None:
    text = "\n".join(page.read_text() for page in PAGES)
    builtin = {"check", "changepassword", "createsuperuser", "migrate", "shell"}

    documented = set(re.findall(r"manage\.py (\w+)", text))

    assert documented - builtin == _find_commands()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_no_place_of_their_writers(page: Path) -> None:
    assert [line for line in page.read_text().splitlines() if _FOREIGN.search(line)] == []


def test_readme_names_every_page() -> None:
    readme = (ROOT / "README.md").read_text()

    assert [page.name for page in PAGES if page.parent.name == "docs"] == [
        page.name for page in PAGES if f"docs/{page.name}" in readme
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_begin_with_their_heading(page: Path) -> None:
    assert page.read_text().startswith("# ")
