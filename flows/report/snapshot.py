"""A review of a snapshot, from its tables. Nothing but the first pages needs all of it at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.report import cards
from flows.report.charts import distribution, series
from flows.report.model import SEVERITIES, Card, Count, Review, Reviewed, Row
from flows.stored import stored
from flows.verification import fingerprint

#: more observations than this are narrowed to the longest series before they become rows
_MANY = 20_000
#: so many rows of the quarantine are shown
_KEPT_OUT = 50
#: more findings than this are not read into memory
_FINDINGS = 50_000
_WORDS = {
    "new": "new",
    "changed": "changed",
    "stale": "read by older rules before",
    "again": "read again",
    "unchanged": "unchanged",
    "removed": "gone",
}
_SERIES = ["entity", "indicator_key", "unit", "kind"]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a snapshot: its folder and its manifest."""

    folder: Path
    manifest: Mapping[str, Any]

    def count(self, table: str) -> int:
        """How many rows a table has; none where this snapshot has no such table."""
        return int(self.manifest["tables"].get(table, {}).get("rows", 0))

    def files(self, table: str) -> list[str]:
        """The paths of a table's files."""
        parts = self.manifest["tables"].get(table, {}).get("files", [])
        return [str(self.folder / table / part["name"]) for part in parts]

    def read(self, table: str, columns: Sequence[str] | None = None, where: Any = None) -> pa.Table:
        """Rows of a table as Arrow, those of an older snapshot with the columns of today.

        Raises:
            WrongUseError: the snapshot is of a schema that this release does not know.
        """
        return stored(self.files(table), table, self.version, columns, where)

    @property
    def version(self) -> str:
        """The schema that the tables were published with."""
        return str(self.manifest["schema_version"])

    @property
    def shards(self) -> list[int]:
        """The numbers of the shards that hold documents."""
        return sorted(part["shard"] for part in self.manifest["tables"]["documents"]["files"] if part["rows"])


def contradictions(tables: Tables) -> list[Card]:
    """The findings with the places they are about, worst first."""
    found = _findings(tables)
    return cards.cards(found, _figures(tables, {each for row in found for each in row["figure_ids"]}, cards.COLUMNS))


def review(tables: Tables, parent: Tables | None, found: Sequence[Card]) -> Review:
    """What there is to show of a snapshot besides its documents; ``found`` are its contradictions."""
    manifest = tables.manifest
    drawn = series(_longest(tables), lambda ids: _figures(tables, ids, ["figure_id", "unit", "value", "low", "high"]))
    figures = _figures(tables, {each for chart in drawn for each in chart.links}, ["figure_id", "doc_id"])
    kept_out = tables.read("quarantine", ["source", "reason", "check", "snippet"])
    return Review(
        title=f"numerate, snapshot {fingerprint(manifest['tables'])}",
        counts=list(_counts(tables, parent)),
        changes=list(_changes(tables, parent)),
        severities={name: manifest["findings"][name] for name in SEVERITIES if manifest.get("findings", {}).get(name)},
        quarantine=dict(sorted(manifest["quarantined"].items(), key=lambda entry: (-entry[1], entry[0]))),
        kept_out=kept_out.slice(0, _KEPT_OUT).to_pylist(),
        cards=found,
        distributions=list(_distributions(tables)),
        series=drawn,
        homes={figure_id: row["doc_id"] for figure_id, row in figures.items()},
    )


def _counts(tables: Tables, parent: Tables | None) -> Iterator[Count]:
    labels = {"documents": "documents", "figures": "figures", "edits": "repairs", "findings": "contradictions"}
    for table, label in {**labels, "quarantine": "quarantined"}.items():
        yield Count(label, tables.count(table), parent.count(table) if parent else None)


def _changes(tables: Tables, parent: Tables | None) -> Iterator[str]:
    """What the snapshot changed of the one before: of its files, its figures and its findings."""
    counts = tables.manifest["changes"]
    if tables.manifest["parent"] is None:
        return
    if told := [f"{counts[name]:,} {words}" for name, words in _WORDS.items() if counts.get(name)]:
        yield f"files: {', '.join(told)}"
    if parent is None:
        yield "that snapshot is no longer here to compare figures with"
        return
    for table, key in (("figures", "figure_id"), ("findings", "finding_id")):
        yield f"{table}: {_compared(tables, parent, table, key)}"


def _compared(tables: Tables, parent: Tables, table: str, key: str) -> str:
    """Rows gained, lost and read differently; files that both have are the same and not read."""
    sides = [{Path(path).name: path for path in side.files(table)} for side in (parent, tables)]
    both = sides[0].keys() & sides[1].keys()
    before, after = (
        stored([path for name, path in side.items() if name not in both], table, each.version).combine_chunks()
        for each, side in zip((parent, tables), sides, strict=True)
    )
    kept = [rows.filter(pc.is_in(rows[key], other[key])) for rows, other in ((before, after), (after, before))]
    changed = _different(*(rows.sort_by(key) for rows in kept)) if table == "figures" else 0
    counts = {"gained": len(after) - len(kept[1]), "lost": len(before) - len(kept[0]), "read differently": changed}
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count) or "the same"


#: what a figure says, and not where it says so
_SAID = (
    "value_text low high unit bound kind direction status indicator entity entity_from period_start period_end "
    "period_from basis rule"
).split()


def _different(before: pa.Table, after: pa.Table) -> int:
    """How many rows of two tables with the same keys in the same order say something else."""
    if len(before) != len(after) or not len(before):
        return 0  # an id that stands twice: nothing to align
    differs = pa.array([False] * len(before))
    for name in _SAID:
        old, new = before[name].combine_chunks(), after[name].combine_chunks()
        unequal = pc.fill_null(pc.not_equal(old, new), False)
        differs = pc.or_(differs, pc.or_(unequal, pc.xor(pc.is_null(old), pc.is_null(new))))
    return int(pc.sum(differs).as_py() or 0)


