"""Profiles and spaces are read; edits of lists and features make profiles stale."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from recommendations.models import AudioFeatures, StaleProfile, TasteProfile, TopTrack
from recommendations.services.profiles import recompute_profiles
from tests.factories import (
    FEATURES,
    make_artist,
    make_top_artists,
    make_top_tracks,
    make_track,
)


def address(name: str, page: str, *args: object) -> str:
    return reverse(f"admin:recommendations_{name}_{page}", args=args)


@pytest.fixture
def top_track(listener: User) -> TopTrack:
    """One track of a listener whose profile is fresh."""
    artist = make_artist("Portishead")
    make_top_artists(listener, [artist])
    (entry,) = make_top_tracks(listener, [make_track(artists=[artist])])
    recompute_profiles([listener.pk])
    return entry


def is_stale(user: User) -> bool:
    return StaleProfile.objects.filter(user=user).exists()


def test_profile_shows_its_numbers_with_names(admin_browser: Client, top_track: TopTrack) -> None:
    profile = TasteProfile.objects.get(user=top_track.user_id)
    page = admin_browser.get(address("tasteprofile", "change", profile.pk)).content.decode()
    assert "<th>tempo_bpm</th><td>120.0000</td>" in page
    assert "<th>Portishead</th><td>1.0000</td>" in page


@pytest.mark.parametrize("name", ["tasteprofile", "tastespace", "staleprofile"])
def test_what_the_site_computes_is_neither_added_nor_deleted(
    admin_browser: Client, top_track: TopTrack, name: str
) -> None:
    assert admin_browser.get(address(name, "add")).status_code == 403
    StaleProfile.objects.create(user=top_track.user, since=timezone.now())
    row = apps.get_model("recommendations", name)._default_manager  # noqa: SLF001
    pk = row.get().pk
    assert admin_browser.post(address(name, "delete", pk), {"post": "yes"}).status_code != 200
    selected = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    admin_browser.post(address(name, "changelist"), selected)
    assert row.filter(pk=pk).exists()


def test_recompute_from_profiles_marks_their_listeners(
    admin_browser: Client, top_track: TopTrack, listener: User
) -> None:
    assert top_track
    profile = TasteProfile.objects.get(user=listener)
    selected = {"action": "recompute", "_selected_action": [profile.pk]}
    page = admin_browser.post(address("tasteprofile", "changelist"), selected, follow=True)
    assert "1 listener will be recomputed." in page.content.decode()
    assert is_stale(listener)


def test_describe_again_says_how_many(admin_browser: Client, top_track: TopTrack) -> None:
    selected = {"action": "describe_again", "_selected_action": [top_track.track_id]}
    for name in ("track", "audiofeatures"):
        page = admin_browser.post(address(name, "changelist"), selected, follow=True)
        assert "1 track will be described again." in page.content.decode()


def test_editing_features_makes_listeners_stale(
    admin_browser: Client, top_track: TopTrack, listener: User
) -> None:
    change = {**FEATURES, "energy": 0.9, "provider": "synthetic"}
    page = address("audiofeatures", "change", top_track.track_id)
    assert admin_browser.post(page, change).status_code == 302
    assert AudioFeatures.objects.get(pk=top_track.track_id).energy == 0.9
    assert is_stale(listener)


def test_impossible_feature_is_refused_with_its_range(
    admin_browser: Client, top_track: TopTrack, listener: User
) -> None:
    change = {**FEATURES, "energy": 1.5, "provider": "synthetic"}
    page = admin_browser.post(address("audiofeatures", "change", top_track.track_id), change)
    assert "From 0 to 1, or empty for unknown." in page.content.decode()
    assert not is_stale(listener)


def test_features_are_asked_for_in_the_readers_language(
    admin_browser: Client, top_track: TopTrack
) -> None:
    change = address("audiofeatures", "change", top_track.track_id)
    page = admin_browser.get(change, headers={"accept-language": "es"}).content.decode()
    assert "Ritmo bailable:" in page
    assert "Tonalidad:" in page


def test_deleting_features_makes_listeners_stale(
    admin_browser: Client, top_track: TopTrack, listener: User
) -> None:
    admin_browser.post(address("audiofeatures", "delete", top_track.track_id), {"post": "yes"})
    assert not AudioFeatures.objects.exists()
    assert is_stale(listener)


def test_editing_and_deleting_an_entry_makes_the_listener_stale(
    admin_browser: Client, top_track: TopTrack, listener: User
) -> None:
    change = {"track": top_track.track_id, "source": "file", "time_range": "long_term", "rank": 7}
    page = address("toptrack", "change", top_track.pk)
    assert admin_browser.post(page, change).status_code == 302
    assert TopTrack.objects.get().rank == 7
    assert is_stale(listener)
    recompute_profiles([listener.pk])
    selected = {"action": "delete_selected", "_selected_action": [top_track.pk], "post": "yes"}
    admin_browser.post(address("toptrack", "changelist"), selected)
    assert not TopTrack.objects.exists()
    assert is_stale(listener)


def test_editing_a_track_adds_a_credit_and_makes_listeners_stale(
    admin_browser: Client, top_track: TopTrack, listener: User
) -> None:
    artist = make_artist("Sade")
    track = top_track.track
    change = {
        "name": "Renamed",
        "duration_ms": "1000",
        "credits-TOTAL_FORMS": "1",
        "credits-INITIAL_FORMS": "1",
        "credits-0-id": track.credits.get().pk,
        "credits-0-track": track.pk,
        "credits-2-TOTAL_FORMS": "1",
        "credits-2-INITIAL_FORMS": "0",
        "credits-2-0-artist": artist.pk,
        "credits-2-0-position": "1",
        "audio_features-TOTAL_FORMS": "1",
        "audio_features-INITIAL_FORMS": "1",
        "audio_features-0-track": track.pk,
        "audio_features-0-provider": "synthetic",
    }
    assert admin_browser.post(address("track", "change", track.pk), change).status_code == 302
    track.refresh_from_db()
    assert track.name == "Renamed"
    names = track.credits.order_by("position").values_list("artist__name", flat=True)
    assert list(names) == ["Portishead", "Sade"]
    assert is_stale(listener)


def test_artists_are_found_by_the_name_as_people_write_it(
    admin_browser: Client,
    db: None,  # noqa: ARG001
) -> None:
    make_artist("The Beatles", name_key="beatles")
    make_artist("Sade", name_key="sade")
    for term in ("The Beat", "beatles", "BEA"):
        page = admin_browser.get(address("artist", "changelist"), {"q": term}).content.decode()
        assert "The Beatles" in page
        assert ">Sade<" not in page


def test_renaming_an_artist_keeps_the_name_to_match_by_true(admin_browser: Client) -> None:
    artist = make_artist("Sade", name_key="sade")
    change = {"name": "The Beatles", "spotify_id": artist.spotify_id}
    assert admin_browser.post(address("artist", "change", artist.pk), change).status_code == 302
    artist.refresh_from_db()
    assert artist.name_key == "beatles"
