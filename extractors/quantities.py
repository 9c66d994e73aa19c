"""Finds the quantities of a text: every number with its unit and its bound, and the numbers that are no figures.

The steps are those a reader takes: find the numerals, read what stands around each, let neighbours share what only one
of them carries, and set aside what only names, dates, orders or defines. What is measured is not known here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from functools import partial
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc, Span

from extractors.bounds import bound_after, bound_before, limits
from extractors.definitions import set_definitions
from extractors.judgement import code_reason, judge, judge_bare
from extractors.literals import EXACT, parse_literal
from extractors.measures import measure
from extractors.model import NotFigure, PeriodMention, Quantity, Why
from extractors.nonfigures import roman_numerals
from extractors.numerals import Numeral, find_numerals
from extractors.periods import find_periods
from extractors.ranks import set_ranks
from extractors.readings import Reading, context, to_not_figure, to_quantity
from extractors.series import merge
from extractors.tokens import Tokens, tokenise
from extractors.units import read_unit

Found = tuple[list[Quantity], list[NotFigure]]

_REASONS: dict[str, tuple[Why, str]] = {
    "stamp": ("period", "clock_or_date"),
    "identifier": ("identifier", "digit_groups"),
    "circled": ("section", "circled_number"),
    "unreadable": ("unreadable", "glued_digits"),
}


_VERSION: tuple[Why, str] = ("identifier", "version")
_VERSION_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,3}){2,3}")


def _is_version(tokens: Tokens, numeral: Numeral) -> bool:
    """``version 2.4.1``, ``192.168.0.1``: short numbers between points, where glued figures are longer."""
    return numeral.form == "unreadable" and _VERSION_NUMBER.fullmatch(tokens.raw[numeral.first]) is not None


def find_quantities(doc: Doc, periods: Sequence[PeriodMention] = ()) -> Found:
    """The quantities of a Doc, and its numerals that are no figures, both in text order.

    ``periods`` are the time expressions already found in the same text; a numeral inside one is no figure.

    >>> import spacy
    >>> doc = spacy.blank("en")("Exports rose about 5.2% to US$3 billion.")
    >>> [(q.unit, q.value, q.bound) for q in find_quantities(doc)[0]]
    [('percent', Decimal('5.2'), 'approx'), ('USD', Decimal('3000000000'), 'exact')]
    """
    return read_text(doc.text, periods)


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text: what is counted or measured, how much, in which unit, and how exactly it holds.

    Offsets are positions in ``text``: ``text[q.start:q.end]`` is the quotation. ``value`` is an exact ``Decimal``, with
    scale words multiplied out (``3.2 million`` is 3200000) and no unit converted; a range has ``low`` and ``high``, and
    no ``value``. ``unit`` is an ISO 4217 code, a usual symbol, ``percent``, ``count:NOUN`` …, or ``1`` where the text
    names none. Years, spans of time that only say when, list numbers, names and other numbers that are no quantities
    are left out.

    >>> text = "More than 90 ports handled 3.36 million TEUs, up 5.2%, at 380 to 420 yuan per square meter."
    >>> for q in quantities(text):
    ...     print(text[q.start:q.end], "|", q.value, q.low, q.high, q.unit, q.bound)
    More than 90 ports | 90 90 None count:port more_than
    3.36 million TEUs | 3360000.00 None None TEU exact
    5.2% | 5.2 None None percent exact
    380 to 420 yuan per square meter | None 380 420 CNY/m2 range

    >>> quantities("In the first 8 months of 2019, Phase II opened.")
    []
    """
    return read_text(text, find_periods(text))[0]


def read_text(text: str, periods: Sequence[PeriodMention]) -> Found:
    """Quantities and numerals that are no figures, of a text whose time expressions are known."""
    with localcontext(EXACT):
        return _read_text(text, periods)