def _findings(tables: Tables) -> list[dict[str, Any]]:
    """The findings; of very many only those that are no mere suspicion, as many as memory has room for."""
    if tables.count("findings") <= _FINDINGS:
        rows: list[dict[str, Any]] = tables.read("findings").to_pylist()
        return rows
    worst = tables.read("findings", where=pc.field("severity") != "suspect")
    found: list[dict[str, Any]] = worst.slice(0, _FINDINGS).to_pylist()
    return found


def _figures(tables: Tables, wanted: Iterable[str], columns: Sequence[str]) -> dict[str, Row]:
    ids = pa.array(sorted(each for each in wanted if each), pa.string())
    if not len(ids):
        return {}
    rows = tables.read("figures", columns, pc.field("figure_id").isin(ids)).to_pylist()
    return {row["figure_id"]: row for row in rows}


def _longest(tables: Tables) -> list[dict[str, Any]]:
    """The observations that a series may be made of: all, or those of what is stated most often."""
    dated = pc.field("period_end").is_valid()
    if tables.count("observations") <= _MANY:
        rows: list[dict[str, Any]] = tables.read("observations", where=dated).to_pylist()
        return rows
    keys = tables.read("observations", _SERIES, dated)
    counted = keys.group_by(_SERIES).aggregate([([], "count_all")])
    lengths = counted.group_by(["indicator_key", "unit", "kind"]).aggregate([("count_all", "max")])
    ranked = lengths.sort_by([("count_all_max", "descending"), ("indicator_key", "ascending"), ("unit", "ascending")])
    names = pc.unique(ranked["indicator_key"].slice(0, 60))
    found = tables.read("observations", where=dated & pc.field("indicator_key").isin(names))
    entities = counted.filter(pc.is_in(counted["indicator_key"], names)).sort_by(
        [("count_all", "descending"), ("entity", "ascending")]
    )
    most = pc.unique(entities["entity"].slice(0, _MANY))
    longest: list[dict[str, Any]] = found.filter(pc.is_in(found["entity"], most)).slice(0, 10 * _MANY).to_pylist()
    return longest


def _distributions(tables: Tables) -> Iterator[Any]:
    counts = {}
    if tables.count("figures"):
        columns = tables.read("figures", ["kind", "unit"])
        for name in ("kind", "unit"):
            found = pc.value_counts(columns[name])
            counts[name] = {entry["values"].as_py(): entry["counts"].as_py() for entry in found}
    yield from distributions(counts.get("kind", {}), counts.get("unit", {}), tables.manifest["quarantined"])


def distributions(kinds: Mapping[str, int], units: Mapping[str, int], reasons: Mapping[str, int]) -> Iterator[Any]:
    """The pictures of what there is how often; none of what there is not."""
    made = (
        distribution("kinds", kinds, own_colours=True),
        distribution("units", units),
        distribution("quarantine reasons", reasons),
    )
    return filter(None, made)


def documents(
    tables: Tables, only: Sequence[str] | None = None, figures: Iterable[Row] | None = None
) -> list[Reviewed]:
    """The documents of a snapshot, all or some, in the order of their sources; with their rows.

    ``figures`` are those of the table, where they have been read before.
    """
    where = None if only is None else pc.field("doc_id").isin(pa.array(sorted(only), pa.string()))
    known = tables.read("figures", where=where).to_pylist() if figures is None else figures
    grouped: dict[str, dict[str, list[Row]]] = {"figures": defaultdict(list), "edits": defaultdict(list)}
    for table, found in (("figures", known), ("edits", tables.read("edits", where=where).to_pylist())):
        for row in found:
            grouped[table][row["doc_id"]].append(row)
    rows = tables.read("documents", where=where).to_pylist()
    ordered = sorted(rows, key=lambda row: (row["sources"][0], row["doc_id"]))
    return [_reviewed(row, grouped["edits"][row["doc_id"]], grouped["figures"][row["doc_id"]]) for row in ordered]


def _reviewed(row: Row, edits: Sequence[Row], figures: Sequence[Row]) -> Reviewed:
    published = row["published"].isoformat() if row["published"] else None
    about = (row["title"], row["publisher"], published, row["quarantined"])
    if row["text"] is None:  # of an edition without texts: the quotes, a line each
        text, figures = _listed(figures)
        return Reviewed(row["doc_id"], row["sources"][0], text, text, (), figures, (), (), *about)
    others, doubts = row["not_figures"] or (), row["doubts"] or ()  # null in snapshots that are older than the column
    texts = (row["text"], row["clean_text"])
    return Reviewed(row["doc_id"], row["sources"][0], *texts, edits, figures, others, doubts, *about)


def _listed(figures: Sequence[Row]) -> tuple[str, list[Row]]:
    """The quotes as a text, and the figures in their places there."""
    text = ""
    moved: list[Row] = []
    for figure in figures:
        start = len(text)
        text += f"{figure['quote']}\n"
        end = len(text) - 1
        moved.append({**figure, "start": start, "end": end, "raw_start": start, "raw_end": end})
    return text, moved


def cards_of(found: Iterable[Card]) -> dict[str, list[Card]]:
    """The findings by document."""
    grouped: dict[str, list[Card]] = defaultdict(list)
    for card in found:
        for doc_id in dict.fromkeys(place.doc_id for place in card.places):
            grouped[doc_id].append(card)
    return grouped
