"""An amount and an earlier one, and how they differ: ``change``, ``growth`` and ``multiple``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from schemas.consistency import thresholds
from schemas.consistency.corpus import Corpus, Period, base_period, earlier_and_later
from schemas.consistency.findings import Finding, about, written
from schemas.consistency.intervals import Interval
from schemas.consistency.judging import Band, Derive, holds, judge, meets
from schemas.consistency.mentions import Mention
from schemas.consistency.wording import behind, between

_REAL = re.compile(r"\bat comparable prices\b|\bin real terms\b|\bat constant prices\b|\breal growth\b", re.I)
#: series that are stated in real terms, and those whose scope changes from year to year
_REAL_KEYS = re.compile(r"^(?:gdp|value_added|per_capita_gdp)(?:_|$)")
_SCOPE_KEYS = re.compile(r"fixed_asset|retail_sales|above_designated_size")


def change(corpus: Corpus) -> Iterator[Finding]:
    """A level, the level at the basis, and the change between them: ``later - earlier = change``.

    ``1.24 - 1.13 = 0.11 million TEU`` (0.10 to 0.12 with their rounding), but 210,000 more are stated: a conflict.

    >>> from schemas.consistency.trying import findings_in
    >>> findings_in("In 2020, its output was 31.4 million tons, 9.6 million tons more than the 22.7 million of 2015.")
    ['conflict: 31.4 million - 22.7 million = 8,700,000, but 9.6 million tons is stated (1.txt)']
    """
    for stated in corpus.mentions:
        if stated.kind == "change_abs" and stated.unit == "rank":
            for before, after in _places(corpus, stated):  # up is to a smaller number
                yield from _tested("change", corpus, stated, after, before, stated.unit, _difference, " - ")
        elif stated.kind == "change_abs":
            unit = "percent" if stated.unit == "percentage_point" else stated.unit
            for before, after in _levels(corpus, stated, unit)[:1]:
                yield from _tested("change", corpus, stated, before, after, unit, _difference, " - ")


def _places(corpus: Corpus, stated: Mention) -> list[tuple[Mention, Mention]]:
    """The two places that ``ranked 14th, up seven places from 21st in 2022`` tells of, the earlier one first."""
    places = [m for m in corpus.beside(stated) if m.kind == "rank" and m.key == stated.key]
    both = earlier_and_later(places)
    return [both] if both else []


def _difference(n: Sequence[Interval]) -> Interval:
    return n[1] - n[0]


def multiple(corpus: Corpus) -> Iterator[Finding]:
    """A level, the level at the basis, and how many times as large it is: ``later = multiple x earlier``.

    ``increased by m times`` is literally ``(m + 1) x``; where only ``m x`` fits, the finding is suspect.

    >>> from schemas.consistency.trying import findings_in
    >>> findings_in("In 2020, it had 684 schools, 2.5 times the 152 schools of 2015.")
    ['conflict: 684 / 152 = 4.5, but 2.5 times is stated (1.txt)']
    """
    for stated in corpus.mentions:
        if stated.unit != "multiple":
            continue
        grown = stated.kind == "growth_rate"
        if _OF_ANOTHER.match(_behind(corpus, stated)):
            continue

        def literal(n: Sequence[Interval], grown: bool = grown) -> Interval:
            return (n[1] / n[0]).shifted(-1 if grown else 0)

        unusual = [_said_as_multiple] if grown else []
        for before, after in _levels(corpus, stated, None)[:1]:
            yield from _tested("multiple", corpus, stated, before, after, None, literal, " / ", unusual=unusual)


#: behind a multiple: something else that it is a multiple of, as in `1.4 times adjusted earnings`
_OF_ANOTHER = re.compile(
    r"^\s+(?!(?:the|that|those|this|these|its|their|as|of|in|on|at|by|to|from|since|between|over|during|within|and|or|but"
    r"|than|more|larger|greater|bigger|higher|what|compared|against|a|an|per|year|is|was|are|were)\b)[a-z]",
    re.I,
)


def _behind(corpus: Corpus, stated: Mention) -> str:
    beside = corpus.beside(stated)
    following = beside[beside.index(stated) + 1 :]
    return behind(stated, following[0] if following else None)


def _said_as_multiple(derived: Interval, stated: Interval) -> bool:
    """``increased by 3 times`` where three times as much is meant."""
    return derived.shifted(1).meets(stated)


def growth(corpus: Corpus) -> Iterator[Finding]:
    """A level, the level at the basis, and the rate between them: ``(later / earlier) ^ (1 / years) = 1 + rate``.

    Series in real terms may differ from their nominal levels by a deflator; see ``thresholds``.

    >>> from schemas.consistency.trying import findings_in
    >>> findings_in("In 2020, its GDP was 120.0 billion yuan, up 3.0 percent over the 105.0 billion yuan of 2019.")
    ['suspect: 120 billion / 105 billion = +14.29 %, but 3.0 percent is stated (1.txt)']
    """
    for stated in corpus.mentions:
        if stated.kind == "growth_rate" and stated.unit == "percent" and not _is_one_of_several(corpus, stated):
            average = stated.basis == "average_annual"
            for before, after in _levels(corpus, stated, None)[:1]:
                years = _years(before, after) if average else 1
                if years >= 1:
                    yield from _growth(corpus, stated, before, after, years)


def _is_one_of_several(corpus: Corpus, stated: Mention) -> bool:
    """``an increase of 6.0% (organic: 4.7%)``: rates of one name and time in one sentence are of different things."""
    return any(
        m is not stated and m.kind == stated.kind and (m.key, m.end, m.basis) == (stated.key, stated.end, stated.basis)
        for m in corpus.beside(stated)
    )


def _years(before: Mention, after: Mention) -> int:
    return after.end.year - before.end.year if before.end and after.end else 0


def _growth(corpus: Corpus, stated: Mention, before: Mention, after: Mention, years: int) -> Iterator[Finding]:
    def rate(n: Sequence[Interval], years: float = years) -> Interval:
        return (n[1] / n[0]).root(years).shifted(-1).scaled(100)

    if holds([before, after], stated, rate):
        return  # without any deflator, too
    is_real = bool(_REAL_KEYS.match(stated.key)) or _REAL.search(stated.sentence) is not None
    is_scoped = _SCOPE_KEYS.search(stated.key) is not None
    usual: Band = meets
    unusual: list[Band] = []
    if is_real or is_scoped:
        long = years >= 3
        usual = partial(_deflated, thresholds.DEFLATOR_LONG if long else thresholds.DEFLATOR)
        unusual.append(partial(_deflated, thresholds.DEFLATOR_LONG_ODD if long else thresholds.DEFLATOR_ODD))
    elif years > 1:
        others = [rate([before.narrow, after.narrow], each) for each in (years - 1, years + 1)]
        total = (after.narrow / before.narrow).shifted(-1).scaled(100 / years)
        unusual += [partial(_instead, other) for other in (*others, total)]
    for found in _tested(
        "growth", corpus, stated, before, after, None, rate, " / ", usual=usual, unusual=unusual, years=years
    ):
        severe = found.severity == "conflict" and is_scoped
        yield Finding(found.kind, "suspect", found.figures, found.arithmetic, found.explanation) if severe else found


def _instead(other: Interval, _: Interval, stated: Interval) -> bool:
    """Whether another reading gives what is stated."""
    return other.meets(stated)


def _deflated(band: Interval, derived: Interval, stated: Interval) -> bool:
    """Whether nominal and real growth, in percent, differ by a deflator within a band."""
    ratio = derived.scaled(0.01).shifted(1) / stated.scaled(0.01).shifted(1)
    return ratio.shifted(-1).meets(band)


def _levels(corpus: Corpus, stated: Mention, unit: str | None) -> list[tuple[Mention, Mention]]:
    """The amounts before and after that a change, a rate or a multiple is about, the likeliest pair first."""
    beside = [
        m
        for m in corpus.beside(stated)
        if m.is_amount and m.key == stated.key and unit in (None, m.unit) and m.status == stated.status
    ]
    base = base_period(stated)
    both = earlier_and_later(beside) or _moved_beside(corpus, stated, unit)
    if both and not _is_of_another_year(stated, both, base):
        return [both]
    if base is None:
        return _since_beside(corpus, stated, beside)
    found = []
    for unit_of in corpus.units(stated.key):
        if unit in (None, unit_of):
            after = corpus.operands(stated, stated.key, unit_of, stated.period)
            before = corpus.operands(stated, stated.key, unit_of, base)
            found += [(b, a) for b in before for a in after]
    return _fitting_first(found, stated)


def _is_of_another_year(stated: Mention, both: tuple[Mention, Mention], base: Period | None) -> bool:
    """``double that of 2011, and 5.1 million in 2019``: the amount beside is not the one compared with."""
    before, after = both
    if base is None or base[1] is None or before.end is None or stated.end != after.end:
        return False
    return before.end.year != base[1].year


#: between a change and the amount that it starts from
_SINCE = re.compile(r"\b(?:over|on|than|from|against|compared (?:with|to)|up on|down on)\b[^,;]*$", re.I)


def _since_beside(corpus: Corpus, stated: Mention, beside: Sequence[Mention]) -> list[tuple[Mention, Mention]]:
    """``It grew by 2.9 percent over the 62.1 billion yuan of 2021``: the later amount is told in another sentence."""
    if len(beside) != 1 or stated.end is None or not beside[0].end or not beside[0].end < stated.end:
        return []
    before = beside[0]
    if before.place < stated.place or not _SINCE.search(between(stated, before) or ""):
        return []
    return [(before, after) for after in corpus.operands(stated, stated.key, before.unit, stated.period)]


def _moved_beside(corpus: Corpus, stated: Mention, unit: str | None) -> tuple[Mention, Mention] | None:
    """``trains increased by 3.2 times, from 105 trips in 2017 to 336 trips in 2020``: no other amounts."""
    beside = corpus.beside(stated)
    amounts = [m for m in beside if m.is_amount and unit in (None, m.unit)]
    both = earlier_and_later(amounts)
    if both is None or not _FROM_TO.search(stated.sentence):
        return None
    first, last = amounts
    ahead = stated.place < first.place
    gap = between(stated, first) if ahead else between(last, stated)
    return both if gap is not None and not _OTHER_CLAUSE.search(gap) else None


_FROM_TO = re.compile(r"\bfrom\b.+\bto\b")
#: between a change and the amounts it is about: then they are said of something else
_OTHER_CLAUSE = re.compile(r"\band\b|\bwhile\b|\bthat\b|;", re.I)


def _fitting_first(found: list[tuple[Mention, Mention]], stated: Mention) -> list[tuple[Mention, Mention]]:
    """Operands of the derived figure's own document before others; any pair may make the statement true."""
    return sorted(found, key=lambda both: sum(each.doc != stated.doc for each in both))


