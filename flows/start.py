"""Starting a flow from the command line: checks that need no Prefect first, then Prefect, then the flow."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.lexicon import LOCAL
from extractors.reading.files import is_remote
from flows.log import told
from flows.outcome import Report, RunError, WrongUseError

if TYPE_CHECKING:
    from extractors.model import Document


def check_folders(raw: str, processed: str) -> None:
    """Says at once what the flow would only find out after Prefect has started.

    Raises:
        WrongUseError: a folder is not there, is none, or lies where nothing may be written.
        DamagedError: what is published is not whole.
        RuleError: a rule table of the project's own cannot be used.
    """
    if is_remote(raw):
        _check_remote_raw(raw)
    elif not os.path.isdir(raw.removeprefix("file://")):
        raise WrongUseError(f"RAW is {raw!r}, which is {'no folder' if os.path.exists(raw) else 'not there'}")
    if not is_remote(processed) and os.path.exists(processed) and not os.path.isdir(processed):
        raise WrongUseError(f"PROCESSED is {processed!r}, which is no folder")
    if _lies_inside(processed, raw):
        raise WrongUseError(f"PROCESSED ({processed}) lies inside RAW ({raw}), where nothing is ever written")
    from flows.objectstore import snapshots_at

    snapshots_at(processed).published()
    _check_rules()


def check_runner(runner: str, address: str) -> None:
    """Whether who is to read the batches can be had.

    Raises:
        WrongUseError: an address that nobody uses, or the extra for Dask is not installed.
    """
    if runner != "dask":
        if address:
            raise WrongUseError(f"--address {address} is that of a Dask cluster; add --runner dask")
        return
    if importlib.util.find_spec("prefect_dask") is None:
        raise WrongUseError("--runner dask needs Dask; `pip install 'numerate[dask]'` installs it")


def _check_remote_raw(raw: str) -> None:
    from flows.objectstore import open_store, reaching

    with reaching(raw):
        files, path = open_store(raw)
        there = files.isdir(path)
    if not there:
        raise WrongUseError(f"RAW is {raw!r}, where there is nothing")


def _lies_inside(processed: str, raw: str) -> bool:
    if is_remote(raw) or is_remote(processed):
        return f"{processed.rstrip('/')}/".startswith(f"{raw.rstrip('/')}/")
    inner, outer = (Path(place.removeprefix("file://")).resolve() for place in (processed, raw))
    return inner.is_relative_to(outer)


def _check_rules() -> None:
    """A faulty row of a project's own must not end worker after worker."""
    if os.environ.get(LOCAL):
        from extractors.rule_examples import tables

        tables()


def run_flow(name: str, raw: str, processed: str, options: dict[str, Any], *, quiet: bool) -> Report:
    """Runs a flow of ``flows.process`` with an embedded server, or the one that is named.

    Raises:
        RunError: nothing was published; its ``status`` is the exit status.
    """
    from flows.embedded import begin_server, end_orphans, prepare, reach_server
    from flows.interrupts import interruptible
    from flows.progress import SHOWN, on_terminal

    with interruptible(), on_terminal(quiet=quiet) as progress:
        progress.stage("starting Prefect")
        SHOWN.set(progress)
        prepare()
        reach_server()
        end_orphans()
        answers = begin_server()
        from flows import process  # takes seconds, too: meanwhile the server starts
        from flows.runs import tagged

        answers()
        try:
            with tagged():
                found: Report = getattr(process, name)(raw, processed, **options)
            return found
        except RunError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever Prefect has raised, it is told in words
            raise RunError(f"nothing was published: {told(error)}") from None


def tell(found: Report) -> None:
    """The summary of a run on the terminal."""
    import typer
    from rich.console import Console

    from flows.summary import as_table, next_steps

    Console().print(as_table(found))
    for step in next_steps(found):
        typer.echo(step)


def document_of_file(source: str) -> Document:
    """The document of a file or of standard input, read as the flow reads it.

    Raises:
        WrongUseError: there is no such file.
        RunError: it cannot be read.
    """
    from extractors.reading import RawFile, Refusal, local_source, read

    try:
        if source == "-":
            return read(RawFile("-", ".txt", sys.stdin.buffer.read()))
        return read(local_source(source))
    except Refusal as refusal:
        kind = WrongUseError if refusal.reason in ("vanished", "not_a_file") else RunError
        raise kind(f"{source}: {refusal.detail} ({refusal.reason})") from refusal
