"""Amounts with their equivalent in another currency: the rates that two pairs imply must be near each other."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.consistency import thresholds
from schemas.consistency.findings import Finding, number
from schemas.consistency.intervals import Interval, around
from schemas.consistency.judging import Severity
from schemas.consistency.mentions import Mention, last_digit


@dataclass(frozen=True, slots=True)
class Pair:
    """One amount in two currencies, in the order of their codes."""

    first: Mention
    second: Mention

    @property
    def rate(self) -> Interval:
        """What one unit of the second currency is in the first, by the rounding of both: `about` does not widen it."""
        return _stated(self.first) / _stated(self.second)

    @property
    def exact(self) -> float:
        return self.first.value / self.second.value


def _stated(each: Mention) -> Interval:
    return around(abs(each.value), last_digit(each.quote, abs(each.value), each.kind) / 2)


def exchange(mentions: Iterable[Mention]) -> Iterator[Finding]:
    """Pairs of the same two currencies and year: those of one document with each other, else with the median of all.

    ``38.7 billion yuan (US$5.61 billion)`` is 6.90 yuan a dollar, ``3.86 billion yuan (US$420 million)`` 9.19.
    Apart by 3 % is nothing, by 10 % suspect; in different documents 5 % and 12 %.

    >>> from schemas.consistency.trying import findings_in
    >>> trade = "In 2020, its exports were 38.7 billion yuan (US$5.61 billion)"
    >>> findings_in(f"{trade}, its imports 3.86 billion yuan (US$420 million).")[0].partition(", but")[0]
    'conflict: 3.86 billion / 420 million = 9.19 CNY for one USD'
    """
    by_year = defaultdict(list)
    for pair in _pairs(mentions):
        if pair.first.end:
            by_year[pair.first.unit, pair.second.unit, pair.first.end.year].append(pair)
    for found in by_year.values():
        for pair in found:
            yield from _against_others(pair, [other for other in found if other is not pair])


def _pairs(mentions: Iterable[Mention]) -> Iterator[Pair]:
    before: Mention | None = None
    for each in sorted(mentions, key=lambda each: (each.doc, each.place)):
        same = before and before.doc == each.doc and before.sentence == each.sentence
        equivalent = each.rule.startswith("equivalent") and before and each.unit != before.unit and _is_money(before)
        if before and same and equivalent and each.value and before.value:  # none of nothing
            yield Pair(*sorted((before, each), key=lambda m: m.unit))
        before = each


def _is_money(each: Mention) -> bool:
    return len(each.unit) == 3 and each.unit.isupper()


def _against_others(pair: Pair, others: list[Pair]) -> Iterator[Finding]:
    near = [other for other in others if other.first.doc == pair.first.doc]
    if near:
        usual, odd = thresholds.RATE, thresholds.RATE_ODD
    else:
        usual, odd = thresholds.RATE_ELSEWHERE, thresholds.RATE_ELSEWHERE_ODD
    compared = near or others
    if not compared:
        return
    middle = sorted(compared, key=lambda other: abs(other.exact - statistics.median(o.exact for o in compared)))[0]
    severity = _severity(pair, middle, usual, odd)
    if severity is None or not _is_the_odd_one(pair, others):
        return
    told = (
        f"{number(pair.first.value)} / {number(pair.second.value)} = {pair.exact:.4g} {pair.first.unit} for one "
        f"{pair.second.unit}, but {middle.exact:.4g} from {middle.first.quote} and {middle.second.quote}"
    )
    figures = (pair.first, pair.second)
    yield Finding("exchange", severity, figures, told, f"rates of exchange of {pair.first.end:%Y}: {told}")


def _severity(pair: Pair, other: Pair, usual: float, odd: float) -> Severity | None:
    rate, standard = pair.rate, other.rate
    for share, severity in ((usual, None), (odd, "suspect")):
        if rate.meets(Interval(standard.low * (1 - share), standard.high * (1 + share))):
            return severity  # type: ignore[return-value]
    return "conflict"


def _is_the_odd_one(pair: Pair, others: list[Pair]) -> bool:
    """Of two pairs that differ, the one further from all others is named; of two alone, the later one."""
    rates = [other.exact for other in others]
    if len(rates) == 1:
        return (pair.first.doc, pair.first.place) > (others[0].first.doc, others[0].first.place)
    middle = statistics.median([*rates, pair.exact])
    return abs(pair.exact - middle) >= max(abs(rate - middle) for rate in rates)
