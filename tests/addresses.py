"""Who gets which answer at each of the site's addresses.

A key is an address as the url configuration writes it; what stands for its parts is made by the
test. Everything of which an address names the id or the token belongs to the owner; ``user_id`` is
a third listener, whom both may see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

SIGN_IN = "sign in"
FILE = b'{"version": 1, "listeners": []}'

Answer = int | str


@dataclass(frozen=True)
class Answers:
    """What is answered to somebody who is not signed in, to another listener, and to the owner.

    A number is a status; ``SIGN_IN`` leads to the page for signing in.
    """

    anonymous: Answer
    other: Answer
    owner: Answer
    body: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""

    def sending(self, **body: Any) -> "Answers":
        """Return the same answers to what sends this; texts in braces are filled in."""
        return replace(self, body=body)

    def asking(self, query: str) -> "Answers":
        """Return the same answers to what asks with this query."""
        return replace(self, query=query)


OPEN = Answers(200, 200, 200)
NOWHERE = Answers(404, 404, 404)
# Each sees or changes what is their own; the second where another page shows that it is done.
PERSONAL = Answers(SIGN_IN, 200, 200)
PERSONAL_DONE = Answers(SIGN_IN, 302, 302)
# One thing of the owner's.
KEPT = Answers(SIGN_IN, 404, 200)
KEPT_DONE = Answers(SIGN_IN, 404, 302)

PAGES: Mapping[str, Mapping[str, Answers]] = {
    "": {"GET": OPEN},
    "accounts/inactive/": {"GET": OPEN},
    "accounts/login/": {"GET": Answers(200, 302, 302), "POST": Answers(200, 302, 302)},
    "accounts/logout/": {"GET": Answers(302, 200, 200), "POST": Answers(302, 302, 302)},
    "accounts/password/change/": {"GET": PERSONAL, "POST": PERSONAL},
    "accounts/password/reset/": {"GET": OPEN},
    "accounts/password/set/": {"GET": PERSONAL_DONE, "POST": PERSONAL_DONE},
    "accounts/signup/": {"GET": Answers(200, 302, 302), "POST": Answers(200, 302, 302)},
    "accounts/spotify/login/": {"GET": OPEN, "POST": Answers(302, 302, 302)},
    "accounts/spotify/login/callback/": {"GET": Answers(302, 302, 302)},
    "cards/": {"GET": PERSONAL},
    "cards/<int:card_id>/remove/": {"POST": KEPT_DONE},
    "cards/<str:token>/": {"GET": OPEN},
    "cards/<str:token>/picture.png": {"GET": OPEN},
    "clusters/": {"GET": OPEN},
    "clusters/<slug:kind>/<int:number>/": {"GET": OPEN},
    "compare/": {"GET": PERSONAL},
    "compare/links/": {"GET": PERSONAL, "POST": PERSONAL_DONE.sending(name="Friend")},
    "compare/links/<int:link_id>/end/": {"POST": KEPT_DONE},
    "compare/with/<str:token>/": {"GET": PERSONAL},
    # Nobody makes a playlist with themselves.
    "compare/with/<str:token>/playlist.<slug:extension>": {"GET": Answers(SIGN_IN, 200, 404)},
    "compare/with/<str:token>/playlist/": {"GET": Answers(SIGN_IN, 200, 404)},
    "compare/with/<str:token>/playlist/spotify/": {"POST": Answers(SIGN_IN, 302, 404)},
    "connections/": {"GET": PERSONAL},
    "connections/<slug:service>/connect/": {"GET": PERSONAL_DONE, "POST": PERSONAL_DONE},
    "connections/<slug:service>/disconnect/": {"GET": PERSONAL, "POST": PERSONAL_DONE},
    "connections/<slug:service>/sync/": {"GET": PERSONAL_DONE, "POST": PERSONAL_DONE},
    "facets/": {"GET": PERSONAL},
    "hear-next/": {"GET": PERSONAL},
    "i18n/setlang/": {"GET": Answers(302, 302, 302), "POST": Answers(302, 302, 302)},
    "listeners/<int:user_id>/": {"GET": OPEN},
    "listeners/<int:user_id>/card/": {"GET": PERSONAL, "POST": PERSONAL_DONE},
    "listeners/<int:user_id>/hide/": {
        "GET": PERSONAL,
        "POST": PERSONAL_DONE.sending(choice="hide"),
    },
    "listeners/<int:user_id>/playlist.<slug:extension>": {"GET": PERSONAL},
    "listeners/<int:user_id>/playlist/": {"GET": PERSONAL},
    "listeners/<int:user_id>/playlist/spotify/": {"POST": PERSONAL_DONE},
    "listeners/<int:user_id>/show/": {"POST": PERSONAL_DONE},
    "map/": {"GET": OPEN},
    "my-data/": {"GET": PERSONAL},
    "my-data/delete/": {
        "GET": PERSONAL,
        "POST": PERSONAL_DONE.sending(password="{password}"),
    },
    "my-data/discoverable/": {"POST": PERSONAL_DONE},
    "my-data/exclusions/": {"GET": PERSONAL, "POST": PERSONAL_DONE.sending(artist="{artist_id}")},
    "my-data/exclusions/<int:exclusion_id>/removal/": {"POST": KEPT_DONE},
    "my-data/export.zip": {"GET": PERSONAL},
    "my-data/tokens/": {"GET": PERSONAL, "POST": PERSONAL.sending(name="Program", days="90")},
    "my-data/tokens/<uuid:token_id>/revocation/": {"POST": KEPT_DONE},
    "my-data/webhooks/": {
        "GET": PERSONAL,
        "POST": PERSONAL.sending(url="https://example.org/", events=["sync_finished"]),
    },
    "my-data/webhooks/<int:webhook_id>/": {"GET": KEPT},
    "my-data/webhooks/<int:webhook_id>/removal/": {"POST": KEPT_DONE},
    "my-data/webhooks/<int:webhook_id>/switch/": {"POST": KEPT_DONE},
    "privacy/": {"GET": OPEN},
    "search/": {"GET": OPEN.asking("?q=artist")},
    "similar-users/": {"GET": PERSONAL},
    "spotify-playlists/<int:playlist_id>/": {"GET": KEPT},
    "top-artists/": {"GET": PERSONAL},
    "top-tracks/": {"GET": PERSONAL},
    "tracks/<int:track_id>/": {"GET": OPEN},
    "try/": {"GET": OPEN.asking("?artist={artist_id}&q=artist")},
    "uploads/": {"GET": PERSONAL, "POST": PERSONAL_DONE.sending(files=FILE)},
    "uploads/<int:upload_id>/": {"GET": KEPT},
    "uploads/<int:upload_id>/decision/": {"POST": KEPT_DONE},
    "uploads/<int:upload_id>/not-found.csv": {"GET": KEPT},
    "uploads/<int:upload_id>/progress/": {"GET": KEPT},
    "uploads/<int:upload_id>/removal/": {"POST": KEPT_DONE},
}

# The same over the API, where 401 asks for a token.
TOKEN = Answers(401, 200, 200)
TOKEN_MAKES = Answers(401, 201, 201)
TOKEN_REMOVES = Answers(401, 204, 204)
TOKEN_BEGINS = Answers(401, 202, 202)
OWN = Answers(401, 404, 200)
OWN_REMOVES = Answers(401, 404, 204)

API: Mapping[str, Mapping[str, Answers]] = {
    "": dict.fromkeys(("GET", "POST"), NOWHERE),
    "v1/auth/login/": {"POST": OPEN.sending(login="{login}", password="{password}")},
    "v1/auth/logout-all/": {"POST": TOKEN_REMOVES},
    "v1/auth/logout/": {"POST": TOKEN_REMOVES},
    "v1/auth/tokens/": {"GET": TOKEN, "POST": TOKEN_MAKES.sending(name="Program")},
    "v1/auth/tokens/<uuid:token_id>/": {"DELETE": OWN_REMOVES},
    "v1/cards/<str:token>/": {"GET": OPEN},
    "v1/clusters/": {"GET": OPEN},
    "v1/clusters/<slug:kind>/<int:number>/": {"GET": OPEN},
    "v1/clusters/<slug:kind>/<int:number>/listeners/": {"GET": OPEN},
    "v1/clusters/<slug:kind>/<int:number>/tracks/": {"GET": OPEN},
    "v1/compare/": {"GET": TOKEN.asking("?with={user_id}")},
    # Nobody compares with themselves.
    "v1/compare/with/<str:token>/": {"GET": Answers(401, 200, 404)},
    "v1/compare/with/<str:token>/playlist/": {"GET": Answers(401, 200, 404)},
    "v1/compare/with/<str:token>/playlist/file/": {
        "GET": Answers(401, 200, 404).asking("?kind=csv")
    },
    "v1/compare/with/<str:token>/playlist/spotify/": {"POST": Answers(401, 202, 404)},
    "v1/docs/": {"GET": OPEN},
    "v1/listeners/<int:user_id>/": {"GET": OPEN},
    # Nobody has computed one here.
    "v1/map/": {"GET": NOWHERE},
    "v1/me/": {
        "GET": TOKEN,
        "PATCH": TOKEN.sending(is_discoverable=True),
        "DELETE": TOKEN_REMOVES.sending(password="{password}"),
    },
    "v1/me/cards/": {"GET": TOKEN, "POST": TOKEN_MAKES.sending(user_id="{user_id}")},
    "v1/me/cards/<int:card_id>/": {"DELETE": OWN_REMOVES},
    "v1/me/compare-links/": {"GET": TOKEN, "POST": TOKEN_MAKES.sending(name="Friend")},
    "v1/me/compare-links/<int:link_id>/": {"DELETE": OWN_REMOVES},
    "v1/me/connections/": {"GET": TOKEN},
    "v1/me/connections/<slug:service>/": {"DELETE": TOKEN_REMOVES},
    "v1/me/exclusions/": {
        "GET": TOKEN,
        "POST": TOKEN_MAKES.sending(kind="artist", id="{artist_id}"),
    },
    "v1/me/exclusions/<int:exclusion_id>/": {"DELETE": OWN_REMOVES},
    "v1/me/export/": {"GET": TOKEN},
    "v1/me/facets/": {"GET": TOKEN},
    "v1/me/hear-next/": {"GET": TOKEN},
    "v1/me/profile/": {"GET": TOKEN},
    "v1/me/shared-playlists/<int:user_id>/": {"GET": TOKEN},
    "v1/me/shared-playlists/<int:user_id>/file/": {"GET": TOKEN.asking("?kind=csv")},
    "v1/me/shared-playlists/<int:user_id>/spotify/": {"POST": TOKEN_BEGINS},
    "v1/me/similar-users/": {"GET": TOKEN},
    "v1/me/similar-users/<int:user_id>/": {"GET": TOKEN},
    "v1/me/spotify-playlists/<int:playlist_id>/": {"GET": OWN},
    "v1/me/syncs/": {"GET": TOKEN, "POST": TOKEN_BEGINS},
    "v1/me/top-artists/": {"GET": TOKEN},
    "v1/me/top-tracks/": {"GET": TOKEN},
    "v1/me/unseen-listeners/": {"GET": TOKEN},
    "v1/me/unseen-listeners/<int:user_id>/": {"PUT": TOKEN, "DELETE": TOKEN_REMOVES},
    "v1/me/uploads/": {"GET": TOKEN, "POST": TOKEN_BEGINS.sending(files=FILE)},
    "v1/me/uploads/<int:upload_id>/": {
        "GET": OWN,
        # Nothing is to be decided.
        "PATCH": Answers(401, 404, 409).sending(keep=True),
        "DELETE": OWN_REMOVES,
    },
    "v1/me/webhooks/": {
        "GET": TOKEN,
        "POST": TOKEN_MAKES.sending(url="https://example.org/", events=["sync_finished"]),
    },
    "v1/me/webhooks/<int:webhook_id>/": {
        "GET": OWN,
        "PATCH": OWN.sending(is_enabled=False),
        "DELETE": OWN_REMOVES,
    },
    "v1/me/webhooks/<int:webhook_id>/deliveries/": {"GET": OWN},
    "v1/schema/": {"GET": OPEN},
    "v1/search/": {"GET": OPEN.asking("?q=artist")},
    # Artists that are not there.
    "v1/similar-users/": {"GET": NOWHERE.asking("?artist=1000001&artist=1000002&artist=1000003")},
    "v1/tracks/<int:track_id>/": {"GET": OPEN},
}

ADDRESSES = {**PAGES, **{f"api/{address}": methods for address, methods in API.items()}}
