"""A program that uses metarec's API: brings a file of listening and lists similar users.

    python docs/example.py http://127.0.0.1:8000 my-name my_spotify_data.zip

It asks for the password. ``verify`` is what a program does that receives webhooks.
"""

import getpass
import hashlib
import hmac
import json
import sys
import time
from pathlib import Path
from typing import Any

import requests

TIMEOUT_S = 30
LOOK_AGAIN_AFTER_S = 1.0
# How old a delivery may be: one that somebody recorded and sends again later is refused.
TOLERANCE_S = 300


def sign_in(site: str, login: str, password: str) -> requests.Session:
    """Return a session that sends a token, which lasts 30 days."""
    credentials = {"login": login, "password": password}
    answer = requests.post(f"{site}/api/v1/auth/login/", json=credentials, timeout=TIMEOUT_S)
    answer.raise_for_status()
    session = requests.Session()
    session.headers["Authorization"] = f"Token {answer.json()['token']}"
    return session


def bring(session: requests.Session, site: str, path: Path) -> list[Any]:
    """Upload a file of listening and return its uploads, one for each kind of file in it."""
    with path.open("rb") as file:
        answer = session.post(
            f"{site}/api/v1/me/uploads/", files={"files": (path.name, file)}, timeout=TIMEOUT_S
        )
    answer.raise_for_status()
    uploads: list[Any] = answer.json()
    return uploads


def wait(session: requests.Session, site: str, upload: Any) -> Any:
    """Return the upload's report once it is imported, or was refused."""
    while upload["state"] in {"waiting", "running"}:
        time.sleep(LOOK_AGAIN_AFTER_S)
        answer = session.get(f"{site}/api/v1/me/uploads/{upload['id']}/", timeout=TIMEOUT_S)
        answer.raise_for_status()
        upload = answer.json()
    return upload


def list_similar_users(session: requests.Session, site: str) -> list[Any]:
    """Return the ten most similar users with the reasons, best first."""
    answer = session.get(f"{site}/api/v1/me/similar-users/", timeout=TIMEOUT_S)
    answer.raise_for_status()
    similar_users: list[Any] = answer.json()["results"]
    return similar_users


def describe(similar: Any) -> str:
    """Return one line: who, how close, and the artists that say most about it."""
    artists = [shared["artist"]["name"] for shared in similar["shared_artists"][:3]]
    reasons = f"you share {', '.join(artists)}" if artists else "you share no artist"
    return f"{similar['user']['username']}, closer than {similar['percent']:.1f} %: {reasons}"


def verify(secret: str, header: str, body: bytes, now: float) -> Any:
    """Return what a webhook's delivery says. Raises ``ValueError`` if it is not metarec's, or old.

    ``header`` is ``Metarec-Signature``, ``body`` the bytes as they came.
    """
    try:
        parts = dict(part.split("=", 1) for part in header.split(","))
        timestamp, signature = int(parts["t"]), parts["v1"]
    except (KeyError, ValueError) as error:
        raise ValueError("The header is no signature.") from error
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    if not hmac.compare_digest(signed.hexdigest().encode(), signature.encode()):
        raise ValueError("The signature is not that of this secret and body.")
    if abs(now - timestamp) > TOLERANCE_S:
        raise ValueError("The delivery is too old.")
    return json.loads(body)


def main(site: str, login: str, file: str) -> None:
    """Bring the file, wait until it is imported, and print who is similar, and why."""
    session = sign_in(site, login, getpass.getpass())
    for upload in bring(session, site, Path(file)):
        report = wait(session, site, upload)
        print(
            report["file_name"], report["state"], *(fault["message"] for fault in report["faults"])
        )
    for similar in list_similar_users(session, site):
        print(describe(similar))


if __name__ == "__main__":
    main(*sys.argv[1:])
