"""Mentions of one thing reconciled to one observation, and observations that follow from others."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from schemas.consistency.corpus import Corpus, base_period, pairs
from schemas.consistency.findings import number
from schemas.consistency.intervals import Interval
from schemas.consistency.mentions import Mention
from schemas.consistency.thresholds import MOST_NUMBERS

Agreement = Literal["single", "agree", "conflict"]
_FINAL = re.compile(r"\b(?:final|verified|verification|revised)\b", re.I)
_PRELIMINARY = re.compile(r"\bpreliminar\w+\b", re.I)
Key = tuple[str, str, str, str | None, str, date | None, date | None]


class Observation(NamedTuple):
    """What is known of one entity's indicator in one period: the value that most mentions bear out.

    ``formula`` says how a derived one follows from stated ones; it is None for those that are stated.
    """

    entity: str
    indicator: str
    indicator_key: str
    unit: str
    kind: str
    basis: str | None
    status: str
    period_start: date | None
    period_end: date | None
    value: float
    low: float
    high: float
    mentions: int
    documents: int
    agreement: Agreement
    formula: str | None
    figure_ids: tuple[str, ...]

    @property
    def observation_id(self) -> str:
        key = (
            f"{self.entity}\0{self.indicator_key}\0{self.unit}\0{self.kind}\0{self.basis}\0{self.status}"
            f"\0{self.period_start}\0{self.period_end}\0{self.formula}"
        )
        return hashlib.sha256(key.encode()).hexdigest()[:24]


def observations(corpus: Corpus) -> Iterator[Observation]:
    """The observations of one entity, those that follow from others behind those that are stated."""
    groups: dict[Key, list[Mention]] = defaultdict(list)
    for each in corpus.mentions:
        groups[_key(corpus, each)].append(each)
    for group in groups.values():
        yield _single(group[0]) if len(group) == 1 else _reconciled(_in_force(group), corpus)
    yield from _derived(corpus, groups)


def _key(corpus: Corpus, each: Mention) -> Key:
    start = None if each.is_amount and corpus.is_stock_at(each) else each.start
    basis = None if each.basis is None or each.is_amount else str(base_period(each) or each.basis)
    return each.key, each.unit, each.kind, basis, each.status, start, each.end


def _in_force(group: Sequence[Mention]) -> list[Mention]:
    """Without those marked as preliminary, once one is marked as final."""
    if not any(_is_final(each.sentence) for each in group):
        return list(group)
    return [each for each in group if not _PRELIMINARY.search(each.sentence)] or list(group)


@lru_cache(maxsize=1 << 14)
def _is_final(sentence: str) -> bool:
    return _FINAL.search(sentence) is not None


def _reconciled(group: Sequence[Mention], corpus: Corpus) -> Observation:
    """How much a document says of an indicator tells between two values with a mention each."""
    if len(group) == 1:
        return _single(group[0])
    different = _different(group)
    borne_out = [each for each in group if each.value == different[0].value]
    if 1 < len(different) <= MOST_NUMBERS:
        borne_out = max(
            ([other for other in group if other.narrow.meets(each.narrow)] for each in different),
            key=lambda found: (
                len(found),
                len({each.doc for each in found}),
                max(corpus.support[each.doc, each.key] for each in found),
                max(each.digits for each in found),
            ),
        )
    best = max(borne_out, key=lambda each: (each.bound == "exact", each.digits, -each.place))
    agrees = len(different) <= MOST_NUMBERS and all(a.narrow.meets(b.narrow) for a, b in pairs(different))
    return _named(best, group, "agree" if agrees else "conflict")


def _single(only: Mention) -> Observation:
    """The observation of one mention: most are."""
    return _observed(only, only.name or "", only.indicator, 1, (only.figure_id,), "single")


def _named(best: Mention, group: Sequence[Mention], agreement: Agreement) -> Observation:
    """The observation of a group of mentions, with the value of the best one and the names used most."""
    return _observed(
        best,
        _commonest(each.name for each in group if each.name) or "",
        _commonest(each.indicator for each in group) or best.indicator,
        len({each.doc for each in group}),
        tuple(each.figure_id for each in group),
        agreement,
    )


def _observed(
    best: Mention, entity: str, indicator: str, documents: int, figure_ids: tuple[str, ...], agreement: Agreement
) -> Observation:
    value, unit = best.said
    interval = best.narrow.scaled(value / best.value if best.value else 1.0)
    start, end = best.dated if best.end else (None, None)
    return Observation(
        entity,
        indicator,
        best.key,
        unit,
        best.kind,
        best.basis,
        best.status,
        start,
        end,
        value,
        interval.low,
        interval.high,
        len(figure_ids),
        documents,
        agreement,
        None,
        figure_ids,
    )


def _different(group: Sequence[Mention]) -> list[Mention]:
    """One mention of each number, those first that most mentions state, and no more than can be compared."""
    first = {(each.value, each.narrow): each for each in reversed(group)}
    if len(first) == 1:
        return list(first.values())
    counts = Counter(each.value for each in group)
    ranked = sorted(first.values(), key=lambda each: (-counts[each.value], each.doc, each.place))
    return ranked[: MOST_NUMBERS + 1]


def _commonest(names: Iterable[str]) -> str | None:
    """The name that is used most; of equals the longest, which says most, then the first by alphabet."""
    names = list(names)
    if len(set(names)) == 1:
        return names[0]
    ranked = sorted(Counter(names).items(), key=lambda item: (-item[1], -len(item[0]), item[0]))
    return ranked[0][0] if ranked else None


def _derived(corpus: Corpus, groups: Mapping[Key, Sequence[Mention]]) -> Iterator[Observation]:
    """An earlier level from a later one and the change, or the multiple, since: where nobody states it."""
    stated = {(key, unit, end) for key, unit, _, _, _, _, end in groups}
    found: dict[tuple[str, str, date | None], Observation] = {}
    for each in corpus.mentions:
        base = base_period(each) if each.kind in ("change_abs", "multiple") else None
        if base is None or each.unit == "percentage_point":
            continue
        for later in _later_levels(corpus, each):
            key = (each.key, later.unit, base[1])
            if key not in stated and key not in found:
                found[key] = _from(later, each, base)
    yield from found.values()


def _later_levels(corpus: Corpus, each: Mention) -> list[Mention]:
    units = {m.unit for m in corpus.beside(each) if m.is_amount and m.key == each.key}
    wanted = units if each.kind == "multiple" else units & {each.unit}
    return [m for unit in sorted(wanted) for m in corpus.operands(each, each.key, unit, each.period)][:1]


def _from(later: Mention, by: Mention, base: tuple[date | None, date | None]) -> Observation:
    factor = later.said[0] / later.value if later.value else 1.0
    if by.kind == "multiple":
        value, interval, sign = later.value / by.value if by.value else 0.0, later.narrow / by.narrow, "/"
    else:
        value, interval, sign = later.value - by.value, later.narrow - by.narrow, "-"
    scaled = Interval(interval.low, interval.high).scaled(factor)
    return Observation(
        entity=later.name or "",
        indicator=later.indicator,
        indicator_key=later.key,
        unit=later.said[1],
        kind=later.kind,
        basis=None,
        status=later.status,
        period_start=base[0],
        period_end=base[1],
        value=value * factor,
        low=scaled.low,
        high=scaled.high,
        mentions=0,
        documents=0,
        agreement="single",
        formula=f"{later.quote} {sign} {by.quote} = {number(value * factor)}",
        figure_ids=(later.figure_id, by.figure_id),
    )
