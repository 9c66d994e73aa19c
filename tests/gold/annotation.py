"""What must hold of an annotated document, whatever reads it: GUIDELINE.md as checks.

Each check yields what is wrong, in words; nothing means that the document is well formed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from extractors.model import Bound, Direction, Kind, Status, Why

HERE = Path(__file__).resolve().parent
#: seeds: the sample pages; dev: pages to develop on; the others were written before the rules saw them.
FOLDERS = ("dev", "fresh", "later", "own", "seeds", "towns", "varied")
FIELDS = [
    *("quote", "start", "end", "value", "low", "high", "unit", "bound", "kind", "direction", "indicator", "entity"),
    *("period_start", "period_end", "basis", "status"),
]
VOCABULARY = {
    "bound": {*get_args(Bound)} - {"vague"},  # vague numbers are not annotated
    "kind": {*get_args(Kind)},
    "direction": {*get_args(Direction), None},
    "status": {*get_args(Status)},
}

_SYMBOLS = (
    "mu jin ha km2 m2 m km m3 t kg g kWh TWh kW MW GW kV a mo d h min s Cel mm L TEU dwt tce kgce ug index percent "
    "permille percentage_point multiple rank 1 flop vacancy toe mi ft in yd acre lb oz gal bbl mph hp degF"
).split()
_SYMBOL = "|".join([*sorted(map(re.escape, _SYMBOLS), key=len, reverse=True), r"[A-Z]{3}(?:\.c)?"])
#: A symbol or a counted noun, over nothing, a product of symbols, a number of things or a symbol.
UNIT = re.compile(
    rf"(?:count:[a-z-]+|{_SYMBOL})(?:/(?:\((?:{_SYMBOL})(?:\.(?:{_SYMBOL}))+\)|[\d.]+_[A-Za-z0-9]+|(?:{_SYMBOL})))?"
)

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion "
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirds fourths fifths sixths "
    "tenths quarter quarters half halves halved halving double doubled doubling triple tripled tripling quadruple "
    "quadrupled twice thrice dozen dozens hundreds thousands millions billions scores couple pair teens"
).split()
#: Whatever reads as a number and so must be in one list or the other.
NUMERAL = re.compile(
    rf"\d[\d.,]*|[①-⑳½¼¾⅓⅔‰]|[０-９]+|[一二三四五六七八九十百千万亿]+|\b(?i:{'|'.join(_WORDS)})\b|\b(?i:[a-z]+fold)\b"
    r"|\b(?:II|III|IV|VI|VII|VIII|IX|XI)\b|(?<=Phase )I\b|(?<=Class )I\b|(?<=Grade )I\b"
)
#: Digits of a unit or a formula: in neither list.
_UNIT_DIGIT = re.compile(r"(?:km|m|/m|ug/m|g/m)[23]\Z|CO2\Z")

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3002: 0x2E, 0x3001: 0x2C}
_MOJIBAKE = {
    "â€™": "’",
    "â€˜": "‘",
    "â€œ": "“",
    "â€\u009d": "”",
    "â€“": "–",
    "â€”": "—",
    "Â²": "²",
    "Î¼": "μ",
    "¡¯": "’",
    "¡®": "‘",
    "¡°": "“",
    "¡±": "”",
    "¡ª": "—",
    "£¤": "¥",
    "&amp;": "&",
    "&bull;": "•",
    "&nbsp;": " ",
    "&gt;": ">",
    "&lt;": "<",
    "&quot;": '"',
}
_LINE_END_HYPHEN = re.compile(r"-[ \u00a0]*\n(?=[a-z])")
#: A raw line that agrees with the clean text for longer than this was repaired, not left out.
_LONGEST_CHANCE = 25


@dataclass(frozen=True, slots=True)
class Annotated:
    """A document of the gold set: raw text, the clean text its annotators agreed on, and what they found in it."""

    name: str
    raw: str
    clean: str
    figures: list[dict[str, Any]]
    not_figures: list[dict[str, Any]]


def documents() -> Iterator[Annotated]:
    """The documents of all folders, in order of their names."""
    for folder in FOLDERS:
        for path in sorted((HERE / folder).glob("*.json")):
            found = json.loads(path.read_text("utf-8"))
            raw, clean = (path.with_suffix(end).read_text("utf-8") for end in (".txt", ".clean.txt"))
            yield Annotated(f"{folder}/{path.stem}", raw, clean, found["figures"], found["not_figures"])


def faults_of_text(document: Annotated) -> Iterator[str]:
    """Every character of the clean text comes from the raw text, in order; only whole raw lines may be missing."""
    target, at = _letters(document.clean), 0
    for line in map(_letters, _LINE_END_HYPHEN.sub("", document.raw).split("\n")):
        if target.startswith(line, at):
            at += len(line)
            continue
        agreed = next((k for k, pair in enumerate(zip(line, target[at:], strict=False)) if pair[0] != pair[1]), 0)
        if agreed > _LONGEST_CHANCE:
            yield f"the raw line differs after {line[:agreed]!r}: {line[agreed : agreed + 20]!r}"
    if at != len(target):
        yield f"not in the raw text: {target[at : at + 60]!r}"


def faults_of_figure(figure: dict[str, Any], clean: str) -> Iterator[str]:
    """What is wrong with one figure, taken alone."""
    if list(figure) != FIELDS:
        yield f"its fields are {list(figure)}"
        return
    if clean[figure["start"] : figure["end"]] != figure["quote"] or figure["quote"] != figure["quote"].strip():
        yield "the offsets do not give the quote"
    if not NUMERAL.search(figure["quote"]):
        yield "the quote has no numeral"
    if not UNIT.fullmatch(figure["unit"]):
        yield f"unknown unit {figure['unit']}"
    yield from (f"{key} is {figure[key]!r}" for key, allowed in VOCABULARY.items() if figure[key] not in allowed)
    if not 0 < len(figure["indicator"]) <= 140:
        yield f"the indicator has {len(figure['indicator'])} characters"
    yield from _faults_of_limits(figure)
    yield from _faults_of_kind(figure)
    yield from _faults_of_period(figure)


def faults_of_spans(document: Annotated) -> Iterator[str]:
    """Figures stand in text order, nothing overlaps, and every number is in one list or the other."""
    figures = [(figure["start"], figure["end"]) for figure in document.figures]
    spans = sorted(figures + [(other["start"], other["end"]) for other in document.not_figures])
    if figures != sorted(figures):
        yield "the figures are not in text order"
    for (_, end), (start, _) in pairwise(spans):
        if start < end:
            yield f"overlap before {document.clean[start : start + 30]!r}"
    for match in NUMERAL.finditer(document.clean):
        start, end = match.start(), match.start() + len(match[0].rstrip(".,"))
        in_unit = _UNIT_DIGIT.search(document.clean[max(0, start - 5) : end])
        if not in_unit and not any(a <= start and end <= b for a, b in spans):
            yield f"in neither list: {match[0]!r} in {document.clean[max(0, start - 25) : end + 25]!r}"


def faults_of_other(other: dict[str, Any], clean: str) -> Iterator[str]:
    """What is wrong with one entry of ``not_figures``."""
    if set(other) != {"quote", "why", "start", "end"} or other["why"] not in get_args(Why):
        yield "wrong keys or reason"
    if clean[other["start"] : other["end"]] != other["quote"]:
        yield "the offsets do not give the quote"


def _letters(text: str) -> str:
    """The text without what a repair may change: spaces, widths, mojibake, the letter O among digits."""
    for damaged, meant in _MOJIBAKE.items():
        text = text.replace(damaged, meant)
    text = re.sub(r"(?<=\d)O(?=\d|\b)", "0", text.translate(_FULL_WIDTH))
    return re.sub(r"[\s\u00a0\u200b\ufeff]+", "", _LINE_END_HYPHEN.sub("", text))


def _faults_of_limits(figure: dict[str, Any]) -> Iterator[str]:
    value, low, high = figure["value"], figure["low"], figure["high"]
    if figure["bound"] == "range":
        if value is not None or low is None or high is None or not low < high:
            yield "a range has low < high and no value"
        return
    if value is None:
        yield "no value"
        return
    above, below = (value, None), (None, value)
    limits = {"more_than": above, "at_least": above, "less_than": below, "at_most": below}
    expected = limits.get(figure["bound"], (None, None))
    falls = value < 0 and figure["kind"] in ("growth_rate", "change_abs")
    if falls or (figure["kind"] == "multiple" and figure["direction"] == "down"):
        expected = expected[::-1]
    if (low, high) != expected:
        yield f"low and high are {low}, {high} for bound {figure['bound']}"


def _faults_of_kind(figure: dict[str, Any]) -> Iterator[str]:
    kind, unit, direction = figure["kind"], figure["unit"], figure["direction"]
    changes = kind in ("growth_rate", "change_abs")
    amount = figure["low"] if figure["value"] is None else figure["value"]
    if changes and direction is None:
        yield "a change needs a direction"
    if changes and amount and (amount < 0) != (direction == "down"):
        yield "sign and direction disagree"
    if direction and not changes and kind != "multiple":
        yield f"a {kind} has no direction"
    allowed = {
        "rank": unit == "rank",
        "multiple": unit == "multiple",
        "count": unit.startswith("count:"),
        "share": unit in ("percent", "permille"),
    }
    kinds_of_unit = {
        "rank": ("rank", "change_abs"),
        "multiple": ("multiple", "growth_rate"),
        "percentage_point": ("change_abs", "level"),
    }
    if re.fullmatch(r"count:[a-z-]+", unit):
        kinds_of_unit[unit] = ("count", "change_abs")
    if not allowed.get(kind, True) or kind not in kinds_of_unit.get(unit, (kind,)):
        yield f"a {kind} in {unit}"


def _faults_of_period(figure: dict[str, Any]) -> Iterator[str]:
    days = (figure["period_start"], figure["period_end"])
    try:
        start, end = (date.fromisoformat(day) if day else None for day in days)
    except ValueError as error:
        yield str(error)
        return
    if (start and end and start > end) or (end and not start):
        yield "a period that ends needs a start no later than that"
