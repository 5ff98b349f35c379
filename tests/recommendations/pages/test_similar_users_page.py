import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from recommendations.models import Artist, FeatureQuestion, TimeRange
from recommendations.services.feature_questions import ask_for_features
from recommendations.services.profiles import recompute_profiles
from recommendations.services.visibility import set_discoverable
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

SIMILAR_USERS = reverse("recommendations:similar_users")


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    response = client.get(SIMILAR_USERS)

    assert response["Location"] == f"{reverse('account_login')}?next={SIMILAR_USERS}"


def test_the_nearest_listener_comes_first(ana: Client) -> None:
    text = read_text(ana.get(SIMILAR_USERS))

    assert text.index("1 sibling") < text.index("2 stranger")
    assert "closer than" in text


def test_hidden_listeners_and_oneself_are_left_out(ana: Client) -> None:
    text = read_text(ana.get(SIMILAR_USERS))

    assert "hidden" not in text
    assert "ana" not in text.split()


def test_who_hides_is_gone_at_the_next_visit(ana: Client, cast: Cast) -> None:
    ana.get(SIMILAR_USERS)

    set_discoverable(cast.sibling, value=False)

    assert "sibling" not in read_text(ana.get(SIMILAR_USERS))


def test_shared_artists_stand_in_order_of_their_share(ana: Client) -> None:
    text = read_text(ana.get(SIMILAR_USERS))

    sibling = text[text.index("1 sibling") : text.index("2 stranger")]
    assert sibling.index("Portishead") < sibling.index("Radiohead")


def test_the_sound_is_told_in_plain_units(ana: Client) -> None:
    text = read_text(ana.get(SIMILAR_USERS))

    sibling = text[text.index("1 sibling") : text.index("2 stranger")]
    assert "Most alike Danceability you 50%, they 50%" in sibling


def test_the_hybrids_score_is_taken_apart(ana: Client) -> None:
    text = read_text(ana.get(SIMILAR_USERS))

    parts = text.split("What the similarity is made of")[1]
    assert "Artists you share +1.000" in parts
    assert "Artists played by the same people +0.000" in parts
    assert "meta vectors" not in text


def test_the_seeds_score_is_shown_as_what_it_is(ana: Client, settings: Settings) -> None:
    settings.METAREC_RANKING = "seed"

    text = read_text(ana.get(SIMILAR_USERS))

    parts = text.split("What the similarity is made of")[1]
    assert "How alike your average tracks are (the cosine of the meta vectors) +1.00000" in parts
    assert "Any artist you share yes, which multiplies the score by 501" in parts
    assert "Artists you share +" not in text
    assert "Artists played by the same people" not in text
    assert "The percentage beside an artist" not in text


def test_what_the_seed_lacks_is_said(client: Client, settings: Settings) -> None:
    settings.METAREC_RANKING = "seed"
    artist, users = make_artist(), [make_user(), make_user()]
    for user in users:
        make_top_artists(user, [artist])
    make_top_tracks(users[0], [make_track(popularity=None)])
    recompute_profiles([user.pk for user in users])
    client.force_login(users[0])

    text = read_text(client.get(SIMILAR_USERS))

    assert "no track of either of you has all fourteen features" in text


@pytest.mark.parametrize(
    ("ranking", "words"),
    [
        ("hybrid", "The sound of one of your tracks is not compared"),
        ("seed", "The sound of 2 of your 4 tracks is not compared"),
    ],
)
def test_tracks_that_lack_features_are_counted(
    ana: Client, cast: Cast, settings: Settings, ranking: str, words: str
) -> None:
    settings.METAREC_RANKING = ranking
    lacking = [make_track(features=None), make_track(popularity=None)]
    make_top_tracks(cast.ana, lacking, time_range="short_term")

    assert words in read_text(ana.get(SIMILAR_USERS))


def test_nothing_is_said_of_tracks_when_all_are_compared(ana: Client) -> None:
    assert "not compared" not in read_text(ana.get(SIMILAR_USERS))


def test_a_newcomer_is_told_what_is_missing(client: Client, cast: Cast) -> None:
    client.force_login(cast.newcomer)

    response = client.get(SIMILAR_USERS)

    text = read_text(response)
    assert response.status_code == 200
    assert "Sign up (done) Bring your listening See your similar users Now bring" in text
    assert "Nobody sees you meanwhile." in text
    for name in ("uploads", "connections", "try_it"):
        assert f'href="{reverse(f"recommendations:{name}")}"' in response.content.decode()


def test_tracks_of_which_nothing_is_known_are_not_enough(client: Client) -> None:
    user = make_user()
    make_top_tracks(user, [make_track(features=None)])
    recompute_profiles([user.pk])
    client.force_login(user)

    text = read_text(client.get(SIMILAR_USERS))

    assert "Your tracks are known, but not who plays on them." in text
    assert "Your tracks are known, but not how they sound." in text


