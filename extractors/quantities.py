"""Finds the quantities of a text: every number with its unit and its bound, and the numbers that are no figures.

The steps are those a reader takes: find the numerals, read what stands around each, let neighbours share what only one
of them carries, and set aside what only names, dates, orders or defines. What the quantity measures is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from extractors.bounds import bound_after, bound_before, limits
from extractors.measures import measure
from extractors.model import NotFigure, PeriodMention, Quantity, Why
from extractors.nonfigures import classify, classify_bare, roman_numerals
from extractors.numerals import Numeral, find_numerals, parse_literal
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


def find_quantities(doc: Doc, periods: Sequence[PeriodMention] = ()) -> Found:
    """The quantities of a Doc, and its numerals that are no figures, both in text order.

    ``periods`` are the time expressions already found in the same text; a numeral inside one is no figure.

    >>> doc = spacy.blank("en")("Exports rose about 5.2% to US$3 billion.")
    >>> [(q.unit, q.value, q.bound) for q in find_quantities(doc)[0]]
    [('percent', Decimal('5.2'), 'approx'), ('USD', Decimal('3000000000'), 'exact')]
    """
    return read_text(doc.text, periods)


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text: what is counted or measured, how much, in which unit, and how exactly it holds.

    Offsets are positions in ``text``: ``text[q.start:q.end]`` is the quotation. ``value`` is an exact ``Decimal``, with scale
    words multiplied out (``3.2 million`` is 3200000) and no unit converted; a range has ``value`` None, and ``low`` and
    ``high``. ``unit`` is an ISO 4217 code, a usual symbol, ``percent``, ``count:NOUN`` … and ``1`` where the text names none.
    Years, list numbers, names and other numbers that are no quantities are left out.

    >>> text = "More than 90 ports handled 3.36 million TEUs, up 5.2%, at 380 to 420 yuan per square meter."
    >>> for q in quantities(text):
    ...     print(text[q.start:q.end], "|", q.value, q.low, q.high, q.unit, q.bound)
    More than 90 ports | 90 90 None count:port more_than
    3.36 million TEUs | 3360000.00 None None TEU exact
    5.2% | 5.2 None None percent exact
    380 to 420 yuan per square meter | None 380 420 CNY/m2 range

    >>> quantities("In 2019, Phase II opened.")
    []
    """
    return read_text(text, ())[0]


def read_text(text: str, periods: Sequence[PeriodMention]) -> Found:
    """Quantities and numerals that are no figures, of a text whose time expressions are known."""
    tokens = tokenise(text)
    numerals = find_numerals(tokens)
    romans = roman_numerals(tokens) if any(raw[:1] in "IVX" for raw in tokens.raw if raw) else []
    if not numerals and not romans:
        return _bare_unit(tokens), []
    readings = _read_all(tokens, numerals, periods)
    merge(tokens, readings)
    _judge_bare(tokens, readings)
    _set_bounds(tokens, readings)
    _set_definitions(tokens, readings)
    _set_ranks(tokens, readings)
    found = [to_quantity(tokens, r) for r in readings if r.why is None and not r.dropped]
    refused = [to_not_figure(tokens, r, r.why) for r in readings if r.why is not None and not r.dropped]
    refused += [NotFigure(tokens.start[i], tokens.end[i], tokens.raw[i], why, "roman") for i, why in romans]
    refused.sort(key=lambda item: item.start)
    return found, refused


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


# --- each numeral ------------------------------------------------------------------------------------------------------


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
        plain.refuse(*_REASONS[numeral.form])
        return plain
    for period in periods:
        if period.start < end and period.end > start and not _spans_unit(tokens, numeral, period):
            named = period.role == "name" and tokens.kind[numeral.first] == "number" and numeral.form == "digits" and numeral.value > 1000
            plain.refuse("name" if named else "period", period.rule)
            return plain
    if numeral.form == "code":
        plain.refuse(*_code_reason(tokens, numeral))
        return plain
    if tokens.raw[numeral.last] == "-" and tokens.glued(numeral.last) and parse_literal(tokens.raw[numeral.last + 1] or "0") is None and tokens.kind[numeral.last + 1] == "number":
        plain.refuse("unreadable", "glued_digits")
        return plain
    reading = measure(tokens, numeral, floor)
    if reading.why is None or reading.form == "fold":
        _judge(tokens, reading)
    return reading


