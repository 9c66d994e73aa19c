"""A run on the sample pages, what it publishes, and what later runs do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

import schemas
from extractors.reading import local_source, read
from flows.batch import Task, process_batch
from flows.filters import extract_answer
from flows.pieces import run_here
from flows.plan import batches, take_inventory
from flows.run import make_ready, publish, record, take_stock, tasks
from flows.settings import Settings
from tests.flows.conftest import ENGLISH, Numerate, command, shard_bytes

pytestmark = pytest.mark.server


def test_the_sample_pages_give_figures(sample: Path, root: Path) -> None:
    figures = schemas.read(sample, "figures")
    documents = schemas.read(sample, "documents")
    assert len(documents) == len(list((root / "raw").glob("*.txt")))
    assert len(figures) >= 30
    assert figures.figure_id.is_unique
    assert set(figures.doc_id) <= set(documents.doc_id)
    assert documents.figures.sum() == len(figures)
    assert documents.edits.sum() == len(schemas.read(sample, "edits"))
    assert set(figures.unit.str.split(":").str[0]) - {"count"} <= set(schemas.read(sample, "units").unit)


def rows(processed: Path, table: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = schemas.read(processed, table, engine="pyarrow").to_pylist()
    return listed


def test_every_figure_points_to_its_raw_form(sample: Path) -> None:
    """The raw span, with the repairs inside it applied, reads as the quote."""
    documents = {row["doc_id"]: row for row in rows(sample, "documents")}
    edits = rows(sample, "edits")
    figures = rows(sample, "figures")
    assert any(figure["repaired"] for figure in figures), "the sample has repaired figures"
    for figure in figures:
        document, start, end = documents[figure["doc_id"]], figure["raw_start"], figure["raw_end"]
        assert document["clean_text"][figure["start"] : figure["end"]] == figure["quote"]
        mine = [edit for edit in edits if edit["doc_id"] == figure["doc_id"]]
        inside = [edit for edit in mine if edit["raw_start"] < end and edit["raw_end"] > start]
        assert repaired(document["text"], start, end, inside) == figure["quote"]
        assert set(figure["repaired"]) == {edit["rule"] for edit in inside}


def repaired(text: str, start: int, end: int, edits: list[dict[str, Any]]) -> str:
    pieces, at = [], start
    for edit in edits:
        assert text[edit["raw_start"] : edit["raw_end"]] == edit["before"]
        pieces += [text[at : edit["raw_start"]], edit["after"]]
        at = edit["raw_end"]
    return "".join([*pieces, text[at:end]])


def test_three_libraries_read_the_same_rows(sample: Path) -> None:
    folder = sample / "current" / "figures"
    by_pandas: list[Any] = pd.read_parquet(folder, dtype_backend="pyarrow").to_dict("records")
    by_duckdb = duckdb.read_parquet(f"{folder}/*.parquet").to_arrow_table().to_pylist()
    by_polars = pl.read_parquet(f"{folder}/*.parquet").to_dicts()
    ours = schemas.read(sample, "figures", engine="pyarrow").to_pylist()
    wanted = [plain(row) for row in ours]
    assert [[plain(row) for row in rows] for rows in (by_pandas, by_duckdb, by_polars)] == [wanted] * 3


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if hasattr(value, "__len__") and not isinstance(value, str)
        else None if value is pd.NA or value is None
        else value
        for name, value in row.items()
    }  # fmt: skip


def test_the_views_of_the_snapshot_work(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample / "current")
    with duckdb.connect() as connection:
        connection.execute(Path("numerate.sql").read_text())
        counts = [
            connection.execute(f"select count(*) from {name}").fetchall()[0][0]
            for name in ("figures", "figures_with_documents", "units", "figures_in_si")
        ]
    assert counts[:3] == [len(schemas.read(sample, name)) for name in ("figures", "figures", "units")]
    assert counts[3] > 0
    package = json.loads(Path("datapackage.json").read_text())
    for resource in package["resources"]:
        paths = resource["path"] if isinstance(resource["path"], list) else [resource["path"]]
        assert all(Path(path).is_file() for path in paths)


def test_the_filter_gives_the_rows_of_the_flow(sample: Path, root: Path) -> None:
    for path in sorted((root / "raw").glob("*.txt")):
        flow = schemas.read(sample, "figures", where=[("source", "=", path.name)], engine="pyarrow").to_pylist()
        answered = extract_answer(read(local_source(path)))["figures"]
        assert len(flow) == len(answered) > 0
        for row, figure in zip(flow, answered, strict=True):
            dates = {name: figure[name] for name in ("period_start", "period_end")}
            assert {name: value and str(value) for name, value in row.items() if name in dates} == dates
            same = [name for name in figure if name not in dates and name != "flags"]
            assert {name: row[name] for name in same} == {name: figure[name] for name in same}


def test_read_selects_filters_and_knows_engines(sample: Path) -> None:
    money = schemas.read(sample, "figures", columns=["value", "unit"], where=[("unit", "=", "CNY")])
    assert list(money.columns) == ["value", "unit"]
    assert set(money.unit) == {"CNY"}
    either = schemas.read(sample, "figures", where=[[("unit", "=", "CNY")], [("kind", "=", "rank")]])
    assert set(either.kind) >= {"rank", "level"}
    assert len(schemas.read(sample, "figures", engine="polars")) == len(schemas.read(sample, "figures"))
    assert schemas.read(sample, "figures", engine="duckdb").aggregate("count(*)").fetchall()[0][0] >= 30
    with pytest.raises(LookupError, match="has no table 'figure'"):
        schemas.read(sample, "figure")
    with pytest.raises(LookupError, match="nothing is published"):
        schemas.read(sample.parent, "figures")
    with pytest.raises(ValueError, match="unknown engine"):
        schemas.read(sample, "figures", engine="spark")  # type: ignore[arg-type]


def test_the_manifest_says_what_is_there(sample: Path) -> None:
    manifest = json.loads((sample / "current" / "manifest.json").read_text())
    assert set(manifest["tables"]) == set(schemas.TABLES)
    for name, table in manifest["tables"].items():
        files = sorted(path.name for path in (sample / "current" / name).iterdir())
        assert files == [part["name"] for part in table["files"]]
        assert table["rows"] == sum(pq.read_metadata(sample / "current" / name / file).num_rows for file in files)
    assert {"discover", "read", "extract", "validate"} <= set(manifest["seconds"])


def test_shards_carry_descriptions_but_no_clock_and_no_path(sample: Path) -> None:
    for path in (sample / "current").glob("*/*.parquet"):
        schema = pq.read_schema(path)
        assert all(field.metadata[b"description"] for field in schema)
        assert str(sample).encode() not in path.read_bytes()


def test_a_second_run_has_nothing_to_do(sample: Path, root: Path, numerate: Numerate) -> None:
    before = (sample / "current").readlink()
    ended = numerate("run", root / "raw", sample)
    assert ended.status == 0
    assert "nothing new" in ended.out
    assert (sample / "current").readlink() == before


def test_the_command_says_only_what_it_has_to_say(root: Path, processed: Path, server: str) -> None:
    """In a process of its own, as a user runs it: the summary on stdout, events on stderr, no log of Prefect's."""
    ended = command("run", root / "raw", processed, PREFECT_API_URL=server)
    assert ended.status == 0
    assert [json.loads(line)["event"] for line in ended.err.splitlines()] == ["discovered", "planned", "ended"]
    assert "2 new" in ended.out


