"""The texts of a document as HTML: figures marked in place, repairs as deletions and insertions, furniture greyed.

Everything that comes from a text is escaped here; what a span opens and closes is made here, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape  # a third of the time of the one of markupsafe, whose results know that they are safe
from typing import NamedTuple

from markupsafe import Markup

from flows.report.model import Reviewed, Row

_FURNITURE = "boilerplate"


class Span(NamedTuple):
    """A part of a text with the HTML that goes around it. An empty one only adds its HTML."""

    start: int
    end: int
    opened: str
    closed: str


def marked(text: str, spans: Iterable[Span]) -> Markup:
    """The text, escaped, with its spans; a span within another one is nested, one that crosses another is left out.

    >>> marked("a < b", [Span(0, 5, "<mark>", "</mark>"), Span(2, 3, "<i>", "</i>"), Span(4, 9, "<b>", "</b>")])
    Markup('<mark>a <i>&lt;</i> b</mark>')
    """
    parts: list[str] = []
    within: list[Span] = []
    at = 0

    def close(until: int) -> None:
        nonlocal at
        while within and within[-1].end <= until:
            span = within.pop()
            parts.extend((escape(text[at : span.end]), span.closed))
            at = span.end

    for span in sorted(spans, key=lambda each: (each.start, each.end > each.start, -each.end)):
        close(span.start)
        if within and span.end > within[-1].end:
            continue
        parts.extend((escape(text[at : span.start]), span.opened))
        at = span.start
        if span.end > span.start:
            within.append(span)
        else:
            parts.append(span.closed)
    close(len(text))
    return Markup("".join([*parts, escape(text[at:])]))


def clean_text(document: Reviewed, wrong: Mapping[str, object]) -> Markup:
    """The clean text: its figures, the other numerals, and where furniture was left out, that, greyed."""
    spans = [*_figures(document, wrong, "", with_id=True), *_others(document), *_left_out(document)]
    return marked(document.clean, spans)


def raw_text(document: Reviewed, wrong: Mapping[str, object]) -> Markup:
    """The raw text: what was deleted, what was inserted, and the figures around both."""
    figures = _figures(document, wrong, "raw_", with_id=False)
    return marked(document.raw, [*figures, *_repairs(document), *_doubts(document)])


def _figures(document: Reviewed, wrong: Mapping[str, object], side: str, *, with_id: bool) -> Iterator[Span]:
    for figure in document.figures:
        kind, figure_id = figure["kind"], figure["figure_id"]
        name = f'id="f-{escape(figure_id)}"' if with_id else f'data-figure="{escape(figure_id)}"'
        classes = f"k-{kind} wrong" if figure_id in wrong else f"k-{kind}"
        opened = f'<mark {name} class="{classes}">'  # the script of the page makes a button of it
        yield Span(figure[f"{side}start"], figure[f"{side}end"], opened, "</mark>")


def _others(document: Reviewed) -> Iterator[Span]:
    for other in document.not_figures:
        why = escape(f"{other['why']}: {other['rule']}")
        yield Span(other["start"], other["end"], f'<span class="other" data-why="{why}">', "</span>")


def _left_out(document: Reviewed) -> Iterator[Span]:
    shift = 0
    for edit in document.edits:
        if str(edit["rule"]).startswith(_FURNITURE):
            place = edit["raw_start"] + shift
            before = escape(document.raw[edit["raw_start"] : edit["raw_end"]])
            yield Span(place, place, f'<span class="furniture" title="{escape(edit["rule"])}">{before}', "</span>")
        shift += len(edit["after"]) - (edit["raw_end"] - edit["raw_start"])


def _repairs(document: Reviewed) -> Iterator[Span]:
    for edit in document.edits:
        rule = escape(edit["rule"])
        before = document.raw[edit["raw_start"] : edit["raw_end"]]
        opened = f'<del class="{_class(edit, before)}" title="{rule}">' if before else ""
        inserted = f'<ins title="{rule}">{escape(edit["after"])}</ins>' if edit["after"] else ""
        yield Span(edit["raw_start"], edit["raw_end"], opened, ("</del>" if before else "") + inserted)


def _class(edit: Row, before: str) -> str:
    """Furniture is greyed; what is a line break and nothing else would not be seen when it is struck out."""
    if str(edit["rule"]).startswith(_FURNITURE):
        return "furniture"
    return "break" if "\n" in before and not before.strip() else "repair"


def _doubts(document: Reviewed) -> Iterator[Span]:
    for doubt in document.doubts:
        title = escape(f"doubtful, left as it is: {doubt['rule']}")
        opened = f'<span class="doubt" title="{title}" data-rule="{escape(doubt["rule"])}">'
        yield Span(doubt["raw_start"], doubt["raw_end"], opened, "</span>")
