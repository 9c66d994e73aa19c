"""One function a kind of finding, each over the figures of one entity; ``KINDS`` is where they are registered.

A relation is tested only when every key it needs is known, and only where the text leaves no choice of operands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise

from extractors.indicators import indicator_key
from schemas.consistency import thresholds
from schemas.consistency.corpus import Corpus, base_period, earlier_and_later, pairs
from schemas.consistency.exchange import exchange
from schemas.consistency.findings import Finding, number, written
from schemas.consistency.intervals import Interval
from schemas.consistency.judging import Band, Derive, Severity, holds, judge, meets
from schemas.consistency.mentions import PER_HEAD, Mention

#: words by which a number is marked as one of several vintages
_VINTAGE = re.compile(r"\b(?:preliminar\w+|revis\w+|adjust\w+|final verification|verified)\b", re.I)
_REAL = re.compile(r"\bat comparable prices\b|\bin real terms\b|\bat constant prices\b|\breal growth\b", re.I)
#: series that are stated in real terms, and those whose scope changes from year to year
_REAL_KEYS = re.compile(r"^(?:gdp|value_added|per_capita_gdp)(?:_|$)")
_SCOPE_KEYS = re.compile(r"fixed_asset|retail_sales|above_designated_size")
#: nouns that say too little to be one indicator by themselves
_GENERIC = frozenset(
    "people person good product project enterprise company amount value total number unit case item place "
    "investment job money cost price output year figure increase growth rate share part".split()
)
#: what a complete division of a whole consists of, by words of its parts
_COMPLETE = (
    ("primary", "secondary", "tertiary"),
    ("male", "female"),
    ("men", "women"),
    ("urban", "rural"),
    ("export", "import"),
)
#: an indicator per head, what it divides, and by what
_PER_HEAD = {
    "gdp_per_capita": ("gdp", ("population_permanent", "population")),
    "population_density": ("population_permanent", ("area",)),
}


def conflict(corpus: Corpus) -> Iterator[Finding]:
    """Two or more mentions of one key that do not mean the same number: ``a = b`` within the rounding of both.

    ``9,846 km2`` and ``9,864 km2`` of one city are a conflict, ``3.41 million`` and ``3.412 million`` people are none.

    >>> from schemas.consistency.trying import findings_in
    >>> findings_in("Its area is 9,846 square kilometers.", "Its area is 9,864 square kilometers.")
    ['conflict: 9,846 square kilometers (1.txt) and 9,864 square kilometers (2.txt)']
    """
    return (found for found in _disagreements(corpus) if found.kind == "conflict")


def magnitude(corpus: Corpus) -> Iterator[Finding]:
    """As ``conflict``, but the numbers meet once one of them is multiplied by a power of ten: ``a = b x 10^n``.

    ``17.42 billion yuan`` and ``17.42 million yuan`` are the same number with another scale word.

    >>> from schemas.consistency.trying import findings_in
    >>> findings_in("In 2020, its GDP was 17.42 billion yuan.", "In 2020, its GDP was 17.42 million yuan.")
    ['magnitude: 17.42 billion yuan (1.txt) and 17.42 million yuan (2.txt)']
    """
    return (found for found in _disagreements(corpus) if found.kind == "magnitude")


def _disagreements(corpus: Corpus) -> Iterator[Finding]:
    groups = defaultdict(list)
    for each in corpus.mentions:
        if each.key not in _GENERIC and (each.end is not None or each.period == (None, None)):
            groups[_conflict_key(corpus, each)].append(each)
    for group in (each for each in groups.values() if len(each) > 1):
        stated = _without_lists(group)
        numbers = list({(each.value, each.bound, each.digits): each for each in stated}.values())
        if 1 < len(numbers) <= thresholds.MOST_NUMBERS and (worst := _worst(numbers)):
            yield _disagreement(stated, worst)


def _conflict_key(corpus: Corpus, each: Mention) -> tuple[object, ...]:
    start = None if each.key in corpus.stocks and each.is_amount else each.start
    plan = each.doc if each.status == "projected" else ""
    kind = "amount" if each.is_amount else each.kind
    return each.key, each.unit, kind, _basis(each), each.status, plan, start, each.end


def _basis(each: Mention) -> str | None:
    """What a change compares with: a year, whether it is named or said to be the one before."""
    if each.is_amount or each.basis is None:
        return None
    base = base_period(each)
    return f"{base[0]}/{base[1]}" if base else each.basis.lower()


def _without_lists(group: Sequence[Mention]) -> list[Mention]:
    """Without those of documents where one sentence gives several numbers: there the key does not tell them apart."""
    by_sentence = defaultdict(list)
    for each in group:
        by_sentence[each.doc, each.sentence].append(each)
    unclear = {
        doc for (doc, _), found in by_sentence.items() if any(not a.narrow.meets(b.narrow) for a, b in pairs(found))
    }
    return [each for each in group if each.doc not in unclear]


def _worst(stated: Sequence[Mention]) -> Severity | None:
    found: set[Severity | None] = set()
    for a, b in pairs(stated):
        found.add(_between(a, b))
        if "conflict" in found:
            return "conflict"
    return next((severity for severity in ("magnitude", "suspect") if severity in found), None)


def _between(a: Mention, b: Mention) -> Severity | None:
    if _VINTAGE.search(a.sentence) and _VINTAGE.search(b.sentence) is None and "preliminar" not in a.sentence.lower():
        return None
    if _VINTAGE.search(b.sentence) and _VINTAGE.search(a.sentence) is None and "preliminar" not in b.sentence.lower():
        return None
    if a.narrow.meets(b.narrow):
        return None
    scalable = a.is_amount and min(a.digits, b.digits) >= 2
    if scalable and any(a.narrow.scaled(slip).meets(b.narrow) for slip in thresholds.SLIPS):
        return "magnitude"
    return "suspect" if a.wide.meets(b.wide) else "conflict"


def _disagreement(stated: Sequence[Mention], severity: Severity) -> Finding:
    values = list({each.value: each for each in stated}.values())
    told = " and ".join(f"{each.quote} ({each.doc})" for each in values)
    kind = "magnitude" if severity == "magnitude" else "conflict"
    return Finding(kind, severity, tuple(stated), told, f"{_about(stated[0])} is stated as {told}")


def change(corpus: Corpus) -> Iterator[Finding]:
    """A level, the level at the basis, and the change between them: ``later - earlier = change``.

    ``1.24 - 1.13 = 0.11 million TEU`` (0.10 to 0.12 with their rounding), but 210,000 more are stated: a conflict.

    >>> from schemas.consistency.trying import findings_in
    >>> findings_in("In 2020, its output was 31.4 million tons, 9.6 million tons more than the 22.7 million of 2015.")
    ['conflict: 31.4 million - 22.7 million = 8,700,000, but 9.6 million tons is stated (1.txt)']
    """
    for stated in corpus.mentions:
        if stated.kind == "change_abs":
            unit = "percent" if stated.unit == "percentage_point" else stated.unit
            for before, after in _levels(corpus, stated, unit)[:1]:
                yield from _tested("change", corpus, stated, before, after, unit, _difference, " - ")


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

        def literal(n: Sequence[Interval], grown: bool = grown) -> Interval:
            return (n[1] / n[0]).shifted(-1 if grown else 0)

        unusual = [_said_as_multiple] if grown else []
        for before, after in _levels(corpus, stated, None)[:1]:
            yield from _tested("multiple", corpus, stated, before, after, None, literal, " / ", unusual=unusual)


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
        if stated.kind == "growth_rate" and stated.unit == "percent":
            average = stated.basis == "average_annual"
            for before, after in _levels(corpus, stated, None)[:1]:
                years = _years(before, after) if average else 1
                if years >= 1:
                    yield from _growth(corpus, stated, before, after, years)


def _years(before: Mention, after: Mention) -> int:
    return after.end.year - before.end.year if before.end and after.end else 0


def _growth(corpus: Corpus, stated: Mention, before: Mention, after: Mention, years: int) -> Iterator[Finding]:
    def rate(n: Sequence[Interval], years: float = years) -> Interval:
        return (n[1] / n[0]).root(years).shifted(-1).scaled(100)

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
    both = earlier_and_later(beside) or _moved_beside(corpus, stated, unit)
    if both:
        return [both]
    base = base_period(stated)
    if base is None:
        return []
    found = []
    for unit_of in corpus.units(stated.key):
        if unit in (None, unit_of):
            after = corpus.operands(stated, stated.key, unit_of, stated.period)
            before = corpus.operands(stated, stated.key, unit_of, base)
            found += [(b, a) for b in before for a in after]
    return _fitting_first(found, stated)


def _moved_beside(corpus: Corpus, stated: Mention, unit: str | None) -> tuple[Mention, Mention] | None:
    """``trains increased by 3.2 times, from 105 trips in 2017 to 336 trips in 2020``: no other amounts."""
    amounts = [m for m in corpus.beside(stated) if m.is_amount and unit in (None, m.unit)]
    return earlier_and_later(amounts) if _FROM_TO.search(stated.sentence) else None


_FROM_TO = re.compile(r"\bfrom\b.+\bto\b")


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
    yield Finding(kind, severity, (after, before, stated), told, f"{_about(stated)}: {told}")


def _result(kind: str, exact: float) -> str:
    return f"{exact:+.2f} %" if kind == "growth" else f"{exact:.4g}"


def share(corpus: Corpus) -> Iterator[Finding]:
    """A part, its whole and the share: ``part / whole``; and the parts of a complete division: they make up the whole.

    Complete are the three industries, men and women, town and country, exports and imports, and age groups that join.

    >>> from schemas.consistency.trying import findings_in
    >>> findings_in(
    ...     "In 2020, its GDP was 87.4 billion yuan. The added value of the primary industry was 3.9 billion yuan, "
    ...     "that of the secondary industry was 38.6 billion yuan and that of the tertiary industry was 47.9 billion "
    ...     "yuan."
    ... )
    ['conflict: 3.9 billion + 38.6 billion + 47.9 billion = 90.4 billion, but 87.4 billion yuan is stated (1.txt)']
    """
    for stated in corpus.mentions:
        if stated.kind == "share" and stated.unit == "percent":
            yield from _part_of_whole(corpus, stated)
    sentences = defaultdict(list)
    for each in corpus.mentions:
        sentences[each.doc, each.sentence].append(each)
    for found in sentences.values():
        yield from _shares_of_one_whole([each for each in found if each.kind == "share" and each.unit == "percent"])
    yield from _amounts_of_one_whole(corpus)


_OF_ALL = re.compile(r"^(?:of\s+)?(?:all|the|its|total|whole|number of|total number of|city's|s)\s+", re.I)


def _part_of_whole(corpus: Corpus, stated: Mention) -> Iterator[Finding]:
    beside = corpus.beside(stated)
    place = beside.index(stated)
    parts = [m for m in beside if m.is_amount and m.key == stated.key]
    if len(parts) != 1:
        return
    (part,) = parts
    if place and beside[place - 1] is not part and part not in beside[place:]:
        return
    wholes = _named_whole(corpus, stated, part)
    if len({whole.value for whole in wholes}) != 1:
        return
    whole = wholes[0]

    def percent(n: Sequence[Interval]) -> Interval:
        return (n[0] / n[1]).scaled(100)

    severity = judge([part, whole], stated, percent, scales_stated=False)
    if severity:
        exact = 100 * part.value / whole.value
        small, large = written((part, whole), part.value, whole.value)
        told = f"{small} / {large} = {exact:.2f} %, but {stated.quote} is stated"
        yield Finding("share", severity, (whole, part, stated), told, f"{_about(stated)}: {told} ({stated.doc})")


def _named_whole(corpus: Corpus, stated: Mention, part: Mention) -> list[Mention]:
    """The amounts of the document that the share names as its whole."""
    name = stated.basis or ""
    while (shorter := _OF_ALL.sub("", name)) != name:
        name = shorter
    key = indicator_key(name) if name else ""
    return [m for m in corpus.of(key) if m.doc == stated.doc and m.end == part.end and _same_unit(m, part)]


def _same_unit(a: Mention, b: Mention) -> bool:
    """Guests are some of the visitors: things counted are compared whatever they are called."""
    return a.unit == b.unit or (a.unit.startswith("count:") and b.unit.startswith("count:"))


_AGES = re.compile(r"\b(\d{1,3})\s?[-–]\s?(\d{1,3})\b|\b(\d{1,3})(?: years old)? (?:and|or) (?:over|above|older)")


def _shares_of_one_whole(shares: Sequence[Mention]) -> Iterator[Finding]:
    if len(shares) < 2 or not _is_complete(shares):
        return
    total = sum((each.narrow for each in shares), Interval(0, 0))
    if total.meets(Interval(100, 100)):
        return
    widest = sum((each.wide for each in shares), Interval(0, 0))
    severity: Severity = "suspect" if widest.meets(Interval(100, 100)) else "conflict"
    parts = " + ".join(f"{each.value:g}" for each in shares)
    told = f"{parts} = {sum(each.value for each in shares):g}, not 100 percent ({shares[0].doc})"
    yield Finding("share", severity, tuple(shares), told, f"the parts of one whole: {told}")


def _is_complete(parts: Sequence[Mention]) -> bool:
    """Whether the parts are all there are."""
    keys = [each.key for each in parts]
    for words in _COMPLETE:
        if len(parts) == len(words) and all(sum(word in key for key in keys) == 1 for word in words):
            return True
    ages = sorted((int(m[1] or m[3]), int(m[2]) if m[2] else None) for m in _AGES.finditer(parts[0].sentence))
    joined = all(b is not None and c == b + 1 for (_, b), (c, _) in pairwise(ages))
    return len(ages) == len(parts) > 2 and ages[0][0] == 0 and ages[-1][1] is None and joined


#: wholes whose parts are all named in one sentence, by the key of the whole and those of its parts
_PARTS: Mapping[str, tuple[str, ...]] = {
    "gdp": ("value_added_primary", "value_added_secondary", "value_added_tertiary"),
    "foreign_trade": ("exports", "imports"),
}


def _amounts_of_one_whole(corpus: Corpus) -> Iterator[Finding]:
    for whole in corpus.mentions:
        names = _PARTS.get(whole.key)
        if not names or not whole.is_amount:
            continue
        parts = [
            [m for m in corpus.amounts(name, whole.unit, whole.period, whole.status) if m.doc == whole.doc]
            for name in names
        ]
        if not all(len({m.value for m in found}) == 1 for found in parts):
            continue
        taken = [found[0] for found in parts]
        severity = judge(taken, whole, lambda n: sum(n, Interval(0, 0)))
        if severity:
            *parts_of, total = written(taken, *(m.value for m in taken), sum(m.value for m in taken))
            told = f"{' + '.join(parts_of)} = {total}, but {whole.quote} is stated ({whole.doc})"
            yield Finding("share", severity, (whole, *taken), told, f"{_about(whole)} and its parts: {told}")


def per_capita(corpus: Corpus) -> Iterator[Finding]:
    """A total, a population and the ratio: ``total / population``; up to 2 % are the average population of a year.

    Ratios of stocks of one date, such as density, are exact but for rounding.

    >>> from schemas.consistency.trying import findings_in
    >>> findings_in(
    ...     "In 2020, its GDP was 299.6 billion yuan and its per capita GDP was 66,150 yuan. At the end of 2020, it "
    ...     "had a permanent population of 4.88 million."
    ... )
    ['conflict: 299.6 billion / 4,880,000 = 61,393.4, but 66,150 yuan is stated']
    """
    for stated in corpus.mentions:
        for total_key, count_keys in _ratio_of(stated):
            found = _operands_of_ratio(corpus, stated, total_key, count_keys)
            if found:
                yield from _ratio(stated, *found)


def _ratio_of(stated: Mention) -> Iterator[tuple[str, tuple[str, ...]]]:
    if stated.is_amount and stated.key in _PER_HEAD:
        yield _PER_HEAD[stated.key]
    elif stated.is_amount and stated.key.endswith(PER_HEAD):
        yield stated.key.removesuffix(PER_HEAD), ("population_permanent", "population")


def _operands_of_ratio(
    corpus: Corpus, stated: Mention, total_key: str, count_keys: Sequence[str]
) -> tuple[Mention, Mention] | None:
    """The total and what it is divided by: of the same document, else of any; None where they disagree."""
    unit = stated.unit.split("/")[0]
    year = (None if stated.end is None else stated.end.replace(month=1, day=1), stated.end)
    totals = corpus.operands(stated, total_key, unit, stated.period) or corpus.operands(stated, total_key, unit, year)
    end = (stated.end, stated.end)
    for key in count_keys:
        below = "[area]" if key == "area" else "count:person"
        period = (None, None) if key == "area" else end
        counts = corpus.amounts(key, below, period, stated.status)
        near = [m for m in counts if m.doc == stated.doc] or counts
        if totals and near:
            return totals[0], near[0]
    return None


def _ratio(stated: Mention, total: Mention, count: Mention) -> Iterator[Finding]:
    is_density = count.unit == "[area]"
    factor = 1e6 if is_density and stated.unit == "count:person" else 1.0

    def quotient(n: Sequence[Interval]) -> Interval:
        return (n[0] / n[1]).scaled(factor)

    def within(share: float, derived: Interval, said: Interval) -> bool:
        return derived.meets(Interval(said.low * (1 - share), said.high * (1 + share)))

    usual = meets if is_density else partial(within, thresholds.PER_HEAD)
    unusual = [] if is_density else [partial(within, thresholds.PER_HEAD_ODD)]
    severity = judge([total, count], stated, quotient, usual=usual, unusual=unusual)
    if severity:
        exact = total.value / count.value * factor
        (above,), (below,) = written([total], total.value), written([count], count.value)
        told = f"{above} / {below} = {number(float(f'{exact:.6g}'))}, but {stated.quote} is stated"
        yield Finding("per_capita", severity, (total, count, stated), told, f"{_about(stated)}: {told} ({stated.doc})")


#: what is registered is run over the figures of each entity
KINDS: Mapping[str, Callable[[Corpus], Iterator[Finding]]] = {
    "conflict": conflict,
    "magnitude": magnitude,
    "change": change,
    "growth": growth,
    "multiple": multiple,
    "share": share,
    "per_capita": per_capita,
}
#: and this over those of all entities
KINDS_OF_ALL: Mapping[str, Callable[[Iterable[Mention]], Iterator[Finding]]] = {"exchange": exchange}


_WHAT = {"change_abs": "change of ", "growth_rate": "growth of ", "share": "share of ", "multiple": "multiple of "}


def _about(each: Mention) -> str:
    when = f" ({each.dated[1]})" if each.dated[1] else ""
    return f"{_WHAT.get(each.kind, '')}{each.indicator} of {each.name}{when}"
