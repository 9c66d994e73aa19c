"""A run, step by step, in plain functions: what the Prefect tasks of ``flows.process`` call."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from flows.batch import Done, Task, is_in_flight
from flows.crosscheck import Found, crosscheck, gather
from flows.ledger import Changes, Ledger
from flows.log import told
from flows.objectstore import snapshots_at
from flows.outcome import RefusedError, Report, RunError, WrongUseError
from flows.pieces import RunAll
from flows.plan import Inventory, batches, outcomes_to_try_again, refuse_shrinking, take_inventory
from flows.selection import Selection, select
from flows.settings import Settings
from flows.shards import Merge, ShardFile, merge, write_shard
from flows.snapshots import Snapshots, write_index
from flows.staging import STAGED, read_index, remove, staged
from flows.verification import INDEX_NAME, arrow_types, sha256
from schemas import dictionary, units
from schemas.catalog import TABLES
from schemas.editions import WITHOUT_TEXTS
from schemas.keys import SHARDS
from schemas.table import Table
from schemas.version import SCHEMA_VERSION, checks_version, library_versions, pipeline_version

#: less than this is read in the process of the run: starting workers would take longer
SMALL = 200_000
#: a share of quarantined figures only says something about at least so many
MANY_FIGURES = 100


@dataclass(slots=True)
class Work:
    """A run under way. Holds counts and places; what it knows of its documents is in the ledger, on disk."""

    settings: Settings
    snapshots: Snapshots
    inventory: Inventory
    changes: Changes
    parent: str | None
    parent_manifest: dict[str, Any]
    version: str
    staging: Path
    died: bool = False
    overtaken: int = 0
    notes: list[str] = field(default_factory=list)
    found: Found = field(default_factory=Found)
    seconds: dict[str, float] = field(default_factory=dict)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def ledger(self) -> Ledger:
        return self.inventory.ledger

    @property
    def shards(self) -> int:
        return int(self.parent_manifest.get("shards", SHARDS))

    @property
    def nothing_to_do(self) -> bool:
        """Nothing differs from what is published."""
        same_checks = self.parent_manifest.get("checks_version") == checks_version()
        return self.parent is not None and same_checks and not self.ledger.cost() and not self.touched()

    def touched(self) -> list[int]:
        """The shards to be written anew: where something changed, or all of a parent with an older schema."""
        files = [part for table in STAGED for part in _published_files(self, table.name)]
        older = self.parent is not None and self.schema_version != SCHEMA_VERSION
        return sorted({*self.ledger.touched(), *(part["shard"] for part in files if older)})

    @property
    def schema_version(self) -> str:
        """That of the parent's rows."""
        return str(self.parent_manifest.get("schema_version", SCHEMA_VERSION))


def take_stock(settings: Settings) -> Inventory:
    """What lies in the raw folder.

    Raises:
        WrongUseError: there is no such folder.
    """
    try:
        return take_inventory(settings.raw, follow_links=settings.follow_links, max_bytes=settings.max_bytes)
    except OSError as error:
        raise WrongUseError(f"cannot read the folder {settings.raw}: {error.strerror or error}") from error


def make_ready(settings: Settings, inventory: Inventory, selection: Selection | None = None) -> Work:
    """Compares with what is published, and picks up what a run that died had done.

    With a selection the documents that fit are read again, and everything else stays as it is published.

    Raises:
        RefusedError: too much of what is published left the raw folder.
        DamagedError: what is published is not whole.
        RunError: there are files, but none that can be read.
    """
    _refuse_unreadable(inventory, settings.raw)
    snapshots = snapshots_at(settings.processed)
    parent = snapshots.published()
    if parent:
        snapshots.adopt(parent)
    manifest = snapshots.manifest(parent) if parent else {}
    settings = _of_edition(settings, manifest, chosen=selection is not None)
    version = pipeline_version() + (WITHOUT_TEXTS if settings.without_texts else "")
    changes = _compared(inventory.ledger, snapshots, parent, manifest, settings, version)
    staging = snapshots.root / ".staging" / version
    work = Work(settings, snapshots, inventory, changes, parent, manifest, version, staging)
    if selection:
        _choose(work, selection)
    elif not settings.allow_shrink:
        refuse_shrinking(changes, settings.raw)
    _reuse(work)
    return work