def _read_text(text: str, periods: Sequence[PeriodMention]) -> Found:
    tokens = tokenise(text)
    numerals = find_numerals(tokens)
    romans = roman_numerals(tokens) if _MAY_BE_ROMAN.search(text) else []
    if not numerals and not romans:
        return _bare_unit(tokens), []
    readings = _read_all(tokens, numerals, periods)
    merge(tokens, readings)
    judge_bare(tokens, readings)
    _set_bounds(tokens, readings)
    set_definitions(tokens, readings)
    set_ranks(tokens, readings)
    found = _with_points([to_quantity(tokens, r) for r in readings if r.why is None and not r.dropped], tokens)
    refused = [to_not_figure(tokens, r, r.why) for r in readings if r.why is not None and not r.dropped]
    refused += [NotFigure(tokens.start[i], tokens.end[i], tokens.raw[i], why, "roman") for i, why in romans]
    refused.sort(key=lambda item: item.start)
    return found, refused


#: Only where it matches can a piece be a Roman numeral.
_MAY_BE_ROMAN = re.compile(r"(?<![A-Za-z])[IVX]")


def _with_points(found: list[Quantity], tokens: Tokens) -> list[Quantity]:
    """``down 0.1 points to 1.8 per cent``: points beside a percentage, where no index is spoken of, are of percent."""
    if not any(q.unit == "index" for q in found) or "index" in tokens.low:
        return found
    beside = any(q.unit in ("percent", "percentage_point") for q in found) or _of_rates(found, tokens)
    if not beside or any(q.unit == "index" and _is_index_move(q, tokens) for q in found):
        return found
    return [
        replace(q, unit="percentage_point", unit_kind="percentage_point")
        if q.unit == "index" and _is_difference(q, tokens)
        else q
        for q in found
    ]


def _is_difference(points: Quantity, tokens: Tokens) -> bool:
    """``fell 3 points``, ``2 points higher``, ``a 4-point lead``; not the ``26 points`` of a player."""
    first, last = bisect_left(tokens.start, points.start), bisect_left(tokens.start, points.end)
    around = tokens.before(first, 4) + tokens.between(last, last + 2)
    return not context("change").isdisjoint(around) or not context("difference").isdisjoint(around)


def _of_rates(found: Sequence[Quantity], tokens: Tokens) -> bool:
    """``cut rates by a quarter point``: parts of a point, where interest rates are spoken of."""
    parts = any(q.unit == "index" and q.value is not None and abs(q.value) < 1 for q in found)
    return parts and not context("in_percent").isdisjoint(tokens.low)


def _is_index_move(points: Quantity, tokens: Tokens) -> bool:
    """``200 points, or 0.8%``, ``1,432.6 points``: told again in percent, or too many to be points of a percentage."""
    told_again = _TOLD_AGAIN.match(tokens.text, points.end)
    return told_again is not None or (points.value is not None and abs(points.value) > _WHOLE)


#: What joins an amount and the same amount in percent.
_TOLD_AGAIN = re.compile(r"(?:,? or | ?\()(?:about |nearly |around )?[\d.]+ ?(?:%|per ?cent)")
#: More points than this are none of a percentage.
_WHOLE = 100


def _bare_unit(tokens: Tokens) -> list[Quantity]:
    """``a kilo``, ``a dollar``: a text that is nothing but an article and a unit."""
    if tokens.low[0] not in ("a", "an") or len(tokens) < 2:
        return []
    found = read_unit(tokens, 1)
    if found is None or found.last < len(tokens):
        return []
    one = Numeral(0, 1, Decimal(1), "words")
    reading = Reading(one, 0, found.last, Decimal(1), "words", rule="article")
    reading.give(found.code, found.kind, found.unit.rule)
    return [to_quantity(tokens, reading)]


