"""The command ``numerate``. Each command imports what it needs when it runs, so that the filters start quickly."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from extractors.lexicon import LOCAL, RuleError
from flows import operations
from flows.log import is_quiet
from flows.outcome import DamagedError, Exit, RefusedError, RunError, WrongUseError
from flows.settings import Setting, as_defaults, of_working_folder
from flows.start import document_of_file
from flows.terminal import AddressOption, App, BatchBytes, ListFormat, Runner, RunnerOption
from flows.terminal import in_colour as _in_colour
from flows.terminal import note as _note
from flows.terminal import show_list as _show_list
from flows.terminal import warn as _warn
from flows.terminal import write as _write

if TYPE_CHECKING:
    from flows.snapshots import Snapshots

app = App(
    help="From messy public web text to a table of figures that can be trusted.",
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
snapshots_app = App(help="List, verify, roll back and prune what was published.", rich_markup_mode=None)
app.add_typer(snapshots_app, name="snapshots")
app.add_typer(operations.app)


@app.callback()
def numerate(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and what reads the texts.")] = False,
    rules: Annotated[
        str, typer.Option(metavar="DIR", help="Rule tables that extend or replace rows of those built in.")
    ] = "",
) -> None:
    """From messy public web text to a table of figures that can be trusted."""
    if rules:
        os.environ[LOCAL] = os.path.abspath(rules)  # for the processes that read, too
        if context.obj["rules"].value != rules:
            context.obj["rules"] = Setting("rules", rules, "--rules")
    if version:
        _write(f"{_version()}\n")
        raise typer.Exit(Exit.DONE)


def _version() -> str:
    from importlib.metadata import version

    from schemas.version import SCHEMA_VERSION, pipeline_version

    return f"numerate {version('numerate')}, schema {SCHEMA_VERSION}, pipeline {pipeline_version()}"


Source = Annotated[str, typer.Argument(metavar="FILE|-", help="A file, or - for standard input.")]
Processed = Annotated[str, typer.Argument(metavar="PROCESSED", help="Folder of the published tables.")]


class DiffFormat(StrEnum):
    """How ``clean --diff`` shows the repairs."""

    text = "text"
    json = "json"


class CheckFormat(StrEnum):
    """How ``check`` shows the findings."""

    table = "table"
    jsonl = "jsonl"


class FigureFormat(StrEnum):
    """How ``extract`` shows the figures."""

    table = "table"
    json = "json"
    csv = "csv"
    text = "text"


@app.command()
def run(
    raw: Annotated[str, typer.Argument(metavar="RAW", help="Folder of what was collected.")] = "raw",
    processed: Annotated[str, typer.Argument(metavar="PROCESSED", help="Folder to publish into.")] = "processed",
    workers: Annotated[int, typer.Option(min=0, help="Worker processes; 0: one a core, none for a small job.")] = 0,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when documents are in quarantine.")] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="End with 4 when another run is at it.")] = False,
    allow_shrink: Annotated[
        bool, typer.Option("--allow-shrink", help="Publish though over 20 % of the documents are gone.")
    ] = False,
    follow_links: Annotated[bool, typer.Option("--follow-links", help="Read links that lead out of RAW.")] = False,
    max_bytes: Annotated[int, typer.Option(min=1, help="Largest file, before and after unpacking.")] = 100_000_000,
    max_quarantine: Annotated[
        float, typer.Option(min=0, max=1, help="Largest share of figures that may fail their checks.")
    ] = 0.05,
    seconds_per_document: Annotated[float, typer.Option(min=0.1, help="Longest time for one document.")] = 120.0,
    without_texts: Annotated[
        bool, typer.Option("--without-texts", help="Publish no sentences and no texts of documents.")
    ] = False,
    runner: RunnerOption = Runner.local,
    address: AddressOption = "",
    batch_bytes: BatchBytes = 1_000_000,
) -> None:
    """Process what is new in RAW and publish a snapshot of validated tables.

    Example: numerate run raw processed
    """
    from flows.start import check_folders, check_runner, run_flow, tell

    check_folders(raw, processed)
    check_runner(runner, address)
    options: dict[str, Any] = {
        "workers": workers,
        "wait": not no_wait,
        "allow_shrink": allow_shrink,
        "follow_links": follow_links,
        "max_bytes": max_bytes,
        "max_quarantine": max_quarantine,
        "seconds_per_document": seconds_per_document,
        "without_texts": without_texts,
        "runner": str(runner),
        "address": address,
        "batch_bytes": batch_bytes,
    }
    found = run_flow("process", raw, processed, options, quiet=is_quiet())
    if not is_quiet():
        tell(found)
    if strict and found.quarantined_documents:
        raise typer.Exit(Exit.LOOK)


@app.command()
def clean(
    source: Source = "-",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Lines {id, text} in, {id, text, edits} out.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show each repair and its rule instead of the text.")] = False,
    format: Annotated[DiffFormat | None, typer.Option(help="How --diff shows the repairs; text if left out.")] = None,
) -> None:
    """Print the cleaned text.

    Example: numerate clean page.txt --diff
    """
    from flows import filters

    if format and not diff:
        raise WrongUseError(f"--format {format} says how --diff shows the repairs; add --diff")
    from extractors.cleaning import clean as clean_text
    from extractors.cleaning import warm_up

    if jsonl:
        warm_up()
        _stream(source, filters.clean_answer)
        return

    document = document_of_file(source)
    cleaned = clean_text(document.text, document.layout)
    if not diff:
        _write(cleaned.text if cleaned.text.endswith("\n") else cleaned.text + "\n")
    elif format is DiffFormat.json:
        _write(filters.as_json({"text": cleaned.text, "edits": filters.edit_records(cleaned)}) + "\n")
    else:
        _write("".join(f"{line}\n" for line in filters.diff_lines(cleaned, colour=_in_colour())))


@app.command()
def extract(
    source: Source = "-",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Lines {id, text} in, {id, text, figures} out.")] = False,
    format: Annotated[FigureFormat, typer.Option(help="How to show the figures.")] = FigureFormat.table,
    all: Annotated[bool, typer.Option("--all", help="Also the numbers that are no figures, with the reason.")] = False,
) -> None:
    """Print the figures of a text.

    Example: echo 'GDP grew by 5.9 % in 2020.' | numerate extract --format json
    """
    from functools import partial

    from extractors.reading import LANGUAGES
    from flows import filters

    if jsonl:
        import gc

        from extractors.pipeline import warm_up

        warm_up()
        gc.freeze()  # the rule tables stay: nobody need go through them for garbage again and again
        _stream(source, partial(filters.extract_answer, everything=all))
        return
    document = document_of_file(source)
    if document.language not in LANGUAGES:
        _note([f"{source}: it reads as {document.language!r}; the rules are for English, and `run` would refuse it"])
    extraction = filters.extraction_of(document)
    records = filters.figure_records(extraction)
    others = filters.not_figure_records(extraction) if all else []
    if format is FigureFormat.json:
        answer = {"text": extraction.clean.text, "figures": records} | ({"not_figures": others} if all else {})
        _write(filters.as_json(answer) + "\n")
    elif format is FigureFormat.csv:
        from schemas.records import record_columns

        _write(filters.as_csv(records, record_columns()))
    else:
        from flows import display

        shown = display.highlighted(extraction) if format is FigureFormat.text else display.figure_table(records)
        display.show(shown, *([display.other_table(others)] if others else []))


@app.command()
def check(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, or folders of them.")],
    format: Annotated[CheckFormat, typer.Option(help="How to show the findings.")] = CheckFormat.table,
    observations: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what is known after reconciling, as JSON lines.")
    ] = None,
) -> None:
    """Find numbers that cannot all be true; end with 1 when there is a conflict or a slip of scale.

    Example: numerate check report.txt annexes/
    """
    from flows import checking

    found, notes = checking.checked(paths)
    _note(notes)
    if observations:
        observations.write_text(checking.as_lines(map(checking.observation_record, found.observations)), "utf-8")
    if format is CheckFormat.jsonl:
        _write(checking.as_lines(map(checking.finding_record, found.findings)))
    else:
        from flows import display

        display.show(*(line for each in found.findings for line in checking.as_text(each)))
        if not found.findings:
            _write("no figures contradict each other\n")
    if any(each.severity != "suspect" for each in found.findings):
        raise typer.Exit(Exit.LOOK)


@app.command()
def score(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Holds NN.txt, NN.clean.txt and NN.json.")],
    errors: Annotated[bool, typer.Option("--errors", help="List every miss, false alarm and wrong field.")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the numbers to this file too.")] = None,
    floors: Annotated[Path | None, typer.Option(help="End with 1 when a score is below its floor here.")] = None,
    record: Annotated[Path | None, typer.Option(help="Raise the floors in this file to the present scores.")] = None,
    allow_lower: Annotated[bool, typer.Option("--allow-lower", help="With --record: floors may sink too.")] = False,
) -> None:
    """Score the extractors on annotated documents.

    Example: numerate score tests/gold/dev --errors
    """
    import json

    from extractors.model import Document
    from flows import filters
    from flows import score as scoring

    documents = scoring.load(folder)
    if not documents:
        raise WrongUseError(f"no annotated documents (NN.txt, NN.clean.txt, NN.json) in {folder}")
    answers = {each.name: filters.extract_answer(Document(each.name, each.raw)) for each in documents}
    tally = scoring.score(documents, answers)
    _write("".join(f"{line}\n" for line in scoring.lines(tally, errors=errors)))
    if json_file:
        json_file.write_text(json.dumps(scoring.report(tally), indent=1) + "\n", "utf-8")
    if record:
        _record(record, folder.name, scoring.measured(tally), allow_lower)
    if floors and (below := scoring.below(scoring.measured(tally), _floors(floors).get(folder.name, {}))):
        _warn(below)
        raise typer.Exit(Exit.LOOK)


def _floors(path: Path) -> dict[str, dict[str, float]]:
    import json

    try:
        floors: dict[str, dict[str, float]] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WrongUseError(f"cannot read the floors in {path}: {error}") from error
    return floors


def _record(path: Path, name: str, measured: dict[str, float], allow_lower: bool) -> None:
    import json

    from flows.score import raised

    floors = _floors(path) if path.exists() else {}
    floors[name] = raised(measured, floors.get(name, {}), allow_lower=allow_lower)
    path.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", "utf-8")


@app.command()
def units(
    format: Annotated[ListFormat, typer.Option(help="How to show the list.")] = ListFormat.table,
    kind: Annotated[str | None, typer.Option(help="Only units of this kind, such as area.")] = None,
) -> None:
    """List the units that are known, with their codes and factors.

    Example: numerate units --kind area
    """
    from schemas.units import rows

    found = [row for row in rows() if kind in (None, row["unit_kind"])]
    if not found:
        raise WrongUseError(
            f"no unit of kind {kind!r}; there are {', '.join(sorted({r['unit_kind'] for r in rows()}))}"
        )
    _show_list(found, format)


@app.command()
def runs(
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many, newest first.")] = 20,
    reap: Annotated[bool, typer.Option("--reap", help="Mark runs as crashed whose process is gone.")] = False,
    format: Annotated[ListFormat, typer.Option(help="How to show the list.")] = ListFormat.table,
) -> None:
    """List the runs that Prefect remembers; mark those that died.

    Example: numerate runs --reap
    """
    from flows.embedded import begin_server, prepare

    prepare()
    answers = begin_server()
    from flows import runs as prefect_runs

    answers()
    if reap:
        gone = prefect_runs.reap()
        typer.echo(f"{len(gone)} marked as crashed: {', '.join(gone)}" if gone else "no run has died")
        return
    found = prefect_runs.listed(limit)
    if found:
        _show_list(found, format)
    else:
        typer.echo("no runs yet; `numerate run` makes one")


@snapshots_app.callback(invoke_without_command=True)
def snapshots(context: typer.Context) -> None:
    """List, verify, roll back and prune what was published; alone it lists the snapshots in `processed`.

    Example: numerate snapshots
    """
    if context.invoked_subcommand is None:
        list_snapshots()


@snapshots_app.command("list")
def list_snapshots(
    processed: Processed = "processed",
    format: Annotated[ListFormat, typer.Option(help="How to show the list.")] = ListFormat.table,
) -> None:
    """List the snapshots, oldest first, the current one marked.

    Example: numerate snapshots list processed --format json
    """
    from flows.objectstore import snapshots_at

    store = snapshots_at(processed)
    current = store.current()
    found = [_snapshot_row(store, name, name == current) for name in store.ids()]
    if not found:
        raise WrongUseError(f"nothing is published in {processed}; `numerate run` publishes")
    _show_list(found, format)


def _snapshot_row(store: Snapshots, name: str, is_current: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"snapshot": name, "current": "*" if is_current else ""}
    counted = ("documents", "figures", "quarantine")
    try:
        tables = store.manifest(name)["tables"]
        return row | {table: tables[table]["rows"] for table in counted}
    except (DamagedError, KeyError, TypeError):
        return row | dict.fromkeys(counted, "damaged")


@snapshots_app.command("verify")
def verify_snapshot(
    processed: Processed = "processed",
    snapshot: Annotated[str | None, typer.Argument(help="Its id; the current one if left out.")] = None,
) -> None:
    """Check files, hashes, counts and columns of a snapshot; exit with 1 when something is wrong.

    Example: numerate snapshots verify processed
    """
    store, name = _named(processed, snapshot)
    wrong = store.verify(name)
    _warn(wrong)
    if wrong:
        raise typer.Exit(Exit.LOOK)
    typer.echo(f"{name} is whole")


@snapshots_app.command("rollback")
def roll_back(
    snapshot: Annotated[str, typer.Argument(help="The snapshot to go back to.")], processed: Processed = "processed"
) -> None:
    """Make an older snapshot the current one, if it is whole; the newer ones stay.

    Example: numerate snapshots rollback 20260101T000000Z-0123abcd processed
    """
    from flows.lock import exclusive

    store, name = _named(processed, snapshot)
    if wrong := store.verify(name):
        _warn(wrong)
        raise RefusedError(f"{name} is not whole; the current snapshot stays as it is")
    with exclusive(store.root, wait=True, say=lambda message: _warn([message])):
        store.flip(name)
    typer.echo(f"{name} is current")


@snapshots_app.command("prune")
def prune_snapshots(
    processed: Processed = "processed",
    days: Annotated[float, typer.Option(min=0, max=36_500, help="How long readers may still be at one.")] = 7,
) -> None:
    """Remove snapshots that ceased to be current longer ago than the grace period; the current one always stays.

    Example: numerate snapshots prune processed --days 30
    """
    from flows.lock import exclusive
    from flows.objectstore import snapshots_at

    store = snapshots_at(processed)
    if store.current() is None:
        raise WrongUseError(f"nothing is published in {processed}")
    with exclusive(store.root, wait=True, say=lambda message: _warn([message])):
        gone = store.prune(days)
    typer.echo(f"{len(gone)} removed: {', '.join(gone)}" if gone else "nothing to remove")


def _named(processed: str, snapshot: str | None) -> tuple[Any, str]:
    from flows.objectstore import snapshots_at

    store = snapshots_at(processed)
    name = snapshot or store.current()
    if name is None or (snapshot and name not in store.ids()):
        raise WrongUseError(f"there is no snapshot {name!r} in {processed}" if name else f"nothing is in {processed}")
    return store, name


def _stream(source: str, answer: Any) -> None:
    from flows.filters import answer_lines

    failed = False
    with _lines(source) as lines:
        for line, is_error in answer_lines(lines, answer):
            failed = failed or is_error
            _write(line + "\n")
    if failed:
        raise typer.Exit(Exit.LOOK)


def _lines(source: str) -> Any:
    if source == "-":
        return sys.stdin.buffer
    try:
        return open(source, "rb")
    except OSError as error:
        raise WrongUseError(f"{source}: {error.strerror}") from error


def main(arguments: list[str] | None = None) -> NoReturn:
    """The entry point: exit statuses as ``flows.outcome.Exit`` has them, and no traceback for a user's mistake."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        found = of_working_folder()
        app(arguments, prog_name="numerate", default_map=_defaults(found), obj=found)
    except RunError as error:
        _warn([str(error)])
        raise SystemExit(int(error.status)) from None
    except RuleError as error:
        _warn([str(error)])
        raise SystemExit(int(Exit.WRONG_USE)) from None
    except OSError as error:
        _warn([_what_failed(error)])
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(int(Exit.FAILED)) from None
    raise SystemExit(int(Exit.DONE))


