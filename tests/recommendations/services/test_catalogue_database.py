"""The search in the database, on each database that the site runs on."""

import json

from tests.site_processes import Site

_SEARCHES = """
import json
from recommendations.services.catalogue_search import search_catalogue
sade = make_artist("Sade")
for name in ("Jezebel", "Jezebel Live", "Oh Jezebel", "Ёлка", "100%", "!!!", "Straße"):
    make_track(name=name, artists=[sade])
make_artist("Sade Adu")
make_artist("The Marquis de Sade", name_key="marquis de sade")
texts = ["jezebel", "sade oh", "ЕЛКА", "100", "!!!", "strasse", "%", "jez_bel", "sade", "\\x00"]
found = [search_catalogue(text, limit=4) for text in texts]
print(json.dumps([
    [[track.name for track in one.tracks], [artist.name for artist in one.artists]]
    for one in found
]))
"""
_PLAN = """
from django.db import connection
from django.db.models import F
if connection.vendor == "postgresql":
    connection.cursor().execute("SET enable_seqscan = off")
tracks = Track.objects.order_by(F("popularity").desc(nulls_last=True), "pk")
print(tracks.filter(name_key__beginswith="lo").values_list("pk")[:9].explain())
"""


def test_every_database_finds_the_same(site: Site) -> None:
    found = json.loads(site.run(_SEARCHES))

    by_sade = ["Jezebel", "Jezebel Live", "Oh Jezebel", "Ёлка"]
    assert found == [
        [by_sade[:3], []],
        [["Oh Jezebel"], []],
        [["Ёлка"], []],
        [["100%"], []],
        [["!!!"], []],
        [["Straße"], []],
        [[], []],
        [[], []],
        [by_sade, ["Sade", "Sade Adu", "The Marquis de Sade"]],
        [[], []],
    ]


def test_beginnings_of_names_are_found_by_the_index(site: Site) -> None:
    plan = site.run(_PLAN)

    assert "track_name_key_and_popularity" in plan
    assert "SCAN recommendations_track" not in plan