def _read_all(tokens: Tokens, numerals: Sequence[Numeral], periods: Sequence[PeriodMention]) -> list[Reading]:
    readings: list[Reading] = []
    floor = 0
    for numeral in numerals:
        if numeral.first < floor:
            continue
        reading = _read(tokens, numeral, floor, periods)
        readings.append(reading)
        floor = reading.last
    return readings


def _read(tokens: Tokens, numeral: Numeral, floor: int, periods: Sequence[PeriodMention]) -> Reading:
    plain = Reading(numeral, numeral.first, numeral.last, numeral.value, numeral.form)
    start, end = tokens.start[numeral.first], tokens.end[numeral.last - 1]
    if numeral.form in _REASONS:
        plain.refuse(*(_VERSION if _is_version(tokens, numeral) else _REASONS[numeral.form]))
        return plain
    for period in periods:
        if period.start < end and period.end > start and not _spans_unit(tokens, numeral, period):
            named = (
                period.role == "name"
                and tokens.kind[numeral.first] == "number"
                and numeral.form == "digits"
                and numeral.value > 1000
            )
            plain.refuse("name" if named else "period", period.rule)
            return plain
    if numeral.form == "code":
        plain.refuse(*code_reason(tokens, numeral))
        return plain
    if (
        tokens.raw[numeral.last] == "-"
        and tokens.glued(numeral.last)
        and parse_literal(tokens.raw[numeral.last + 1] or "0") is None
        and tokens.kind[numeral.last + 1] == "number"
    ):
        plain.refuse("unreadable", "glued_digits")
        return plain
    reading = measure(tokens, numeral, floor)
    if reading.why is None or reading.form == "fold":
        judge(tokens, reading)
    return reading


def _spans_unit(tokens: Tokens, numeral: Numeral, period: PeriodMention) -> bool:
    """``2000 - 2500 calories``: what looks like a year is the lower end of a range that has a unit."""
    last = numeral.last
    if period.end - period.start > 4 or tokens.raw[last] not in ("-", "–", "to") or tokens.kind[last + 1] != "number":
        return False
    return read_unit(tokens, last + 2) is not None


