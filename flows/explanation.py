"""Why a number is a figure and what each of its fields comes from: what ``numerate explain`` shows.

The text is read again by today's rules, so that every step can be told; what was published may have been read by
others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow.compute as pc

from extractors import lexicon
from extractors.indicators import indicator_key
from extractors.model import CleanText, Document, Extraction, Figure, NotFigure, Quantity
from extractors.periods import find_periods
from extractors.quantities import read_text
from extractors.scales import scales
from extractors.sentences import sentences
from flows import sources
from flows.outcome import WrongUseError
from flows.places import place_of
from flows.snapshots import Snapshots
from flows.stored import stored
from schemas import figures
from schemas.consistency import check
from schemas.keys import figure_ids
from schemas.records import exact, raw_quotes
from schemas.row_checks import SOFT_CHECKS
from schemas.validation import validate

#: where a construction takes the indicator from
INDICATORS = {
    "subject": "what the clause is about",
    "local": "the nearest of object, counted noun and subject of the clause",
    "changed": "what changes",
    "part": "a share of what follows",
    "same": "that of the number before",
}
#: why a number is no figure
WHY = {
    "period": "it says when, or how long",
    "name": "it is part of a name",
    "label": "it labels something: an edition, a model, a grade",
    "identifier": "it identifies something: a telephone number, a code, an address of the web",
    "address": "it is part of an address",
    "ordinal": "it only puts something in order",
    "section": "it numbers a part of the text",
    "idiom": "it is a word of the language, and counts nothing",
    "vague": "it says too little to be a number",
    "definition": "it defines what is counted, or heads a table",
    "unreadable": "it is damaged, and no reading of it is certain",
}
_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation: what is explained, its value, and what it comes from."""

    about: str
    value: str
    source: str = ""


def explain_figure(snapshots: Snapshots, figure_id: str) -> Iterator[Step]:
    """How a published figure was read, with the findings it is part of.

    Raises:
        WrongUseError: no such figure is published.
    """
    snapshot = snapshots.published()
    row = _row(snapshots, snapshot, "figures", figure_id) if snapshot else None
    kept = _quarantined(snapshots, snapshot, figure_id) if snapshot and row is None else None
    row = json.loads(kept["row"]) if kept else row
    if snapshot is None or row is None:
        raise WrongUseError(f"no figure {figure_id!r} is published in {snapshots.place}; the table figures has the ids")
    document = _document(snapshots, snapshot, row)
    extraction = _extracted(document)
    ids = dict(zip(figure_ids(document.source, raw_quotes(extraction)), extraction.figures, strict=True))
    yield Step("figure", figure_id, f"{snapshots.place}, snapshot {snapshot}")
    if kept:
        yield Step("quarantined", kept["reason"], kept["check"])
    if figure_id in ids:
        yield from _of_figure(extraction, ids[figure_id])
    else:
        yield Step("today", "today's rules do not read it", "numerate diff --working shows what else they change")
        yield Step("published", str(row["quote"]), row["sentence"] or "")
    for found in _findings(snapshots, snapshot, figure_id):
        yield Step("finding", f"{found['kind']}, {found['severity']}", str(found["explanation"]))


def explain_offset(document: Document, offset: int) -> Iterator[Step]:
    """How the number at an offset of a text was read, or why it is no figure.

    Raises:
        WrongUseError: no number stands there.
    """
    extraction = _extracted(document)
    for figure in extraction.figures:
        if figure.raw_start <= offset < figure.raw_end:
            yield from _of_figure(extraction, figure)
            yield from _own_findings(extraction, figure)
            return
    for other in extraction.not_figures:
        start, end = extraction.clean.to_raw(other.start, other.end)
        if start <= offset < end:
            yield from _of_other(extraction, other, start, end)
            return
    for line in extraction.clean.boilerplate:
        if line.raw_start <= offset < line.raw_end:
            yield Step("raw text", *_marked(extraction.clean.raw, line.raw_start, line.raw_end))
            rule = place_of(line.rule.removeprefix("boilerplate."), "boilerplate")
            yield Step("no figure", f"furniture of the page, no statement: {line.role}", rule)
            return
    near = sorted(extraction.figures, key=lambda figure: abs(figure.raw_start - offset))[:1]
    hint = f"; the nearest figure begins at {near[0].raw_start}" if near else ""
    raise WrongUseError(
        f"no number stands at character {offset} of the text of {document.source}, which has {len(document.text)} "
        f"characters without markup{hint}"
    )


