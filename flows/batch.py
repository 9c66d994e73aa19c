"""The work on one batch of documents: read, clean, extract, check, and stage the rows on disk.

Runs in a worker process, or in the process of the run when there is little to do. What comes back are counts; the
rows go through files, so that the parent's memory does not grow with the corpus and a killed run loses no batch.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import Any

import pyarrow as pa

from extractors.model import Document, Extraction
from extractors.reading import LANGUAGES, RawFile, Refusal, document_id, load, read
from flows.ledger import Item
from flows.staging import STAGED, stage
from schemas import documents, edits, figures, quarantine
from schemas.editions import without_texts
from schemas.records import raw_quotes
from schemas.table import SchemaError
from schemas.validation import validate

_AT = ".at."
#: bytes of the entry that says which document is being read
_ENTRY = 120


@dataclass(frozen=True, slots=True)
class Task:
    """A batch as it is handed to a worker: documents by place, never by text."""

    items: tuple[Item, ...]
    staging: str
    version: str
    max_bytes: int
    seconds: float
    shards: int
    without_texts: bool = False
    #: whose processes read it: two may be at the same batch, when a machine was taken for lost too soon
    owner: str = ""

    @property
    def name(self) -> str:
        """The same documents make the same batch, whenever and by whom it is done."""
        ids = "\n".join(f"{item.doc_id} {item.sources!r}" for item in self.items)
        return hashlib.sha256(f"{self.version}\n{ids}".encode()).hexdigest()[:24]

    def limit(self, item: Item) -> float:
        """How long a document may take: as long again for each million bytes."""
        return self.seconds * (1 + item.files[0].size / 1e6)


def _zeros() -> dict[str, float]:
    return {"read": 0.0, "extract": 0.0, "validate": 0.0, "write": 0.0}


@dataclass(slots=True)
class Done:
    """What a batch came to. ``path`` is where its rows are staged."""

    path: str
    documents: int = 0
    figures: int = 0
    edits: int = 0
    bytes: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=_zeros)

    def counts(self) -> dict[str, Any]:
        """What is worth knowing of it, for the log."""
        seconds = {stage: round(took, 3) for stage, took in self.seconds.items()}
        return {name: getattr(self, name) for name in ("documents", "figures", "edits", "bytes", "quarantined")} | {
            "seconds": seconds
        }


@dataclass(slots=True)
class _Rows:
    """The rows of a batch, by table, before and after their checks."""

    by_table: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    snippets: list[str] = field(default_factory=list)
    index: list[dict[str, Any]] = field(default_factory=list)
    figures: pa.Table = field(default_factory=lambda: figures.FIGURES.arrow_table([]))


class TooSlowError(BaseException):
    """The time allowed for a document is over. No Exception, so that nothing on the way swallows it."""


def process_batch(task: Task) -> Done:
    """Reads the documents of a batch and stages their rows; what cannot be read is staged as quarantined."""
    target = Path(task.staging) / task.name
    done = Done(str(target))
    rows = _Rows()
    warm_up()
    with _InFlight(task) as in_flight:
        for item in task.items:
            in_flight.mark(item.doc_id, task.limit(item))
            _process(item, task, rows, done)
    with _timed(done, "validate"):
        _check(rows, done)
    with _timed(done, "write"):
        _stage(target, rows, task)
    return done


@cache
def warm_up() -> None:
    """Builds the pipeline and the checks, once a process: these seconds must not count as those of a document."""
    from extractors import pipeline

    pipeline.warm_up()
    text = "In 2020, the GDP of the city reached 1 billion yuan."
    extraction = pipeline.extract(Document("", text, doc_id="0" * 24))  # without an id no soft check would see its row
    records = list(figures.rows(extraction))
    validate(figures.FIGURES, records, ["" for _ in records], list(raw_quotes(extraction)))


def convict(task: Task, reason: str, detail: str) -> Done:
    """Stages a batch whose documents are not read because reading them ended or held up the worker."""
    done, rows = Done(str(Path(task.staging) / task.name)), _Rows()
    for item in task.items:
        _refuse(item, Refusal(reason, detail), rows, done)
    _stage(Path(done.path), rows, task)
    return done


def _process(item: Item, task: Task, rows: _Rows, done: Done) -> None:
    done.bytes += item.cost
    try:
        with _time_limit(task.limit(item)):
            extraction, item = _extract(item, task, done)
        _collect(extraction, item, task, rows)
        return
    except Refusal as caught:
        refusal = caught
    except TooSlowError:
        refusal = Refusal("too_slow", f"more than {task.limit(item):.3g} seconds")
    except MemoryError:
        refusal = Refusal("failed", "MemoryError")
    except Exception as error:  # noqa: BLE001 - one document must not stop the others; its reason is kept
        refusal = Refusal("failed", f"{type(error).__name__}: {error}"[:300])
    _refuse(item, refusal, rows, done)


def _extract(item: Item, task: Task, done: Done) -> tuple[Extraction, Item]:
    from extractors.pipeline import extract  # spaCy and the rule tables: only where documents are read

    with _timed(done, "read"):
        file, item = _load(item, task.max_bytes)
        document = read(file)
    if document.language not in LANGUAGES:
        raise Refusal("wrong_language", f"it reads as {document.language!r}", document.text[: quarantine.SNIPPET])
    with _timed(done, "extract"):
        return extract(document), item


def _load(item: Item, max_bytes: int) -> tuple[RawFile, Item]:
    """The bytes of a document. A file that changed since it was listed is another document, and taken as such."""
    file = load(item.files[0], max_bytes=max_bytes)
    if document_id(file) == item.doc_id:
        return file, item
    for other in item.files[1:]:
        twin = load(other, max_bytes=max_bytes)
        if document_id(twin) == item.doc_id:
            return replace(twin, source=item.files[0].source), item
    return file, Item(document_id(file), item.files[:1])


def _collect(extraction: Extraction, item: Item, task: Task, rows: _Rows) -> None:
    records = list(figures.rows(extraction))
    rows.by_table["figures"] += records
    rows.snippets += raw_quotes(extraction)
    rows.by_table["documents"].append(documents.row(extraction, item.sources, version=task.version))
    rows.by_table["edits"] += edits.rows(extraction)
    rows.index.append({"doc_id": extraction.document.doc_id, "sources": list(item.sources), "outcome": "read"})


def _check(rows: _Rows, done: Done) -> None:
    """The row checks, once a batch: a check costs the same for one row as for thousands."""
    records = rows.by_table["figures"]
    checked = validate(figures.FIGURES, records, [row["source"] for row in records], rows.snippets)
    rows.figures = checked.good
    rows.by_table["quarantine"] += checked.quarantined
    stopped = Counter(row["doc_id"] for row in checked.quarantined)
    for document in rows.by_table["documents"]:
        document["quarantined"] = stopped[document["doc_id"]]
        document["figures"] -= stopped[document["doc_id"]]
    whole = documents.DOCUMENTS
    faults = whole.failures(whole.frame(whole.arrow_table(rows.by_table["documents"])))
    if faults:
        raise SchemaError(f"a row of documents is not as it must be: {faults[0].message}")
    done.documents += len(rows.by_table["documents"])
    done.figures += checked.good.num_rows
    done.edits += len(rows.by_table["edits"])
    done.quarantined.update(row["reason"] for row in checked.quarantined)


def _refuse(item: Item, refusal: Refusal, rows: _Rows, done: Done) -> None:
    rows.by_table["quarantine"].append(quarantine.refused(item.sources[0], refusal, item.doc_id))
    rows.index.append({"doc_id": item.doc_id, "sources": list(item.sources), "outcome": refusal.reason})
    done.quarantined[refusal.reason] += 1


def _stage(target: Path, rows: _Rows, task: Task) -> None:
    others = {table.name: table.arrow_table(rows.by_table[table.name]) for table in STAGED if table != figures.FIGURES}
    tables = {figures.FIGURES.name: rows.figures} | others
    if task.without_texts:
        tables = {table.name: without_texts(table, tables[table.name]) for table in STAGED}
    index = [entry | {"version": task.version} for entry in rows.index]
    stage(target, tables, index, task.shards)


@contextmanager
def _timed(done: Done, stage: str) -> Iterator[None]:
    started = perf_counter()
    try:
        yield
    finally:
        done.seconds[stage] += perf_counter() - started


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Interrupts what takes too long, where the system can: in the main thread of a process."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _over(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlowError


class _InFlight:
    """A file that names the document being read, for whoever finds this process dead or hanging.

    Written over in place: opening it anew for each document took longer than reading a short one.
    """

    def __init__(self, task: Task) -> None:
        self._path = in_flight_path(task)

    def __enter__(self) -> _InFlight:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)
        return self

    def mark(self, doc_id: str, seconds: float) -> None:
        entry = json.dumps({"doc_id": doc_id, "pid": os.getpid(), "seconds": seconds})
        os.pwrite(self._file, entry.ljust(_ENTRY).encode(), 0)

    def __exit__(self, *_: object) -> None:
        os.close(self._file)
        self._path.unlink(missing_ok=True)


def in_flight_path(task: Task) -> Path:
    """Where a batch says which document it is at."""
    return Path(task.staging) / f"{_AT}{task.name}.{task.owner}.json"


def is_in_flight(path: Path) -> bool:
    """Whether a file is the word of a batch on the document it is at."""
    return path.name.startswith(_AT)
