"""What a run knows of its documents: what lies in the raw folder, what is published, what this run has staged.

It is kept in a scratch database of SQLite, in a temporary file without a name: the memory of a run does not grow with
the number of documents, a run that is killed leaves nothing behind, and what there is to do are a few set operations.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from extractors.reading import FoundFile, Refusal
from schemas.keys import SHARDS, shard_of

#: what a document costs besides its bytes, in bytes: opening, cleaning set-up, its rows
OVERHEAD = 2_000
_TABLES = """
pragma journal_mode = off;
pragma synchronous = off;
pragma cache_size = -8000;
create table file (source text primary key, path blob, suffix text, size integer, sidecar blob, doc_id text);
create table refusal (source text primary key, reason text, detail text, shard integer);
create table document (
    doc_id text primary key, sources text, first text, shard integer, cost integer, is_staged integer default 0
);
create table published (
    doc_id text, sources text, first text, shard integer, outcome text, version text, kept integer default 0
);
create table published_file (source text, doc_id text);
create table published_refusal (source text, reason text, shard integer);
create table staged (batch text, doc_id text, sources text, first text, shard integer, outcome text, version text);
create index file_by_document on file (doc_id);
create index published_by_document on published (doc_id);
create index published_by_shard on published (shard);
create index published_file_by_source on published_file (source);
create index published_file_by_document on published_file (doc_id);
create index staged_by_shard on staged (shard);
create index staged_by_document on staged (doc_id);
"""
_TODO = "not is_staged and not exists (select 1 from published p where p.doc_id = document.doc_id and p.kept)"


@dataclass(frozen=True, slots=True)
class Item:
    """One document to be read: its id, and the files that are this document, in byte order of their source."""

    doc_id: str
    files: tuple[FoundFile, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(file.source for file in self.files)

    @property
    def cost(self) -> int:
        return self.files[0].size + OVERHEAD


@dataclass(frozen=True, slots=True)
class Known:
    """A document, or a file that was refused, and what became of it: ``read`` or the reason why not.

    ``version`` fingerprints the code and the rules that read it.
    """

    doc_id: str | None
    sources: tuple[str, ...]
    outcome: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """How the files differ from those published. ``gone`` counts the documents of which no file and no copy is left.

    ``again`` counts the documents that are read again because somebody asked for it.
    """

    new: int = 0
    changed: int = 0
    stale: int = 0
    unchanged: int = 0
    removed: int = 0
    gone: int = 0
    published: int = 0
    again: int = 0


class Ledger:
    """The files, documents and outcomes of one run. Fill it in this order: files, ``group``, published, ``compare``.

    >>> ledger = Ledger()
    >>> for name in ("b.txt", "a.txt"):
    ...     _ = ledger.add_file(FoundFile(name, name, ".txt", 10), "1" * 24)
    >>> ledger.group()
    >>> [item.sources for item in ledger.todo()]
    [('a.txt', 'b.txt')]
    """

    def __init__(self) -> None:
        # The tasks of a run may sit in threads of Prefect's, one after another, never at once.
        self._db = sqlite3.connect("", check_same_thread=False)
        self._db.executescript(_TABLES)
        self._shards = SHARDS
        self._version = ""

    # --- what lies in the raw folder ---------------------------------------------------------------------------------

    def add_file(self, found: FoundFile, doc_id: str) -> bool:
        """Takes note of a file; False where another one is called the same."""
        row = (found.source, os.fsencode(found.path), found.suffix, found.size, _encoded(found.sidecar), doc_id)
        return self._db.execute("insert or ignore into file values (?, ?, ?, ?, ?, ?)", row).rowcount == 1

    def add_refusal(self, source: str, refusal: Refusal) -> None:
        """Takes note of a file whose bytes could not be had."""
        row = (source, refusal.reason, refusal.detail, 0)
        self._db.execute("insert or replace into refusal values (?, ?, ?, ?)", row)

    def group(self, shards: int = SHARDS) -> None:
        """Makes documents of the files: those with the same id are one."""
        self._shards = shards
        files = self._db.execute("select doc_id, source, size from file order by doc_id, source")
        self._db.executemany(
            "insert into document (doc_id, sources, first, shard, cost) values (?, ?, ?, ?, ?)",
            (self._document(doc_id, list(group)) for doc_id, group in groupby(files, itemgetter(0))),
        )
        self._db.create_function("shard_of", 1, lambda source: shard_of(source, shards), deterministic=True)
        self._db.execute("update refusal set shard = shard_of(source)")

    def _document(self, doc_id: str, files: list[tuple[str, str, int]]) -> tuple[str, str, str, int, int]:
        return (doc_id, *self._placed([file[1] for file in files]), files[0][2] + OVERHEAD)

    def _placed(self, sources: Iterable[str]) -> tuple[str, str, int]:
        listed = list(sources)
        return json.dumps(listed, ensure_ascii=False), listed[0], shard_of(listed[0], self._shards)

    # --- what is published, and what is to be done --------------------------------------------------------------------

    def add_published(self, entries: Iterable[Known]) -> None:
        """Takes note of what the current snapshot holds."""
        for entry in entries:
            if entry.doc_id is None:
                row = (entry.sources[0], entry.outcome, shard_of(entry.sources[0], self._shards))
                self._db.execute("insert into published_refusal values (?, ?, ?)", row)
                continue
            document = (entry.doc_id, *self._placed(entry.sources), entry.outcome, entry.version)
            self._db.execute("insert into published values (?, ?, ?, ?, ?, ?, 0)", document)
            files = [(source, entry.doc_id) for source in entry.sources]
            self._db.executemany("insert into published_file values (?, ?)", files)

    def compare(self, version: str = "", again: Iterable[str] = ()) -> None:
        """Marks what stays as it is published: the same files with the same content, read by the same rules.

        Documents whose outcome is one of ``again`` are read once more all the same.
        """
        self._version = version
        self._db.execute(
            "update published set kept = 1 where version = ? and outcome not in (select value from json_each(?)) and "
            f"{_STILL_THERE}",
            (version, json.dumps(list(again))),
        )

    def only(self, doc_ids: Iterable[str]) -> int:
        """Leaves everything as it is published but some documents, which are read again; how many of them are there.

        What is new, changed or gone in the raw folder is left to an ordinary run.
        """
        self._db.execute("create temp table chosen (doc_id text primary key)")
        self._db.executemany("insert or ignore into chosen values (?)", ((doc_id,) for doc_id in doc_ids))
        chosen = f"doc_id in (select doc_id from chosen) and {_STILL_THERE}"
        self._db.execute(f"update published set kept = not ({chosen})")
        self._db.execute("delete from document where doc_id not in (select doc_id from published where not kept)")
        return self._number("select count(*) from published where not kept")

    def changes(self) -> Changes:
        """How the files differ from those published."""
        pairs = "file f left join published_file p on p.source = f.source"
        left = "exists (select 1 from published_file pf join file f on f.source = pf.source where pf.doc_id = p.doc_id)"
        copy = "exists (select 1 from document d where d.doc_id = p.doc_id)"
        same = f"select count(*) from {pairs} join published d on d.doc_id = f.doc_id where p.doc_id = f.doc_id"
        absent = "p.source not in (select source from file) and p.source not in (select source from refusal)"
        return Changes(
            new=self._number(f"select count(*) from {pairs} where p.doc_id is null"),
            changed=self._number(f"select count(*) from {pairs} where p.doc_id <> f.doc_id"),
            stale=self._number(f"{same} and d.version <> ?", (self._version,)),
            unchanged=self._number(f"{same} and d.version = ?", (self._version,)),
            removed=self._number(f"select count(*) from published_file p where {absent}"),
            gone=self._number(f"select count(*) from published p where outcome = 'read' and not {left} and not {copy}"),
            published=self._number("select count(*) from published where outcome = 'read'"),
        )

    @property
    def has_files(self) -> bool:
        """There is a file that a reader takes."""
        return bool(self._number("select exists (select 1 from file)"))

    def refused(self) -> dict[str, int]:
        """How many files were refused before they were read, by reason."""
        return dict(self._db.execute("select reason, count(*) from refusal group by reason order by reason"))

    def cost(self) -> int:
        """What is to be read, in bytes."""
        return self._number(f"select coalesce(sum(cost), 0) from document where {_TODO}")

    def todo(self) -> Iterator[Item]:
        """The documents to be read, in the order of their shards, so that a batch touches few of them."""
        rows = self._db.execute(
            "select document.doc_id, f.source, f.path, f.suffix, f.size, f.sidecar "
            f"from document join file f on f.doc_id = document.doc_id where {_TODO} order by shard, first, f.source"
        )
        for doc_id, files in groupby(rows, itemgetter(0)):
            yield Item(doc_id, tuple(_found(*file[1:]) for file in files))

    # --- what is done ------------------------------------------------------------------------------------------------

    def reuse(self, batch: str, entries: Iterable[Known]) -> None:
        """Takes the documents of a batch that an earlier run staged, where they are among those to be read."""
        for entry in entries:
            place = self._placed(entry.sources)
            wanted = f"update document set is_staged = 1 where doc_id = ? and sources = ? and {_TODO}"
            if self._db.execute(wanted, (entry.doc_id, place[0])).rowcount:
                self._db.execute("insert into staged values (?, ?, ?, ?, ?, ?, ?)", _staged(batch, entry, place))

    def record(self, batch: str, entries: Iterable[Known]) -> int:
        """Takes the documents of a batch that was just staged; how many were left out.

        A file that changed while the run went on may have become what another document is. That other one stays, and
        the next run finds that it has one more source.
        """
        left_out = 0
        taken = (
            "select exists (select 1 from document where doc_id = ?1 and sources <> ?2) "
            "or exists (select 1 from staged where doc_id = ?1)"
        )
        for entry in entries:
            place = self._placed(entry.sources)
            if self._number(taken, (entry.doc_id, place[0])):
                left_out += 1
            else:
                self._db.execute("insert into staged values (?, ?, ?, ?, ?, ?, ?)", _staged(batch, entry, place))
        return left_out

    # --- what is to be published -------------------------------------------------------------------------------------

    def touched(self) -> list[int]:
        """The shards in which something is new, changed or gone, or a file is refused now and was not before."""
        now, before = "select source, reason, shard from refusal", "select source, reason, shard from published_refusal"
        rows = self._db.execute(
            "select shard from staged union select shard from published where not kept "
            f"union select shard from ({now} except {before}) union select shard from ({before} except {now})"
        )
        return sorted(shard for (shard,) in rows)

    def dropped(self, shard: int) -> frozenset[str]:
        """The documents whose published rows are to go from a shard."""
        rows = self._db.execute("select doc_id from published where shard = ? and not kept", (shard,))
        return frozenset(doc_id for (doc_id,) in rows)

    def staged(self, shard: int) -> Iterator[tuple[str, frozenset[str]]]:
        """The batches with documents of a shard, and which documents."""
        rows = self._db.execute("select batch, doc_id from staged where shard = ? order by batch", (shard,))
        for batch, entries in groupby(rows, itemgetter(0)):
            yield batch, frozenset(doc_id for _, doc_id in entries)

    def refusals(self, shard: int) -> list[tuple[str, str, str]]:
        """Source, reason and detail of the files of a shard that were refused before they were read."""
        query = "select source, reason, detail from refusal where shard = ? order by source"
        return list(self._db.execute(query, (shard,)))

    def outcomes(self) -> dict[str, int]:
        """How many documents and refused files there are now, by outcome."""
        return dict(self._db.execute(f"select outcome, count(*) from ({_NOW}) group by outcome order by outcome"))

    def known(self) -> Iterator[Known]:
        """What the next snapshot holds, in the order of the first source."""
        for doc_id, sources, outcome, version in self._db.execute(
            f"select doc_id, sources, outcome, version from ({_NOW}) order by first, doc_id"
        ):
            yield Known(doc_id, tuple(json.loads(sources)), outcome, version)

    def _number(self, query: str, values: tuple[str | None, ...] = ()) -> int:
        return int(self._db.execute(query, values).fetchone()[0])


#: of a published document: the raw folder has it, in the same files
_STILL_THERE = "exists (select 1 from document d where d.doc_id = published.doc_id and d.sources = published.sources)"
_NOW = (
    "select doc_id, sources, first, outcome, version from published where kept "
    "union all select doc_id, sources, first, outcome, version from staged "
    "union all select null, json_array(source), source, reason, '' from refusal"
)


def _encoded(path: str | None) -> bytes | None:
    return None if path is None else os.fsencode(path)


def _found(source: str, path: bytes, suffix: str, size: int, sidecar: bytes | None) -> FoundFile:
    return FoundFile(source, os.fsdecode(path), suffix, size, None if sidecar is None else os.fsdecode(sidecar))


def _staged(batch: str, entry: Known, place: tuple[str, str, int]) -> tuple[str, str | None, str, str, int, str, str]:
    return (batch, entry.doc_id, *place, entry.outcome, entry.version)
