"""A run, step by step, in plain functions: what the Prefect tasks of ``flows.process`` call."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.batch import STAGED, Done, Task
from flows.outcome import RefusedError, Report, RunError, WrongUseError
from flows.plan import Inventory, Known, Plan, batches, by_reason, make_plan, refuse_shrinking, take_inventory
from flows.snapshots import (
    Merge,
    ShardFile,
    Snapshots,
    link_or_copy,
    merge,
    read_staged_index,
    staged_index,
    write_index,
    write_shard,
)
from schemas import dictionary, quarantine, units
from schemas.keys import SHARDS, shard_of
from schemas.table import Table
from schemas.version import SCHEMA_VERSION, library_versions, pipeline_version

#: less than this is read in the process of the run: starting workers would take longer
SMALL = 200_000
#: a share of quarantined figures only says something about at least so many
MANY_FIGURES = 100


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run was asked to do. ``workers`` 0 takes one a core, and none for a small job."""

    raw: str = "raw"
    processed: str = "processed"
    workers: int = 0
    batch_bytes: int = 1_000_000
    max_bytes: int = 100_000_000
    seconds_per_document: float = 120.0
    max_quarantine: float = 0.05
    allow_shrink: bool = False
    follow_links: bool = False
    wait: bool = True


@dataclass(slots=True)
class Work:
    """A run under way. Holds ids, counts and places, never text."""

    settings: Settings
    snapshots: Snapshots
    inventory: Inventory
    known: list[Known]
    plan: Plan
    parent: str | None
    parent_manifest: dict[str, Any]
    version: str
    shards: int
    staging: Path
    staged: list[tuple[str, list[Known]]] = field(default_factory=list)
    counts: Done = field(default_factory=lambda: Done(""))
    seconds: dict[str, float] = field(default_factory=dict)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def refused(self) -> list[Known]:
        return [Known(None, (source,), refusal.reason) for source, refusal in self.inventory.refused]

    @property
    def nothing_to_do(self) -> bool:
        """Nothing differs from what is published."""
        before = {(entry.sources, entry.outcome) for entry in self.known if entry.doc_id is None}
        now = {(entry.sources, entry.outcome) for entry in self.refused}
        return self.parent is not None and not (self.plan.todo or self.plan.dropped) and before == now


def take_stock(settings: Settings) -> Inventory:
    """What lies in the raw folder.

    Raises:
        WrongUseError: there is no such folder.
    """
    try:
        return take_inventory(settings.raw, follow_links=settings.follow_links, max_bytes=settings.max_bytes)
    except OSError as error:
        raise WrongUseError(f"cannot read the folder {settings.raw}: {error.strerror or error}") from error


def make_ready(settings: Settings, inventory: Inventory) -> Work:
    """Compares with what is published, and picks up what a run that died had done.

    Raises:
        RefusedError: too much of what is published left the raw folder.
        RunError: there are files, but none that can be read.
    """
    snapshots = Snapshots(settings.processed)
    version, parent = pipeline_version(), snapshots.current()
    manifest = snapshots.manifest(parent) if parent else {}
    known = snapshots.index(parent) if parent else []
    plan = make_plan(inventory, known, same_version=manifest.get("pipeline_version") == version)
    _refuse_unreadable(inventory, settings.raw)
    if not settings.allow_shrink:
        refuse_shrinking(plan, known, settings.raw)
    staging = Path(settings.processed) / ".staging" / version
    shards = manifest.get("shards", SHARDS)
    work = Work(settings, snapshots, inventory, known, plan, parent, manifest, version, shards, staging)
    _reuse(work)
    return work


def _refuse_unreadable(inventory: Inventory, raw: str) -> None:
    if not inventory.empty and not inventory.items:
        skipped = [f"{count} × {suffix}" for suffix, count in inventory.skipped.most_common(5)]
        refused = [f"{count} {reason}" for reason, count in by_reason(inventory.refused).items()]
        raise RunError(f"nothing in {raw} can be read: {', '.join(refused + skipped)}")


def _reuse(work: Work) -> None:
    """Batches that were staged by a run that died are not done again."""
    for other in work.staging.parent.glob("*"):
        if other != work.staging:
            shutil.rmtree(other, ignore_errors=True)
    waiting = {(item.doc_id, item.sources): item for item in work.plan.todo}
    for path, entries in staged_index(work.staging):
        usable = [entry for entry in entries if waiting.pop((entry.doc_id or "", entry.sources), None)]
        if usable:
            work.staged.append((path, usable))
    work.plan.todo = [item for item in work.plan.todo if (item.doc_id, item.sources) in waiting]


