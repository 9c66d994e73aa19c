"""What each field of a figure comes from, told from its row alone: the page is made without reading the text again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any

from extractors import lexicon
from flows.codes import SOURCES
from flows.places import place_of
from flows.report.model import Row

#: what the page says of the codes in ``indicator_from`` and ``basis_from``
WORDS: Mapping[str, str] = {
    **SOURCES,
    "quoted": "the sentence says so, in these words",
    "context": "an earlier sentence, a heading or a table header names it",
    "usual": "words of the sentence or of its series stand for this usual basis",
    "own": "the indicator is always compared so",
}
#: the fields of a figure that the page knows, those shown first in front
COLUMNS = (
    "figure_id quote value unit bound kind indicator entity period_end basis status low high unit_kind direction "
    "period_start entity_from period_from indicator_key indicator_from basis_from rule repaired flags raw_start raw_end"
).split()


_MADE = ("indicator_from", "basis_from")
#: all stored fields at once: getting them one by one took twice as long
_STORED = itemgetter(*(name for name in COLUMNS if name not in _MADE))
_VALUE, _END, _START, *_MADE_AT = (COLUMNS.index(name) for name in ("value", "period_end", "period_start", *_MADE))


def values(figure: Row) -> list[Any]:
    """A figure as the page has it: the columns above, as JSON takes them."""
    found = list(_STORED(figure))
    for place, made in zip(_MADE_AT, (_indicator_from(figure), _basis_from(figure)), strict=True):
        found.insert(place, made)
    found[_VALUE], found[_END], found[_START] = value(figure), day(found[_END]), day(found[_START])
    return found


def packed(rows: Iterable[Sequence[Any]]) -> list[Any]:
    """Rows as columns, each a list, or where values recur those values and which of them each row has.

    >>> packed([("1", "CNY", []), ("2", "CNY", []), ("3", "CNY", ["soft"]), ("4", "percent", [])])
    [('1', '2', '3', '4'), {'of': ['CNY', 'percent'], 'at': [0, 0, 0, 1]}, {'of': [(), ('soft',)], 'at': [0, 0, 1, 0]}]
    """
    return [_packed(values) for values in zip(*rows, strict=True)]


def _packed(values: Sequence[Any]) -> Any:
    keys = [*map(tuple, values)] if isinstance(values[0], list) else values
    distinct = dict.fromkeys(keys)
    if 2 * len(distinct) > len(keys):
        return values
    places = dict(zip(distinct, range(len(distinct)), strict=True))
    return {"of": list(distinct), "at": [*map(places.__getitem__, keys)]}


def day(date: date | None) -> str | None:
    """A day as the page has it."""
    return None if date is None else date.isoformat()


def _indicator_from(figure: Row) -> str:
    return _said(figure["indicator"], figure["sentence"], "context")


def value(figure: Row) -> str:
    """A figure's number as text, exact, or the ends of its range.

    >>> value({"value_text": None, "low": 30.0, "high": 40.5}), value({"value_text": None, "low": 30.0, "high": None})
    ('30 to 40.5', '30 or more')
    """
    if figure["value_text"] is not None:
        return str(figure["value_text"])
    low, high = (None if end is None else f"{end:.15g}" for end in (figure["low"], figure["high"]))
    if low is None or high is None:
        return f"{low} or more" if low is not None else f"up to {high}" if high is not None else ""
    return f"{low} to {high}"


def _said(words: str, sentence: str | None, otherwise: str) -> str:
    """Nothing where there is no sentence, in an edition without texts."""
    if sentence is None:
        return ""
    return "quoted" if words.casefold() in sentence.casefold() else otherwise


def _basis_from(figure: Row) -> str:
    basis = figure["basis"]
    if basis is None:
        return ""
    if basis in _usual():
        return "usual"
    return _said(basis, figure["sentence"], "own" if basis in _own() else "context")


@cache
def _usual() -> frozenset[str]:
    from extractors.cues import rows

    return frozenset(row["value"] for row in rows().values() if row["label"] in ("BASIS", "AVERAGE"))


@cache
def _own() -> frozenset[str]:
    return frozenset(row["basis"] for row in _indicators() if row.get("basis"))


@cache
def _indicators() -> tuple[lexicon.Row, ...]:
    from extractors.indicators import indicator_key

    indicator_key("GDP")  # loads the table
    return lexicon.LOADED["indicators"]


@cache
def _keys() -> Mapping[str, str]:
    return {row["key"]: _place(row.id, "indicators") for row in _indicators()}


def warm_up() -> None:
    """Reads the rule tables that a trail leads to."""
    for table in (_usual, _own, _keys, _fixes):
        table()
    place_of("any")


def places(figures: Iterable[Row]) -> dict[str, str]:
    """Where the rules and the indicators of these figures stand in the tables, by id of the rule and by key."""
    found = {}
    for figure in figures:
        key = figure["indicator_key"]
        found[f"key {key}"] = _keys().get(key, "a slug of its words")
        for rule in (figure["rule"], *figure["repaired"]):
            found[rule] = _place(rule)
    return found


def repairs(edits: Iterable[Row], doubts: Iterable[Row]) -> dict[str, list[str]]:
    """Of each rule that mended a text, or had a doubt about it: what it does, and where it stands, if in a table."""
    rules = sorted({str(row["rule"]) for rows in (edits, doubts) for row in rows})
    return {rule: [said for said in (_mends(rule), _row(rule)) if said] for rule in rules}


def _mends(rule: str) -> str:
    """The first line of what the code of a fix says of it; rules within a fix are named after it."""
    return _fixes().get(rule) or _fixes().get(rule.partition(".")[0], "")


@cache
def _fixes() -> Mapping[str, str]:
    from extractors.cleaning import FIXES

    return {fix.id: (fix.propose.__doc__ or "").partition("\n")[0].strip() for fix in reversed(FIXES)}


def _row(rule: str) -> str:
    place = _place(rule.removeprefix("boilerplate."))
    return place if place.startswith("row ") else ""


@cache
def _place(rule: str, table: str = "") -> str:
    """A project's own table by its name: where its folder lies on some machine is nobody's business."""
    place = place_of(rule, table)
    for path in lexicon.local_tables().values():
        place = place.replace(str(path), path.name)
    return place


@cache
def flag_words() -> Mapping[str, str]:
    """What must hold, by the id of each soft check."""
    from schemas.row_checks import SOFT_CHECKS

    return {check.name: check.sentence for check in SOFT_CHECKS}
