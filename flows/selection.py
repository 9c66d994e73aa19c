"""Which published documents are to be read again: by id, source, date, a condition in SQL, or what became of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from flows.ledger import Known
from flows.outcome import WrongUseError
from flows.snapshots import Snapshots
from flows.stored import stored

#: the columns of `documents` that a condition may name: all that are no texts and no lists of records
COLUMNS = (
    "doc_id source url publisher published fetched title encoding reader language characters edits figures "
    "quarantined pipeline_version"
).split()
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}


@dataclass(frozen=True, slots=True)
class Selection:
    """Conditions on documents; those that are given must all hold. ``all`` is one that always does."""

    doc: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    since: str | None = None
    where: str | None = None
    stale: bool = False
    failed: bool = False
    all: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Selected:
    """The ids of the documents chosen, and how many a date could not decide on."""

    doc_ids: frozenset[str]
    undated: int = 0


def select(snapshots: Snapshots, snapshot: str, selection: Selection, version: str) -> Selected:
    """The documents of a snapshot that fit; ``version`` fingerprints the rules of today.

    Raises:
        WrongUseError: nothing was asked for, an id is unknown, a date is none, or a condition is no SQL.
    """
    if selection.is_empty:
        names = ", ".join(f"--{field.name}" for field in fields(Selection))
        raise WrongUseError(f"say which documents: {names}; all that are given must hold")
    entries = {entry.doc_id: entry for entry in snapshots.index(snapshot) if entry.doc_id is not None}
    if unknown := sorted(set(selection.doc) - set(entries)):
        raise WrongUseError(f"no document {unknown[0]!r} is published; doc_id in the table documents has the ids")
    chosen = {doc_id for doc_id, entry in entries.items() if _fits(entry, selection, version)}
    undated = 0
    if selection.since or selection.where:
        with _documents(snapshots, snapshot) as table:
            if selection.where:
                chosen &= _matching(table, selection.where)
            if selection.since:
                since = _day(selection.since)
                dated, undated = _since(table, since, chosen)
                chosen &= dated
    return Selected(frozenset(chosen), undated)


def _fits(entry: Known, selection: Selection, version: str) -> bool:
    return (
        (not selection.doc or entry.doc_id in selection.doc)
        and (not selection.source or any(fnmatchcase(s, glob) for s in entry.sources for glob in selection.source))
        and (not selection.stale or entry.version != version)
        and (not selection.failed or entry.outcome != "read")
    )


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise WrongUseError(f"--since is {text!r}; it must be a day such as 2026-01-31") from None


def _since(table: sqlite3.Connection, day: str, chosen: set[str]) -> tuple[set[str], int]:
    """Those fetched, or else published, on a day or later; how many of those chosen have neither."""
    rows = list(table.execute("select doc_id, coalesce(fetched, published) from documents"))
    dated = {doc_id: when for doc_id, when in rows if when is not None}
    return {doc_id for doc_id, when in dated.items() if when >= day}, len(chosen - set(dated))


def _matching(table: sqlite3.Connection, condition: str) -> set[str]:
    table.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)
    try:
        return {doc_id for (doc_id,) in table.execute(f"select doc_id from documents where ({condition}\n)")}
    except sqlite3.Error as error:
        raise WrongUseError(
            f"--where is {condition!r}: {error}; it must be a condition in SQL over {', '.join(COLUMNS)}"
        ) from None
    finally:
        table.set_authorizer(None)


class _documents:  # noqa: N801 - reads as what it gives
    """The table documents in SQLite, without its texts; ``source`` is the first of its sources, days are ISO texts."""

    def __init__(self, snapshots: Snapshots, snapshot: str) -> None:
        self._snapshots, self._snapshot = snapshots, snapshot

    def __enter__(self) -> sqlite3.Connection:
        self._table = sqlite3.connect(":memory:")
        self._table.execute(f"create table documents ({', '.join(COLUMNS)})")
        marks = ", ".join("?" * len(COLUMNS))
        self._table.executemany(f"insert into documents values ({marks})", self._rows())
        return self._table

    def __exit__(self, *_: object) -> None:
        self._table.close()

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        read = ["sources" if name == "source" else name for name in COLUMNS]
        version = self._snapshots.manifest(self._snapshot)["schema_version"]
        for path in self._snapshots.files(self._snapshot, "documents"):
            for row in stored([path], "documents", version, read).to_pylist():
                yield tuple(_plain(row[name]) for name in read)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return value[0]
    return value.isoformat() if isinstance(value, date) else value
