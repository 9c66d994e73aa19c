"""The filters ``clean`` and ``extract``: text in, text or records out, a line at a time, without Prefect or pandas."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from extractors.model import CleanText, Document, Extraction
from flows.log import told
from schemas.records import figure_record, with_numbers

Answer = Callable[[Document], dict[str, Any]]
_TEXTS = ("url", "publisher", "title")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HALF = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"[-+]?[\d.]+")


class LineError(ValueError):
    """A line that is no document; the message says what was expected."""

    in_own_words = True


def clean_answer(document: Document) -> dict[str, Any]:
    """``{text, edits}`` of a document."""
    from extractors.cleaning import clean

    cleaned = clean(document.text, document.layout)
    return {"text": cleaned.text, "edits": edit_records(cleaned)}


def extract_answer(document: Document, *, everything: bool = False) -> dict[str, Any]:
    """``{text, figures}`` of a document; with ``everything`` also ``not_figures``."""
    extraction = extraction_of(document)
    answer = {"text": extraction.clean.text, "figures": figure_records(extraction)}
    return answer | {"not_figures": not_figure_records(extraction)} if everything else answer


def extraction_of(document: Document) -> Extraction:
    """What the pipeline reads in a document."""
    from extractors.pipeline import extract

    return extract(document)


def figure_records(extraction: Extraction) -> list[dict[str, Any]]:
    """The figures as JSON takes them."""
    return [with_numbers(figure_record(figure)) for figure in extraction.figures]


def not_figure_records(extraction: Extraction) -> list[dict[str, Any]]:
    """The numbers that are no figures, each with its reason."""
    return [
        {"quote": other.quote, "start": other.start, "end": other.end, "why": other.why}
        for other in extraction.not_figures
    ]


def edit_records(cleaned: CleanText) -> list[dict[str, Any]]:
    """The repairs, with the raw text before and after."""
    return [
        {
            "raw_start": edit.raw_start,
            "raw_end": edit.raw_end,
            "before": cleaned.raw[edit.raw_start : edit.raw_end],
            "after": edit.replacement,
            "rule": edit.rule,
        }
        for edit in cleaned.edits
    ]


def answer_lines(lines: Iterable[bytes], answer: Answer) -> Iterator[tuple[str, bool]]:
    """For each JSON line ``{id, text, …}`` its answer as a JSON line, and whether it is an error.

    >>> def upper(document): return {"text": document.text.upper()}
    >>> list(answer_lines([b'{"id": 7, "text": "a"}', b"", b'{"id": 8}'], upper))
    [('{"id": 7, "text": "A"}', False), ('{"id": 8, "error": "text is missing"}', True)]
    """
    for line in lines:
        if line.strip():
            yield _answer_line(line, answer)


def _answer_line(line: bytes, answer: Answer) -> tuple[str, bool]:
    identity = None
    try:
        entry = json.loads(line)
        if not isinstance(entry, dict):
            raise LineError(f"a line is {type(entry).__name__}, not an object with id and text")
        identity = entry.get("id")
        return as_json({"id": identity} | answer(document_of(entry))), False
    except (json.JSONDecodeError, UnicodeDecodeError) as error:  # they say where, and quote nothing
        return as_json({"id": identity, "error": f"{type(error).__name__}: {error}"}), True
    except Exception as error:  # noqa: BLE001 - one text must not stop the stream; the line says what happened
        return as_json({"id": identity, "error": told(error)}), True


def document_of(entry: dict[str, Any]) -> Document:
    """The Document of a JSON line.

    Raises:
        LineError: a field is missing or of another type.
    """
    text = entry.get("text")
    if text is None:
        raise LineError("text is missing")
    if not isinstance(text, str):
        raise LineError(f"text is {type(text).__name__}, not a string")
    if _HALF.search(text):
        raise LineError("text holds half of a surrogate pair, which is no character")
    for name in _TEXTS:
        if not isinstance(entry.get(name), str | None):
            raise LineError(f"{name} is {type(entry[name]).__name__}, not a string")
    known: dict[str, Any] = {name: entry.get(name) for name in _TEXTS}
    return Document(str(entry.get("id", "-")), text, published=_day(entry.get("published")), **known)


def _day(value: object) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise LineError("published is no date such as 2021-03-04") from None


def as_json(value: Any) -> str:
    """JSON in readable characters; halves of characters, which no encoding can write, as escapes."""
    written = json.dumps(value, ensure_ascii=False)
    try:
        written.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value)
    return written


def as_csv(records: list[dict[str, Any]], columns: Iterable[str]) -> str:
    """CSV with a header. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = list(columns)
    writer.writerow(names)
    writer.writerows([_cell(record[name]) for name in names] for record in records)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = " ".join(map(str, value))
    formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if formula and not _NUMBER.fullmatch(value) else value


#: How a terminal is told to show what went, what came and the rule, and to go back.
_GONE, _COME, _RULE, _PLAIN = "\x1b[1;31m", "\x1b[1;32m", "\x1b[36m", "\x1b[0m"


def diff_lines(cleaned: CleanText, width: int = 24, *, colour: bool = False) -> Iterator[str]:
    """One line an edit: where it is in the raw text, what was replaced by what, around it, and by which rule.

    >>> from extractors.cleaning import clean
    >>> list(diff_lines(clean("It grew 5 %")))
    ['9-10\\tnumber.percent\\tIt grew 5[- -]{++}%']
    >>> next(diff_lines(clean("It grew 5 %"), colour=True)).count("\\x1b[1;31m")
    1
    """
    gone_in, come_in, rule_in, plain = (_GONE, _COME, _RULE, _PLAIN) if colour else ("",) * 4
    for edit in cleaned.edits:
        before = visible(cleaned.raw[max(0, edit.raw_start - width) : edit.raw_start])
        after = visible(cleaned.raw[edit.raw_end : edit.raw_end + width])
        gone, come = visible(cleaned.raw[edit.raw_start : edit.raw_end]), visible(edit.replacement)
        shown = f"{before}{gone_in}[-{gone}-]{come_in}{{+{come}+}}{plain}{after}"
        yield f"{edit.raw_start}-{edit.raw_end}\t{rule_in}{edit.rule}{plain}\t{shown}"


def visible(text: str) -> str:
    """The text in one line, its control characters as escapes: they could tell a terminal what to do.

    >>> visible("5\\n%\\x1b[2J")
    '5\\\\n%\\\\x1b[2J'
    """
    return _CONTROL.sub(lambda character: character[0].encode("unicode_escape").decode(), text)
