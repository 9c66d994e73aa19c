"""What the commands write: output that ends quietly when its reader has gone, warnings, lists."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

import typer

from flows.outcome import Exit


class Runner(StrEnum):
    """Who reads the batches."""

    local = "local"
    dask = "dask"


RunnerOption = Annotated[
    Runner, typer.Option(help="Who reads: processes of this machine, or the workers of a Dask cluster.")
]
BatchBytes = Annotated[int, typer.Option(min=1, help="About so many bytes of raw files are one batch.")]
AddressOption = Annotated[
    str, typer.Option(metavar="URL", help="The scheduler of --runner dask, tcp://HOST:8786; none starts one here.")
]


class ListFormat(StrEnum):
    """How a list is shown."""

    table = "table"
    json = "json"
    csv = "csv"


class ExportFormat(StrEnum):
    """What a table is exported as."""

    csv = "csv"
    jsonl = "jsonl"
    sdmx = "sdmx"


class DifferenceFormat(StrEnum):
    """How differences are shown."""

    text = "text"
    json = "json"


def write(text: str) -> None:
    """Writes and flushes, so that a reader sees each line at once; ends quietly when the reader has gone."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would flush once more at the end, and complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(Exit.DONE) from None


def warn(messages: Iterable[str]) -> None:
    """Says something to the person at the terminal, beside the output."""
    for message in messages:
        typer.echo(f"numerate: {message}", err=True)


def show_list(found: list[dict[str, Any]], format: ListFormat) -> None:
    """Shows rows with the same keys: as a table, as JSON lines or as CSV."""
    from flows import display, filters

    if format is ListFormat.json:
        write("".join(filters.as_json(row) + "\n" for row in found))
    elif format is ListFormat.csv:
        write(filters.as_csv(found, found[0]))
    else:
        display.show(display.plain_table(found))


def in_colour() -> bool:
    """Whether the output is a terminal whose user has not asked for plain text (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
