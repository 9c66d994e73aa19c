"""The pages of a review, from Jinja2 templates that escape whatever comes from a text."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from flows.report import trail
from flows.report.model import SEVERITIES, Card, Review, Reviewed, Row, counted
from flows.report.svg import shape
from flows.report.texts import clean_text, raw_text
from flows.signs import SIGNS

if TYPE_CHECKING:
    from jinja2 import Environment

#: the columns of the tables as they are shown; the first leads to the text
FIGURES = "quote value unit bound kind indicator entity period_end basis status source repaired flags sentence".split()
DOCUMENTS = "document title published figures repairs quarantined findings".split()
FINDINGS = "severity kind finding places".split()
NUMBERS = frozenset("value figures repairs quarantined findings".split())
#: so many findings are open; of a large review so many of each severity are on the first page, all in its table
OPEN_CARDS = 10
FIRST_CARDS = 20
#: more documents than this on one page are laid out only when they come into view
MANY = 20
#: rows of a table in one file beside the page
PIECE = 1000
_SEVERITIES = {
    "conflict": "nothing fits",
    "magnitude": "it fits once one number is multiplied by a power of ten",
    "suspect": "only an unusual reading fits",
}
Json = Mapping[str, Any]


def whole(review: Review, documents: Sequence[Reviewed]) -> str:
    """Everything in one file: findings, documents, tables, charts."""
    wrong = by_figure(review.cards)
    tables = {
        "documents": document_table(map(entry_of(review.cards), documents), "#d-{}"),
        "figures": figure_table(["#f-", len(FIGURES)]),
    }
    if len(review.cards) > OPEN_CARDS:
        tables["findings"] = finding_table(["#f-", 1], rows=list(map(finding_cells, review.cards)))
    if not documents:
        tables = {}
    return _render(
        "whole.html.j2",
        title=review.title,
        review=review,
        cards=review.cards,
        link=lambda place: f"#f-{place.figure_id}",
        link_to=lambda figure_id: f"#f-{figure_id}" if figure_id in review.homes else "",
        sections=_sections(review, tables),
        pages=[_page(document, wrong) for document in documents],
        many=len(documents) > MANY,
        tables=tables,
        data=_data(documents, wrong, tables),
    )


def index(review: Review, folder: str, tables: Mapping[str, Json], notes: Sequence[str] = ()) -> str:
    """The first page of a large review. Its tables are in files of ``folder``, its documents on pages there."""
    first = [card for severity in SEVERITIES for card in _of(review.cards, severity)[:FIRST_CARDS]]

    def link(figure_id: str, doc_id: str) -> str:
        return f"{folder}/{doc_id}.html#f-{figure_id}" if tables else ""

    return _render(
        "whole.html.j2",
        title=review.title,
        review=review,
        index=True,
        notes=notes,
        cards=first,
        left_out=len(review.cards) - len(first),
        link=lambda place: link(place.figure_id, place.doc_id),
        link_to=lambda figure_id: link(figure_id, review.homes[figure_id]) if figure_id in review.homes else "",
        sections=_sections(review, tables),
        pages=(),
        tables=tables,
        pieces=" 'self' file:",
        data=_data((), {}, tables),
    )


def _sections(review: Review, tables: Mapping[str, Json]) -> list[tuple[str, str]]:
    """The parts of a page, as its address and as its navigation name them."""
    names = [("overview", "overview"), ("findings", "contradictions")]
    names += [(name, name) for name in ("documents", "figures") if name in tables]
    return names + [("charts", "charts")] * bool(review.series or review.distributions)


def _of(cards: Iterable[Card], severity: str) -> list[Card]:
    return [card for card in cards if card.severity == severity]


def document(reviewed: Reviewed, cards: Sequence[Card], back: str) -> str:
    """The page of one document of a large review, which shares style and script with the others."""
    wrong = by_figure(cards)
    return _render(
        "document.html.j2",
        title=reviewed.title or reviewed.source,
        back=back,
        shared=True,
        cards=cards,
        link=lambda place: f"{'' if place.doc_id == reviewed.doc_id else place.doc_id + '.html'}#f-{place.figure_id}",
        sections=[("findings", "contradictions")] if cards else [],
        page=_page(reviewed, wrong),
        pieces=" 'self' file:",
        data=_data([reviewed], wrong, {}),
    )


def shared() -> dict[str, str]:
    """The files that the pages of documents share, by name."""
    return {"page.css": _style(), "page.js": _script()}


def warm_up() -> None:
    """Loads what every page needs: rule tables and templates."""
    trail.warm_up()
    for name in ("whole", "document"):
        _environment().get_template(f"{name}.html.j2")


@cache
def version() -> str:
    """A fingerprint of what makes the pages: equal rows give equal pages as long as it is the same."""
    digest = hashlib.sha256()
    for folder in (files("flows.report"), files("flows.report") / "templates"):
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.is_file() and not entry.name.endswith(".pyc"):
                digest.update(entry.name.encode() + b"\0" + entry.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def by_figure(cards: Iterable[Card]) -> dict[str, list[tuple[str, str]]]:
    """Of each figure that is part of a finding, the ids of its findings and what they say."""
    found: dict[str, list[tuple[str, str]]] = {}
    for card in cards:
        for figure_id in dict.fromkeys(place.figure_id for place in card.places):
            found.setdefault(figure_id, []).append((card.finding_id, card.explanation))
    return found


def entry_of(cards: Iterable[Card]) -> Callable[[Reviewed], list[Any]]:
    """Makes the row of a document in the list of documents."""
    counts: dict[str, int] = {}
    for card in cards:
        for doc_id in {place.doc_id for place in card.places}:
            counts[doc_id] = counts.get(doc_id, 0) + 1

    def entry(document: Reviewed) -> list[Any]:
        numbers = [len(document.figures), len(document.edits), document.quarantined, counts.get(document.doc_id, 0)]
        return [document.source, document.title, document.published, *numbers, document.doc_id]

    return entry


def document_table(entries: Iterable[list[Any]], link: str) -> dict[str, Any]:
    """The list of documents as the page takes it."""
    before, after = link.split("{}")
    columns = [*DOCUMENTS, "doc_id"]
    return {
        "columns": columns,
        "shown": DOCUMENTS,
        "link": [before, len(columns) - 1, after],
        "rows": list(entries),
    }


def finding_table(link: Sequence[str | int], **rows: Any) -> dict[str, Any]:
    """The table of findings; ``link`` makes the address of a place of :func:`finding_cells`."""
    return {"columns": [*FINDINGS, "finding_id"], "shown": FINDINGS, "places": list(link), **rows}


def finding_cells(card: Card) -> list[Any]:
    """A finding as a row of that table; each of its places is a quote, a figure and a document."""
    kind = "" if card.kind == card.severity else card.kind
    places = tuple((place.quote, place.figure_id, place.doc_id) for place in card.places)
    told = f"{card.explanation} ({card.arithmetic})" if card.arithmetic else card.explanation
    return [card.severity, kind, told, places, card.finding_id]


def figure_table(link: Sequence[str | int], **rows: Any) -> dict[str, Any]:
    """The table of figures as the page takes it: of all on the page, or with ``pieces``."""
    return {"columns": [*FIGURES, "figure_id", "doc_id"], "shown": FIGURES, "link": list(link), **rows}


def figure_cells(figure: Row) -> list[Any]:
    """A figure as a row of that table."""
    found = list(_CELLS(figure))
    found[_VALUE], found[_END] = trail.value(figure), trail.day(figure["period_end"])
    return found


#: what the table of figures shows that the panel does not
_BESIDE = ("source", "sentence", "doc_id")
_CELLS = itemgetter(*FIGURES, "figure_id", "doc_id")
_VALUE, _END = FIGURES.index("value"), FIGURES.index("period_end")


def as_json(value: Any) -> str:
    """JSON that can stand in a script: nothing in it ends one.

    >>> as_json("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _page(reviewed: Reviewed, wrong: Mapping[str, object]) -> dict[str, Any]:
    kinds = Counter(figure["kind"] for figure in reviewed.figures)
    counts = {"figures": len(reviewed.figures), "repairs": len(reviewed.edits), "quarantined": reviewed.quarantined}
    told = [counted(count, what) for what, count in counts.items() if count or what == "figures"]
    source = [reviewed.source] if reviewed.title else []
    return {
        "doc_id": reviewed.doc_id,
        "source": reviewed.source,
        "title": reviewed.title,
        "about": [*source, *filter(None, (reviewed.publisher, reviewed.published)), *told],
        "others": len(reviewed.not_figures),
        "kinds": {kind: kinds[kind] for kind in SIGNS if kind in kinds},
        "clean": clean_text(reviewed, wrong),
        "raw": raw_text(reviewed, wrong),
    }


def _data(documents: Sequence[Reviewed], wrong: Mapping[str, Any], tables: Mapping[str, Json]) -> Any:
    from markupsafe import Markup

    figures, edits, doubts = (
        [row for document in documents for row in rows(document)]
        for rows in (attrgetter("figures"), attrgetter("edits"), attrgetter("doubts"))
    )
    flags = {flag for figure in figures for flag in figure["flags"]}
    beside = _BESIDE if "figures" in tables else ()
    content = {
        "columns": [*trail.COLUMNS, *beside],
        "figures": trail.packed(trail.values(figure) + [figure[name] for name in beside] for figure in figures),
        "places": trail.places(figures),
        "repairs": trail.repairs(edits, doubts),
        "words": trail.WORDS,
        "flags": {flag: words for flag, words in trail.flag_words().items() if flag in flags} if flags else {},
        "findings": {each["figure_id"]: wrong[each["figure_id"]] for each in figures if each["figure_id"] in wrong},
        "tables": tables,
    }
    return Markup(as_json(content))


def _render(template: str, **content: Any) -> str:
    from markupsafe import Markup

    inline = {} if content.get("shared") else {"style": Markup(_style()), "script": Markup(_script())}
    return _environment().get_template(template).render(**inline, **content)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("flows.report"),
        autoescape=True,
        trim_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    made.globals |= {"shape": shape, "numbers": NUMBERS, "open_cards": OPEN_CARDS, "severity_words": _SEVERITIES}
    made.globals |= {
        "back": "",
        "shared": False,
        "index": False,
        "notes": (),
        "left_out": 0,
        "pieces": "",
        "many": False,
    }
    return made


@cache
def _text(name: str) -> str:
    return files("flows.report").joinpath("templates", name).read_text("utf-8")


@cache
def _style() -> str:
    # the sign is seen, the words are read out
    words = {kind: kind.replace("_", " ") for kind in SIGNS}
    signs = "".join(f'.k-{kind} {{ --sign: "{sign}"; --says: ", {words[kind]}" }} ' for kind, sign in SIGNS.items())
    return _text("page.css").replace("/* signs */", signs)


@cache
def _script() -> str:
    return _text("page.js") + _text("table.js")
