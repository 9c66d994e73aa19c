"""The figures of one entity, where the checks look for the numbers that a relation needs."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property, lru_cache

from extractors.periods import find_periods
from schemas.consistency.mentions import Mention
from schemas.consistency.thresholds import MOST_NUMBERS, MOST_OPERANDS

Period = tuple[date | None, date | None]
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
#: `the end of 2021`, `year-end 2021`
_END = re.compile(r"\bend\b")


class Corpus:
    """All mentions of one entity over all documents."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self.mentions = sorted(mentions, key=lambda each: (each.doc, each.place))
        self._amounts = defaultdict(list)
        self._dated = defaultdict(list)
        self._of_document = defaultdict(list)
        self._sentences = defaultdict(list)
        self._units: dict[str, list[str]] = {}
        for each in self.mentions:
            self._sentences[each.doc, each.sentence].append(each)
            if each.is_amount:
                self._amounts[each.key].append(each)
                self._dated[each.key, each.end].append(each)
                self._of_document[each.doc, each.key, each.end].append(each)

    @cached_property
    def stocks(self) -> frozenset[str]:
        """The indicators that some text dates to a day: their year is the end of it."""
        return frozenset(each.key for each in self.mentions if each.start == each.end is not None)

    @cached_property
    def support(self) -> Counter[tuple[str, str]]:
        """How much a document says of an indicator."""
        return Counter((each.doc, each.key) for each in self.mentions)

    def is_stock_at(self, each: Mention) -> bool:
        """Whether only the end of the period counts: of a stock in a year or on a day, but not over some months."""
        if each.key not in self.stocks or each.start is None or each.end is None:
            return each.key in self.stocks
        return each.start == each.end or (each.end - each.start).days not in range(32, 364)

    def beside(self, each: Mention) -> list[Mention]:
        """The figures of the same sentence, itself among them, in order."""
        return self._sentences[each.doc, each.sentence]

    def sentences(self) -> Iterable[list[Mention]]:
        """The figures of each sentence, in the order of documents and places."""
        return self._sentences.values()

    def of(self, key: str) -> list[Mention]:
        """The levels and counts of an indicator."""
        return self._amounts.get(key, [])

    def units(self, key: str) -> list[str]:
        """The units in which an indicator is stated, in the order of their appearance."""
        if key not in self._units:
            self._units[key] = list(dict.fromkeys(each.unit for each in self.of(key)))
        return self._units[key]

    def amounts(self, key: str, unit: str, period: Period, status: str) -> list[Mention]:
        """The levels and counts of an indicator in a period; none where so many differ that the key says too little."""
        found = self._fitting(self._dated.get((key, period[1]), ()), key, unit, period, status)
        return found if len({m.value for m in found}) <= MOST_NUMBERS else []

    def _fitting(self, found: Iterable[Mention], key: str, unit: str, period: Period, status: str) -> list[Mention]:
        """Those of amounts that end on the same day; of a stock it does not count when its period began."""
        is_stock = key in self.stocks
        return [m for m in found if m.unit == unit and m.status == status and (is_stock or m.start == period[0])]

    def operands(self, derived: Mention, key: str, unit: str, period: Period) -> list[Mention]:
        """The amounts that a derived figure may be about: of its sentence, else of its document, else of others."""
        of_document = self._of_document.get((derived.doc, key, period[1]), ())
        near = [m for m in self._fitting(of_document, key, unit, period, derived.status) if m is not derived]
        beside = [m for m in near if m.sentence == derived.sentence]
        nearest = beside or near or self.amounts(key, unit, period, derived.status)
        return list({m.value: m for m in nearest if m is not derived}.values())[:MOST_OPERANDS]


def base_period(derived: Mention) -> Period | None:
    """The period that a change or a rate compares with, or None where the text does not date it."""
    if derived.start is None or derived.end is None or derived.basis is None:
        return None
    return _base(derived.start, derived.end, derived.basis)


@lru_cache(maxsize=1 << 16)
def _base(start: date, end: date, basis: str) -> Period | None:
    if basis == "year_on_year":
        return _years_earlier(start, end, 1)
    year = _YEAR.search(basis)
    if year is None:
        return None
    if day := _day(basis):
        return day, day
    if _END.search(basis):
        day = date(int(year[0]), 12, 31)
        return (day, day) if start == end else (date(day.year, 1, 1), day)
    return _years_earlier(start, end, end.year - int(year[0]))


def _day(basis: str) -> date | None:
    """The day that a basis names; 1 January is the end of the year before.

    >>> str(_day("1 January 2023")), str(_day("30 June 2022")), _day("2022")
    ('2022-12-31', '2022-06-30', None)
    """
    day = next((each.first for each in find_periods(basis) if each.rule == "date"), None)
    first_of_year = day is not None and (day.month, day.day) == (1, 1) and day > date.min
    return day - timedelta(days=1) if day is not None and first_of_year else day


def _years_earlier(start: date, end: date, years: int) -> Period:
    if not all(date.min.year <= day.year - years < date.max.year for day in (start, end)):
        return None, None
    return _earlier(start, years), _earlier(end, years)


def _earlier(day: date, years: int) -> date:
    """The same day some years earlier; the end of a month stays one.

    >>> str(_earlier(date(2020, 2, 29), 1))
    '2019-02-28'
    """
    year = day.year - years
    if day.day == monthrange(day.year, day.month)[1]:
        return day.replace(year=year, day=monthrange(year, day.month)[1])
    return day.replace(year=year)


def earlier_and_later(found: Sequence[Mention]) -> tuple[Mention, Mention] | None:
    """Two amounts of one sentence as before and after; None where it does not say which is which."""
    if len(found) != 2 or found[0].end is None or found[1].end is None or found[0].end == found[1].end:
        return None
    if found[0].unit != found[1].unit or found[0].key != found[1].key:
        return None
    a, b = sorted(found, key=lambda each: each.end or date.min)
    return a, b


def pairs(found: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Every two of them."""
    return ((a, b) for number, a in enumerate(found) for b in found[number + 1 :])