def _of_edition(settings: Settings, manifest: Mapping[str, Any], *, chosen: bool) -> Settings:
    """Documents read again are published as the others are; what is published without texts never gets them by mistake.

    Raises:
        RefusedError: the run would publish texts where there are none.
    """
    has_texts = bool(manifest.get("texts", True))
    if chosen:
        return replace(settings, without_texts=not has_texts)
    if not has_texts and not settings.without_texts:
        raise RefusedError(
            f"{settings.processed} is published without texts: --without-texts goes on so, texts need another folder"
        )
    return settings


def _compared(
    ledger: Ledger,
    snapshots: Snapshots,
    parent: str | None,
    manifest: dict[str, Any],
    settings: Settings,
    version: str,
) -> Changes:
    ledger.group(manifest.get("shards", SHARDS))
    if parent:
        ledger.add_published(snapshots.index(parent))
        again = outcomes_to_try_again(manifest.get("limits", {}), _limits(settings))
        ledger.compare(version, again)
    return ledger.changes()


def _choose(work: Work, selection: Selection) -> None:
    if work.parent is None:
        raise WrongUseError(f"nothing is published in {work.settings.processed}; `numerate run` publishes")
    chosen = select(work.snapshots, work.parent, selection, work.version)
    there = work.ledger.only(chosen.doc_ids)
    work.changes = Changes(published=work.changes.published, again=there, unchanged=work.changes.published - there)
    if not chosen.doc_ids:
        work.notes.append("no document fits")
    if left := len(chosen.doc_ids) - there:
        work.notes.append(f"{left:,} have changed or left {work.settings.raw} since; `numerate run` sees to it")
    if chosen.undated:
        work.notes.append(f"{chosen.undated:,} have neither a day of fetching nor of publication, and were not chosen")


def _limits(settings: Settings) -> dict[str, float]:
    """The options that decide whether a document is read or quarantined; recorded in the manifest."""
    return {"max_bytes": settings.max_bytes, "seconds_per_document": settings.seconds_per_document}


def _refuse_unreadable(inventory: Inventory, raw: str) -> None:
    if not inventory.empty and not inventory.ledger.has_files:
        skipped = [f"{count} × {suffix}" for suffix, count in inventory.skipped.most_common(5)]
        refused = [f"{count} {reason}" for reason, count in inventory.ledger.refused().items()]
        raise RunError(f"nothing in {raw} can be read: {', '.join(refused + skipped)}")


def _reuse(work: Work) -> None:
    """Batches that were staged by a run that died are not done again."""
    for other in work.staging.parent.glob("*"):
        if other != work.staging:
            remove(other)
    for word in work.staging.glob(".*"):
        # a run that died in the middle of a document left word of it: this time it is read where it can do no harm
        work.died = work.died or is_in_flight(word)
        remove(word)
    for path, entries in staged(work.staging):
        work.ledger.reuse(path, entries)


def tasks(work: Work) -> Iterator[Task]:
    """The batches that are left to do."""
    settings = work.settings
    for items in batches(work.ledger.todo(), settings.batch_bytes):
        yield Task(
            tuple(items),
            str(work.staging),
            work.version,
            settings.max_bytes,
            settings.seconds_per_document,
            work.shards,
            settings.without_texts,
        )


def worker_count(work: Work) -> int:
    """How many worker processes; 0 means this process, for a job that is done before they would have started."""
    if work.settings.workers:
        return work.settings.workers
    small = work.ledger.cost() <= SMALL
    return 0 if small and not work.died else _cores()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def longest(task: Task) -> float:
    """How long a batch can take when each document takes as long as it may, and workers start anew now and then."""
    return sum(task.limit(item) for item in task.items) + 600


def record(work: Work, done: Done) -> None:
    """Takes note of a finished batch."""
    work.overtaken += work.ledger.record(done.path, read_index(Path(done.path)))
    for stage, seconds in done.seconds.items():
        work.seconds[stage] = work.seconds.get(stage, 0.0) + seconds


