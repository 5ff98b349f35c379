"""Layouts of catalogue files and what each field's text means."""

from collections.abc import Callable

import pytest

from recommendations.features.artist_lists import CreditedArtist
from recommendations.features.catalogue_file import CatalogueTrack, recognise_catalogue
from recommendations.rejected_row import RejectedRow
from recommendations.taste.schema import AUDIO_FEATURES
from tests.recommendations.imports import files
from tests.recommendations.imports.files import ARTIST_X, ARTIST_Y, ID_A, row_1m2, row_114k

FEATURE_NAMES = [feature.name for feature in AUDIO_FEATURES]


def read(row: dict[str, object]) -> CatalogueTrack:
    reader = recognise_catalogue(tuple(row))
    assert reader is not None
    return reader.read_track([str(value) for value in row.values()])


def feature(track: CatalogueTrack, name: str) -> float | None:
    return track.features[FEATURE_NAMES.index(name)]


@pytest.mark.parametrize(
    ("make_row", "layout", "artist_ids"),
    [
        (row_114k, "114k Spotify Tracks Dataset", (None, None)),
        (row_1m2, "Spotify 1.2M+ Songs", (ARTIST_X, ARTIST_Y)),
        (files.row_600k, "600k tracks", (ARTIST_X, ARTIST_Y)),
        (files.row_160k, "160k tracks", (None, None)),
        (files.row_160k_old, "160k tracks", (None, None)),
        (files.row_exportify_net, "exportify.net", (None, None)),
        (files.row_exportify_app, "exportify.app", (ARTIST_X, ARTIST_Y)),
    ],
)
def test_layout_is_told_by_its_header_in_any_order(
    make_row: Callable[[], dict[str, object]], layout: str, artist_ids: tuple[str | None, ...]
) -> None:
    row = dict(reversed(make_row().items()))

    reader = recognise_catalogue(tuple(row))
    track = read(row)

    assert reader is not None
    assert reader.layout.name == layout
    assert (track.spotify_id, track.name, track.duration_ms) == (ID_A, "Song", 200_000)
    assert track.artists == tuple(map(CreditedArtist, ("Air", "Moby"), artist_ids))
    assert (feature(track, "energy"), feature(track, "loudness_db")) == (0.6, -7.5)
    assert feature(track, "tempo_bpm") == 120.5
    assert track.explicit is False
    assert track.discarded == ()


def test_exportify_app_without_genres_is_still_exportify_app() -> None:
    row = files.row_exportify_app()
    del row["Artist Genres"]

    assert read(row).isrc == "USUM70000001"


def test_unknown_header_is_no_layout() -> None:
    assert recognise_catalogue(("mbid", "submission_offset", "bpm")) is None


@pytest.mark.parametrize(
    ("field", "column", "text"),
    [
        ("key", "key", "-1"),
        ("tempo_bpm", "tempo", "0.0"),
        ("time_signature", "time_signature", "0"),
        ("energy", "energy", ""),
        ("energy", "energy", "NaN"),
        ("valence", "valence", "None"),
    ],
)
def test_marks_of_the_unknown_are_unknown(field: str, column: str, text: str) -> None:
    track = read(row_114k() | {column: text})

    assert feature(track, field) is None
    assert track.discarded == ()


@pytest.mark.parametrize(
    ("field", "column", "text"),
    [
        ("energy", "energy", "1.01"),
        ("danceability", "danceability", "-0.1"),
        ("loudness_db", "loudness", "-61"),
        ("loudness_db", "loudness", "11"),
        ("loudness_db", "loudness", "inf"),
        ("tempo_bpm", "tempo", "1000"),
        ("key", "key", "12"),
        ("key", "key", "4.5"),
        ("mode", "mode", "2"),
        ("time_signature", "time_signature", "9"),
        ("valence", "valence", "high"),
    ],
)
def test_features_that_cannot_be_right_are_unknown_and_counted(
    field: str, column: str, text: str
) -> None:
    track = read(row_114k() | {column: text})

    assert feature(track, field) is None
    assert track.discarded == (field,)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("duration_ms", "0"),
        ("duration_ms", "-5"),
        ("duration_ms", "1e300"),
        ("popularity", "101"),
        ("popularity", "50.5"),
        ("explicit", "maybe"),
    ],
)
def test_facts_that_cannot_be_right_are_unknown_and_counted(field: str, text: str) -> None:
    track = read(row_114k() | {field: text})

    assert getattr(track, field) is None
    assert track.discarded == (field,)


