"""Makes metarec's API key for Elasticsearch at the first start, and leaves it in a file.

The key may use metarec's own indexes and nothing else. ``ELASTIC_HOST``, ``ELASTIC_PASSWORD`` (of
the superuser elastic) and ``API_KEY_FILE`` come from docker-compose.yml. A key that works is kept.
"""

import base64
import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

_ROLE = {
    "cluster": ["monitor", "manage_index_templates"],
    "indices": [{"names": ["users-metadata*", "songs-metadata*"], "privileges": ["all"]}],
}
_TIMEOUT_S = 30


def ask(host: str, path: str, authorization: str, body: object = None) -> dict[str, Any]:
    """Return Elasticsearch's answer; raises ``urllib.error.URLError``."""
    request = urllib.request.Request(  # noqa: S310 - the operator's own address
        host + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": authorization, "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - as above
        content: dict[str, Any] = json.load(answer)
        return content


def works(host: str, key: str) -> bool:
    """Tell whether Elasticsearch takes the key."""
    try:
        ask(host, "/_security/_authenticate", f"ApiKey {key}")
    except urllib.error.HTTPError as error:
        if error.code == 401:  # noqa: PLR2004 - HTTP's own number
            return False
        raise
    return True


def main() -> None:
    """Leave a key that works in the file."""
    host, file = os.environ["ELASTIC_HOST"], Path(os.environ["API_KEY_FILE"])
    if file.exists() and works(host, file.read_text()):
        return
    password = base64.b64encode(f"elastic:{os.environ['ELASTIC_PASSWORD']}".encode()).decode()
    body = {"name": "metarec", "role_descriptors": {"metarec": _ROLE}}
    made = ask(host, "/_security/api_key", f"Basic {password}", body)
    draft = file.with_suffix(".part")
    draft.touch(mode=0o600)
    draft.write_text(made["encoded"])
    draft.replace(file)


if __name__ == "__main__":
    try:
        main()
    except urllib.error.URLError as failure:
        sys.exit(f"No API key was made: {failure}")
