"""The queries in processed/README.md give what the page shows, on the two sample pages."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pytest

from flows.batch import process_batch
from flows.pieces import run_here
from flows.run import make_ready, publish, record, take_stock, tasks
from flows.settings import Settings
from schemas import TABLES
from schemas.dictionary import readme

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "processed" / "README.md"
_QUERY = re.compile(r"```sql\n(.*?)```\n\n```\n(.*?)```", re.S)


def shown(found: Any) -> str:
    """A result as the page shows it: columns under their names."""
    rows = [[str(name[0]) for name in found.description], *([str(cell) for cell in row] for row in found.fetchall())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join("  ".join(map(str.ljust, row, widths)).rstrip() + "\n" for row in rows)


def published(folder: Path) -> Path:
    """The snapshot of the sample pages."""
    settings = Settings(str(ROOT / "raw"), str(folder / "processed"))
    work = make_ready(settings, take_stock(settings))
    for task in tasks(work):
        record(work, process_batch(task))
    publish(work, run_here)
    return folder / "processed" / "current"


def answers(folder: Path) -> list[str]:
    """What the queries of the page give on the sample pages."""
    current = published(folder)
    with duckdb.connect() as database:
        database.execute(f"set variable numerate = '{current}'")
        database.execute((current / "numerate.sql").read_text())
        return [shown(database.execute(query)) for query, _ in _QUERY.findall(PAGE.read_text("utf-8"))]


def test_five_questions_have_the_answers_shown(tmp_path: Path) -> None:
    """When this fails and the new answers are right: `python -m tests.flows.test_consumers`."""
    written = [answer for _, answer in _QUERY.findall(PAGE.read_text("utf-8"))]
    assert len(written) == 5
    assert answers(tmp_path) == written


def test_the_page_names_every_view_and_how_an_offset_is_used_in_sql(tmp_path: Path) -> None:
    written = PAGE.read_text("utf-8")
    current = published(tmp_path)
    quote = re.search(r"in SQL: `(substr.*?)`", written)
    assert quote
    with duckdb.connect() as database:
        database.execute(f"set variable numerate = '{current}'")
        database.execute((current / "numerate.sql").read_text())
        views = {name for (name,) in database.execute("show tables").fetchall()}
        found = database.execute(f"select quote, {quote[1]} from figures join documents using (doc_id)").fetchall()
    assert {name for name in views if f"`{name}`" not in written} == set()
    assert len(found) == 34
    assert all(stated == cut for stated, cut in found)


_RECIPE = re.compile(r"```python\n# (\w+)[^\n]*\n(.*?)```", re.S)
RECIPES = _RECIPE.findall(PAGE.read_text("utf-8"))


@pytest.mark.parametrize(("engine", "code"), RECIPES, ids=[engine for engine, _ in RECIPES])
def test_a_recipe_gives_what_the_others_give(
    engine: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["answer"] == [885200000000.0, 348700000000.0, 320100000000.0]


def test_every_snapshot_has_the_page(tmp_path: Path) -> None:
    assert (published(tmp_path) / "README.md").read_text("utf-8") == PAGE.read_text("utf-8")


def test_there_is_a_recipe_for_each_engine() -> None:
    assert [engine.lower() for engine, _ in RECIPES] == ["pandas", "polars", "duckdb", "pyarrow"]


VIEWS = ("figures_in_si", "figures_with_documents", "findings_with_figures", *TABLES)


def test_the_views_work_in_the_folder_and_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    current = published(tmp_path)
    script = (current / "numerate.sql").read_text()
    for folder, place in ((current, None), (tmp_path, "processed/current"), (Path("/"), str(current))):
        monkeypatch.chdir(folder)
        with duckdb.connect() as database:
            if place:
                database.execute(f"set variable numerate = '{place}'")
            database.execute(script)
            counts = {view: database.execute(f"select count(*) from {view}").fetchone() for view in VIEWS}
        manifest = json.loads((current / "manifest.json").read_text())["tables"]
        assert {name: counts[name] for name in TABLES} == {name: (entry["rows"],) for name, entry in manifest.items()}
        assert counts["figures_with_documents"] == counts["figures"]
        assert counts["figures_in_si"] != (0,)


def by_file(package: Path) -> Any:
    """The package with a resource for each file: of several, frictionless reads the first only."""
    content = json.loads(package.read_text())
    split = []
    for resource in content["resources"]:
        paths = resource["path"] if isinstance(resource["path"], list) else [resource["path"]]
        resource["schema"].pop("foreignKeys", None)
        split += [resource | {"name": f"{resource['name']}-{at}", "path": path} for at, path in enumerate(paths)]
    package.with_name("by-file.json").write_text(json.dumps(content | {"resources": split}))
    return frictionless.validate(str(package.with_name("by-file.json")), type="package")


def test_frictionless_takes_the_package_and_finds_what_is_wrong(tmp_path: Path) -> None:
    current = published(tmp_path)
    whole = frictionless.validate(str(current / "datapackage.json"))
    assert whole.valid, whole.flatten(["name", "message"])[:5]
    found = by_file(current / "datapackage.json")
    assert found.valid, found.flatten(["name", "message"])[:5]
    rows: Counter[str] = Counter()
    for task in found.tasks:
        rows[task.name.partition("-")[0]] += task.stats.get("rows", 0)
    tables = json.loads((current / "manifest.json").read_text())["tables"]
    assert rows == {name: entry["rows"] for name, entry in tables.items()}
    package = json.loads((current / "datapackage.json").read_text())
    figures = next(resource for resource in package["resources"] if resource["name"] == "figures")
    by_name = {field["name"]: field for field in figures["schema"]["fields"]}
    by_name["kind"]["constraints"]["enum"].remove("level")
    by_name["value"]["type"] = "date"
    for name in ("kind", "value"):
        del by_name[name]["example"]  # which would be wrong, too
    (current / "datapackage.json").write_text(json.dumps(package))
    wrong = by_file(current / "datapackage.json")
    assert {field for _, field in wrong.flatten(["name", "fieldName"])} == {"kind", "value"}


if __name__ == "__main__":
    place = ROOT / "build" / "consumers"
    shutil.rmtree(place, ignore_errors=True)
    found = iter(answers(place))
    template = ROOT / "schemas" / "consumers.md"
    page = template.read_text("utf-8")
    template.write_text(_QUERY.sub(lambda m: f"```sql\n{m[1]}```\n\n```\n{next(found)}```", page), "utf-8")
    PAGE.write_text(readme(), "utf-8")