def test_popularity_of_zero_is_known() -> None:
    assert read(row_114k(popularity="0")).popularity == 0


def test_zeros_beside_a_tempo_of_zero_are_unknown() -> None:
    track = read(row_114k(tempo="0", danceability="0", valence="0.0", speechiness="0", energy="0"))

    unknown = {name for name in FEATURE_NAMES if feature(track, name) is None}
    assert unknown == {"tempo_bpm", "danceability", "valence", "speechiness"}


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"track_id": ""}, "empty"),
        ({"track_id": "too-short"}, "22 letters"),
        ({"track_id": "spotify:local:Air:x:y:1"}, "local file"),
        ({"track_name": " \t "}, "no name"),
    ],
)
def test_row_without_id_or_name_is_rejected(overrides: dict[str, object], reason: str) -> None:
    with pytest.raises(RejectedRow, match=reason):
        read(row_114k() | overrides)


def test_row_of_another_width_is_rejected() -> None:
    reader = recognise_catalogue(tuple(row_114k()))
    assert reader is not None

    with pytest.raises(RejectedRow, match="3 columns instead of 21"):
        reader.read_track(["1", "2", "3"])


def test_track_without_artists_is_kept() -> None:
    assert read(row_114k(artists="")).artists == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("['Air']", ["Air"]),
        ("[]", []),
        ("[\"Guns N' Roses\", 'Air']", ["Guns N' Roses", "Air"]),
        ("['Back\\\\slash']", ["Back\\slash"]),
        ("['It, with, commas', 'Air']", ["It, with, commas", "Air"]),
        ("['Air', 'Air']", ["Air"]),
    ],
)
def test_printed_lists_are_read_as_python_wrote_them(text: str, names: list[str]) -> None:
    track = read(row_1m2(artists=text, artist_ids="[]"))

    assert [artist.name for artist in track.artists] == names


@pytest.mark.parametrize("text", ["Air", "['Air'", "[1]", "__import__('os')", "[" * 5000])
def test_what_is_no_printed_list_is_rejected(text: str) -> None:
    with pytest.raises(RejectedRow, match="not a list"):
        read(row_1m2(artists=text))


def test_overlong_list_is_rejected() -> None:
    with pytest.raises(RejectedRow, match="too long"):
        read(row_1m2(artists='["' + "x" * 30_000 + '"]'))


def test_ids_count_only_with_one_for_each_name() -> None:
    track = read(row_1m2(artists="['Air', 'Moby']", artist_ids=f"['{ARTIST_X}']"))

    assert track.artists == (CreditedArtist("Air", None), CreditedArtist("Moby", None))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Earth, Wind & Fire,Moby", ["Earth, Wind & Fire", "Moby"]),
        ("Tyler, The Creator;Moby", ["Tyler, The Creator", "Moby"]),
        ("Air", ["Air"]),
    ],
)
def test_exportify_net_keeps_commas_within_names(text: str, names: list[str]) -> None:
    track = read(files.row_exportify_net(**{"Artist Name(s)": text}))

    assert [artist.name for artist in track.artists] == names


def test_exportify_app_pairs_names_by_the_count_of_uris() -> None:
    both = f"spotify:artist:{ARTIST_X}, spotify:artist:{ARTIST_Y}"
    one = f"spotify:artist:{ARTIST_X}"

    def names(text: str, uris: str) -> list[str]:
        columns = {"Artist Name(s)": text, "Artist URI(s)": uris}
        return [artist.name for artist in read(files.row_exportify_app(**columns)).artists]

    assert names("Earth\\, Wind & Fire, Moby", both) == ["Earth, Wind & Fire", "Moby"]
    assert names("Earth, Wind & Fire", one) == ["Earth, Wind & Fire"]
    assert names("Earth, Wind & Fire, Moby", both) == []


def test_names_are_cleaned_of_control_characters() -> None:
    assert read(row_114k(track_name="So\x1b[31m\nng")).name == "So [31m ng"