def test_nobody_else_discoverable_is_said_so(client: Client) -> None:
    user = make_user()
    make_top_artists(user, [make_artist()])
    recompute_profiles([user.pk])
    client.force_login(user)

    assert "Nobody to compare you with yet" in read_text(client.get(SIMILAR_USERS))


def test_names_are_shown_as_text(ana: Client, cast: Cast) -> None:
    script = "<script>alert(1)</script>"
    User.objects.filter(pk=cast.sibling.pk).update(username=script)
    Artist.objects.filter(name="Portishead").update(name=script)

    page = ana.get(SIMILAR_USERS).content.decode()

    assert script not in page
    assert "&lt;script&gt;alert(1)" in page


def test_drawings_keep_decimal_points_in_spanish(ana: Client) -> None:
    page = ana.get(SIMILAR_USERS, headers={"accept-language": "es"}).content.decode()

    assert '<html lang="es">' in page
    assert 'cx="-' in page
    for attribute in ("cx", "x1", "x2", "width"):
        values = [part.split('"')[0] for part in page.split(f' {attribute}="')[1:]]
        assert all("," not in value for value in values if value != "device-width")


@pytest.mark.parametrize("others", [2, 9])
def test_the_number_of_queries_does_not_grow_with_the_list(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, others: int
) -> None:
    artists = [make_artist() for _ in range(5)]
    users = [make_user() for _ in range(others + 1)]
    for user in users:
        make_top_artists(user, artists)
    recompute_profiles([user.pk for user in users])
    client.force_login(users[0])
    client.get(SIMILAR_USERS)  # which loads the index

    with django_assert_num_queries(15):
        client.get(SIMILAR_USERS)


def test_the_page_says_how_many_tracks_are_still_looked_up(ana: Client, cast: Cast) -> None:
    tracks = [make_track(features=None) for _ in range(3)]
    make_top_tracks(cast.ana, tracks, time_range=TimeRange.SHORT_TERM)
    ask_for_features([track.pk for track in tracks])
    FeatureQuestion.objects.filter(track=tracks[0]).update(misses=1)

    assert "2 of them are not described yet" in read_text(ana.get(SIMILAR_USERS))


def test_nothing_is_promised_where_nobody_is_asked(
    ana: Client, cast: Cast, settings: Settings
) -> None:
    settings.METAREC_RECCOBEATS = False
    track = make_track(features=None)
    make_top_tracks(cast.ana, [track], time_range=TimeRange.SHORT_TERM)
    ask_for_features([track.pk])

    text = read_text(ana.get(SIMILAR_USERS))
    assert "The sound of one of your tracks is not compared" in text
    assert "not described yet" not in text


def test_filters_are_in_the_address_and_stay_chosen(ana: Client) -> None:
    response = ana.get(SIMILAR_USERS, {"time_range": "long_term", "shared_artist": "true"})

    page = response.content.decode()
    assert "1 sibling" in read_text(response)
    assert '<option value="long_term" selected>' in page
    assert 'value="true" checked' in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"time_range": "yesterday"}, "Choose one of the spans of time in the list."),
        ({"shared_artist": "maybe"}, "can only be true or false"),
        ({"cursor": "nowhere"}, "does not lead on from any list"),
    ],
)
def test_wrong_filters_are_said(ana: Client, query: dict[str, str], words: str) -> None:
    response = ana.get(SIMILAR_USERS, query)

    assert response.status_code == 400
    assert words in read_text(response)


def test_a_span_without_lists_is_said(ana: Client) -> None:
    text = read_text(ana.get(SIMILAR_USERS, {"time_range": "short_term"}))

    assert "Nothing is known of that time" in text


def test_the_list_goes_on_by_its_link_with_the_same_filters(client: Client) -> None:
    artist, users = make_artist(), [make_user() for _ in range(13)]
    for user in users:
        make_top_artists(user, [artist])
    recompute_profiles([user.pk for user in users])
    client.force_login(users[0])

    first = client.get(SIMILAR_USERS, {"shared_artist": "true"})
    more = re.search(r'<p class="more".*?<a [^>]*href="([^"]+)"', first.content.decode())
    assert more is not None
    second = client.get(SIMILAR_USERS + html.unescape(more[1]))

    assert "shared_artist=true" in more[1]
    assert f"11 {users[11].username}" in read_text(second)
    assert '<ol class="similar-users" start="11">' in second.content.decode()
    assert 'class="more"' not in second.content.decode()


def test_differences_are_told_in_words(ana: Client) -> None:
    text = read_text(ana.get(SIMILAR_USERS))

    assert "you 50%, they 50% about the same" in text
    assert "theirs is faster" in text[text.index("2 stranger") :]
