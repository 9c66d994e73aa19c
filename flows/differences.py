"""What two snapshots disagree on, or a snapshot and what today's rules make of its documents; how to show it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.snapshots import Snapshots
from flows.staging import staged_rows
from flows.stored import stored
from schemas.differences import COLUMNS, Difference, Differences, differences
from schemas.figures import FIGURES
from schemas.version import SCHEMA_VERSION

if TYPE_CHECKING:
    from rich.console import RenderableType

    from flows.run import Work
#: of each list of counts so many are shown
_SHOWN = 10


def between(snapshots: Snapshots, first: str, second: str, examples: int) -> Differences:
    """What two snapshots disagree on. Shards that they share are not read."""
    found = Differences(examples)
    sides = [_files(snapshots, name) for name in (first, second)]
    old, new = (snapshots.manifest(name)["schema_version"] for name in (first, second))
    if snapshots.manifest(first)["shards"] != snapshots.manifest(second)["shards"]:
        sides = [{0: [path for paths in side.values() for path in paths]} for side in sides]
    for shard in sorted(set(sides[0]) | set(sides[1])):
        before, after = (side.get(shard, []) for side in sides)
        if [path.name for path in before] != [path.name for path in after]:
            found.add(differences(*(_published(paths, version) for paths, version in ((before, old), (after, new)))))
    return found


def _files(snapshots: Snapshots, name: str) -> dict[int, list[Path]]:
    """The files of the figures, by shard."""
    found = defaultdict(list)
    for part in snapshots.manifest(name)["tables"]["figures"]["files"]:
        found[part["shard"]].append(snapshots.file(name, "figures", part["name"]))
    return found


def _published(paths: Iterable[Path], version: str, where: Any = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = stored(paths, "figures", version, COLUMNS, where).to_pylist()
    return rows


def of_working_rules(work: Work, examples: int) -> Differences:
    """What the batches that a run has staged disagree on with what is published of the same documents."""
    found = Differences(examples)
    files = _files(work.snapshots, work.parent) if work.parent else {}
    version = work.parent_manifest["schema_version"] if work.parent else SCHEMA_VERSION
    for shard in work.ledger.touched():
        dropped = pa.array(sorted(work.ledger.dropped(shard)), pa.string())
        before = _published(files.get(shard, []), version, pc.field("doc_id").isin(dropped))
        found.add(differences(before, _staged(work, shard)))
    return found


def _staged(work: Work, shard: int) -> Iterator[dict[str, Any]]:
    for batch, doc_ids in work.ledger.staged(shard):
        rows = staged_rows(batch, FIGURES)
        mine = pc.is_in(rows["doc_id"], pa.array(sorted(doc_ids), pa.string()))
        yield from rows.filter(pc.and_(pc.equal(rows["shard"], shard), mine)).select(COLUMNS).to_pylist()


def as_json(found: Differences) -> str:
    """Counts and examples as one object."""
    content = {
        **{what: found.counts[what] for what in ("gained", "lost", "changed")},
        "fields": dict(found.fields.most_common()),
        "rules": dict(found.rules.most_common()),
        "documents": dict(found.documents.most_common()),
        "examples": [_entry(example) for example in found.examples],
    }
    return json.dumps(content, ensure_ascii=False, default=str)


def _entry(example: Difference) -> dict[str, Any]:
    return {
        "what": example.what,
        "source": example.source,
        "rule": example.rule,
        "quote": example.quote,
        "sentence": example.sentence,
        "fields": {name: {"before": old, "after": new} for name, (old, new) in example.fields.items()},
    }


def as_text(found: Differences) -> Iterator[RenderableType]:
    """Counts first, examples after."""
    from rich.text import Text

    if not found.total:
        yield Text("no figure differs")
        return
    yield Text(", ".join(f"{found.counts[what]:,} {what}" for what in ("gained", "lost", "changed")), style="bold")
    for title, counts in (("field", found.fields), ("rule", found.rules), ("document", found.documents)):
        if counts:
            yield _count_table(title, counts)
    for example in found.examples:
        yield Text.assemble((f"{example.what} ", "bold"), (example.quote, "cyan"), f" in {example.source}: ")
        yield Text(f"    {example.sentence or '(published without its sentence)'}", style="dim")
        for name, (old, new) in example.fields.items():
            yield Text.assemble(f"    {name}: ", (_shown(old), "red"), " → ", (_shown(new), "green"))
    if found.total > len(found.examples):
        yield Text(f"{found.total - len(found.examples):,} more; --examples N shows so many, --format json all counts")


def _count_table(title: str, counts: Mapping[str, int]) -> RenderableType:
    from rich.table import Table

    table = Table(box=None, title_justify="left", pad_edge=False)
    table.add_column(title)
    table.add_column("figures", justify="right")
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for name, count in ranked[:_SHOWN]:
        table.add_row(name, f"{count:,}")
    if len(ranked) > _SHOWN:
        table.add_row(f"{len(ranked) - _SHOWN} more", f"{sum(count for _, count in ranked[_SHOWN:]):,}")
    return table


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)