def refusals(done: Done) -> Iterator[tuple[str, str]]:
    """The documents of a finished batch that could not be read: where they come from, and the reason."""
    return ((each.sources[0], each.outcome) for each in read_index(Path(done.path)) if each.outcome != "read")


def publish(work: Work, run_all: RunAll) -> str:
    """Writes the shards that changed, shares the others with the parent, and flips to the new snapshot.

    Raises:
        RunError: no document could be read.
        RefusedError: too large a share of the figures is in quarantine.
    """
    _refuse_nothing_read(work)
    building = work.snapshots.begin()
    try:
        tables = _shards(work, building, run_all)
        tables["units"] = [write_shard(units.UNITS, units.UNITS.arrow_table(units.rows()), 0, str(building))]
        with _timed(work, "compare"):
            tables |= _crosschecked(work, tables, building, run_all)
        write_index(building, work.ledger.known())
        _describe(work.snapshots, building, tables)
        manifest = _manifest(work, tables, building)
        _refuse_quarantine(manifest, work.settings)
        with _timed(work, "review"):
            manifest["report"] = _review(work, manifest, building, run_all)
        snapshot = work.snapshots.commit(building, manifest)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    shutil.rmtree(work.staging, ignore_errors=True)
    return snapshot


@contextmanager
def _timed(work: Work, stage: str) -> Iterator[None]:
    started = perf_counter()
    yield
    work.seconds[stage] = perf_counter() - started


def _crosschecked(
    work: Work, tables: Mapping[str, list[ShardFile]], building: Path, run_all: RunAll
) -> dict[str, list[ShardFile]]:
    """The findings and observations of all figures, those of the parent's shards among them."""
    figures = tables["figures"]
    files = [str(building / "figures" / file.name) for file in figures]
    rows = sum(file.rows for file in figures)
    work.found = crosscheck(files, rows, building, work.shards, run_all)
    return gather(building, work.snapshots.twins(work.parent), work.shards, run_all)


def _review(work: Work, manifest: dict[str, Any], building: Path, run_all: RunAll) -> dict[str, str]:
    """The page to look at, and its hash. The tables are worth publishing without it."""
    from flows import report  # Jinja2: only when there is something to publish

    most = work.snapshots.most_pages
    try:
        tables = report.Tables(building, manifest)
        if tables.count("documents") <= most:
            work.snapshots.complete(building, manifest)
        compared = work.snapshots.whole(work.parent, ("figures", "findings")) if work.parent else None
        parent = report.Tables(compared, work.parent_manifest) if compared else None
        report.publish(tables, parent, run_all, most)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a page, the tables are not
        work.notes.append(f"there is no review page, it failed: {told(error)}")
        report.remove(building)
        return {}
    return {report.PAGE: sha256(building / report.PAGE)}


#: what lies beside the tables for those who read them
_DESCRIPTIONS = ("datapackage.json", "numerate.sql", "README.md")


def _describe(snapshots: Snapshots, building: Path, tables: Mapping[str, list[ShardFile]]) -> None:
    """What lets others use the tables without any code of ours."""
    files = {name: [snapshots.address(name, part.name) for part in parts] for name, parts in tables.items()}
    package = json.dumps(dictionary.datapackage(files), indent=1, ensure_ascii=False)
    (building / "datapackage.json").write_text(package + "\n", "utf-8")
    (building / "numerate.sql").write_text(dictionary.sql(files), "utf-8")
    (building / "README.md").write_text(dictionary.readme(), "utf-8")


def _refuse_nothing_read(work: Work) -> None:
    outcomes = work.ledger.outcomes()
    if not work.inventory.empty and not outcomes.get("read"):
        reasons = ", ".join(f"{count} {reason}" for reason, count in outcomes.items())
        raise RunError(f"nothing in {work.settings.raw} could be read: {reasons}")


