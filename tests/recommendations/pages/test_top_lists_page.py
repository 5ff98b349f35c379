import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recommendations.models import Source, Sync, Upload
from recommendations.services.exclusions import exclude_artist
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user
from tests.recommendations.pages.reading import read_text
from tests.recommendations.sync.accounts import link

pytestmark = pytest.mark.django_db

TOP_TRACKS = reverse("recommendations:top_tracks")


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    response = client.get(TOP_TRACKS)

    assert response["Location"] == f"{reverse('account_login')}?next={TOP_TRACKS}"


def test_tracks_are_listed_with_artists_sound_span_and_source(client: Client) -> None:
    user = make_user()
    artists = [make_artist("Rosalía"), make_artist("Travis Scott")]
    features = {"tempo_bpm": 121.4, "energy": 0.9}
    track = make_track(name="TKN", artists=artists, features=features, duration_ms=129_000)
    make_top_tracks(user, [track], time_range="short_term")
    client.force_login(user)

    text = read_text(client.get(TOP_TRACKS))

    assert "1 TKN 2:09 Rosalía , Travis Scott 121 BPM energetic" in text
    assert "last 4 weeks imported file stored" in text


def test_a_track_without_features_says_so(client: Client) -> None:
    user = make_user()
    make_top_tracks(user, [make_track(name="Mystery", features=None)])
    client.force_login(user)

    assert "not known" in read_text(client.get(TOP_TRACKS))


def test_a_track_with_features_that_are_all_unknown_says_so(client: Client) -> None:
    user = make_user()
    unknown = dict.fromkeys(
        ["danceability", "energy", "tempo_bpm", "valence", "acousticness", "liveness"]
    )
    make_top_tracks(user, [make_track(name="Mystery", features=unknown)])
    client.force_login(user)

    assert client.get(TOP_TRACKS).status_code == 200


def test_nobody_sees_tracks_of_others(client: Client) -> None:
    make_top_tracks(make_user(), [make_track(name="Not yours")])
    client.force_login(make_user())

    text = read_text(client.get(TOP_TRACKS))

    assert "Not yours" not in text
    assert "No top tracks yet" in text


def test_who_has_no_top_artists_yet_learns_how_to_bring_some(client: Client) -> None:
    client.force_login(make_user())

    page = client.get(TOP_ARTISTS)

    text = read_text(page)
    assert "No top artists yet" in text
    assert "Upload your listening" in text


def test_pages_divide_the_list(client: Client) -> None:
    user = make_user()
    make_top_tracks(user, [make_track(name=f"Song {number:02}") for number in range(30)])
    client.force_login(user)

    first, second = (read_text(client.get(TOP_TRACKS, {"page": page})) for page in (1, 2))

    assert "Song 24" in first
    assert "Song 25" not in first
    assert "Song 29" in second
    assert "Page 2 of 2" in second


@pytest.mark.parametrize("page", ["abc", "0", "-1", "2", "99999", "1.5", "9" * 30, "\x00"])
def test_a_page_that_is_not_there_is_not_found(client: Client, page: str) -> None:
    client.force_login(make_user())

    assert client.get(TOP_TRACKS, {"page": page}).status_code == 404


def test_names_are_shown_as_text(client: Client) -> None:
    user = make_user()
    script = "<script>alert(1)</script>"
    make_top_tracks(user, [make_track(name=script, artists=[make_artist(script)])])
    client.force_login(user)

    page = client.get(TOP_TRACKS).content.decode()

    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4


