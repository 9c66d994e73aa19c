"""Commands of those who operate a dataset: reading again, comparing, and running on a schedule."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.log import is_quiet
from flows.outcome import Exit, Report, WrongUseError
from flows.start import document_of_file
from flows.terminal import (
    AddressOption,
    App,
    BatchBytes,
    DifferenceFormat,
    ExportFormat,
    Runner,
    RunnerOption,
    note,
    write,
)

if TYPE_CHECKING:
    from schemas.differences import Differences

app = App(rich_markup_mode=None)

Raw = Annotated[str, typer.Argument(metavar="RAW", help="Folder of what was collected.")]
Processed = Annotated[str, typer.Argument(metavar="PROCESSED", help="Folder of the published tables.")]
Workers = Annotated[int, typer.Option(min=0, help="Worker processes; 0: one a core, none for a small job.")]
Wait = Annotated[bool, typer.Option("--no-wait", help="End with 4 when another run is at it.")]
Examples = Annotated[int, typer.Option(min=0, help="So many differences are shown one by one.")]
Format = Annotated[DifferenceFormat, typer.Option(help="How to show the differences.")]


@app.command()
def reprocess(
    raw: Raw = "raw",
    processed: Processed = "processed",
    doc: Annotated[list[str] | None, typer.Option(metavar="ID", help="This document; may be repeated.")] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Documents with a source like 'city/*'; may be repeated."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Fetched on this day or later; published, where that is unknown.")
    ] = None,
    where: Annotated[
        str | None, typer.Option(metavar="SQL", help="A condition over the table documents, as 'figures = 0'.")
    ] = None,
    stale: Annotated[bool, typer.Option("--stale", help="Read by other rules than those of today.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="In quarantine as a whole.")] = False,
    all: Annotated[bool, typer.Option("--all", help="Every document.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the differences; publish nothing.")] = False,
    examples: Examples = 20,
    format: Format = DifferenceFormat.text,
    workers: Workers = 0,
    runner: RunnerOption = Runner.local,
    address: AddressOption = "",
    batch_bytes: BatchBytes = 1_000_000,
    no_wait: Wait = False,
    max_bytes: Annotated[int, typer.Option(min=1, help="Largest file, before and after unpacking.")] = 100_000_000,
    max_quarantine: Annotated[float, typer.Option(min=0, max=1, help="Largest share of failing figures.")] = 0.05,
    seconds_per_document: Annotated[float, typer.Option(min=0.1, help="Longest time for one document.")] = 120.0,
    follow_links: Annotated[bool, typer.Option("--follow-links", help="Read links that lead out of RAW.")] = False,
) -> None:
    """Read published documents again, those to which everything applies that is asked for.

    Example: numerate reprocess --stale --source 'city/*' --dry-run
    """
    selection: dict[str, Any] = {
        "doc": doc or [],
        "source": source or [],
        "since": since,
        "where": where,
        "stale": stale,
        "failed": failed,
        "all": all,
    }
    from flows.start import check_runner

    if not any(selection.values()):
        raise WrongUseError(f"say which documents: {', '.join(f'--{name}' for name in selection)}; all given must hold")
    check_runner(runner, address)
    options = {
        "workers": workers,
        "runner": str(runner),
        "address": address,
        "batch_bytes": batch_bytes,
        "wait": not no_wait,
        "max_bytes": max_bytes,
        "max_quarantine": max_quarantine,
        "seconds_per_document": seconds_per_document,
        "follow_links": follow_links,
    }
    found = _reprocessed(raw, processed, selection | options | {"dry_run": dry_run, "examples": examples})
    if found.differences is not None:
        _show(found.differences, format, found.notes)


def _reprocessed(raw: str, processed: str, options: dict[str, Any]) -> Report:
    from flows.start import check_folders, run_flow, tell

    check_folders(raw, processed)
    found = run_flow("reprocess", raw, processed, options, quiet=is_quiet())
    if not is_quiet() and found.differences is None:
        tell(found)
    return found


def _show(found: Differences, format: DifferenceFormat, notes: list[str]) -> None:
    from flows import differences, display

    note(notes)
    if format is DifferenceFormat.json:
        write(differences.as_json(found) + "\n")
    else:
        display.show(*differences.as_text(found))
    if found.total:
        raise typer.Exit(Exit.LOOK)


@app.command()
def diff(
    first: Annotated[str | None, typer.Argument(metavar="A", help="A snapshot; the parent of B if left out.")] = None,
    second: Annotated[str | None, typer.Argument(metavar="B", help="A snapshot; the current one if left out.")] = None,
    processed: Annotated[str, typer.Option(help="Folder of the published tables.")] = "processed",
    working: Annotated[
        bool, typer.Option("--working", help="The current snapshot against what today's rules make of its documents.")
    ] = False,
    raw: Annotated[str, typer.Option(help="With --working: folder of what was collected.")] = "raw",
    workers: Workers = 0,
    examples: Examples = 20,
    format: Format = DifferenceFormat.text,
) -> None:
    """Show on which figures two snapshots disagree; end with 1 when they do.

    Example: numerate diff --working
    """
    if working:
        if first or second:
            raise WrongUseError("--working compares the current snapshot with today's rules; it takes no A and B")
        options = {"all": True, "dry_run": True, "examples": examples, "workers": workers}
        found = _reprocessed(raw, processed, options)
        assert found.differences is not None
        _show(found.differences, format, found.notes)
        return
    from flows import differences
    from flows.objectstore import snapshots_at

    store = snapshots_at(processed)
    newer = _named(store, second or store.current())
    older = _named(store, first or store.manifest(newer)["parent"])
    _show(differences.between(store, older, newer, examples), format, [])


@app.command()
def explain(
    figure: Annotated[
        str, typer.Argument(metavar="FIGURE_ID|FILE:OFFSET", help="A figure_id, or a character of a file.")
    ],
    processed: Processed = "processed",
    format: Annotated[DifferenceFormat, typer.Option(help="How to show the steps.")] = DifferenceFormat.text,
) -> None:
    """Show why a number is a figure, or is none, and what each field comes from.

    Example: numerate explain raw/report.txt:1042
    """
    from flows import display, explanation

    file, colon, offset = figure.rpartition(":")
    if colon and offset.isdigit():
        steps = list(explanation.explain_offset(document_of_file(file), int(offset)))
    else:
        from flows.objectstore import snapshots_at

        steps = list(explanation.explain_figure(snapshots_at(processed), figure))
    if format is DifferenceFormat.json:
        write("".join(json.dumps(asdict(step), ensure_ascii=False) + "\n" for step in steps))
    else:
        display.show(display.plain_table([asdict(step) for step in steps]))


@app.command()
def report(
    what: Annotated[
        list[str] | None, typer.Argument(metavar="[SNAPSHOT|PATH]...", help="A snapshot, or files and folders.")
    ] = None,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE|DIR", help="The page to write; what it leads to goes beside it."),
    ] = Path("report.html"),
    processed: Annotated[str, typer.Option(help="Folder of the published tables.")] = "processed",
) -> None:
    """Write a page to look at: figures in their texts, contradictions, tables, charts. It needs no network.

    Example: numerate report -o report.html
    """
    from flows import report as reviews
    from flows.objectstore import snapshots_at
    from flows.report.gathering import of_texts

    store = snapshots_at(processed)
    if not what or (len(what) == 1 and what[0] in store.ids()):
        name = _named(store, what[0] if what else store.published())
        tables, parent = reviews.with_parent(store, name)
        with reviews.processes(tables) as run_all:
            write(f"{reviews.write_snapshot(tables, parent, output, run_all)}\n")
        return
    review, documents, notes = of_texts(what)
    note(notes)
    write(f"{reviews.write(review, documents, output)}\n")


@app.command()
def serve(
    raw: Raw = "raw",
    processed: Processed = "processed",
    cron: Annotated[str | None, typer.Option(metavar="CRON", help="Five fields, as '0 3 * * *'; UTC.")] = None,
    interval: Annotated[float | None, typer.Option(min=1, metavar="SECONDS", help="So many seconds apart.")] = None,
    workers: Workers = 0,
    runner: RunnerOption = Runner.local,
    address: AddressOption = "",
    batch_bytes: BatchBytes = 1_000_000,
    follow_links: Annotated[bool, typer.Option("--follow-links", help="Read links that lead out of RAW.")] = False,
    max_bytes: Annotated[int, typer.Option(min=1, help="Largest file, before and after unpacking.")] = 100_000_000,
    max_quarantine: Annotated[float, typer.Option(min=0, max=1, help="Largest share of failing figures.")] = 0.05,
    seconds_per_document: Annotated[float, typer.Option(min=0.1, help="Longest time for one document.")] = 120.0,
    without_texts: Annotated[
        bool, typer.Option("--without-texts", help="Publish no sentences and no texts of documents.")
    ] = False,
) -> None:
    """Run on a schedule from this machine until told to stop; a run that is still going is not overtaken.

    Example: numerate serve --cron '0 3 * * *'
    """
    from flows import serving
    from flows.start import check_folders, check_runner

    check_folders(raw, processed)
    check_runner(runner, address)
    serving.check_schedule(cron, interval)
    parameters = {
        "raw": str(Path(raw).absolute()),
        "processed": str(Path(processed).absolute()),
        "workers": workers,
        "runner": str(runner),
        "address": address,
        "batch_bytes": batch_bytes,
        "follow_links": follow_links,
        "max_bytes": max_bytes,
        "max_quarantine": max_quarantine,
        "seconds_per_document": seconds_per_document,
        "without_texts": without_texts,
    }
    with serving.a_server(lambda message: note([message])):
        note([f"serving {raw} → {processed}, {f'cron {cron}' if cron else f'every {interval:g} s'}; Ctrl-C ends it"])
        serving.serve(cron, interval, parameters)


@app.command()
def export(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="figures, observations, findings, documents, …")],
    processed: Processed = "processed",
    format: Annotated[
        ExportFormat, typer.Option(help="csv, safe for spreadsheets; JSON lines; observations as SDMX-CSV.")
    ] = ExportFormat.csv,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; standard output if left out.")
    ] = None,
    snapshot: Annotated[str | None, typer.Option(metavar="ID", help="The current one if left out.")] = None,
) -> None:
    """Write a table of a snapshot as CSV, JSON lines or SDMX-CSV.

    Example: numerate export observations --format sdmx -o observations.csv
    """
    from flows import export
    from flows.objectstore import snapshots_at

    store = snapshots_at(processed)
    found = export.rows(store, _named(store, snapshot or store.published()), table)
    if format is ExportFormat.sdmx and table != "observations":
        raise WrongUseError("SDMX-CSV is for the table observations; other tables go as csv or jsonl")
    with open(output, "w", encoding="utf-8", newline="") if output else nullcontext(sys.stdout) as target:
        if format is ExportFormat.jsonl:
            export.write_jsonl(found, target)
        elif format is ExportFormat.sdmx:
            export.write_csv(export.sdmx_rows(found), list(export.SDMX_COLUMNS), target)
        else:
            from schemas import TABLES

            export.write_csv(found, TABLES[table].columns, target)


def _named(store: Any, name: str | None) -> str:
    if name is None:
        raise WrongUseError(f"{store.place} has too few snapshots; `numerate run` publishes")
    if name not in store.ids():
        raise WrongUseError(f"there is no snapshot {name!r} in {store.place}; there are {', '.join(store.ids()[-5:])}")
    return name
