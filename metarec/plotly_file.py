"""Finds the one file of plotly that pages load, where its Python package has it."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage, Storage

# Below this name on the site, so that it cannot be mistaken for one of ours.
_FOLDER = "plotly"
_FILE = "plotly.min.js"


class PlotlyFileFinder(FileSystemFinder):
    """A finder of static files that knows one; the package's other files stay in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        # Looked up, not imported: the package would take its time.
        spec = find_spec("plotly")
        [package] = (spec.submodule_search_locations if spec else None) or [""]
        folder = str(Path(package) / "package_data")
        storage = FileSystemStorage(location=folder)
        storage.prefix = _FOLDER  # type: ignore[attr-defined] # as Django's own finders do
        self.locations = [(_FOLDER, folder)]
        self.storages = {folder: storage}

    def find_location(self, root: str, path: str, prefix: str | None = None) -> str | None:
        """Return where the file is, None for any other."""
        return super().find_location(root, path, prefix) if path == f"{_FOLDER}/{_FILE}" else None

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield the file with the storage that holds it."""
        return (found for found in super().list(ignore_patterns) if found[0] == _FILE)