def tasks(work: Work) -> Iterator[Task]:
    """The batches that are left to do."""
    settings = work.settings
    for items in batches(work.plan.todo, settings.batch_bytes):
        yield Task(
            tuple(items),
            str(work.staging),
            work.version,
            settings.max_bytes,
            settings.seconds_per_document,
            work.shards,
        )


def worker_count(work: Work) -> int:
    """How many worker processes; 0 means this process, for a job that is done before they would have started."""
    if work.settings.workers:
        return work.settings.workers
    small = sum(item.cost for item in work.plan.todo) <= SMALL
    # a run that died in the middle of a document left word of it: this time it is read where it can do no harm
    died = any(work.staging.glob(".at.*"))
    return 0 if small and not died else _cores()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def longest(task: Task) -> float:
    """How long a batch can take when each document takes as long as it may, and workers start anew now and then."""
    return sum(task.limit(item) for item in task.items) + 600


def record(work: Work, done: Done) -> None:
    """Takes note of a finished batch."""
    work.staged.append((done.path, read_staged_index(Path(done.path))))
    for stage, seconds in done.seconds.items():
        work.seconds[stage] = work.seconds.get(stage, 0.0) + seconds


def publish(work: Work, run_all: Callable[[Iterable[Merge]], Iterable[ShardFile | None]]) -> str:
    """Writes the shards that changed, shares the others with the parent, and flips to the new snapshot.

    Raises:
        RunError: no document could be read.
        RefusedError: too large a share of the figures is in quarantine.
    """
    known = _index_now(work)
    _refuse_nothing_read(work, known)
    building = work.snapshots.begin()
    try:
        tables = {table.name: _table_files(work, table, building, run_all) for table in STAGED}
        tables["units"] = [write_shard(units.UNITS, units.UNITS.arrow_table(units.rows()), 0, str(building))]
        write_index(building, known)
        _describe(building, tables)
        manifest = _manifest(work, tables, known, building)
        _refuse_quarantine(manifest, work.settings)
        snapshot = work.snapshots.commit(building, manifest)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    shutil.rmtree(work.staging, ignore_errors=True)
    return snapshot


def _describe(building: Path, tables: Mapping[str, list[ShardFile]]) -> None:
    """What lets others use the tables without any code of ours."""
    files = {name: [f"{name}/{part.name}" for part in parts] for name, parts in tables.items()}
    package = json.dumps(dictionary.datapackage(files), indent=1, ensure_ascii=False)
    (building / "datapackage.json").write_text(package + "\n", "utf-8")
    (building / "numerate.sql").write_text(dictionary.sql(files), "utf-8")


def _refuse_nothing_read(work: Work, known: list[Known]) -> None:
    if not work.inventory.empty and not any(entry.outcome == "read" for entry in known):
        refused = Counter(entry.outcome for entry in known)
        reasons = ", ".join(f"{count} {reason}" for reason, count in refused.most_common())
        raise RunError(f"nothing in {work.settings.raw} could be read: {reasons}")


def _table_files(
    work: Work, table: Table, building: Path, run_all: Callable[[Iterable[Merge]], Iterable[ShardFile | None]]
) -> list[ShardFile]:
    (building / table.name).mkdir()
    touched = _touched(work)
    old = {part["shard"]: part for part in work.parent_manifest.get("tables", {}).get(table.name, {}).get("files", [])}
    files = [
        _shared(work, table, part, building) for part in old.values() if part["shard"] not in touched and part["rows"]
    ]
    merges = [_merge(work, table, shard, old.get(shard), building) for shard in sorted(touched)]
    files += [file for file in run_all(merges) if file]
    return sorted(files, key=lambda file: file.shard) or [write_shard(table, table.arrow_table([]), 0, str(building))]


def _shared(work: Work, table: Table, part: Mapping[str, Any], building: Path) -> ShardFile:
    source = work.snapshots.folder / str(work.parent) / table.name / part["name"]
    link_or_copy(source, building / table.name / part["name"])
    return ShardFile(**part)


def _touched(work: Work) -> set[int]:
    """The shards with a document that is new, changed or gone, or a file refused now and not before."""
    before = {(entry.sources, entry.outcome) for entry in work.known if entry.doc_id is None}
    now = {(entry.sources, entry.outcome) for entry in work.refused}
    sources = [sources[0] for sources, _ in before ^ now]
    sources += [entry.sources[0] for entry in work.plan.dropped]
    sources += [entry.sources[0] for _, entries in work.staged for entry in entries]
    return {shard_of(source, work.shards) for source in sources}


