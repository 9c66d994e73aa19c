"""The review page: documents with their figures in place, contradictions, tables and charts, to look at offline.

Up to :data:`ONE_FILE` documents are one file of HTML; more are an index and, in a folder beside it, a page a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from flows.pieces import run_here
from flows.report import folder, pages, snapshot
from flows.report.model import Review, Reviewed
from flows.report.snapshot import Tables
from flows.verification import PAGES

if TYPE_CHECKING:
    from flows.pieces import RunAll
    from flows.snapshots import Snapshots

__all__ = ["ONE_FILE", "PAGE", "Review", "Reviewed", "Tables", "publish", "write", "write_snapshot"]

#: more documents than this get a page each, and an index
ONE_FILE = 200
#: the page of a published snapshot
PAGE = "report.html"


def write(review: Review, documents: Sequence[Reviewed], target: Path) -> Path:
    """Writes the review of documents that are at hand to a file, or into a folder; gives the page to open."""
    index, beside = _places(target)
    index.parent.mkdir(parents=True, exist_ok=True)
    if len(documents) <= ONE_FILE:
        index.write_text(pages.whole(review, documents), "utf-8")
    else:
        folder.write_documents(review, documents, index, beside)
    return index


def write_snapshot(tables: Tables, parent: Tables | None, target: Path, run_all: RunAll) -> Path:
    """Writes the review of a snapshot to a file, or into a folder; gives the page to open."""
    index, beside = _places(target)
    index.parent.mkdir(parents=True, exist_ok=True)
    _write(tables, parent, index, beside, run_all)
    return index


def publish(tables: Tables, parent: Tables | None, run_all: RunAll, most: int) -> None:
    """Writes the review of a snapshot into its folder, sharing with its parent what is the same.

    With more than ``most`` documents there are no pages of them; `numerate report` makes them.
    """
    index = tables.folder / PAGE
    if tables.count("documents") > most:
        note = f"With more than {most:,} documents they are not shown here; numerate report makes their pages."
        index.write_text(
            pages.index(snapshot.review(tables, parent, snapshot.contradictions(tables)), PAGES, {}, [note]), "utf-8"
        )
    else:
        _write(tables, parent, index, tables.folder / PAGES, run_all, parent.folder / PAGES if parent else None)


def remove(snapshot: Path) -> None:
    """Takes the review out of the folder of a snapshot."""
    (snapshot / PAGE).unlink(missing_ok=True)
    rmtree(snapshot / PAGES, ignore_errors=True)


@folder.uncollected()
def _write(
    tables: Tables, parent: Tables | None, index: Path, beside: Path, run_all: RunAll, shared: Path | None = None
) -> None:
    found = snapshot.contradictions(tables)
    if tables.count("documents") <= ONE_FILE:
        index.write_text(pages.whole(snapshot.review(tables, parent, found), snapshot.documents(tables)), "utf-8")
        return
    written = folder.write_pages(tables, found, index, beside, run_all, shared)  # workers are at it from here on
    folder.write_index(snapshot.review(tables, parent, found), index, beside, written)


def _places(target: Path) -> tuple[Path, Path]:
    """The page to open, and the folder for the others: beside a file, or within a folder that was named."""
    if target.is_dir() or not target.suffix:
        return target / "index.html", target / "pages"
    return target, target.with_suffix("")


def with_parent(snapshots: Snapshots, name: str) -> tuple[Tables, Tables | None]:
    """The tables of a snapshot, and those of the one it was built on while that is still there.

    Raises:
        DamagedError: a manifest cannot be read.
    """
    manifest = snapshots.manifest(name)
    before = manifest["parent"]
    parent = Tables(snapshots.whole(before), snapshots.manifest(before)) if before in snapshots.ids() else None
    return Tables(snapshots.whole(name), manifest), parent


@contextmanager
def processes(tables: Tables) -> Iterator[RunAll]:
    """Who makes the pages of a snapshot: processes, one a core, where there are many documents.

    They start at once, and load what they need while this process reads the first tables.
    """
    if tables.count("documents") <= ONE_FILE:
        yield run_here
        return
    with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=pages.warm_up) as pool:
        pool.submit(len, ())
        yield pool.map
