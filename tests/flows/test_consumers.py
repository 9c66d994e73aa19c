"""The queries in processed/README.md give what the page shows, on the two sample pages."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import duckdb

from flows.batch import process_batch
from flows.run import make_ready, publish, record, run_here, take_stock, tasks
from flows.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "processed" / "README.md"
_QUERY = re.compile(r"```sql\n(.*?)```\n\n```\n(.*?)```", re.S)


def shown(found: Any) -> str:
    """A result as the page shows it: columns under their names."""
    rows = [[str(name[0]) for name in found.description], *([str(cell) for cell in row] for row in found.fetchall())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join("  ".join(map(str.ljust, row, widths)).rstrip() + "\n" for row in rows)


def answers(folder: Path) -> list[str]:
    """What the queries of the page give on the sample pages."""
    settings = Settings(str(ROOT / "raw"), str(folder / "processed"))
    work = make_ready(settings, take_stock(settings))
    for task in tasks(work):
        record(work, process_batch(task))
    publish(work, run_here)
    current = folder / "processed" / "current"
    with duckdb.connect() as database:
        database.execute(f"set file_search_path = '{current}'")
        database.execute((current / "numerate.sql").read_text())
        return [shown(database.execute(query)) for query, _ in _QUERY.findall(PAGE.read_text("utf-8"))]


def test_five_questions_have_the_answers_shown(tmp_path: Path) -> None:
    """When this fails and the new answers are right: `python -m tests.flows.test_consumers`."""
    written = [answer for _, answer in _QUERY.findall(PAGE.read_text("utf-8"))]
    assert len(written) == 5
    assert answers(tmp_path) == written


if __name__ == "__main__":
    place = ROOT / "build" / "consumers"
    shutil.rmtree(place, ignore_errors=True)
    found = iter(answers(place))
    page = PAGE.read_text("utf-8")
    PAGE.write_text(_QUERY.sub(lambda m: f"```sql\n{m[1]}```\n\n```\n{next(found)}```", page), "utf-8")
