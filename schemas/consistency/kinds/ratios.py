"""A total, what it is divided by, and the ratio: ``per_capita``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from schemas.consistency import thresholds
from schemas.consistency.corpus import Corpus
from schemas.consistency.findings import Finding, about, number, written
from schemas.consistency.intervals import Interval
from schemas.consistency.judging import Band, judge, meets
from schemas.consistency.mentions import PER_HEAD, Mention
from schemas.consistency.wording import behind, between

AREA, PEOPLE = "[area]", "count:person"
_POPULATION = ("population_permanent", "population")
#: an indicator per head, and the one that it divides
_PER_HEAD = {"gdp_per_capita": "gdp"}
_PER_HEAD_ENDINGS = (PER_HEAD, "_per_capita", "_per_inhabitant", "_per_resident")
#: in front of a ratio that follows from the amounts before it
_AVERAGE = re.compile(r"\b(?:average|averag(?:es|ed|ing)|mean|or|i\.e\.|that is|equal(?:s|ling)?(?: to)?)\b", re.I)
#: behind the first number of `2.07:1`
_TO_ONE = re.compile(r"^\s?(?::|to)\s?1\b(?![.,]\d)")
_TWINS = (("urban", "rural"), ("male", "female"), ("men", "women"))


def per_capita(corpus: Corpus) -> Iterator[Finding]:
    """A total, a population and the ratio: ``total / population``; up to 2 % are the average population of a year.

    Ratios of stocks of one date (density, beds per 1,000 people), averages over what stands beside them, and the
    ratio ``2.07:1`` of two amounts are exact but for rounding.

    >>> from schemas.consistency.trying import findings_in
    >>> findings_in(
    ...     "In 2020, its GDP was 299.6 billion yuan and its per capita GDP was 66,150 yuan. At the end of 2020, it "
    ...     "had a permanent population of 4.88 million."
    ... )
    ['conflict: 299.6 billion / 4,880,000 = 61,393.4, but 66,150 yuan is stated']
    >>> findings_in("In 2020, the hospital had 48,200 inpatients, who stayed 284,400 days, or 6.9 days per inpatient.")
    ['conflict: 284,400 / 48,200 = 5.90041, but 6.9 days per inpatient is stated']
    """
    for stated in corpus.mentions:
        if not stated.is_amount:
            continue
        if total := _per_head_of(stated):
            yield from _per_head(corpus, stated, total)
        elif "/" in stated.unit or stated.key == "population_density":
            yield from _of_units(corpus, stated)
        elif stated.unit == "1" and _TO_ONE.search(_rest(corpus, stated)):
            yield from _of_two(corpus, stated)


# --- an amount per head of the population -----------------------------------------------------------------------------


def _per_head_of(stated: Mention) -> str | None:
    if stated.key in _PER_HEAD:
        return _PER_HEAD[stated.key]
    return next((stated.key.removesuffix(each) for each in _PER_HEAD_ENDINGS if stated.key.endswith(each)), None)


def _per_head(corpus: Corpus, stated: Mention, total_key: str) -> Iterator[Finding]:
    unit = stated.unit.split("/")[0]
    year = (None if stated.end is None else stated.end.replace(month=1, day=1), stated.end)
    totals = corpus.operands(stated, total_key, unit, stated.period) or corpus.operands(stated, total_key, unit, year)
    people = _population(corpus, stated)
    if totals and people:
        usual = partial(_within, thresholds.PER_HEAD)
        yield from _ratio(stated, totals[0], people, usual, [partial(_within, thresholds.PER_HEAD_ODD)])


def _population(corpus: Corpus, stated: Mention) -> Mention | None:
    """The population at the end of the period: of the same document, else of any."""
    for key in _POPULATION:
        found = corpus.amounts(key, PEOPLE, (stated.end, stated.end), stated.status)
        near = [m for m in found if m.doc == stated.doc] or found
        if near:
            return near[0]
    return None


def _within(share: float, derived: Interval, said: Interval) -> bool:
    return derived.meets(Interval(said.low * (1 - share), said.high * (1 + share)))


# --- a ratio that says what it divides by what ------------------------------------------------------------------------


def _of_units(corpus: Corpus, stated: Mention) -> Iterator[Finding]:
    """``573 persons per square kilometer``, ``5.5 beds per 1,000 people``, ``6.9 days per inpatient``."""
    above, _, below = stated.unit.partition("/")
    if stated.key == "population_density" and not below:
        above, below = PEOPLE, AREA
    beside = [m for m in corpus.beside(stated) if m.is_amount and m is not stated]
    totals, counts = ([m for m in beside if m.unit == unit] for unit in (above, below))
    if len(totals) == len(counts) == 1 and _AVERAGE.search(between(beside[-1], stated) or ""):
        yield from _ratio(stated, totals[0], counts[0])
    elif (above, below) == (PEOPLE, AREA):
        areas = [m for m in corpus.amounts("area", AREA, (None, None), stated.status) if m.doc == stated.doc]
        people = _population(corpus, stated)
        if people and people.doc == stated.doc and len({m.value for m in areas}) == 1:
            yield from _ratio(stated, people, areas[0])
    elif below == PEOPLE and len(totals) == 1 and not counts and totals[0].end == stated.end:
        people = _population(corpus, stated)
        if people:
            yield from _ratio(stated, totals[0], people)


# --- two amounts and their ratio --------------------------------------------------------------------------------------


def _rest(corpus: Corpus, stated: Mention) -> str:
    beside = corpus.beside(stated)
    following = beside[beside.index(stated) + 1 :]
    return behind(stated, None) if not following else (between(stated, following[0]) or "") + following[0].quote


def _of_two(corpus: Corpus, stated: Mention) -> Iterator[Finding]:
    """``the income ratio between urban and rural residents was 2.07:1``."""
    text = stated.sentence.lower()
    for twins in _TWINS:
        if not all(re.search(rf"\b{word}\b", text) for word in twins):
            continue
        first, second = sorted(twins, key=lambda word: text.rfind(word, 0, text.find(stated.quote)))
        pairs = [
            (a, b)
            for a in corpus.mentions
            if a.doc == stated.doc and a.end == stated.end and a.is_amount and first in a.key.split("_")
            for b in corpus.of("_".join(second if word == first else word for word in a.key.split("_")))
            if b.doc == a.doc and b.end == a.end and b.unit == a.unit and a.unit != "1"
        ]
        if len({(a.value, b.value) for a, b in pairs}) == 1:
            yield from _ratio(stated, *pairs[0])


# --- the test ---------------------------------------------------------------------------------------------------------


def _ratio(
    stated: Mention,
    total: Mention,
    count: Mention,
    usual: Band = meets,
    unusual: Sequence[Band] = (),
) -> Iterator[Finding]:
    # a ratio in a unit of its own is in main units; one without is for each square kilometre
    factor = 1e6 if count.unit == AREA and "/" not in stated.unit else 1.0

    def quotient(n: Sequence[Interval]) -> Interval:
        return (n[0] / n[1]).scaled(factor)

    severity = judge([total, count], stated, quotient, usual=usual, unusual=unusual)
    if severity:
        scale = stated.said[0] / stated.value if stated.value else 1.0
        exact = total.value / count.value * factor * scale
        (above,), (below,) = written([total], total.value), written([count], count.value)
        told = f"{above} / {below} = {number(float(f'{exact:.6g}'))}, but {stated.quote} is stated"
        yield Finding("per_capita", severity, (total, count, stated), told, f"{about(stated)}: {told} ({stated.doc})")
