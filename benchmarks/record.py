"""Measures quality and start-up and writes the rows into RESULTS.md: `python -m benchmarks.record`.

A row names the commit it was measured on, with a `+` where the work tree had changes that are not in it.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import startup

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "RESULTS.md"


def with_row(page: str, heading: str, cells: list[str]) -> str:
    """The page with a row on top of the table under a heading.

    >>> print(with_row("## A\\n\\n| x |\\n|---|\\n| 1 |\\n", "A", ["2"]))
    ## A
    <BLANKLINE>
    | x |
    |---|
    | 2 |
    | 1 |
    <BLANKLINE>
    """
    rule = page.index("|---", page.index(f"## {heading}\n"))
    end_of_line = page.index("\n", rule) + 1
    return f"{page[:end_of_line]}| {' | '.join(cells)} |\n{page[end_of_line:]}"


def commit() -> str:
    """The short name of the present commit, with `+` when files differ from it."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", "extractors", "schemas", "flows")
    return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")


def scores(folder: str) -> dict[str, Any]:
    """What `numerate score` measures on a folder of annotated documents."""
    with tempfile.TemporaryDirectory() as name:
        target = Path(name) / "scores.json"
        command = [startup.NUMERATE, "score", folder, "--json", str(target)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        measured: dict[str, Any] = json.loads(target.read_text("utf-8"))
    return measured


def quality_row(folder: str) -> list[str]:
    """The cells that the quality table shows of a folder's scores."""
    found = scores(folder)
    shares = [found["found"]["f1"], found["found+unit"]["f1"], found["row"]["f1"], found["text"]]
    return [
        f"{found['documents']} ({found['gold']} figures)",
        f"`numerate score {folder}`",
        *(f"{100 * share:.1f}" for share in shares),
        str(found["numbers_invented"]),
    ]


def main() -> None:
    """Measure, then write all rows at once."""
    page = RESULTS.read_text("utf-8")
    stamp = [datetime.datetime.now(datetime.UTC).date().isoformat(), commit()]
    for folder in (f"tests/gold/{name}" for name in ("towns", "later", "varied", "fresh", "own", "dev", "seeds")):
        page = with_row(page, "Quality", stamp + quality_row(folder))
    times = startup.medians()
    base = times["spacy.blank"]
    cells = [f"{times[name]:.2f} s ({times[name] / base:.2f} x)" for name in ("numerate clean", "numerate extract")]
    page = with_row(page, "Start-up", [*stamp, "`python -m benchmarks.startup`", f"{base:.2f} s", *cells])
    RESULTS.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
