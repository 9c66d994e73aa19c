"""The snapshots in an object store, such as ``s3://bucket/processed``.

The store holds ``snapshots/ID/`` (manifest, index, descriptions), ``shards/TABLE/`` (Parquet files named by their
content, shared by the snapshots that name them in their manifests) and ``CURRENT``, which is put on the condition that
nobody else did meanwhile. A workplace on the local disk holds what a run stages and builds, and copies of shards.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from extractors.reading.files import is_remote
from flows.outcome import DamagedError, RefusedError, WrongUseError
from flows.pointer import ConflictError, Pointer, put_pointer, read_pointer
from flows.sharing import link_or_copy
from flows.snapshots import Snapshots
from flows.verification import INDEX_NAME, MANIFEST, checked_manifest, faults

#: tables that a run reads as a whole, those that it only shares stay where they are
_READ_AS_A_WHOLE = ("figures", "quarantine")
#: tells when a snapshot ceased to be current
_LEFT = "left"


def snapshots_at(processed: str) -> Snapshots:
    """The snapshots of a folder or of an object store.

    Raises:
        WrongUseError: the store cannot be reached, or the library for it is missing.
    """
    if is_remote(processed):
        return StoredSnapshots(processed)
    return Snapshots(processed.removeprefix("file://"))


@contextmanager
def reaching(location: str) -> Iterator[None]:
    """Turns whatever keeps a store from being reached into one line."""
    try:
        yield
    except ImportError as error:
        extra = "; `pip install 'numerate[s3]'` installs it" if location.startswith(("s3://", "s3a://")) else ""
        raise WrongUseError(f"{location}: a library is missing ({error}){extra}") from error
    except Exception as error:  # each library has errors of its own
        what = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WrongUseError(f"{location} cannot be reached: {what}; are address and credentials right?") from error


def open_store(location: str) -> tuple[Any, str]:
    """The fsspec file system of a URL, listings always fresh, and the path in it."""
    import fsspec

    files, base = fsspec.core.url_to_fs(location, use_listings_cache=False)
    return files, str(base).rstrip("/")


def workplace(location: str) -> Path:
    """The local folder for what is under way in a store; the same on every run of a user of this machine."""
    caches = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(caches) / "numerate" / hashlib.sha256(location.encode()).hexdigest()[:16]


class StoredSnapshots(Snapshots):
    """The snapshots of one ``processed`` in an object store."""

    #: those that one file holds: a page a document would be as many objects with each snapshot
    most_pages = 200

    def __init__(self, location: str) -> None:
        super().__init__(str(workplace(location.rstrip("/"))))
        self.place = location.rstrip("/")
        with reaching(self.place):
            self._store, self._base = open_store(self.place)
            self._before = read_pointer(self._store, self._base)

    # --- what there is ------------------------------------------------------------------------------------------------

    def current(self) -> str | None:
        pointer = read_pointer(self._store, self._base)
        return pointer.snapshot if pointer else None

    def ids(self) -> list[str]:
        found = self._store.glob(f"{self._base}/snapshots/*/{MANIFEST}")
        return sorted(path.split("/")[-2] for path in found)

    def published(self) -> str | None:
        self._before = read_pointer(self._store, self._base)
        if self._before is None:
            if len(self.ids()) > 1:
                raise DamagedError(self._way_out(None, "the object CURRENT is missing"))
            return None  # one snapshot that never became current: its run was killed, or is about to say so
        if wrong := self.damage(self._before.snapshot):
            raise DamagedError(self._way_out(self._before.snapshot, wrong))
        return self._before.snapshot

    def adopt(self, snapshot: str) -> None:
        """Nothing: what is published is always what CURRENT says."""

    def damage(self, snapshot: str) -> str | None:
        try:
            manifest = self.manifest(snapshot)
        except DamagedError as error:
            return str(error)
        sizes = self._sizes()
        for name, part in _named(manifest):
            if sizes.get(name) != part["bytes"]:
                return f"{name} " + (f"has {sizes[name]} bytes, not {part['bytes']}" if name in sizes else "is missing")
        return None if self._store.exists(self._inside(snapshot, INDEX_NAME)) else f"{INDEX_NAME} is missing"

    def manifest(self, snapshot: str) -> dict[str, Any]:
        try:
            return checked_manifest(self._store.cat_file(self._inside(snapshot, MANIFEST)).decode())
        except (OSError, ValueError) as error:
            raise DamagedError(f"the snapshot {snapshot} is damaged: {MANIFEST} cannot be read: {error}") from error

    def _sizes(self) -> dict[str, int]:
        """All shards there are, as TABLE/NAME, and their sizes."""
        found = self._store.find(f"{self._base}/shards", detail=True)
        return {_last_two(path): int(info["size"]) for path, info in found.items()}

    def _inside(self, snapshot: str, name: str) -> str:
        return f"{self._base}/snapshots/{snapshot}/{name}"

    # --- copies of it on the local disk -------------------------------------------------------------------------------

    def file(self, snapshot: str, table: str, name: str) -> Path:
        return self._copy(f"shards/{table}/{name}", self.root / "shards" / table / name)

    def index_file(self, snapshot: str) -> Path:
        return self._copy(f"snapshots/{snapshot}/{INDEX_NAME}", self.root / "indexes" / f"{snapshot}.parquet")

    def _copy(self, name: str, target: Path) -> Path:
        """Objects never change once they have their name, so that a copy is good for ever."""
        if not target.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            coming = target.with_name(f".{target.name}.{os.getpid()}")
            self._store.get_file(f"{self._base}/{name}", str(coming))
            os.replace(coming, target)
        return target

    def whole(self, snapshot: str, tables: Collection[str] | None = None) -> Path:
        folder = self.root / "whole" / snapshot
        for name, _ in _named(self.manifest(snapshot)):
            if (tables is None or name.split("/")[0] in tables) and not (folder / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(self.file(snapshot, *name.split("/")), folder / name)
        return folder

    def share(self, snapshot: str, table: str, name: str, building: Path) -> None:
        if table in _READ_AS_A_WHOLE:
            super().share(snapshot, table, name, building)

    def complete(self, building: Path, manifest: Mapping[str, Any]) -> None:
        for name, _ in _named(manifest):
            if not (building / name).is_file():
                (building / name).parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(self.file("", *name.split("/")), building / name)

    def twins(self, snapshot: str | None) -> Path | None:
        return None  # the same name is the same object

    def verify(self, snapshot: str) -> list[str]:
        with tempfile.TemporaryDirectory(dir=self._made()) as folder:
            whole = Path(folder) / snapshot
            for name in (MANIFEST, INDEX_NAME, "datapackage.json", "numerate.sql", "README.md", "report.html"):
                self._fetch(f"snapshots/{snapshot}/{name}", whole / name)
            with suppress(DamagedError, KeyError, TypeError, AttributeError):
                for name, _ in _named(self.manifest(snapshot)):
                    self._fetch(f"shards/{name}", whole / name)
            return list(faults(whole))

    def _fetch(self, name: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            self._store.get_file(f"{self._base}/{name}", str(target))

    def _made(self) -> Path:
        self.root.mkdir(parents=True, exist_ok=True)
        return self.root

    # --- publishing ---------------------------------------------------------------------------------------------------

    def address(self, table: str, name: str) -> str:
        return f"{self.place}/shards/{table}/{name}"

    def commit(self, building: Path, manifest: dict[str, Any]) -> str:
        """Brings what is new to the store and makes it current, if what was current is so still.

        Raises:
            RefusedError: another run published meanwhile. What this one read stays staged for the next.
        """
        snapshot = self._new_id(manifest)
        content = manifest | {
            "snapshot": snapshot,
            "shards_at": {name: f"shards/{name}" for name in manifest["tables"]},
        }
        self._bring_shards(building, content)
        for path in sorted(building.iterdir()):
            if path.is_file():
                self._store.put_file(str(path), self._inside(snapshot, path.name))
        written = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        self._store.pipe_file(self._inside(snapshot, MANIFEST), written.encode())
        if wrong := self.damage(snapshot):
            self._remove_snapshot(snapshot)
            raise DamagedError(f"{self.place}: not published: {wrong}; was it pruned meanwhile? Run again")
        try:
            self._put(snapshot, self._before)
        except RefusedError:  # after any other error it may be the current one
            self._remove_snapshot(snapshot)
            raise
        self._keep(building, content)
        return snapshot

    def _bring_shards(self, building: Path, manifest: Mapping[str, Any]) -> None:
        there = self._sizes()
        for name, part in _named(manifest):
            if there.get(name) != part["bytes"] and (building / name).is_file():
                self._store.put_file(str(building / name), f"{self._base}/shards/{name}")

    def _put(self, snapshot: str, before: Pointer | None) -> None:
        try:
            put_pointer(self._store, self._base, snapshot, before)
        except ConflictError as error:
            raise RefusedError(
                f"another run published in {self.place} meanwhile, and nothing of this one is published; run again: "
                "what was read is kept"
            ) from error
        if before and before.snapshot != snapshot:
            with suppress(OSError):  # it only delays the pruning
                self._store.pipe_file(self._inside(before.snapshot, _LEFT), b"")

    def flip(self, snapshot: str) -> None:
        self._put(snapshot, read_pointer(self._store, self._base))

    def _keep(self, building: Path, manifest: Mapping[str, Any]) -> None:
        """What was built serves the next run as a copy; copies of what is no longer current go."""
        wanted = {name for name, _ in _named(manifest)}
        for name in wanted:
            if (building / name).is_file():
                (self.root / "shards" / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(building / name, self.root / "shards" / name)
        for path in (self.root / "shards").glob("*/*"):
            if f"{path.parent.name}/{path.name}" not in wanted:
                path.unlink(missing_ok=True)
        for copies in ("indexes", "whole"):
            shutil.rmtree(self.root / copies, ignore_errors=True)
        shutil.rmtree(building, ignore_errors=True)

    # --- clearing away ------------------------------------------------------------------------------------------------

    def prune(self, days: float) -> list[str]:
        current = self.current()
        if current not in self.ids():
            raise DamagedError(self._way_out(current, "it is not there"))
        before = datetime.now(UTC) - timedelta(days=days)
        gone = [name for name in self.ids() if name != current and self._left(name) < before]
        for name in gone:
            self._remove_snapshot(name)
        named = {name for each in self.ids() for name, _ in _named(self.manifest(each))}
        for path, info in self._store.find(f"{self._base}/shards", detail=True).items():
            # what a run brings right now has no manifest yet
            if _last_two(path) not in named and _time(self._store, path, info) < before:
                self._store.rm_file(path)
        return gone

    def _left(self, snapshot: str) -> datetime:
        """When a snapshot ceased to be current; when it was made, if it never was."""
        for name in (_LEFT, MANIFEST):
            path = self._inside(snapshot, name)
            if self._store.exists(path):
                return _time(self._store, path, self._store.info(path))
        return datetime.now(UTC)

    def _remove_snapshot(self, snapshot: str) -> None:
        """The manifest first: without it there is no snapshot."""
        with suppress(FileNotFoundError):
            self._store.rm_file(self._inside(snapshot, MANIFEST))
        for path in self._store.find(f"{self._base}/snapshots/{snapshot}"):
            with suppress(FileNotFoundError):
                self._store.rm_file(path)


def _named(manifest: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """The shards of a manifest, as TABLE/NAME, with what it says of them."""
    for table, entry in manifest["tables"].items():
        for part in entry["files"]:
            yield f"{table}/{part['name']}", part


def _last_two(path: str) -> str:
    return "/".join(path.split("/")[-2:])


def _time(files: Any, path: str, info: Mapping[str, Any]) -> datetime:
    found: datetime = info.get("LastModified") or files.modified(path)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
