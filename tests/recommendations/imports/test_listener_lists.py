"""Gathering rows into lists."""

from hypothesis import given
from hypothesis import strategies as st

from recommendations.services.listener_lists import ListenerRows, ListEntry

rows = st.lists(
    st.tuples(st.sampled_from(["ann", "bob", "cem"]), st.integers(1, 8), st.integers(1, 8))
)


def gather(given_rows: list[tuple[str, int, int]]) -> ListenerRows:
    gathered = ListenerRows()
    for line, (listener, rank, item_id) in enumerate(given_rows, start=2):
        gathered.add(listener, ListEntry(rank, item_id, None, line))
    return gathered


@given(rows)
def test_every_row_is_kept_or_rejected_and_lists_are_clean(
    given_rows: list[tuple[str, int, int]],
) -> None:
    lists = list(gather(given_rows).build_lists())

    lines = [entry.line for one in lists for entry in one.entries]
    lines += [line for one in lists for line, _ in one.rejected]
    assert sorted(lines) == list(range(2, len(given_rows) + 2))
    for one in lists:
        ranks = [entry.rank for entry in one.entries]
        assert ranks == sorted(set(ranks))
        assert len({entry.item_id for entry in one.entries}) == len(one.entries)


@given(rows)
def test_a_list_does_not_depend_on_the_rows_of_others(
    given_rows: list[tuple[str, int, int]],
) -> None:
    alone = [row for row in given_rows if row[0] == "ann"]

    def places_of_ann(of_rows: list[tuple[str, int, int]]) -> list[tuple[int, int]]:
        return [
            (entry.rank, entry.item_id)
            for one in gather(of_rows).build_lists()
            if one.listener == "ann"
            for entry in one.entries
        ]

    assert places_of_ann(given_rows) == places_of_ann(alone)
