"""A figure as the checks see it: its key in comparable names and units, and the intervals of what it may mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from math import inf
from typing import Any, NamedTuple

from extractors.indicators import indicator_key, known_keys
from extractors.lexicon import words
from extractors.numerals import find_numerals
from extractors.tokens import tokenise
from schemas.consistency import thresholds
from schemas.consistency.intervals import Interval, around


class Row(NamedTuple):
    """What is read of a row of ``figures``: the columns of these names."""

    figure_id: str
    doc_id: str
    source: str
    quote: str
    sentence: str | None
    start: int
    value: float | None
    low: float | None
    high: float | None
    unit: str
    bound: str
    kind: str
    status: str
    indicator: str
    indicator_key: str
    entity: str | None
    period_start: date | None
    period_end: date | None
    basis: str | None
    rule: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Row:
        """The columns that are read, from all of a row."""
        return cls._make(map(row.__getitem__, cls._fields))


COLUMNS = list(Row._fields)
#: things that do not change from year to year: a period of theirs is only when it was said
TIMELESS = frozenset("area land_area coastline elevation sea_area".split())
_PEOPLE = frozenset("count:resident count:inhabitant count:people count:citizen count:population count:man".split())
_ADMINISTRATIVE = re.compile(r"\b(?:the|city of|city|municipality|prefecture|plc|ltd|inc)\b", re.I)
_NEARLY = re.compile(r"\b(?:nearly|almost|close to)\b", re.I)
_NO_SEPARATORS = str.maketrans("", "", "., \u00a0\u2009\u202f")
_DIGITS = re.compile(r"\d[\d,  ]*(?:\.(\d+))?")


class Mention(NamedTuple):
    """One figure. ``unit`` and ``value`` are converted to the main unit of their kind; ``narrow`` and ``wide`` too.

    ``narrow`` is what the number usually means.
    """

    figure_id: str
    doc: str
    place: int
    quote: str
    sentence: str
    value: float
    narrow: Interval
    digits: int
    unit: str
    bound: str
    kind: str
    status: str
    indicator: str
    key: str
    entity: str | None
    start: date | None
    end: date | None
    basis: str | None
    rule: str
    row: Row
    said: tuple[float, str]  #: value and unit as published

    @property
    def wide(self) -> Interval:
        """What the number can mean at most. Few figures are asked for it."""
        return _widest(self.row, self.said[0]).scaled(main_unit(self.row.unit)[1])

    @property
    def doc_id(self) -> str:
        return self.row.doc_id

    @property
    def name(self) -> str | None:
        """Of the entity, as published."""
        return self.row.entity

    @property
    def dated(self) -> tuple[date | None, date | None]:
        """The period as published."""
        return self.row.period_start, self.row.period_end

    @property
    def is_amount(self) -> bool:
        """A level or a count: what changes, shares and ratios are about."""
        return self.kind in ("level", "count")

    @property
    def period(self) -> tuple[date | None, date | None]:
        return self.start, self.end


def mention(row: Row) -> Mention | None:
    """The figure of a row; None for one that says too little to be checked: vague, without value or indicator."""
    if row.bound == "vague" or row.indicator_key in ("unknown", ""):
        return None
    value = row.value
    if row.bound == "range":
        if row.low is None or row.high is None:
            return None
        value = (row.low + row.high) / 2
    if value is None or value != value:
        return None
    unit, factor = main_unit(row.unit)
    sentence = row.sentence or row.quote  # an edition without texts has the quote only
    if _is_broken(sentence, row.quote):
        return None
    narrow = _usual(row, value).scaled(factor)
    start, end = _period(row)
    owned = "'s " in row.indicator or " of " in row.indicator or " in " in row.indicator
    key = comparable_key(row.indicator, row.indicator_key, row.entity if owned else None)
    return Mention(
        row.figure_id,
        row.source,
        row.start,
        row.quote,
        sentence,
        value * factor,
        narrow,
        _digits(row.quote).significant,
        unit,
        row.bound,
        row.kind,
        row.status,
        row.indicator,
        key + _role(sentence, row.quote, row.kind),
        entity_key(row.entity),
        start,
        end,
        row.basis,
        row.rule,
        row,
        (value, row.unit),
    )


_REST, _START = re.compile(r" ?, ?\d{3}(?![\d.])"), re.compile(r"(?<![\d,.])\d{1,3}(?: ,|, ) ?$")


def _is_broken(sentence: str, quote: str) -> bool:
    """Whether a bare number may be half of one that was torn at its comma: ``its population was 534, 700``.

    >>> _is_broken("It was 534, 700; the rate was 4.", "534"), _is_broken("It was 534, 700; the rate was 4.", "700")
    (True, True)
    >>> _is_broken("It had 534 schools, 700 roads.", "534 schools"), _is_broken("In 2020, 214 left.", "214")
    (False, False)
    """
    place = sentence.find(quote)
    if place < 0 or not quote.isdigit():
        return False
    if _REST.match(sentence, place + len(quote)):
        return True
    return len(quote) == 3 and _START.search(sentence, max(0, place - 6), place) is not None


@lru_cache(maxsize=1 << 16)
def entity_key(name: str | None) -> str | None:
    """The name by which mentions are joined.

    >>> entity_key("Yanxi City") == entity_key("the city of Yanxi") == "yanxi"
    True
    """
    if name is None:
        return None
    return " ".join(_ADMINISTRATIVE.sub(" ", name).lower().split()) or name.lower()


#: ends the key of an amount per head, of the whole that a share is of, and of the average over a time
PER_HEAD, WHOLE, AVERAGE = "_per_head", "_whole", "_average"
_AVERAGING = r"\b(?:averag(?:ed|ing)|on average|an average of)\s+(?:about |around |nearly |some )?"
_AVERAGED, _AVERAGED_NUMBER = re.compile(f"{_AVERAGING}$", re.I), re.compile(rf"{_AVERAGING}\D?\d", re.I)
_PER_HEAD = re.compile(r"\s*(?:per|for each|for every)\s+(?:capita|head|person|inhabitant|resident|citizen)\b")
_WHOLE = re.compile(
    r"(?:%|percent|per cent|share|third|half|quarter|tenths?|fifths?)\s+of\s+(?:the|its|all|a)?\s*(?:total\s+)?$"
)


#: in front of a measured whole, behind its part: ``8.9 million tonnes of the 31.8 million tonnes``
_OF_PART = re.compile(r"\d (?:million |billion |trillion )?[\w²³]+ of (?:the|its) (?:total )?$")


def _role(sentence: str, quote: str, kind: str) -> str:
    """What the words around a quote make of the number: an amount per head, the whole of a share.

    >>> _role("Averaging 35 tons a day, it grew.", "35 tons", "level")
    '_average'
    >>> _role("Coal was 8 tons of the 70 tons.", "70 tons", "level")
    '_whole'
    >>> _role("It is 5 percent of the total 70 tons.", "70 tons", "level"), _role("It is 70 tons.", "70 tons", "level")
    ('_whole', '')
    """
    place = sentence.find(quote)
    if place < 0:
        return ""
    if _PER_HEAD.match(sentence, place + len(quote)) or ("r" in quote and _PER_HEAD.search(quote)):
        return PER_HEAD
    if kind in ("growth_rate", "change_abs", "multiple"):
        may_be = "verag" in sentence[:place].lower()  # much faster than the pattern, which few sentences hold
        return AVERAGE if may_be and _AVERAGED_NUMBER.search(sentence, 0, place) else ""
    near = sentence[max(0, place - 40) : place]
    if "verag" in near.lower() and _AVERAGED.search(near):
        return AVERAGE
    whole = _WHOLE.search(near) or (kind == "level" and _OF_PART.search(near)) if "of" in near else None
    return WHOLE if whole and kind != "share" else ""


_NUMBER_OF = re.compile(r"^(?:the\s+)?(?:total\s+)?(?:number|volume|amount|value)\s+of\s+", re.I)
_OF_SUBJECT = re.compile(
    r"\s+(?:of|in|at)\s+(?:the|its)\s+(?:city|county|province|district|region|country|zone|town|harbou?r|port|airport|"
    r"university|hospital|company|group)$",
    re.I,
)
_OF_NAME = re.compile(r"\s+(?:of|in)\s+(?:the\s+)?([A-Z][\w'-]*(?:\s+[A-Z][\w'-]*)*)$")


_OF_THINGS = re.compile(r"^([a-z-]+) of ([A-Za-z][a-z-]+)$")


@lru_cache(maxsize=1 << 16)
def comparable_key(indicator: str, key: str, entity: str | None = None) -> str:
    """The key by which figures are compared: without what says nothing about which things are counted.

    >>> [comparable_key(name, "") for name in ("overnight visitors welcomed", "number of overnight visitors")]
    ['tourists_overnight', 'tourists_overnight']
    >>> comparable_key("exports of Lanhe", "", "Lanhe City"), comparable_key("arrivals of Spain", "", "Lanhe Port")
    ('exports', 'spain_arrival')
    >>> comparable_key("income of Lanhe's city dwellers", "", "Lanhe City") == indicator_key("income of city dwellers")
    True
    """
    plain = _NUMBER_OF.sub("", indicator)
    named = _OF_NAME.search(plain)
    if named and (entity is None or named[1] in entity or _ADMINISTRATIVE.sub("", entity).strip() in named[1]):
        plain = plain[: named.start()]  # and not ``arrivals of Spain`` in a table of a port
    plain = _OF_SUBJECT.sub("", plain)
    for owner in (f"{entity}'s ", f"{_ADMINISTRATIVE.sub('', entity).strip()}'s ") if entity else ():
        plain = plain.replace(owner, "")
    if (of := _OF_THINGS.match(plain)) and indicator_key(plain) not in known_keys():
        plain = f"{of[2]} {of[1]}"  # ``guests of hotels`` are hotel guests
    before, _, last = plain.rpartition(" ")
    if before and last in words("bare_participle"):
        plain = before
    return key if plain == indicator else indicator_key(plain)


def _period(row: Row) -> tuple[date | None, date | None]:
    """The days of a period; none for what does not change, and 1 January for the end of the year before."""
    start, end = row.period_start, row.period_end
    if end is None or (row.indicator_key in TIMELESS and "/" not in row.unit):
        return None, None
    if start == end and (end.month, end.day) == (1, 1) and end > date.min:
        return end - timedelta(days=1), end - timedelta(days=1)
    return start, end


@cache
def _units() -> dict[str, tuple[str, float]]:
    """For each unit with a dimension the main unit of its dimension and what a value is multiplied with."""
    from schemas.units import rows

    found: dict[str, tuple[str, float]] = {}
    for row in rows():
        if row["factor"] is not None and row["dimension"] not in (None, "temperature"):
            found[row["unit"]] = (f"[{row['dimension']}]", row["factor"])
    return found


@lru_cache(maxsize=1 << 14)
def main_unit(unit: str) -> tuple[str, float]:
    """The unit that values are compared in, and what a value in ``unit`` is multiplied with.

    >>> main_unit("km2") == ("[area]", 1e6), main_unit("count:resident"), main_unit("CNY")
    (True, ('count:person', 1.0), ('CNY', 1.0))
    """
    if unit in _PEOPLE:
        return "count:person", 1.0
    if "/" in unit:
        above, below = unit.split("/", 1)
        (top, up), (bottom, down) = main_unit(above), _below(below)
        return f"{top}/{bottom}", up / down
    return _units().get(unit, (unit, 1.0))


def _below(unit: str) -> tuple[str, float]:
    """What a ratio is for each of: `1000_person` are a thousand people, an `inpatient` is a thing that is counted.

    >>> _below("1000_person"), _below("inpatient"), _below("km2")
    (('count:person', 1000.0), ('count:inpatient', 1.0), ('[area]', 1000000.0))
    """
    digits, _, name = unit.rpartition("_")
    factor = float(digits) if digits.isdigit() else 1.0
    plain = name if digits.isdigit() else unit
    if plain.isalpha() and plain.islower() and plain not in _units():
        plain = f"count:{plain}"
    main, size = main_unit(plain)
    return main, size * factor


def _usual(row: Row, value: float) -> Interval:
    """What the number usually means."""
    size, quote = abs(value), row.quote
    if row.bound == "exact":
        narrow = around(size, last_digit(quote, size, row.kind) / 2)
    elif row.bound == "range":
        return Interval(*_ends(row))
    elif row.bound == "approx":
        unit = last_digit(quote, size, row.kind)
        if _NEARLY.search(quote):
            narrow = Interval(size - max(unit, thresholds.NEARLY * size), size)
        else:
            narrow = around(size, max(unit / 2, thresholds.ABOUT * size))
    else:
        beyond = max(last_digit(quote, size, row.kind, capped=False), thresholds.BEYOND * size)
        at_least = row.bound in ("more_than", "at_least")
        narrow = Interval(size, size + beyond) if at_least else Interval(size - beyond, size)
    return narrow if value >= 0 else narrow.scaled(-1)


def _widest(row: Row, value: float) -> Interval:
    """What the number can mean at most."""
    size, quote = abs(value), row.quote
    if row.bound == "range":
        (low, high), unit = _ends(row), last_digit(quote, abs(row.high or 0.0), row.kind)
        return Interval(low - unit, high + unit)
    unit = last_digit(quote, size, row.kind)
    if row.bound == "exact":
        wide = around(size, unit)
    elif row.bound == "approx" and _NEARLY.search(quote):
        wide = Interval(size - max(unit, thresholds.NEARLY_AT_MOST * size), size + unit / 2)
    elif row.bound == "approx":
        wide = around(size, max(unit, thresholds.ABOUT_AT_MOST * size))
    else:
        wide = Interval(size, inf) if row.bound in ("more_than", "at_least") else Interval(-inf, size)
    return wide if value >= 0 else wide.scaled(-1)


def _ends(row: Row) -> tuple[float, float]:
    """Of a range; whatever wrote the row, an interval has a lower end."""
    low, high = sorted((row.low or 0.0, row.high or 0.0))
    return low, high


def last_digit(quote: str, value: float, kind: str, *, capped: bool = True) -> float:
    """The unit of the last digit written, on the scale of the value.

    >>> [last_digit(*case) for case in (("320.1 billion", 320.1e9, "level"), ("4 million", 4e6, "level"))]
    [100000000.0, 1000000.0]
    >>> last_digit("1,200 schools", 1200, "count"), last_digit("16 schools", 16, "count")
    (100.0, 0.0)
    """
    written = _digits(quote)
    if written.number is None:
        return _in_words(quote, value, kind)
    scale = value / written.number if written.number else 1.0
    if written.decimals:
        return 10.0**-written.decimals * scale
    if abs(scale - 1) > 1e-9:
        return scale
    if written.zeros >= 2:
        unit = 10.0**written.zeros
        return min(unit, thresholds.ROUND_NUMBER * value) if capped else unit
    return 0.0 if kind in ("count", "rank") else 1.0


class Digits(NamedTuple):
    """The first digits of a quote: the number they write (None without any), and how exactly."""

    number: float | None
    decimals: int
    zeros: int  #: at the end of a whole number
    significant: int  #: too few, and a number ten times as large is no sign of a slip


@lru_cache(maxsize=1 << 16)
def _digits(quote: str) -> Digits:
    """
    >>> _digits("1,200 schools"), _digits("0.90%").significant, _digits("twice").number
    (Digits(number=1200.0, decimals=0, zeros=2, significant=2), 2, None)
    """
    found = _DIGITS.search(quote)
    if found is None:
        return Digits(None, 0, 0, 0)
    whole, decimals = found[0].partition(".")[0].translate(_NO_SEPARATORS), found[1] or ""
    zeros = len(whole) - len(whole.rstrip("0"))
    significant = len((whole + decimals).lstrip("0")) - (0 if decimals else zeros)
    return Digits(float(f"{whole}.{decimals or 0}"), len(decimals), zeros, max(0, significant))


def _in_words(quote: str, value: float, kind: str) -> float:
    if kind == "multiple":
        return min(1.0, thresholds.IN_WORDS * value)
    form, scale = _numeral(quote)
    if form == "fraction":
        return thresholds.IN_WORDS * value
    return scale if scale > 1 else 0.0


@lru_cache(maxsize=1 << 14)
def _numeral(quote: str) -> tuple[str, float]:
    """Form and scale of the first numeral in a quote.

    >>> _numeral("half of them"), _numeral("two million people")
    (('fraction', 1.0), ('words', 1000000.0))
    """
    numerals = find_numerals(tokenise(quote))
    return (numerals[0].form, float(numerals[0].scale)) if numerals else ("", 1.0)