def _extracted(document: Document) -> Extraction:
    from extractors.pipeline import extract

    return extract(document)


def _of_figure(extraction: Extraction, figure: Figure) -> Iterator[Step]:
    clean = extraction.clean
    quantity = _quantity(figure)
    in_table = figure.rule.startswith("table.")
    yield Step("raw text", *_marked(clean.raw, figure.raw_start, figure.raw_end))
    yield from _edits(clean, figure.raw_start, figure.raw_end)
    yield Step("sentence", figure.sentence)
    value = exact(figure.value) if figure.value is not None else f"{figure.low} to {figure.high}"
    yield Step("value", str(value), f"read from {figure.quote!r}{_numeral_source(figure, quantity)}")
    unit_rule = (quantity and quantity.unit_rule) or figure.unit
    of_table = "its cell, or the header, title or caption of its table; " if in_table else ""
    yield Step("unit", f"{figure.unit} ({figure.unit_kind})", of_table + _unit_source(figure, unit_rule))
    bound_rule = quantity.bound_rule if quantity else ""
    yield Step("bound", figure.bound, place_of(bound_rule, "bounds") if bound_rule else "no word says otherwise")
    yield Step("kind", figure.kind, place_of(figure.rule, "constructions"))
    if figure.direction:
        yield Step("direction", figure.direction)
    yield Step("status", figure.status)
    yield Step("indicator", figure.indicator, f"{_indicator_source(figure)}; key {_key_source(figure.indicator)}")
    yield Step("entity", str(figure.entity), sources.entity(extraction, figure))
    yield Step("period", f"{figure.period_start} to {figure.period_end}", sources.period(extraction, figure))
    if figure.basis:
        yield Step("basis", figure.basis, sources.basis(figure))
    yield from _checks(extraction, figure)


def _of_other(extraction: Extraction, other: NotFigure, start: int, end: int) -> Iterator[Step]:
    clean = extraction.clean
    yield Step("raw text", *_marked(clean.raw, start, end))
    yield from _edits(clean, start, end)
    block = next((each for each in clean.blocks if each.start <= other.start < each.end), None)
    if block:
        inside = (span for span in sentences(clean.text, block.start, block.end) if span[0] <= other.start < span[1])
        first, last = next(inside, (block.start, block.end))
        yield Step("sentence", clean.text[first:last].strip())
    yield Step("no figure", f"{other.why}: {WHY[other.why]}", place_of(other.rule, "nonfigures", "periods"))


def _checks(extraction: Extraction, figure: Figure) -> Iterator[Step]:
    """What the checks of the table say of the row."""
    row = list(figures.rows(extraction))[extraction.figures.index(figure)]
    checked = validate(figures.FIGURES, [row], [row["source"]], [figure.quote])
    for stopped in checked.quarantined:
        yield Step("check", f"failed: {stopped['reason']}", stopped["check"])
    for flag in {*figure.flags, *(flag for kept in checked.good["flags"].to_pylist() for flag in kept)}:
        odd = next((f"odd, since it does not hold: {each.sentence}" for each in SOFT_CHECKS if each.name == flag), None)
        yield Step("flag", flag, odd or "set where the number was read")
    if not checked.quarantined:
        yield Step("checks", "passed", "those of schemas/figures.py and schemas/row_checks.py")


def _own_findings(extraction: Extraction, figure: Figure) -> Iterator[Step]:
    """What the other figures of the same text say of it."""
    rows = list(figures.rows(extraction))
    mine = rows[extraction.figures.index(figure)]["figure_id"]
    for found in check(rows).findings:
        if any(each.figure_id == mine for each in found.figures):
            yield Step("finding", f"{found.kind}, {found.severity}", found.explanation)


def _marked(raw: str, start: int, end: int) -> tuple[str, str]:
    """The line with the span between markers, and where it is."""
    first = max(raw.rfind("\n", 0, start) + 1, start - _WIDTH)
    last = raw.find("\n", end)
    last = min(len(raw) if last < 0 else last, end + _WIDTH)
    line = raw.count("\n", 0, start) + 1
    return f"{raw[first:start]}⟦{raw[start:end]}⟧{raw[end:last]}", f"line {line}, characters {start} to {end}"


