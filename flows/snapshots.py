"""The snapshots on a local disk: building one, making it the current one, going back, and clearing away.

A snapshot is a folder under ``snapshots/`` that is complete before it gets its name; ``current`` is a symbolic link
that is replaced in one step. Whatever is killed on the way, the last snapshot stays as it was.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.durable import sync, sync_all
from flows.ledger import Known
from flows.outcome import DamagedError
from flows.sharing import link_or_copy
from flows.staging import INDEX, known
from flows.verification import INDEX_NAME, MANIFEST, PAGES, damage, faults, fingerprint, read_manifest

_INDEX_ROWS = 10_000


class Snapshots:
    """The snapshots of one ``processed`` folder."""

    #: with more documents than this the page to look at has none of them; `numerate report` makes their pages
    most_pages = 1_000

    def __init__(self, processed: str) -> None:
        self.root = Path(processed)
        #: what messages call it
        self.place = processed
        self.folder = self.root / "snapshots"

    def current(self) -> str | None:
        """The id of the current snapshot, or None before the first."""
        try:
            return os.path.basename(os.readlink(self.root / "current"))
        except OSError:
            return None

    def ids(self) -> list[str]:
        """All complete snapshots, oldest first."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(path.name for path in found if not path.name.startswith(".") and (path / MANIFEST).is_file())

    def published(self) -> str | None:
        """The id of the snapshot to build on; None before the first.

        Raises:
            DamagedError: there are snapshots, but the current one is not whole, or none is current.
        """
        current, others = self.current(), self.ids()
        if current is None and not others:
            return None
        if current is None and len(others) == 1:
            current = others[0]  # a first run was killed before it could say so
        wrong = self.damage(current) if current else "none is current: the link `current` is missing"
        if wrong:
            raise DamagedError(self._way_out(current, wrong))
        return current

    def _way_out(self, current: str | None, wrong: str) -> str:
        whole = [name for name in self.ids() if name != current and not self.damage(name)]
        steps = (
            f"`numerate snapshots rollback ID {self.place}` goes back to a whole one: {', '.join(whole[-3:])}"
            if whole
            else f"no other snapshot is whole: move {self.place} away, and the next run makes everything anew"
        )
        what = f"the current snapshot {current} is damaged" if current else "there are snapshots"
        return f"{self.place}: {what}: {wrong}; {steps}"

    def damage(self, snapshot: str) -> str | None:
        """The first thing that keeps a run from building on a snapshot; None for one that looks whole."""
        return damage(self.folder / snapshot)

    def manifest(self, snapshot: str) -> dict[str, Any]:
        """What a snapshot holds and how it was made.

        Raises:
            DamagedError: its manifest cannot be read.
        """
        try:
            return read_manifest(self.folder / snapshot)
        except (OSError, ValueError) as error:
            raise DamagedError(f"the snapshot {snapshot} is damaged: {MANIFEST} cannot be read: {error}") from error

    def index(self, snapshot: str) -> Iterator[Known]:
        """The documents of a snapshot and what became of them."""
        with pq.ParquetFile(self.index_file(snapshot)) as file:
            for batch in file.iter_batches(_INDEX_ROWS):
                yield from known(batch.to_pylist())

    def index_file(self, snapshot: str) -> Path:
        """Where the index of a snapshot lies on the local disk."""
        return self.folder / snapshot / INDEX_NAME

    def file(self, snapshot: str, table: str, name: str) -> Path:
        """Where a file of a table lies on the local disk."""
        return self.folder / snapshot / table / name

    def files(self, snapshot: str, table: str) -> list[Path]:
        """Where the files of a table lie, in the order of the shards."""
        parts = self.manifest(snapshot)["tables"].get(table, {}).get("files", [])
        return [self.file(snapshot, table, part["name"]) for part in parts]

    def whole(self, snapshot: str, tables: Collection[str] | None = None) -> Path:
        """A folder on the local disk with all files of a snapshot, or with those of some tables at least."""
        return self.folder / snapshot

    def share(self, snapshot: str, table: str, name: str, building: Path) -> None:
        """Takes a file of a snapshot over into the one that is built."""
        link_or_copy(self.file(snapshot, table, name), building / table / name)

    def complete(self, building: Path, manifest: Mapping[str, Any]) -> None:
        """Sees to it that all files of the snapshot that is built can be read in its folder."""

    def twins(self, snapshot: str | None) -> Path | None:
        """The folder of a snapshot, whose files are shared where those of a new one are the same."""
        return self.folder / snapshot if snapshot else None

    def address(self, table: str, name: str) -> str:
        """How the descriptions in a snapshot name a file: as seen from there."""
        return f"{table}/{name}"

    def verify(self, snapshot: str) -> list[str]:
        """Each thing that is not as the manifest says; nothing for a whole snapshot. Reads every byte."""
        return list(faults(self.folder / snapshot))

    def adopt(self, snapshot: str) -> None:
        """Makes the published snapshot the current one where a first run was killed before it could."""
        if snapshot != self.current():
            self.flip(snapshot)

    def begin(self) -> Path:
        """A new folder to build a snapshot in; what dead runs left half built is removed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for leftover in self.folder.glob(".building-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        building = self.folder / f".building-{os.getpid()}"
        building.mkdir()
        return building

    def commit(self, building: Path, manifest: dict[str, Any]) -> str:
        """Gives a complete snapshot its name and makes it the current one."""
        snapshot = self._new_id(manifest)
        content = json.dumps(manifest | {"snapshot": snapshot}, indent=1, ensure_ascii=False, sort_keys=True)
        (building / MANIFEST).write_text(content + "\n", "utf-8")
        sync_all(building, but=PAGES)  # the pages of 10,000 documents took half a minute
        building.rename(self.folder / snapshot)
        sync(self.folder)
        self.flip(snapshot)
        return snapshot

    def flip(self, snapshot: str) -> None:
        """Makes a snapshot the current one, in one step that a reader sees whole or not at all."""
        before = self.current()
        if before and before != snapshot:
            self._leaves(before)
        link = self.root / f".current-{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("snapshots") / snapshot)
        os.replace(link, self.root / "current")
        sync(self.root)
        sync(self.root.absolute().parent)

    def _leaves(self, snapshot: str) -> None:
        """The time of a snapshot's folder is when it ceased to be current: readers may still be at it."""
        with suppress(OSError):
            os.utime(self.folder / snapshot)

    def _new_id(self, manifest: Mapping[str, Any]) -> str:
        """Time, to the microsecond, and content: ids sort by age, also where two are published in one second."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        snapshot = f"{stamp}-{fingerprint(manifest['tables'])}"
        return snapshot if not (self.folder / snapshot).exists() else f"{snapshot}-{os.getpid()}"

    def prune(self, days: float) -> list[str]:
        """Removes snapshots that ceased to be current more than so many days ago, never the current one.

        The grace period is for readers that are still at them. Shared files live on in the other snapshots.

        Raises:
            DamagedError: no snapshot is current, so that none is known to be superfluous.
        """
        current = self.current()
        if current not in self.ids():
            raise DamagedError(self._way_out(current, "it is not there"))
        before = (datetime.now(UTC) - timedelta(days=days)).timestamp()
        gone = [name for name in self.ids() if name != current and (self.folder / name).stat().st_mtime < before]
        for name in gone:
            hidden = self.folder / f".building-gone-{name}"
            (self.folder / name).rename(hidden)
            shutil.rmtree(hidden, ignore_errors=True)
        return gone


def write_index(folder: Path, entries: Iterable[Known]) -> None:
    """The memory of a snapshot: which documents it holds, and what was refused. Equal entries give equal bytes."""
    remaining = iter(entries)
    with pq.ParquetWriter(folder / INDEX_NAME, INDEX, compression="zstd") as writer:
        while chunk := [asdict(entry) for entry in islice(remaining, _INDEX_ROWS)]:
            writer.write_table(pa.Table.from_pylist(chunk, schema=INDEX))