@pytest.mark.parametrize("count", [1, 25])
def test_the_number_of_queries_does_not_grow_with_the_list(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    user = make_user()
    make_top_tracks(user, [make_track(artists=[make_artist()]) for _ in range(count)])
    client.force_login(user)

    # Session, user, sources, count, tracks with features, credits with artists, uploads, accounts.
    with django_assert_num_queries(8):
        client.get(TOP_TRACKS)


def test_what_came_from_spotify_leads_back_there(client: Client) -> None:
    user = make_user()
    (own,) = make_top_tracks(user, [make_track()], source=Source.SPOTIFY)
    make_top_tracks(user, [make_track()], source=Source.LASTFM)
    client.force_login(user)

    page = client.get(TOP_TRACKS).content.decode()

    links = re.findall(r'href="(https://open\.spotify\.com/[a-z][^"]*)"', page)
    assert links == [f"https://open.spotify.com/track/{own.track.spotify_id}"]


TOP_ARTISTS = reverse("recommendations:top_artists")


@pytest.fixture
def brought(listener: User) -> Upload:
    """An upload that brought tracks and artists; others come from a file of the operator's."""
    upload = Upload.objects.create(
        user=listener,
        source=Source.EXPORTIFY,
        file_name="my.csv",
        digest="0" * 64,
        size_bytes=1,
        uploaded_at=timezone.now(),
        is_current=True,
    )
    for name, source in (("Brought", Source.EXPORTIFY), ("Of the operator", Source.FILE)):
        make_top_tracks(listener, [make_track(name=name)], source=source)
        make_top_artists(listener, [make_artist(name)], source=source)
    return upload


@pytest.mark.parametrize("url", [TOP_TRACKS, TOP_ARTISTS])
def test_each_row_leads_to_the_upload_that_brought_it(
    client: Client, listener: User, brought: Upload, url: str
) -> None:
    client.force_login(listener)

    page = client.get(url).content.decode()

    assert page.count(f'href="{reverse("recommendations:upload", args=[brought.pk])}"') == 1
    assert "my.csv" in page


@pytest.mark.parametrize("url", [TOP_TRACKS, TOP_ARTISTS])
def test_each_row_leads_to_the_connection_that_brought_it(
    client: Client, listener: User, url: str
) -> None:
    account = link(listener)
    ended = timezone.now()
    Sync.objects.create(account=account, state=Sync.State.DONE, next_call_at=ended, ended_at=ended)
    make_top_tracks(listener, [make_track()], source=Source.SPOTIFY)
    make_top_artists(listener, [make_artist()], source=Source.SPOTIFY)
    client.force_login(listener)

    response = client.get(url)

    assert f'href="{reverse("recommendations:connections")}#spotify"' in response.content.decode()
    assert "Spotify read " in read_text(response)


@pytest.mark.parametrize("url", [TOP_TRACKS, TOP_ARTISTS])
def test_lists_of_one_source_are_shown_alone(
    client: Client, listener: User, brought: Upload, url: str
) -> None:
    client.force_login(listener)

    text = read_text(client.get(url, {"source": brought.source}))

    assert "Brought" in text
    assert "Of the operator" not in text


@pytest.mark.parametrize("url", [TOP_TRACKS, TOP_ARTISTS])
def test_pages_of_one_source_stay_there(client: Client, listener: User, url: str) -> None:
    make_top_tracks(listener, [make_track() for _ in range(26)])
    make_top_artists(listener, [make_artist() for _ in range(26)])
    client.force_login(listener)

    page = client.get(url, {"source": "file"}).content.decode()

    assert 'href="?source=file&amp;page=2"' in page


@pytest.mark.parametrize("source", ["spotify", "nothing", "\x00", "9" * 99])
def test_a_source_without_lists_is_not_found(
    client: Client, listener: User, brought: Upload, source: str
) -> None:
    client.force_login(listener)

    assert brought.source != source
    assert client.get(TOP_TRACKS, {"source": source}).status_code == 404


def test_what_an_export_brought_names_the_source_before_it(client: Client, listener: User) -> None:
    [entry] = make_top_tracks(listener, [make_track()], source=Source.OWN_EXPORT)
    type(entry).objects.update(exported_source=Source.SPOTIFY)
    client.force_login(listener)

    response = client.get(TOP_TRACKS)

    assert "export of this site (Spotify)" in read_text(response)
    assert "https://open.spotify.com/track/" in response.content.decode()


def test_artists_are_listed_with_plays_and_can_be_left_out(client: Client, listener: User) -> None:
    artists = [make_artist("Rain"), make_artist("Rosalía")]
    make_top_artists(listener, artists, play_counts=[1, 7])
    exclude_artist(listener, artists[0].pk)
    client.force_login(listener)

    text = read_text(client.get(TOP_ARTISTS))

    assert "Rain 1 play a year or more imported file" in text
    assert "Rosalía 7 plays" in text
    assert "left out" in text


@pytest.mark.parametrize("count", [1, 25])
def test_queries_for_artists_do_not_grow_with_the_list(
    client: Client,
    listener: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    make_top_artists(listener, [make_artist() for _ in range(count)])
    client.force_login(listener)

    # Session, user, sources, count, artists, uploads, accounts with their syncs.
    with django_assert_num_queries(7):
        client.get(TOP_ARTISTS)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (TOP_TRACKS, "There are no tracks in these lists."),
        (TOP_ARTISTS, "There are no artists in these lists."),
    ],
)
def test_lists_of_the_other_kind_alone_say_so(
    client: Client, listener: User, url: str, words: str
) -> None:
    if url == TOP_TRACKS:
        make_top_artists(listener, [make_artist()])
    else:
        make_top_tracks(listener, [make_track()])
    client.force_login(listener)

    assert words in read_text(client.get(url))
