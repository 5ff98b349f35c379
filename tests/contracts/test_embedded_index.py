"""What only the embedded engine promises: few shards, few candidates, one index a process."""

import threading

import pytest

from recommendations.index import get_index
from recommendations.index.base import ProfileIndex
from recommendations.index.building import build_shards, tidy
from recommendations.index.embedded import EmbeddedIndex
from recommendations.index.segments import Shard
from tests.contracts.listeners import make_listeners, make_profile, make_profiles


def test_all_threads_of_a_process_get_the_same_index() -> None:
    found: list[ProfileIndex] = []
    threads = [threading.Thread(target=lambda: found.append(get_index())) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert all(index is get_index() for index in found)


@pytest.mark.parametrize("segment_size", [0, 65_537])
def test_a_segment_size_that_16_bits_cannot_number_is_refused(segment_size: int) -> None:
    with pytest.raises(ValueError, match="segment_size"):
        EmbeddedIndex(segment_size=segment_size)


def test_shards_grow_with_the_logarithm_of_the_changes() -> None:
    shards: tuple[Shard, ...] = ()

    for profile in make_listeners(500):
        shards = tidy([*shards, *build_shards([make_profiles([profile])], 10_000)], 10_000)

    assert sum(len(shard) for shard in shards) == 500
    assert len(shards) <= 9  # 2 ** 9 > 500


def test_a_shard_that_lost_a_quarter_of_its_rows_is_rewritten() -> None:
    (shard,) = build_shards([make_profiles(make_listeners(100))], 1_000)
    lost = [make_profile(user_id) for user_id in range(1, 27)]

    (tidied,) = tidy([shard.without(make_profiles(lost).user_ids)], 1_000)

    assert len(tidied.segment) == 74
    assert tidied.segment.user_ids.tolist() == list(range(27, 101))


def test_a_segment_is_laid_out_the_same_after_a_rewrite() -> None:
    listeners = make_listeners(200)
    (shard,) = build_shards([make_profiles(listeners)], 1_000)
    half = make_profiles([profile for profile in listeners if profile.user_id > 100])

    (rewritten,) = tidy([shard.without(half.user_ids)], 1_000)

    kept = [profile for profile in listeners if profile.user_id <= 100]
    (built,) = build_shards([make_profiles(kept)], 1_000)
    for column in ("user_ids", "popular_ids", "artist_ids", "offsets", "rows", "weights"):
        left, right = (getattr(part.segment, column) for part in (rewritten, built))
        assert left.tolist() == right.tolist()
