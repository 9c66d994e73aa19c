"""The summary of a run: rows for a table on the terminal, and the same as Markdown for Prefect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from extractors.reading.files import is_remote
from flows.outcome import Report

if TYPE_CHECKING:
    from rich.table import Table


def rows(report: Report) -> Iterator[tuple[str, str]]:
    """What is worth knowing after a run, label and value."""
    yield "snapshot", report.snapshot or "none"
    yield "this run", _changes(report)
    yield "documents", f"{report.documents:,}"
    yield "figures", f"{report.figures:,}"
    yield "repairs", f"{report.edits:,}"
    yield "contradictions", _counts(report.findings) or "none found"
    yield "quarantined", _counts(report.quarantined) or "nothing"
    if report.skipped:
        yield "skipped", _counts(report.skipped)
    yield "seconds", ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in report.seconds.items()) or "0"
    for note in report.notes:
        yield "note", note


def as_fields(report: Report) -> dict[str, Any]:
    """The summary for the log: counts and names, no words of documents."""
    counted = ("new", "changed", "stale", "again", "unchanged", "removed", "documents", "figures", "edits")
    return {
        "snapshot": report.snapshot,
        "published": report.published,
        **{name: getattr(report, name) for name in counted},
        "findings": report.findings,
        "quarantined": report.quarantined,
        "notes": report.notes,
        "seconds": {stage: round(seconds, 3) for stage, seconds in report.seconds.items()},
    }


def _changes(report: Report) -> str:
    if report.differences is not None:
        return f"{report.again:,} read again to look at the differences, nothing published"
    if not report.published:
        return f"nothing new; {report.unchanged:,} unchanged, nothing published"
    counts = {
        "new": report.new,
        "changed": report.changed,
        "made by older rules": report.stale,
        "read again": report.again,
        "unchanged": report.unchanged,
        "gone": report.removed,
    }
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "an empty snapshot"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{count:,} {name}" for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def next_steps(report: Report) -> list[str]:
    """Where to look after the run."""
    if is_remote(report.processed):
        return [f"read the tables: schemas.read({report.processed!r}, 'figures'), also 'findings' and 'quarantine'"]
    tables = f"{report.processed}/current"
    steps = [
        f"look at the figures in their texts: open {tables}/report.html",
        f"read the tables: schemas.read({report.processed!r}, 'figures'), or the Parquet files in {tables}/figures",
    ]
    if report.findings:
        steps.append(
            f"see which numbers contradict each other: schemas.read({report.processed!r}, 'findings'), "
            f"files in {tables}/findings"
        )
    if report.quarantined:
        steps.append(
            f"see what was kept out: schemas.read({report.processed!r}, 'quarantine'), files in {tables}/quarantine"
        )
    return steps


def as_table(report: Report) -> Table:
    """The summary for the terminal."""
    from rich.table import Table

    table = Table(title=f"{report.raw} → {report.processed}", show_header=False, title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in rows(report):
        table.add_row(label, value)
    return table


def as_markdown(report: Report) -> str:
    """The summary for the page of the run in Prefect."""
    lines = [f"# {report.raw} → {report.processed}", "", "| | |", "|---|---|"]
    lines += [f"| {label} | {value.replace('|', '&#124;')} |" for label, value in rows(report)]
    worst = ["", "## Numbers that cannot all be true", "", *(f"- {_plain(told)}" for told in report.worst_findings), ""]
    steps = ["", *(f"- {step}" for step in next_steps(report))]
    return "\n".join([*lines[:2], *(worst if report.worst_findings else []), *lines[2:], *steps]) + "\n"


def _plain(text: str) -> str:
    """Text of documents is no Markdown: what would mark it up is escaped."""
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", text)
