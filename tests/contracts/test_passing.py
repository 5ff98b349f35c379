"""The nearest who pass a filter, out of an index, against sorting everybody."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.index import passing
from recommendations.index.base import Neighbour, Ranking
from recommendations.index.embedded import EmbeddedIndex
from recommendations.index.passing import nearest_passing
from tests.contracts.brute_force import BruteForce
from tests.contracts.listeners import make_listeners, make_profile, make_profiles

LISTENERS = make_listeners(120)
EVERYBODY = BruteForce(LISTENERS)
INDEX = EmbeddedIndex()
INDEX.replace_all([make_profiles(LISTENERS)], space_id=1, revision=1)


def keep_sharing(neighbours: Sequence[Neighbour]) -> list[Neighbour]:
    return [neighbour for neighbour in neighbours if neighbour.artist_similarity > 0.0]


@given(
    row=st.integers(0, len(LISTENERS) - 1),
    wanted=st.integers(1, 130),
    first_k=st.integers(1, 130),
    ranking=st.sampled_from(["hybrid", "seed"]),
)
def test_it_is_who_passes_of_everybody(
    row: int, wanted: int, first_k: int, ranking: Ranking
) -> None:
    query = LISTENERS[row]
    exclude = {query.user_id}

    found = nearest_passing(
        INDEX, query, wanted, keep_sharing, first_k=first_k, exclude=exclude, ranking=ranking
    )

    everybody = EVERYBODY.nearest(query, len(LISTENERS), exclude=exclude, ranking=ranking)
    expected = [near.user_id for near in keep_sharing(everybody)][:wanted]
    assert [near.user_id for near in found.neighbours] == expected
    assert not found.is_cut


@pytest.mark.parametrize(("wanted", "is_cut"), [(3, False), (4, True)])
def test_the_bound_is_kept_and_said(
    monkeypatch: pytest.MonkeyPatch, wanted: int, *, is_cut: bool
) -> None:
    monkeypatch.setattr(passing, "MOST_LOOKED_AT", 10)
    others = [make_profile(user_id, artists={1: 1.0}) for user_id in range(1, 21)]
    index = EmbeddedIndex()
    index.replace_all([make_profiles(others)], space_id=1, revision=1)

    found = nearest_passing(
        index,
        make_profile(99, artists={1: 1.0}),
        wanted,
        lambda neighbours: [near for near in neighbours if near.user_id % 4 == 1],
        first_k=wanted,
        exclude=(),
        ranking="hybrid",
    )

    assert [near.user_id for near in found.neighbours] == [1, 5, 9]
    assert found.is_cut == is_cut
