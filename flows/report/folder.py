"""A large review: an index, a page a document, and tables in pieces, made a shard at a time, in worker processes.

A page that would be as it was in the snapshot before is shared with it, as shards are.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.report import pages, trail
from flows.report.model import Card, Review, Reviewed, Row
from flows.report.snapshot import Tables, cards_of, documents
from flows.sharing import link_or_copy

if TYPE_CHECKING:
    from flows.pieces import RunAll

_LIGHT = ["doc_id", "sources", "title", "published", "figures", "edits", "quarantined", "pipeline_version"]


@dataclass(frozen=True, slots=True)
class Part:
    """One shard of a snapshot, whose pages go to ``target``. ``parent`` has those of the snapshot before."""

    tables: Tables
    shard: int
    target: str
    parent: str | None
    back: str
    cards: Mapping[str, Sequence[Card]]


@dataclass(slots=True)
class Written:
    """What a part came to: its rows of the list of documents, and its pieces of the table of figures."""

    entries: list[list[Any]] = field(default_factory=list)
    pieces: list[dict[str, Any]] = field(default_factory=list)


def write_pages(
    tables: Tables, cards: Sequence[Card], index: Path, folder: Path, run_all: RunAll, parent: Path | None = None
) -> Iterable[Written]:
    """The pages of documents and the pieces of the table of figures, in a folder; :func:`write_index` adds the rest."""
    folder.mkdir(parents=True, exist_ok=True)
    by_document = cards_of(cards)
    back = os.path.relpath(index, folder)
    return run_all(write_part, (_part(tables, shard, by_document, folder, parent, back) for shard in tables.shards))


def write_documents(review: Review, shown: Sequence[Reviewed], index: Path, folder: Path) -> None:
    """The large review of documents that are at hand."""
    folder.mkdir(parents=True, exist_ok=True)
    by_document = cards_of(review.cards)
    for each in shown:
        _write_page(each, by_document.get(each.doc_id, ()), folder, os.path.relpath(index, folder))
    entries = list(map(pages.entry_of(review.cards), shown))
    figures = [figure for each in shown for figure in each.figures]
    pieces = list(_pieces("figures", map(pages.figure_cells, figures), folder))
    write_index(review, index, folder, [Written(entries, pieces)])


def _part(
    tables: Tables, shard: int, cards: Mapping[str, list[Card]], folder: Path, parent: Path | None, back: str
) -> Part:
    """A part that knows no more than it needs: it is sent to another process."""
    own = {
        name: {"files": [part for part in tables.manifest["tables"][name]["files"] if part["shard"] == shard]}
        for name in ("documents", "figures", "edits")
    }
    mine = Tables(tables.folder, {"tables": own, "schema_version": tables.version})
    ids = mine.read("documents", ["doc_id"])["doc_id"].to_pylist() if cards else []
    known = {doc_id: cards[doc_id] for doc_id in ids if doc_id in cards}
    return Part(mine, shard, str(folder), str(parent) if parent else None, back, known)


@contextmanager
def uncollected() -> Iterator[None]:
    """Looks for no cycles meanwhile: hundreds of thousands of rows have none, and looking took a tenth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@uncollected()
def write_part(part: Part) -> Written:
    """Writes the pages of a shard's documents and its piece of the table of figures."""
    target, before = Path(part.target), _made(part)
    listed = part.tables.read("documents", _LIGHT).to_pylist()
    keys = {row["doc_id"]: _key(row, part) for row in listed}
    same = {doc_id for doc_id, key in keys.items() if before["pages"].get(doc_id) == key}
    new = [doc_id for doc_id in keys if doc_id not in same or not _shared(part, f"{doc_id}.html")]
    pieces, figures = _shared_pieces(part, before), None
    if pieces is None:
        figures = part.tables.read("figures").to_pylist()
        pieces = list(_pieces(f"figures-{part.shard:02d}", map(pages.figure_cells, figures), target))
    for each in documents(part.tables, new, figures) if new else ():
        _write_page(each, part.cards.get(each.doc_id, ()), target, part.back)
    made = {"pages": keys, "figures": _files(part), "pieces": pieces}
    (target / _made_name(part.shard)).write_text(json.dumps(made, sort_keys=True), "utf-8")
    return Written([_entry(row, part) for row in listed], pieces)


