"""Rates of exchange in the order of their size give what comparing every pair with all others gives."""

from __future__ import annotations

import statistics

from hypothesis import given
from hypothesis import strategies as st

from schemas.consistency.kinds.exchange import Pair, Rates
from schemas.consistency.trying import mentions_in


def pairs_of(amounts: list[int]) -> list[Pair]:
    """Each so many yuan for one dollar, one behind the other in a text."""
    yuan, dollar = mentions_in("In 2020, its exports were 7 yuan (US$1).")
    return [
        Pair(yuan._replace(value=float(amount), place=10 * number), dollar._replace(value=1.0, place=10 * number + 5))
        for number, amount in enumerate(amounts)
    ]


@given(st.lists(st.integers(1, 12), min_size=2, max_size=9))
def test_the_middle_of_all_others(amounts: list[int]) -> None:
    pairs = pairs_of(amounts)
    rates = Rates(pairs)
    for pair in pairs:
        others = [other.exact for other in pairs if other is not pair]
        middle = statistics.median(others)
        found = rates.middle_without(pair)
        assert found is not pair
        assert abs(found.exact - middle) == min(abs(rate - middle) for rate in others)


@given(st.lists(st.integers(1, 12), min_size=3, max_size=9))
def test_the_odd_one_is_furthest_from_the_median(amounts: list[int]) -> None:
    pairs = pairs_of(amounts)
    rates = Rates(pairs)
    middle = statistics.median(amounts)
    furthest = max(abs(amount - middle) for amount in amounts)
    assert [rates.is_the_odd_one(pair) for pair in pairs] == [abs(amount - middle) == furthest for amount in amounts]


def test_of_two_alone_the_later_one_is_odd() -> None:
    pairs = pairs_of([7, 9])
    rates = Rates(pairs)
    assert [rates.is_the_odd_one(pair) for pair in pairs] == [False, True]
