"""An administrator finds the tracks without features."""

import pytest
from django.test import Client
from django.urls import reverse

from recommendations.services.feature_questions import ask_for_features
from tests.factories import make_track


@pytest.mark.parametrize(
    ("choice", "shown"),
    [("no", {"Bare"}), ("yes", {"Full"}), ("", {"Bare", "Full"}), ("?", {"Bare", "Full"})],
)
def test_tracks_are_filtered_by_whether_they_are_described(
    admin_browser: Client, choice: str, shown: set[str]
) -> None:
    make_track(name="Bare", features=None)
    make_track(name="Full")

    page = admin_browser.get(
        reverse("admin:recommendations_track_changelist"), {"described": choice}
    )

    assert {track.name for track in page.context["cl"].result_list} == shown


def test_questions_for_features_are_listed_and_cannot_be_changed(admin_browser: Client) -> None:
    track = make_track(name="Bare", features=None)
    ask_for_features([track.pk])

    page = admin_browser.get(reverse("admin:recommendations_featurequestion_changelist"))
    assert "Bare" in page.content.decode()
    change = reverse("admin:recommendations_featurequestion_change", args=[track.pk])
    assert admin_browser.post(change, {"misses": 5}).status_code == 403
