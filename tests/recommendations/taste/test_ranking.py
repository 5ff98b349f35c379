import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from recommendations.taste.build import build_profiles
from recommendations.taste.pairs import measure_pairs
from recommendations.taste.percents import measure_percents
from recommendations.taste.profiles import Profile, Profiles
from recommendations.taste.ranking import (
    artist_similarity,
    hybrid_similarity,
    meta_cosine,
    percent,
    seed_score,
)
from recommendations.taste.space import default_space
from tests.recommendations.taste.listenings import make_camps, make_features, make_listening
from tests.recommendations.taste.test_build import MAPPED

FEATURES = [make_features(energy=0.1 * n, key=float(n), tempo_bpm=80.0 + 9 * n) for n in range(10)]

entries = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 50), st.one_of(st.none(), st.integers(1, 9999))),
    max_size=8,
)
track_entries = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 50)), max_size=8)
listeners = st.dictionaries(st.integers(1, 6), st.tuples(track_entries, entries), min_size=1)


Drawn = dict[int, tuple[list[tuple[int, int]], list[tuple[int, int, int | None]]]]


def build(drawn: Drawn) -> Profiles:
    listening = make_listening(
        {user: tracks for user, (tracks, _) in drawn.items()},
        {user: artists for user, (_, artists) in drawn.items()},
        features=FEATURES,
    )
    return build_profiles(listening, MAPPED)


def similarity_by_hand(query: Profile, other: Profile) -> float:
    ours = dict(zip(query.artist_ids.tolist(), query.artist_weights.tolist(), strict=True))
    theirs = dict(zip(other.artist_ids.tolist(), other.artist_weights.tolist(), strict=True))
    shared = sum(ours[artist] * theirs[artist] for artist in ours.keys() & theirs.keys())
    return float(shared) + float(
        query.taste_vector.astype(float) @ other.taste_vector.astype(float)
    )


def test_listeners_of_the_very_same_artists_are_fully_similar() -> None:
    heard = [(3, 1, None), (5, 2, None)]
    profiles = build_profiles(make_listening(artists={1: heard, 2: heard}), default_space())

    assert_allclose(hybrid_similarity(profiles[0], profiles), [1.0, 1.0], rtol=1e-6)


def test_identical_listeners_reach_the_sum_of_the_shares() -> None:
    profiles = build_profiles(make_camps(60), MAPPED)

    assert_allclose(hybrid_similarity(profiles[0], profiles)[0], 1.13, rtol=1e-6)


def test_listeners_without_anything_in_common_have_no_similarity() -> None:
    listening = make_listening(
        {1: [(0, 1)]}, {2: [(3, 1, None)], 3: [(4, 1, None)]}, features=FEATURES
    )
    profiles = build_profiles(listening, default_space())

    assert hybrid_similarity(profiles[0], profiles)[1:].tolist() == [0.0, 0.0]
    assert hybrid_similarity(profiles[1], profiles)[[0, 2]].tolist() == [0.0, 0.0]


def test_the_nearest_of_a_camp_are_of_the_camp() -> None:
    profiles = build_profiles(make_camps(60), MAPPED)

    order = np.argsort(-hybrid_similarity(profiles[7], profiles))

    assert set(profiles.user_ids[order[:30]] % 2) == {1}


def test_sharing_an_artist_multiplies_the_seeds_score() -> None:
    tracks = {user: [(user, 1)] for user in (1, 2, 3)}
    artists = {1: [(5, 1, None)], 2: [(5, 9, None)], 3: [(6, 1, None)]}
    profiles = build_profiles(make_listening(tracks, artists, features=FEATURES), default_space())

    scores, cosines = seed_score(profiles[0], profiles), meta_cosine(profiles[0], profiles)

    assert_allclose(scores, (cosines + 1.0) * [501.0, 501.0, 1.0])
    assert_allclose(cosines[0], 1.0)


def test_a_listener_without_meta_vector_has_no_cosine() -> None:
    profiles = build_profiles(
        make_listening({1: [(0, 1)]}, {2: [(3, 1, None)]}, features=FEATURES), default_space()
    )

    assert meta_cosine(profiles[0], profiles)[1] == 0.0
    assert seed_score(profiles[1], profiles).tolist() == [1.0, 501.0]


def test_nobody_to_rank_gives_no_scores() -> None:
    [profile] = build_profiles(make_listening(artists={1: [(3, 1, None)]}), default_space())

    assert len(hybrid_similarity(profile, Profiles.empty())) == 0
    assert len(seed_score(profile, Profiles.empty())) == 0


@given(listeners)
def test_similarity_is_as_by_hand_symmetric_and_within_bounds(drawn: Drawn) -> None:
    profiles = build(drawn)

    table = np.array([hybrid_similarity(profile, profiles) for profile in profiles])

    expected = [[similarity_by_hand(ours, theirs) for theirs in profiles] for ours in profiles]
    assert_allclose(table, np.array(expected).reshape(table.shape), atol=1e-6)
    assert_allclose(table, table.T, atol=1e-9)
    assert (np.abs(table) <= 1.13 + 1e-5).all()


@given(listeners)
def test_artist_and_seed_scores_are_symmetric_and_within_bounds(drawn: Drawn) -> None:
    profiles = build(drawn)

    artists = np.array([artist_similarity(profile, profiles) for profile in profiles])
    scores = np.array([seed_score(profile, profiles) for profile in profiles])

    assert ((artists >= 0.0) & (artists <= 1.0 + 1e-6)).all()
    assert ((scores >= 0.0) & (scores <= 1002.0)).all()
    assert_allclose(artists, artists.T, atol=1e-9)
    assert_allclose(scores, scores.T, atol=1e-6)


def test_percents_are_measured_on_the_scores_of_all_pairs() -> None:
    profiles = build_profiles(make_camps(40), MAPPED)
    left, right = np.triu_indices(40, k=1)

    seed, hybrid = measure_pairs(profiles)

    rows = list(profiles)
    by_seed = np.array([seed_score(profile, profiles) for profile in rows])[left, right]
    by_hybrid = np.array([hybrid_similarity(profile, profiles) for profile in rows])[left, right]
    assert_allclose(seed.scores, measure_percents(by_seed).scores)
    assert_allclose(hybrid.scores, measure_percents(by_hybrid).scores, atol=1e-9)


def test_percent_reads_the_table_of_its_ranking() -> None:
    space = default_space()

    assert percent(space, "seed", 0.9) < 1.0
    assert percent(space, "hybrid", 0.9) > 99.9
