"""Why a number is a figure and what each of its fields comes from: what ``numerate explain`` shows.

The text is read again by today's rules, so that every step can be told; what was published may have been read by
others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow.compute as pc

from extractors import lexicon
from extractors.indicators import indicator_key
from extractors.model import CleanText, Document, Extraction, Figure, NotFigure, Quantity
from extractors.periods import find_periods
from extractors.quantities import read_text
from flows.outcome import WrongUseError
from flows.snapshots import Snapshots
from flows.stored import stored
from schemas.keys import figure_ids
from schemas.records import raw_quotes

#: what the codes in ``entity_from`` and ``period_from`` mean
SOURCES = {
    "stated": "the sentence says so",
    "subject": "the document is about it",
    "masthead": "the masthead names it",
    "inherited": "an earlier sentence of the paragraph says so",
    "scope": "the title, heading, table header or first sentence sets it",
    "dateline": "the date line of the page dates the expression",
    "none": "nothing in the text says so",
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
    if snapshot is None or row is None:
        raise WrongUseError(f"no figure {figure_id!r} is published in {snapshots.place}; the table figures has the ids")
    document = _document(snapshots, snapshot, row)
    extraction = _extracted(document)
    ids = dict(zip(figure_ids(document.source, raw_quotes(extraction)), extraction.figures, strict=True))
    yield Step("figure", figure_id, f"{snapshots.place}, snapshot {snapshot}")
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
            return
    for other in extraction.not_figures:
        start, end = extraction.clean.to_raw(other.start, other.end)
        if start <= offset < end:
            yield from _of_other(extraction, other, start, end)
            return
    for line in extraction.clean.boilerplate:
        if line.raw_start <= offset < line.raw_end:
            yield Step(
                "furniture", line.text.strip(), f"{line.role}, {place_of(line.rule.removeprefix('boilerplate.'))}"
            )
            return
    near = sorted(extraction.figures, key=lambda figure: abs(figure.raw_start - offset))[:1]
    hint = f"; the nearest figure is {near[0].quote!r} at {near[0].raw_start}" if near else ""
    raise WrongUseError(
        f"no number stands at character {offset} of the text of {document.source}, which has {len(document.text)} "
        f"characters without markup{hint}"
    )


def _extracted(document: Document) -> Extraction:
    from extractors.pipeline import extract

    return extract(document)


def _of_figure(extraction: Extraction, figure: Figure) -> Iterator[Step]:
    clean = extraction.clean
    yield Step("raw text", *_marked(clean.raw, figure.raw_start, figure.raw_end))
    yield from _edits(clean, figure.raw_start, figure.raw_end)
    yield Step("sentence", figure.sentence)
    quantity = _quantity(figure)
    value = figure.value if figure.value is not None else f"{figure.low} to {figure.high}"
    yield Step("value", str(value), f"read from {figure.quote!r}" + (f" ({quantity.form})" if quantity else ""))
    yield Step("unit", f"{figure.unit} ({figure.unit_kind})", place_of(quantity.unit_rule) if quantity else "its table")
    yield Step("bound", figure.bound, place_of(quantity.bound_rule) if quantity and quantity.bound_rule else "")
    yield Step("kind", figure.kind, place_of(figure.rule))
    if figure.direction:
        yield Step("direction", figure.direction)
    yield Step("status", figure.status)
    yield Step("indicator", figure.indicator, f"key {figure.indicator_key}, {_key_source(figure.indicator)}")
    yield Step("entity", str(figure.entity), SOURCES[figure.entity_from])
    yield Step("period", f"{figure.period_start} to {figure.period_end}", SOURCES[figure.period_from])
    if figure.basis:
        yield Step("basis", figure.basis)
    for flag in figure.flags:
        yield Step("flag", flag)


def _of_other(extraction: Extraction, other: NotFigure, start: int, end: int) -> Iterator[Step]:
    yield Step("raw text", *_marked(extraction.clean.raw, start, end))
    yield Step("no figure", other.why, place_of(other.rule))


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


def _key_source(indicator: str) -> str:
    key = indicator_key(indicator)
    rows = (row for row in lexicon.LOADED.get("indicators", ()) if row["key"] == key)
    row = next(rows, None)
    return place_of(row.id, "indicators") if row else "a slug of its words"


@cache
def _places() -> Mapping[str, str]:
    """Where each row of the rule tables stands, by id and by table and id."""
    found: dict[str, str] = {}
    tables = [(name, files("extractors").joinpath("rules", f"{name}.toml")) for name in lexicon.built_in()]
    own = lexicon.local_tables().items()
    for name, path in [*tables, *own]:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if match := re.match(r'id = "([^"]+)"', line):
                shown = (
                    f"extractors/rules/{name}.toml" if name in lexicon.built_in() and (name, path) not in own else path
                )
                found[match[1]] = found[f"{name}/{match[1]}"] = f"row {match[1]} ({shown}:{number})"
    return found


def place_of(rule: str, table: str = "") -> str:
    """Where the row of a rule stands; a rule that is no row is part of the code."""
    if not rule:
        return ""
    return _places().get(f"{table}/{rule}") or _places().get(rule) or f"rule {rule}"


def _row(snapshots: Snapshots, snapshot: str, table: str, figure_id: str) -> dict[str, Any] | None:
    found = _rows(snapshots, snapshot, table, where=pc.field("figure_id") == figure_id)
    return dict(found[0]) if found else None


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
        return Document(row["source"], found["text"], **fields)
    raise WrongUseError(f"the document {row['doc_id']} of the figure is not published; numerate snapshots verify")


def _findings(snapshots: Snapshots, snapshot: str, figure_id: str) -> Iterator[dict[str, Any]]:
    found = _rows(snapshots, snapshot, "findings")
    return (row for row in found if figure_id in row["figure_ids"])