def _set_bounds(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """Reads the bound words on both sides of each quantity, never past its neighbours."""
    floor = 0
    kept = [reading for reading in readings if not reading.dropped]
    ceilings = [reading.first for reading in kept[1:]]
    for reading, ceiling in zip(kept, [*ceilings, len(tokens)], strict=False):
        if reading.why is None and reading.form not in ("ordinal", "ratio"):
            _set_bound(tokens, reading, floor, ceiling)
        floor = max(floor, reading.last)
    _pass_bounds_on(tokens, kept)


def _pass_bounds_on(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """``over 2 million euros ($2.3 million)``, ``just under 290 hp (216 kW / 293 PS)``: an equivalent is as exact."""
    for first, second in pairwise(readings):
        if first.bound in ("exact", "range", "vague") or second.bound != "exact" or not _are_equal(first, second):
            continue
        between = tokens.between(first.last, second.first)
        inside = first.bound_rule == _EQUIVALENT and between in (["/"], [","], [";"])
        if (between == ["("] or inside) and tokens.raw[second.last] in (")", "/", ",", ";"):
            second.bound, second.bound_rule = first.bound, _EQUIVALENT
            second.low, second.high = _limits(second)


#: The rule of a bound that is told only of the amount before the brackets.
_EQUIVALENT = "equivalent"


def _are_equal(first: Reading, second: Reading) -> bool:
    """Whether both can be one amount in two units: money in two currencies, a length in two systems."""
    if first.why or second.why or second.value is None or not (first.own_unit and second.own_unit):
        return False
    return first.kind == second.kind and first.unit != second.unit and first.kind in context("converted")


def _set_bound(tokens: Tokens, reading: Reading, floor: int, ceiling: int) -> None:
    before = bound_before(tokens, reading.first)
    after = bound_after(tokens, _bound_place(tokens, reading))
    if before is not None and (before.edge < floor or _rises(tokens, reading, before.edge)):
        before = None
    if after is not None and after.edge > ceiling:
        after = None
    if before is not None:
        reading.first = before.edge
    if after is not None:
        reading.last = max(reading.last, after.edge)
    word = before or after
    if word is not None and reading.bound == "exact" and reading.value is not None:
        reading.bound, reading.bound_rule = word.bound, word.rule
        reading.low, reading.high = _limits(reading)


def _bound_place(tokens: Tokens, reading: Reading) -> int:
    """Where a bound may follow: behind the number itself (``80-plus percent``), else behind the quote."""
    last = reading.numeral.last
    return last if bound_after(tokens, last) is not None else reading.last


def _limits(reading: Reading) -> tuple[Decimal | None, Decimal | None]:
    assert reading.value is not None
    low, high = limits(reading.bound, reading.value)
    return (high, low) if reading.direction == "down" else (low, high)


def _rises(tokens: Tokens, reading: Reading, edge: int) -> bool:
    """``inflation up to 9.9%``: a rise to that level, no upper bound."""
    if tokens.low[edge : edge + 2] != ["up", "to"] or reading.kind != "percent":
        return False
    return (edge > 0 and tokens.low[edge - 1] in context("rate")) or edge == 1


SPANS = "numerate_quantities"


#: What a span says about its quantity: name and type of each attribute.
_ATTRIBUTES = {"value": Decimal, "low": Decimal, "high": Decimal, "unit": str, "unit_kind": str, "bound": str}


def _declare() -> None:
    """Registers the attributes. They are kept as text in ``doc.user_data``, so that a Doc can still be serialised."""
    for index, name in enumerate(_ATTRIBUTES):
        if not Span.has_extension(name):
            Span.set_extension(name, getter=partial(_attribute, index=index))


def _attribute(span: Span, index: int) -> Decimal | str | None:
    kept = span.doc.user_data.get(SPANS, {}).get(f"{span.start}-{span.end}")
    kind = list(_ATTRIBUTES.values())[index]
    return None if kept is None or kept[index] is None else kind(kept[index])


@Language.factory("numerate_quantities")
def create_quantities(nlp: Language, name: str) -> QuantityComponent:
    """The component as spaCy makes it for ``nlp.add_pipe("numerate_quantities")``.

    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("numerate_quantities")
    >>> doc = nlp("It costs 3.45 yuan a day.")
    >>> [(span.text, span._.value, span._.unit) for span in doc.spans["numerate_quantities"]]
    [('3.45 yuan a day', Decimal('3.45'), 'CNY/d')]
    """
    return QuantityComponent()


class QuantityComponent:
    """Puts the quantities of a Doc into ``doc.spans["numerate_quantities"]``.

    Each span carries ``span._.value``, ``low``, ``high`` (Decimal or None), ``unit``, ``unit_kind``, ``bound`` (str).
    Where the tokeniser did not split at the edge of a quantity, the span covers the whole token. Time expressions are
    taken from ``doc.spans["numerate_periods"]`` where that component ran before.
    """

    def __init__(self) -> None:
        _declare()

    def __call__(self, doc: Doc) -> Doc:
        spans, kept = [], {}
        for quantity in find_quantities(doc, _periods_of(doc))[0]:
            label = quantity.unit_kind.upper()
            span = doc.char_span(quantity.start, quantity.end, label=label, alignment_mode="expand")
            if span is not None:
                spans.append(span)
                values = (getattr(quantity, name) for name in _ATTRIBUTES)
                kept[f"{span.start}-{span.end}"] = [None if value is None else str(value) for value in values]
        doc.spans[SPANS] = spans
        doc.user_data[SPANS] = kept
        return doc


def _periods_of(doc: Doc) -> list[PeriodMention]:
    group = doc.spans.get("numerate_periods", [])
    return [PeriodMention(s.start_char, s.end_char, s.text, None, None, "time", "component") for s in group]
