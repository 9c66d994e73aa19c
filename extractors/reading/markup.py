"""HTML to text with its layout, by inscriptis on a tree that lxml parsed.

inscriptis keeps paragraphs, lists and preformatted text well, but it draws tables as a picture: a cell with two
lines is interleaved with its neighbours. So tables are turned into plain blocks before: a table of data becomes one
line a row with a tab between cells, a table that only arranges the page becomes one block a cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import lxml.html
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml.etree import LxmlError

from extractors.model import LayoutSpan
from extractors.reading.refusal import Refusal

#: stands for the tab between two cells while inscriptis folds white space; a private character, one for one
_TAB = "\ue000"
_BLOCKS = [
    "p",
    "div",
    "ul",
    "ol",
    "dl",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "blockquote",
    "article",
    "section",
    "form",
]
_HEADINGS = {f"h{level}": ["heading"] for level in range(1, 7)}
_CLASSES = ("table", "row", "cell", "header_cell")
_RULES = {**_HEADINGS, "li": ["list_item"], "a": ["link"], **{f"#numerate={name}": [name] for name in _CLASSES}}
_CONFIG = ParserConfig(css=CSS_PROFILES["strict"].copy(), annotation_rules=_RULES)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ISO_DATE = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Page:
    """What an HTML page says and how it was laid out; the metadata is None where the markup does not give it."""

    text: str
    layout: tuple[LayoutSpan, ...]
    title: str | None
    url: str | None
    publisher: str | None
    published: date | None


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the markup names, in any of its two ways of saying so.

    >>> declared_encoding(b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">')
    'gb2312'
    """
    found = _CHARSET.search(data[:4096])
    return found.group(1).decode("ascii") if found else None


def read_page(markup: str) -> Page:
    """The text of an HTML page, its layout spans sorted by start, and its metadata.

    Raises:
        Refusal: ``no_text`` when no text is in it, ``unreadable`` when the parser gives up.

    >>> page = read_page("<h1>GDP</h1><table><tr><th>Year</th><td>2020</td></tr></table>")
    >>> page.text
    'GDP\\n\\nYear\\t2020'
    >>> [(span.kind, page.text[span.start:span.end]) for span in page.layout if "cell" in span.kind]
    [('header_cell', 'Year'), ('cell', '2020')]
    """
    try:
        tree = lxml.html.fromstring(_XML_DECLARATION.sub("", markup).replace("\x00", "").replace(_TAB, ""))
        metadata = _metadata(tree)
        for table in list(tree.iter("table")):
            _flatten(table)
        drawn = Inscriptis(tree, _CONFIG)
    except (LxmlError, ValueError, RecursionError) as error:
        reason = "no_text" if "empty" in str(error).lower() else "unreadable"
        raise Refusal(reason, f"the HTML parser stopped: {type(error).__name__}") from None
    text = drawn.get_text()
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if start >= end:
        raise Refusal("no_text", f"{len(markup)} characters of markup, none of text")
    spans = sorted(_spans(text, drawn.get_annotations(), start), key=lambda span: (span.start, -span.end))
    return Page(text[start:end].replace(_TAB, "\t"), tuple(spans), **metadata)


def _spans(text: str, annotations: Any, shift: int) -> Iterator[LayoutSpan]:
    """The annotations without the white space around them; those of empty elements are left out."""
    for found in annotations:
        piece = text[found.start : found.end]
        kept = piece.strip()
        if kept.strip(_TAB):
            start = found.start + len(piece) - len(piece.lstrip())
            yield LayoutSpan(start - shift, start + len(kept) - shift, found.metadata)


def _flatten(table: Any) -> None:
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    is_data = not any(True for _ in table.iterdescendants("table")) and not _arranges_the_page(rows)
    table.tag = "div"
    if is_data:
        table.set("numerate", "table")
    for part in table.xpath("./thead|./tbody|./tfoot|./caption|./colgroup"):
        part.tag = "div"
    for row in rows:
        row.tag = "div"
        if is_data:
            row.set("numerate", "row")
        for number, cell in enumerate(row.xpath("./td|./th")):
            _flatten_cell(cell, number, is_data)


def _flatten_cell(cell: Any, number: int, is_data: bool) -> None:
    header = cell.tag == "th"
    cell.tag = "span" if is_data else "div"
    if not is_data:
        return
    for element in list(cell.iterdescendants()):
        if isinstance(element.tag, str) and (element.tag in _BLOCKS or element.tag in ("br", "li")):
            element.tag = "span"
            _set_apart(element)
    cell.tail = None
    cell.set("numerate", "header_cell" if header else "cell")
    if number:
        _insert_before(cell, _TAB)


def _set_apart(element: Any) -> None:
    """Spaces around what was a block, but none at the edges of its cell."""
    if element.getprevious() is not None or (element.getparent().text or "").strip():
        element.text = f" {element.text or ''}"
    if element.getnext() is not None or (element.tail or "").strip():
        element.tail = f" {element.tail or ''}"


def _insert_before(element: Any, text: str) -> None:
    previous = element.getprevious()
    if previous is None:
        element.getparent().text = text
    else:
        previous.tail = (previous.tail or "") + text


def _arranges_the_page(rows: list[Any]) -> bool:
    """True for a table that holds prose: one cell only, or cells of several paragraphs."""
    cells = [cell for row in rows for cell in row.xpath("./td|./th")]
    return len(cells) <= 1 or any(len(cell.xpath(".//p|.//div|.//li|.//h1|.//h2|.//h3")) > 3 for cell in cells)


def _metadata(tree: Any) -> dict[str, Any]:
    named: dict[str, str] = {}
    for meta in tree.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        named.setdefault(key, (meta.get("content") or "").strip())
    canonical = tree.xpath("string(//link[@rel='canonical']/@href)")
    title = " ".join((tree.findtext(".//title") or "").split())
    url = named.get("og:url") or canonical
    return {
        "title": named.get("og:title") or title or None,
        "url": url if url and url.startswith(("http://", "https://")) else None,
        "publisher": named.get("og:site_name") or named.get("publisher") or None,
        "published": _published(named),
    }


def _published(named: dict[str, str]) -> date | None:
    for key in ("article:published_time", "datepublished", "pubdate", "publishdate", "date", "dc.date"):
        found = _ISO_DATE.match(named.get(key, ""))
        if found:
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                continue
    return None