def _merge(work: Work, table: Table, shard: int, old: Mapping[str, Any] | None, building: Path) -> Merge:
    staged: defaultdict[str, set[str]] = defaultdict(set)
    for path, entries in work.staged:
        for entry in entries:
            if entry.doc_id and shard_of(entry.sources[0], work.shards) == shard:
                staged[path].add(entry.doc_id)
    rows = [
        quarantine.refused(source, refusal)
        for source, refusal in work.inventory.refused
        if table is quarantine.QUARANTINE and shard_of(source, work.shards) == shard
    ]
    folder = work.snapshots.folder / str(work.parent) / table.name
    return Merge(
        table.name,
        shard,
        str(folder / old["name"]) if old else None,
        frozenset(entry.doc_id for entry in work.plan.dropped if entry.doc_id),
        tuple((path, frozenset(ids)) for path, ids in sorted(staged.items())),
        tuple(tuple(row.items()) for row in rows),
        str(building),
    )


def merge_here(works: Iterable[Merge]) -> Iterator[ShardFile | None]:
    """Merges in this process."""
    return map(merge, works)


def _index_now(work: Work) -> list[Known]:
    staged = [entry for _, entries in work.staged for entry in entries]
    return [*work.plan.kept, *staged, *work.refused]


def _manifest(work: Work, tables: Mapping[str, list[ShardFile]], known: list[Known], building: Path) -> dict[str, Any]:
    outcomes = Counter(entry.outcome for entry in known if entry.outcome != "read")
    return {
        "format": 1,
        "schema_version": SCHEMA_VERSION,
        "pipeline_version": work.version,
        "parent": work.parent,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "started": work.started.isoformat(timespec="seconds"),
        "shards": work.shards,
        "tables": {
            name: {"rows": sum(file.rows for file in files), "files": [asdict(file) for file in files]}
            for name, files in tables.items()
        },
        "refused": dict(sorted(outcomes.items())),
        "quarantined": _quarantined(building, tables["quarantine"]),
        "skipped": dict(sorted(work.inventory.skipped.items())),
        "changes": {name: getattr(work.plan, name) for name in ("new", "changed", "stale", "removed")},
        "seconds": {stage: round(seconds, 3) for stage, seconds in work.seconds.items()},
        "versions": _versions(),
    }


def _quarantined(building: Path, files: list[ShardFile]) -> dict[str, int]:
    """The rows of the quarantine, by reason."""
    import pyarrow.parquet as pq

    reasons: Counter[str] = Counter()
    for file in files:
        reasons.update(pq.read_table(building / "quarantine" / file.name, columns=["reason"])["reason"].to_pylist())
    return dict(sorted(reasons.items()))


def _versions() -> dict[str, str]:
    names = ("numerate", "pandas", "pandera", "pyarrow", "prefect")
    own = {}
    for name in names:
        try:
            own[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            own[name] = "source"
    return {"python": platform.python_version(), **own, **library_versions()}


def _refuse_quarantine(manifest: Mapping[str, Any], settings: Settings) -> None:
    published = manifest["tables"]["figures"]["rows"]
    stopped = sum(manifest["quarantined"].values()) - sum(manifest["refused"].values())
    total = published + stopped
    if total >= MANY_FIGURES and stopped > settings.max_quarantine * total:
        reasons = ", ".join(f"{count} {reason}" for reason, count in manifest["quarantined"].items())
        raise RefusedError(
            f"{stopped} of {total} figures failed their checks ({reasons}), more than {settings.max_quarantine:.0%}; "
            "--max-quarantine publishes all the same"
        )


def report(work: Work, snapshot: str | None) -> Report:
    """What the run has to say, from the manifest of the snapshot that is current now."""
    current = snapshot or work.parent
    manifest = work.snapshots.manifest(current) if current else {}
    rows = {name: entry["rows"] for name, entry in manifest.get("tables", {}).items()}
    result = Report(work.settings.raw, work.settings.processed, current, work.parent, bool(snapshot))
    result.new, result.changed = work.plan.new, work.plan.changed
    result.stale, result.removed = work.plan.stale, work.plan.removed
    result.unchanged = sum(len(entry.sources) for entry in work.plan.kept)
    result.documents, result.figures = rows.get("documents", 0), rows.get("figures", 0)
    result.edits = rows.get("edits", 0)
    result.quarantined = Counter(manifest.get("quarantined", {}))
    result.quarantined_documents = sum(manifest.get("refused", {}).values())
    result.skipped = work.inventory.skipped
    result.notes = [f"the sidecar {name} belongs to no file" for name in work.inventory.orphans]
    if work.inventory.empty:
        result.notes.append(f"{work.settings.raw} is empty: put .txt, .md or .html files there")
    result.seconds = work.seconds
    return result