def _key(row: Row, part: Part) -> str:
    """What a page depends on: the document and how it was read, the findings, and what makes the pages."""
    counts = [row["figures"], row["quarantined"]]
    content = [pages.version(), part.back, row["pipeline_version"], row["sources"], *counts]
    return hashlib.sha256(repr([*content, *part.cards.get(row["doc_id"], ())]).encode()).hexdigest()[:16]


def _files(part: Part) -> list[str]:
    """The files that hold the figures, with what writes them down: equal names, equal pieces."""
    return [pages.version(), *(Path(path).name for path in part.tables.files("figures"))]


def _shared_pieces(part: Part, before: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The pieces of the snapshot before where they are the same; None where they are to be written."""
    if before["figures"] == _files(part) and all(_shared(part, f"{piece['name']}.js") for piece in before["pieces"]):
        shared: list[dict[str, Any]] = before["pieces"]
        return shared
    return None


def _pieces(name: str, rows: Iterable[list[Any]], folder: Path) -> Iterator[dict[str, Any]]:
    """Writes rows into files that a page can load, and says which."""
    listed = list(rows)
    for number, first in enumerate(range(0, len(listed), pages.PIECE)):
        piece, some = f"{name}-{number}", listed[first : first + pages.PIECE]
        (folder / f"{piece}.js").write_text(f'numerate.take("{piece}",{pages.as_json(trail.packed(some))});\n', "utf-8")
        yield {"name": piece, "rows": len(some)}


def _made_name(shard: int) -> str:
    return f"made-{shard:02d}.json"


def _made(part: Part) -> dict[str, Any]:
    """What the snapshot before has of this shard."""
    nothing: dict[str, Any] = {"pages": {}, "figures": None, "pieces": []}
    if part.parent is None:
        return nothing
    try:
        found: dict[str, Any] = json.loads((Path(part.parent) / _made_name(part.shard)).read_text("utf-8"))
        return nothing | found
    except (OSError, ValueError):
        return nothing


def _shared(part: Part, name: str) -> bool:
    """Shares a file with the snapshot before; whether it could."""
    try:
        link_or_copy(Path(str(part.parent)) / name, Path(part.target) / name)
    except OSError:
        return False
    return True


def _entry(row: Row, part: Part) -> list[Any]:
    published = row["published"].isoformat() if row["published"] else None
    numbers = [row["figures"], row["edits"], row["quarantined"], len(part.cards.get(row["doc_id"], ()))]
    return [row["sources"][0], row["title"], published, *numbers, row["doc_id"]]


def _write_page(each: Reviewed, cards: Sequence[Card], folder: Path, back: str) -> None:
    (folder / f"{each.doc_id}.html").write_text(pages.document(each, cards, back), "utf-8")


def write_index(review: Review, index: Path, folder: Path, written: Iterable[Written]) -> None:
    """The index, the list of documents in pieces, and what the pages share."""
    for name, text in pages.shared().items():
        (folder / name).write_text(text, "utf-8")
    entries: list[list[Any]] = []
    figures: list[dict[str, Any]] = []
    for part in written:
        entries += part.entries
        figures += part.pieces
    base = os.path.relpath(folder, index.parent)
    listed = list(_pieces("documents", sorted(entries, key=lambda entry: (entry[0], entry[-1])), folder))
    document_table = pages.document_table([], f"{base}/{{}}.html") | {"rows": None, "pieces": _addressed(listed, base)}
    link: list[str | int] = [f"{base}/", len(pages.FIGURES) + 1, ".html#f-", len(pages.FIGURES)]
    figure_table = pages.figure_table(link, rows=None, pieces=_addressed(figures, base))
    tables = {"documents": document_table, "figures": figure_table}
    if len(review.cards) > pages.OPEN_CARDS:
        told = list(_pieces("findings", map(pages.finding_cells, review.cards), folder))
        tables["findings"] = pages.finding_table([f"{base}/", 2, ".html#f-", 1], pieces=_addressed(told, base))
    index.write_text(pages.index(review, base, tables), "utf-8")


def _addressed(pieces: Iterable[Mapping[str, Any]], base: str) -> list[dict[str, Any]]:
    return [{**piece, "address": f"{base}/{piece['name']}.js"} for piece in pieces]