def _defaults(found: Mapping[str, Setting]) -> dict[str, Any]:
    """What the files and the environment say, for every command, the commands of groups, and the program itself."""
    said = as_defaults(found)
    commands = [*app.registered_commands, *operations.app.registered_commands]
    below = {_name(command): said for command in commands}
    for group in app.registered_groups:
        if group.name and group.typer_instance:
            below[group.name] = {_name(command): said for command in group.typer_instance.registered_commands}
    return below | {"rules": said.get("rules", "")}


def _name(command: Any) -> str:
    return str(command.name or command.callback.__name__.replace("_", "-"))


@app.command()
def config(
    context: typer.Context,
    format: Annotated[ListFormat, typer.Option(help="How to show the list.")] = ListFormat.table,
) -> None:
    """Print the settings in force here, and where each was said.

    Example: numerate config
    """
    _show_list([asdict(setting) for setting in context.obj.values()], format)


@app.command("tables")
def rule_tables(
    check: Annotated[bool, typer.Option("--check", help="Run the examples of the project's own rows.")] = False,
    format: Annotated[ListFormat, typer.Option(help="How to show the list.")] = ListFormat.table,
) -> None:
    """List the rule tables; with --check, end with 1 when a row of one's own does not do what its examples say.

    Example: numerate tables --check
    """
    from extractors import lexicon
    from extractors.rule_examples import tables, untrue

    found = tables()
    if check:
        wrong = [line for table, rows in found.items() for row in rows if row.is_local for line in untrue(table, row)]
        _warn(wrong)
        if wrong:
            raise typer.Exit(Exit.LOOK)
        _write(f"{sum(row.is_local for rows in found.values() for row in rows)} rows of one's own do what they say\n")
        return
    own = {name: str(path) for name, path in lexicon.local_tables().items()}
    counts = {name: sum(row.is_local for row in rows) for name, rows in found.items()}
    _show_list(
        [
            {"table": name, "rows": len(rows), "own": counts[name], "file": own.get(name, "")}
            for name, rows in sorted(found.items())
        ],
        format,
    )


def _what_failed(error: OSError) -> str:
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {error.strerror}"
    return f"could not write the output: {error.strerror or error}; free some space or write elsewhere"


if __name__ == "__main__":
    main()