PAGES = {
    f"page{number}.txt": f"City {number} report.\n\nIn 2020, GDP hit {number + 10}.5 billion yuan, up {number}.5%.\n"
    for number in range(40)
}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text)
    return folder


def test_incremental_equals_full_byte_for_byte(pages: Path, tmp_path: Path, numerate: Numerate) -> None:
    assert numerate("run", pages, tmp_path / "a").status == 0
    first = shard_bytes(tmp_path / "a")
    (pages / "page3.txt").write_text("In 2021, exports reached 7 billion yuan, 3 times those of 2015.")
    (pages / "page4.txt").unlink()
    (pages / "sub").mkdir()
    (pages / "sub" / "new.txt").write_text("Imports fell by 3.5 percent in 2019.")
    (pages / "twin.txt").write_text(PAGES["page7.txt"])
    (pages / "scan.txt").write_bytes(b"%PDF-1.7")
    ended = numerate("run", pages, tmp_path / "a")
    assert "3 new, 1 changed" in ended.out or "2 new" in ended.out
    assert "1 gone" in ended.out
    assert numerate("run", pages, tmp_path / "b").status == 0
    second = shard_bytes(tmp_path / "a")
    assert second == shard_bytes(tmp_path / "b")
    assert len(set(first) & set(second)) > len(first) / 2, "shards that did not change keep their names"
    twins = schemas.read(tmp_path / "a", "documents").sources.map(list).tolist()
    assert ["page7.txt", "twin.txt"] in twins, "identical files are one document with two sources"


