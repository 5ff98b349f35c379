"""The index template that the indexes of profiles and of the catalogue have in common."""

from collections.abc import Mapping
from typing import Any


def wrap_mappings(
    mappings: Mapping[str, Any], alias: str, *, version: int, shards: int, replicas: int
) -> dict[str, Any]:
    """Return the template of every index behind ``alias``, strict in its mappings."""
    return {
        "index_patterns": [f"{alias}-*"],
        # A late write to an index that a rebuild has dropped fails, instead of making it anew.
        "allow_auto_create": False,
        "version": version,
        "template": {
            "settings": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                # Every change ends with a refresh, so searches see it whole or not at all.
                "refresh_interval": "-1",
                # How long a removal outranks a late write; no task runs nearly as long.
                "gc_deletes": "1h",
            },
            "mappings": {"dynamic": "strict", **mappings},
        },
    }