def _shards(work: Work, building: Path, run_all: RunAll) -> dict[str, list[ShardFile]]:
    """The files of the sharded tables: what did not change is shared with the parent, the rest merged anew."""
    touched = work.touched()
    tables = {table.name: _shared(work, table, set(touched), building) for table in STAGED}
    for table in STAGED:
        (building / table.name).mkdir(exist_ok=True)
    for merged in run_all(merge, (_merge(work, shard, building) for shard in touched)):
        for name, file in merged.items():
            tables[name].append(file)
    empty = {table.name: table for table in STAGED if not tables[table.name]}
    written = {name: [write_shard(table, table.arrow_table([]), 0, str(building))] for name, table in empty.items()}
    return {name: sorted(files, key=lambda file: file.shard) for name, files in (tables | written).items()}


def _published_files(work: Work, table: str) -> list[dict[str, Any]]:
    """The files of the parent's table that hold rows."""
    files = work.parent_manifest.get("tables", {}).get(table, {}).get("files", [])
    return [part for part in files if part["rows"]]


def _shared(work: Work, table: Table, touched: set[int], building: Path) -> list[ShardFile]:
    kept = [part for part in _published_files(work, table.name) if part["shard"] not in touched]
    for part in kept:
        work.snapshots.share(str(work.parent), table.name, part["name"], building)
    return [ShardFile(**part) for part in kept]


def _merge(work: Work, shard: int, building: Path) -> Merge:
    old = {
        table.name: str(work.snapshots.file(str(work.parent), table.name, part["name"]))
        for table in STAGED
        for part in _published_files(work, table.name)
        if part["shard"] == shard
    }
    return Merge(
        shard,
        old,
        work.schema_version,
        work.ledger.dropped(shard),
        tuple(work.ledger.staged(shard)),
        tuple(work.ledger.refusals(shard)),
        str(building),
    )


def _manifest(work: Work, tables: Mapping[str, list[ShardFile]], building: Path) -> dict[str, Any]:
    outcomes = {outcome: count for outcome, count in work.ledger.outcomes().items() if outcome != "read"}
    return {
        "format": 1,
        "schema_version": SCHEMA_VERSION,
        "pipeline_version": work.version,
        "checks_version": checks_version(),
        "parent": work.parent,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "started": work.started.isoformat(timespec="seconds"),
        "shards": work.shards,
        "limits": _limits(work.settings),
        "texts": not work.settings.without_texts,
        "tables": {
            name: {
                "rows": sum(file.rows for file in files),
                "columns": arrow_types(TABLES[name].arrow),
                "files": [asdict(file) for file in files],
            }
            for name, files in tables.items()
        },
        "files": {name: sha256(building / name) for name in (INDEX_NAME, *_DESCRIPTIONS)},
        "refused": outcomes,
        "findings": dict(sorted(work.found.severities.items())),
        "worst_findings": [explanation for _, explanation in work.found.worst],
        "quarantined": _quarantined(building, tables["quarantine"]),
        "skipped": dict(sorted(work.inventory.skipped.items())),
        "changes": asdict(work.changes),
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
    result.new, result.changed = work.changes.new, work.changes.changed
    result.stale, result.removed = work.changes.stale, work.changes.removed
    result.unchanged, result.again = work.changes.unchanged, work.changes.again
    result.documents, result.figures = rows.get("documents", 0), rows.get("figures", 0)
    result.edits = rows.get("edits", 0)
    result.findings = manifest.get("findings", {})
    result.worst_findings = manifest.get("worst_findings", [])
    result.quarantined = Counter(manifest.get("quarantined", {}))
    result.quarantined_documents = sum(manifest.get("refused", {}).values())
    result.skipped = work.inventory.skipped
    result.notes = list(_notes(work))
    result.seconds = work.seconds
    return result


def _notes(work: Work) -> Iterator[str]:
    inventory = work.inventory
    yield from work.notes
    if inventory.orphans:
        more = inventory.orphans - len(inventory.orphan_names)
        names = ", ".join(inventory.orphan_names) + (f" and {more:,} more" if more else "")
        yield f"no file for the sidecar {names}"
    if work.overtaken:
        yield f"{work.overtaken:,} changed while they were read into what other files hold; the next run takes them"
    if inventory.empty:
        yield f"{work.settings.raw} is empty: put .txt, .md or .html files there"