def test_one_document_changed_rewrites_one_shard_of_each_table(pages: Path, tmp_path: Path, numerate: Numerate) -> None:
    assert numerate("run", pages, tmp_path / "p").status == 0
    before = shard_bytes(tmp_path / "p")
    (pages / "page3.txt").write_text("In 2021,exports reached 7 . 5 billion yuan, 3 times those of 2015.")
    assert numerate("run", pages, tmp_path / "p").status == 0
    after = shard_bytes(tmp_path / "p")
    tables = [name.split("/")[0] for name in set(after) - set(before)]
    rewritten = [name for name in tables if name not in ("observations", "findings")]  # those go by what they are about
    assert sorted(rewritten) in (["documents", "figures"], ["documents", "edits", "figures"])


def test_workers_and_order_do_not_show(pages: Path, tmp_path: Path, numerate: Numerate) -> None:
    assert numerate("run", pages, tmp_path / "here").status == 0
    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    for name in sorted(PAGES, reverse=True):
        shutil.copy(pages / name, shuffled / name)
    ended = numerate("run", shuffled, tmp_path / "pool", "--workers", "2")
    assert ended.status == 0, ended.err
    assert shard_bytes(tmp_path / "here") == shard_bytes(tmp_path / "pool")


def staged(pages: Path, processed: Path, how_many: int) -> Settings:
    """A run that was killed after some batches."""
    settings = Settings(str(pages), str(processed), batch_bytes=10_000)
    work = make_ready(settings, take_stock(settings))
    for task in list(tasks(work))[:how_many]:
        process_batch(task)
    return settings


def test_what_a_dead_run_had_done_is_not_done_again(pages: Path, tmp_path: Path) -> None:
    settings = staged(pages, tmp_path / "p", 5)
    (pages / "page5.txt").unlink()
    work = make_ready(settings, take_stock(settings))
    left = list(tasks(work))
    done = sum(work.ledger.outcomes().values())
    assert done > 10
    assert done + sum(len(task.items) for task in left) == 39
    for task in left:
        record(work, process_batch(task))
    publish(work, run_here)
    whole = Settings(str(pages), str(tmp_path / "q"))
    again = make_ready(whole, take_stock(whole))
    for task in tasks(again):
        record(again, process_batch(task))
    publish(again, run_here)
    assert shard_bytes(tmp_path / "p") == shard_bytes(tmp_path / "q")
    assert not list((tmp_path / "p" / ".staging").glob("*/*"))