def _spans_unit(tokens: Tokens, numeral: Numeral, period: PeriodMention) -> bool:
    """``2000 - 2500 calories``: what looks like a year is the lower end of a range that has a unit."""
    last = numeral.last
    if period.end - period.start > 4 or tokens.raw[last] not in ("-", "–", "to") or tokens.kind[last + 1] != "number":
        return False
    return read_unit(tokens, last + 2) is not None


def _code_reason(tokens: Tokens, numeral: Numeral) -> tuple[Why, str]:
    """Why letters with digits are no figure: a footnote mark on a word, or a name."""
    raw = tokens.raw[numeral.first]
    letters = raw.rstrip("0123456789")
    if len(letters) > 3 and letters[1:].islower() and letters.isalpha() and len(raw) - len(letters) <= 2:
        return "section", "footnote_mark"
    return ("identifier", "code") if sum(c.isdigit() for c in raw) > 4 else ("name", "code")


def _judge(tokens: Tokens, reading: Reading) -> None:
    """Sets aside a numeral that is no figure; an ordinal is one unless it is a rank."""
    reason = classify(tokens, reading)
    if reason is not None:
        reading.refuse(*reason)
        reading.last = max(reading.numeral.last, reading.last if reading.own_unit else 0)
        return
    if reading.why is None and tokens.glued(reading.last) and tokens.kind[reading.last] in ("letters", "word", "code") and not reading.own_unit and reading.form == "digits":
        reading.refuse("name", "glued_letters")
    elif reading.form == "words" and reading.numeral.value == 1 and not reading.own_unit and not reading.counted:
        _judge_one(tokens, reading)
    elif reading.form == "fraction":
        _judge_half(tokens, reading)


def _judge_one(tokens: Tokens, reading: Reading) -> None:
    """``one`` without a noun: a number in ``one of them`` and beside other numbers, otherwise a pronoun."""
    if reading.numeral.last - reading.numeral.first > 1 or tokens.low[reading.first] != "one":
        return
    after = tokens.low[reading.last : reading.last + 2]
    counts = after == ["of", "them"] or after[:1] == ["in"] and tokens.low[reading.last + 1] != "the" or len(tokens) == reading.last
    beside = tokens.low[reading.first - 1] in ("in", "to", "from") and after[:1] in (["and"], [","]) if reading.first else False
    over = after[:1] == ["out"]
    if not (counts or beside or over):
        reading.refuse("idiom", "one_pronoun")