def _edits(clean: CleanText, start: int, end: int) -> Iterator[Step]:
    for edit in clean.edits:
        if edit.raw_start < end and edit.raw_end > start:
            before = clean.raw[edit.raw_start : edit.raw_end]
            yield Step("repair", f"{before!r} became {edit.replacement!r}", edit.rule)


def _quantity(figure: Figure) -> Quantity | None:
    """The quantity of the quote, read again from the sentence."""
    place = figure.sentence.find(figure.quote)
    found = read_text(figure.sentence, find_periods(figure.sentence))[0]
    return next((each for each in found if each.start == place), None)


def _numeral_source(figure: Figure, quantity: Quantity | None) -> str:
    """How the number is written, and the row of the scale word that multiplies it."""
    words, signs = scales()
    scale = next((words[word] for word in re.findall(r"[^\W\d]+", figure.quote.lower()) if word in words), None)
    if scale is None and figure.value and (digits := re.search(r"\d[\d,]*(?:\.\d+)?", figure.quote)):
        times = abs(figure.value / (Decimal(digits[0].replace(",", "")) or 1))
        scale = next((each for sign, each in signs.items() if sign in figure.quote and each.factor == times), None)
    form = f" ({quantity.form})" if quantity else ""
    return form + (f"; scale {place_of(scale.rule, 'scales')}" if scale else "")


def _unit_source(figure: Figure, rule: str) -> str:
    if rule == "1":
        return "no unit stands with it"
    if figure.unit.startswith("count:") and rule in ("noun", figure.unit):
        return f"the noun that is counted; {place_of('noun')}"
    return place_of(rule, "units", "currencies")


def _indicator_source(figure: Figure) -> str:
    row = next((row for row in lexicon.LOADED.get("constructions", ()) if row.id == figure.rule), None)
    if row is None:
        return "the label of its row or column"
    return INDICATORS.get(row["indicator"], f"the words that {row['indicator']!r} stands for in its construction")


def _key_source(indicator: str) -> str:
    key = indicator_key(indicator)
    rows = (row for row in lexicon.LOADED.get("indicators", ()) if row["key"] == key)
    row = next(rows, None)
    return f"{key}, {place_of(row.id, 'indicators') if row else 'a slug of its words'}"


def _row(snapshots: Snapshots, snapshot: str, table: str, figure_id: str) -> dict[str, Any] | None:
    found = _rows(snapshots, snapshot, table, where=pc.field("figure_id") == figure_id)
    return dict(found[0]) if found else None


def _quarantined(snapshots: Snapshots, snapshot: str, figure_id: str) -> dict[str, Any] | None:
    """The row of the quarantine that holds a figure which failed its checks."""
    rows = _rows(snapshots, snapshot, "quarantine", ["table", "row", "reason", "check"], pc.field("table") == "figures")
    return next((row for row in rows if json.loads(row["row"])["figure_id"] == figure_id), None)


def _rows(
    snapshots: Snapshots, snapshot: str, table: str, columns: list[str] | None = None, where: Any = None
) -> list[dict[str, Any]]:
    version = snapshots.manifest(snapshot)["schema_version"]
    rows: list[dict[str, Any]] = stored(snapshots.files(snapshot, table), table, version, columns, where).to_pylist()
    return rows


def _document(snapshots: Snapshots, snapshot: str, row: Mapping[str, Any]) -> Document:
    wanted = ["doc_id", "text", "published", "url", "publisher", "title"]
    for found in _rows(snapshots, snapshot, "documents", wanted, pc.field("doc_id") == row["doc_id"]):
        if found["text"] is None:
            raise WrongUseError("this edition holds no texts; explain a number of the raw file with FILE:OFFSET")
        fields = {name: found[name] for name in ("published", "url", "publisher", "title") if found[name] is not None}
        return Document(row["source"], found["text"], row["doc_id"], **fields)
    raise WrongUseError(f"the document {row['doc_id']} of the figure is not published; numerate snapshots verify")


def _findings(snapshots: Snapshots, snapshot: str, figure_id: str) -> Iterator[dict[str, Any]]:
    found = _rows(snapshots, snapshot, "findings")
    return (row for row in found if figure_id in row["figure_ids"])
