"""Amounts with their equivalent in another currency: the rates that two pairs imply must be near each other."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
        yield from _of_a_year(found)


def _of_a_year(found: Sequence[Pair]) -> Iterator[Finding]:
    everywhere, by_document = Rates(found), defaultdict(list)
    for pair in found:
        by_document[pair.first.doc].append(pair)
    of_document = {doc: Rates(pairs) for doc, pairs in by_document.items()}
    for pair in found:
        near = of_document[pair.first.doc]
        if len(near.pairs) > 1:
            severity = _severity(pair, middle := near.middle_without(pair), thresholds.RATE, thresholds.RATE_ODD)
        elif len(found) > 1:
            middle = everywhere.middle_without(pair)
            severity = _severity(pair, middle, thresholds.RATE_ELSEWHERE, thresholds.RATE_ELSEWHERE_ODD)
        else:
            continue
        if severity and everywhere.is_the_odd_one(pair):
            yield _finding(pair, middle, severity)


class Rates:
    """The rates of some pairs in the order of their size: what is in their middle is found without comparing all."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.pairs = sorted(pairs, key=lambda pair: pair.exact)
        self._place = {id(pair): place for place, pair in enumerate(self.pairs)}
        self._median = statistics.median([pair.exact for pair in self.pairs])

    def middle_without(self, pair: Pair) -> Pair:
        """The pair whose rate is the median of all others; of two in the middle the first one named."""
        place, left = self._place[id(pair)], len(self.pairs) - 1
        both = [self.pairs[at + (at >= place)] for at in {(left - 1) // 2, left // 2}]
        return min(both, key=lambda other: (other.first.doc, other.first.place))

    def is_the_odd_one(self, pair: Pair) -> bool:
        """Of two pairs that differ, the one further from all others is named; of two alone, the later one."""
        if len(self.pairs) == 2:
            return max(self.pairs, key=lambda each: (each.first.doc, each.first.place)) is pair
        furthest = max(abs(end.exact - self._median) for end in (self.pairs[0], self.pairs[-1]))
        return abs(pair.exact - self._median) >= furthest


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


def _finding(pair: Pair, middle: Pair, severity: Severity) -> Finding:
    told = (
        f"{number(pair.first.value)} / {number(pair.second.value)} = {pair.exact:.4g} {pair.first.unit} for one "
        f"{pair.second.unit}, but {middle.exact:.4g} from {middle.first.quote} and {middle.second.quote}"
    )
    figures = (pair.first, pair.second)
    return Finding("exchange", severity, figures, told, f"rates of exchange of {pair.first.end:%Y}: {told}")


def _severity(pair: Pair, other: Pair, usual: float, odd: float) -> Severity | None:
    rate, standard = pair.rate, other.rate
    for share, severity in ((usual, None), (odd, "suspect")):
        if rate.meets(Interval(standard.low * (1 - share), standard.high * (1 + share))):
            return severity  # type: ignore[return-value]
    return "conflict"