def _judge_bare(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """Sets aside numbers without a unit that are years, scores or parts of names, and their companions."""
    before: Reading | None = None
    for reading in readings:
        if reading.dropped:
            continue
        if reading.why is None:
            reason = classify_bare(tokens, reading) or _companion(tokens, before, reading)
            if reason is not None:
                reading.refuse(*reason)
                reading.first, reading.last = reading.numeral.first, max(reading.numeral.last, reading.last if reading.bound == "range" else 0)
        before = reading


def _companion(tokens: Tokens, before: Reading | None, reading: Reading) -> tuple[Why, str] | None:
    """``A.D. 1000 and 1260``, ``Routes 8, K12 and 301``: what holds of one number holds of the next in the list."""
    if before is None or before.why is None or reading.own_unit or reading.counted or reading.form != "digits" or reading.signed:
        return None
    between = tokens.low[before.last : reading.first]
    if between == ["-"] and before.why == "unreadable":
        return before.why, before.rule
    listed = between in (["and"], ["or"], [",", "and"], ["to"], ["&"]) or between == [","] and tokens.low[reading.last] in ("and", "or", ",")
    if not listed or before.why not in ("period", "name", "label", "section", "identifier") or reading.numeral.value % 1:
        return None
    if before.why == "period" and (len(tokens.raw[reading.numeral.first]) < 3 or "," in tokens.raw[reading.numeral.first]):
        return None
    return before.why, before.rule


_WHOLE_AFTER = frozenset("of the that its as their what those a an his her".split())


def _judge_half(tokens: Tokens, reading: Reading) -> None:
    """A bare ``half`` is a figure before its whole or after a bound; ``half-staff`` is an idiom."""
    if tokens.low[reading.numeral.last - 1] != "half" or reading.own_unit or tokens.low[reading.numeral.first] not in ("half", "a"):
        return
    if reading.numeral.first == 0 and reading.numeral.last >= len(tokens):
        return
    before = tokens.low[reading.first - 1] if reading.first else ""
    if tokens.raw[reading.last] == "-" or not (
        tokens.low[reading.last] in _WHOLE_AFTER or before in ("by", "one", "than", "nearly", "about", "almost", "over", "in", "to", "is", "for", "around", "roughly")
    ):
        reading.refuse("idiom", "half_word")


# --- all numerals of the sentence --------------------------------------------------------------------------------------


def _set_bounds(tokens: Tokens, readings: Sequence[Reading]) -> None:
    for reading in readings:
        if reading.why is not None or reading.dropped or reading.form in ("ordinal", "ratio"):
            continue
        before = bound_before(tokens, reading.first)
        after = bound_after(tokens, _bound_place(tokens, reading))
        if before is not None and _rises(tokens, reading, before.edge):
            before = None
        if before is not None:
            reading.first = before.edge
        if after is not None:
            reading.last = max(reading.last, after.edge)
        word = before or after
        if word is None or reading.bound in ("range", "vague") or reading.value is None:
            continue
        reading.bound, reading.bound_rule = word.bound, word.rule
        reading.low, reading.high = _limits(reading)


def _bound_place(tokens: Tokens, reading: Reading) -> int:
    """Where a bound may follow: behind the number when it is joined to it (``80-plus percent``), else behind the quote."""
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
    return edge > 0 and tokens.low[edge - 1] in context("rate") or edge == 1


_BOUNDED = ("less_than", "more_than", "at_least", "at_most")


def _set_definitions(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """A bounded number that only says which things were counted is a definition."""
    subject: Reading | None = None
    for reading in readings:
        if reading.why is not None or reading.dropped:
            continue
        if _is_threshold(tokens, reading, subject):
            reading.refuse("definition", "threshold")
            continue
        subject = reading


def _is_threshold(tokens: Tokens, reading: Reading, subject: Reading | None) -> bool:
    low = tokens.low
    if any(low[i : i + 3] == ["not", "a", "single"] for i in range(max(0, reading.first - 10), reading.first)):
        return True
    if reading.value == 1 and reading.own_unit and low[reading.last] == "of" and (reading.first == 0 or low[reading.first - 1] in (",", "and", ";")):
        return not _MODALS.isdisjoint(low[reading.last : reading.last + 6])
    if reading.bound in _BOUNDED:
        if tokens.low[reading.last] == "each":
            return True
        if subject is not None and subject.kind == "count" and _defines_group(tokens, subject, reading):
            return True
        if tokens.low[reading.last : reading.last + 2] in (["in", "size"], ["in", "height"], ["in", "length"], ["in", "diameter"]) and reading.bound != "at_most":
            return True
        if reading.bound_rule == "at_least" and tokens.low[reading.first - 1 : reading.first] == ["of"] and tokens.low[reading.last - 2] in ("and", "or"):
            return True
        if subject is not None and _is_share(subject) and _predicates(tokens, subject, reading):
            return True
    return False


def _defines_group(tokens: Tokens, subject: Reading, reading: Reading) -> bool:
    """``3,842 boilers below 10 tons``, ``19 berths of 10,000 tons and above``: the bound stands right behind the things counted."""
    between = tokens.low[subject.last : reading.first]
    return subject.last > subject.numeral.last and (not between or between in (["of"], ["with"])) and reading.kind not in ("count", "percent", "time")


def _is_share(reading: Reading) -> bool:
    return reading.unit == "percent" or reading.form == "fraction" or reading.rule == "part_of"


def _predicates(tokens: Tokens, subject: Reading, reading: Reading) -> bool:
    """``80% had moved less than 100 miles away``: a share is the subject, and the bounded number stands behind its verb."""
    start = subject.first
    opens = start == 0 or tokens.raw[start - 1] in (".", ",", ";", "”") or tokens.low[start - 1] in ("and", "while", "but")
    between = tokens.low[subject.last : reading.first]
    if not opens or len(between) > 12 or "," in between or "and" in between:
        return False
    return not _VERBS.isdisjoint(between)


_MODALS = frozenset("can could may will produces yields makes generates is equals".split())
_VERBS = frozenset("was were is are had has have spent lived moved resided earned paid reported owned held worked used received live earn spend".split())


def _set_ranks(tokens: Tokens, readings: Sequence[Reading]) -> None:
    ranked = False
    for reading in readings:
        if reading.why is not None or reading.dropped:
            continue
        if reading.form == "ordinal":
            if _is_rank(tokens, reading, ranked):
                ranked = True
                reading.give("rank", "rank", "ordinal")
                reading.rule = "rank"
            else:
                reading.refuse("ordinal", "ordinal")
        elif _is_numbered_rank(tokens, reading):
            ranked = True
        elif reading.unit == "count:place" and not context("rank_scene").isdisjoint(tokens.low):
            reading.give("rank", "rank", "places")
        elif ranked and reading.unit == "" and reading.value is not None and tokens.low[reading.first - 1] in ("up", "down"):
            reading.give("rank", "rank", "places")


_SCENE = frozenset("ranking rankings ranked rank".split())


def _is_rank(tokens: Tokens, reading: Reading, ranked: bool) -> bool:
    first, last = reading.numeral.first, reading.numeral.last
    before = tokens.low[max(0, first - 4) : first]
    after = tokens.low[last + 1] if tokens.raw[last] == "-" else tokens.low[last]
    if after in context("rank_after") or (len(after) > 4 and after.endswith("est") and after not in ("forest", "interest", "harvest", "guest")):
        return True
    if not context("rank").isdisjoint(before):
        return after not in ("batch", "time", "phase", "stage", "year", "of", "to", "and") or "rank" in " ".join(before)
    if not _SCENE.isdisjoint(tokens.low) and (tokens.kind[last] in ("punct", "") or after in ("in", "on", "from", "to", "among", "and")):
        return True
    if ranked and before[-1:] and before[-1] in ("from", "to", "and", ",", "the"):
        return tokens.kind[last] in ("punct", "") or after in ("in", "to", "from", "and", "among", "place")
    return first == 0 and last >= len(tokens) - 1


def _is_numbered_rank(tokens: Tokens, reading: Reading) -> bool:
    """``No. 23``, ``the top 10``: a rank where something is placed, otherwise part of a name."""
    first = reading.first
    low = tokens.low
    if low[first - 2 : first] == ["no", "."] or low[first - 1 : first] in (["no"], ["number"], ["#"]):
        start = first - (2 if low[first - 1] == "." else 1)
        if reading.own_unit or reading.numeral.value % 1:
            return False
        ranked = not context("rank").isdisjoint(low[max(0, start - 3) : start]) or low[reading.numeral.last] in ("in", "among", "nationwide", "on", "nationally")
        reading.first, reading.last = start, reading.numeral.last
        if not ranked:
            reading.refuse("name", "numbered_name")
            return False
        _rank(reading)
        return True
    return False


def _rank(reading: Reading) -> None:
    reading.give("rank", "rank", "ordinal")
    reading.form, reading.rule, reading.counted = "ordinal", "rank", False


# --- spaCy -------------------------------------------------------------------------------------------------------------

SPANS = "numerate_quantities"


def _declare() -> None:
    for name in ("value", "low", "high", "unit", "unit_kind", "bound"):
        if not Span.has_extension(name):
            Span.set_extension(name, default=None)


@Language.factory("numerate_quantities")
def create_quantities(nlp: Language, name: str) -> QuantityComponent:
    """The component as spaCy makes it for ``nlp.add_pipe("numerate_quantities")``.

    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("numerate_quantities")
    >>> [(span.text, span._.value, span._.unit) for span in nlp("It costs 3.45 yuan a day.").spans["numerate_quantities"]]
    [('3.45 yuan a day', Decimal('3.45'), 'CNY/d')]
    """
    return QuantityComponent()


class QuantityComponent:
    """Puts the quantities of a Doc into ``doc.spans["numerate_quantities"]``.

    Each span carries ``span._.value``, ``low``, ``high`` (Decimal or None), ``unit``, ``unit_kind`` and ``bound`` (str).
    Where the tokeniser did not split at the edge of a quantity, the span covers the whole token. Time expressions are
    taken from ``doc.spans["numerate_periods"]`` where that component ran before.
    """

    def __init__(self) -> None:
        _declare()

    def __call__(self, doc: Doc) -> Doc:
        spans = []
        for quantity in find_quantities(doc, _periods_of(doc))[0]:
            span = doc.char_span(quantity.start, quantity.end, label=quantity.unit_kind.upper(), alignment_mode="expand")
            if span is not None:
                for field in ("value", "low", "high", "unit", "unit_kind", "bound"):
                    span._.set(field, getattr(quantity, field))
                spans.append(span)
        doc.spans[SPANS] = spans
        return doc


def _periods_of(doc: Doc) -> list[PeriodMention]:
    group = doc.spans["numerate_periods"] if "numerate_periods" in doc.spans else []
    return [PeriodMention(s.start_char, s.end_char, s.text, None, None, "time", "component") for s in group]