def _tested(
    kind: str,
    corpus: Corpus,
    stated: Mention,
    before: Mention,
    after: Mention,
    unit: str | None,
    derive: Derive,
    sign: str,
    *,
    usual: Callable[[Interval, Interval], bool] = meets,
    unusual: Iterable[Callable[[Interval, Interval], bool]] = (),
    years: int = 1,
) -> Iterator[Finding]:
    """A finding when no pair of amounts that the statement may be about makes it true."""
    unusual = list(unusual)
    severity = judge([before, after], stated, derive, usual=usual, unusual=unusual, scales_stated=kind == "change")
    if severity is None:
        return
    others = _levels(corpus, stated, unit)[1:]
    if any(holds(pair, stated, derive, usual) for pair in others):
        return
    exact = derive([Interval(m.value, m.value) for m in (before, after)]).low
    root = f", a year over {years} years" if years > 1 else ""
    later, earlier, result = written((after, before), after.value, before.value, exact)
    less_one = " - 1" if kind == "multiple" and stated.kind == "growth_rate" else ""
    shown = result if kind == "change" else _result(kind, exact)
    told = f"{later}{sign}{earlier}{less_one} = {shown}{root}, but {stated.quote} is stated ({stated.doc})"
    yield Finding(kind, severity, (after, before, stated), told, f"{about(stated)}: {told}")


def _result(kind: str, exact: float) -> str:
    return f"{exact:+.2f} %" if kind == "growth" else f"{exact:.4g}"