def test_too_many_failing_figures_are_refused(
    tmp_path: Path, numerate: Numerate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check that finds every tenth value wrong stands for rules gone wrong."""
    from schemas import figures
    from schemas.table import one_of

    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.txt").write_text("\n\n".join(f"In 2020, exports reached {n}.5 billion yuan." for n in range(200)))
    strict = figures.SCHEMA.columns["bound"].set_checks([one_of("approx")])
    monkeypatch.setitem(figures.SCHEMA.columns, "bound", strict)
    ended = numerate("run", raw, tmp_path / "p")
    assert ended.status == 4
    assert "--max-quarantine" in ended.err
    assert not (tmp_path / "p" / "current").exists()
    assert numerate("run", raw, tmp_path / "p", "--max-quarantine", "1").status == 0
    row = schemas.read(tmp_path / "p", "quarantine").iloc[0]
    assert (row.reason, row.table) == ("bound.vocabulary", "figures")
    assert json.loads(row.row)["quote"]
    assert row.snippet in (raw / "a.txt").read_text()


def test_batches_are_capped_and_keep_every_document(pages: Path) -> None:
    inventory = take_inventory(str(pages), follow_links=False, max_bytes=10**6)
    inventory.ledger.group()
    todo = list(inventory.ledger.todo())
    cut = list(batches(todo, 10_000))
    assert [item for batch in cut for item in batch] == todo
    assert all(sum(item.cost for item in batch) <= 10_000 for batch in cut)
    assert len(todo) == 40


def test_a_document_that_changes_during_the_run_is_taken_as_it_is_read(pages: Path, tmp_path: Path) -> None:
    settings = Settings(str(pages), str(tmp_path / "p"))
    work = make_ready(settings, take_stock(settings))
    (pages / "page1.txt").write_text(ENGLISH)
    (pages / "page2.txt").unlink()
    for task in tasks(work):
        record(work, process_batch(task))
    publish(work, run_here)
    documents = schemas.read(tmp_path / "p", "documents")
    assert ENGLISH in documents.text.tolist()
    assert schemas.read(tmp_path / "p", "quarantine").reason.tolist() == ["vanished"]
    again = make_ready(settings, take_stock(settings))
    assert again.ledger.cost() == 0, "the index knows what was read, not what was listed"


def test_a_document_over_its_time_is_quarantined(pages: Path, tmp_path: Path) -> None:
    settings = Settings(str(pages), str(tmp_path / "p"), seconds_per_document=1e-4)
    work = make_ready(settings, take_stock(settings))
    task: Task = next(iter(tasks(work)))
    done = process_batch(task)
    assert done.quarantined["too_slow"] >= 39


#: publishes RAW in PROCESSED and tells what the snapshot is made of
_PUBLISHED = """
import json, sys
from pathlib import Path
from tests.flows.reviews import published
if __name__ == "__main__":
    published(Path(sys.argv[1]), Path(sys.argv[2]))
    manifest = json.loads(Path(sys.argv[2], "current", "manifest.json").read_text())
    print(json.dumps([manifest[part] for part in ("tables", "files", "report")], sort_keys=True))
"""


def test_neither_day_nor_place_nor_chance_shows(root: Path, tmp_path: Path) -> None:
    """Two places where it is never the same day, in two languages, with two orders of every set of texts."""
    raw = tmp_path / "raw"
    shutil.copytree(root / "raw", raw)
    (raw / "relative.txt").write_text("Lanhe City\n\nLast year GDP of Lanhe rose by 5.9% to 3.5 billion yuan.\n")
    found = []
    for place, day, language, chance in (("a", "Etc/GMT-14", "C", "1"), ("b", "Etc/GMT+12", "C.UTF-8", "2")):
        environment = {**os.environ, "TZ": day, "LC_ALL": language, "PYTHONHASHSEED": chance, "PYTHONUTF8": "0"}
        command = [sys.executable, "-c", _PUBLISHED, str(raw), str(tmp_path / place)]
        ended = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
        found.append(ended.stdout)
    assert found[0] == found[1]
    assert '"README.md"' in found[0]
