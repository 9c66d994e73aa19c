"""Snapshots that were published with an older schema: compared, explained and shown as those of today."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import schemas
from flows import report
from flows.differences import between
from flows.explanation import explain_figure
from flows.outcome import DamagedError, WrongUseError
from flows.pieces import run_here
from flows.selection import Selection, select
from flows.snapshots import Snapshots
from schemas.figures import FIGURES
from schemas.published import ReadError
from tests.flows.reviews import parsed, published

OLDER = Path(__file__).parents[1] / "schemas" / "older"
SNAPSHOT = "20261127T091243.815047Z-44b37223"
PAGE = (OLDER / "qinghe.txt").read_text("utf-8")


@pytest.fixture
def store(tmp_path: Path) -> Snapshots:
    """A folder whose snapshot is of schema 1.0, with the page it was made of beside it."""
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    raw.mkdir()
    (raw / "qinghe.txt").write_text(PAGE, "utf-8")
    shutil.copytree(OLDER / SNAPSHOT, processed / "snapshots" / SNAPSHOT)
    (processed / "current").symlink_to(f"snapshots/{SNAPSHOT}")
    return Snapshots(str(processed))


def test_the_difference_tells_no_change_of_the_schema_itself(store: Snapshots) -> None:
    published(store.root.parent / "raw", store.root)
    current = store.current()
    assert current
    assert current != SNAPSHOT
    found = between(store, SNAPSHOT, current, 20)
    said = [flag for example in found.examples for flags in example.fields.get("flags", ()) for flag in flags]
    assert "unit_unfit" not in said, "what was called so is unit_impossible today"


def test_a_figure_is_explained(store: Snapshots) -> None:
    figure_id = report.with_parent(store, SNAPSHOT)[0].read("figures", ["figure_id"])["figure_id"][0].as_py()
    assert next(step.value for step in explain_figure(store, figure_id)) == figure_id


def test_the_review_shows_it_with_the_flags_of_today(store: Snapshots, tmp_path: Path) -> None:
    page = report.write_snapshot(*report.with_parent(store, SNAPSHOT), tmp_path / "page.html", run_here)
    assert len(parsed(page).find_class("text clean")[0].findall(".//mark")) == 4
    assert "unit_unfit" not in page.read_text("utf-8")


def test_documents_are_chosen_by_a_condition(store: Snapshots) -> None:
    assert len(select(store, SNAPSHOT, Selection(where="figures > 0"), "").doc_ids) == 1


def test_columns_that_came_later_are_no_stumbling_block(store: Snapshots) -> None:
    """As the release after a column was added sees a snapshot from before."""
    tables, parent = report.with_parent(store, SNAPSHOT)
    before = tables.read("figures", [name for name in FIGURES.columns if name != "repaired"])
    pq.write_table(before, store.files(SNAPSHOT, "figures")[0])
    assert tables.read("figures", ["repaired"])["repaired"].to_pylist() == [[]] * 4
    assert report.write_snapshot(tables, parent, store.root / "page.html", run_here).is_file()


def test_a_snapshot_of_a_newer_release_is_refused_in_one_line(store: Snapshots) -> None:
    manifest = store.whole(SNAPSHOT) / "manifest.json"
    manifest.write_text(re.sub(r'"schema_version": "[^"]*"', '"schema_version": "9.0"', manifest.read_text("utf-8")))
    assert json.loads(manifest.read_text("utf-8"))["schema_version"] == "9.0"
    with pytest.raises(WrongUseError, match="a newer numerate reads it"):
        report.with_parent(store, SNAPSHOT)[0].read("figures")
    with pytest.raises(WrongUseError, match="a newer numerate reads it"):
        list(explain_figure(store, "some figure"))


@pytest.mark.parametrize("content", [b"no Parquet", None], ids=["other bytes", "missing"])
def test_a_damaged_file_is_told_in_one_line(store: Snapshots, content: bytes | None) -> None:
    path = store.files(SNAPSHOT, "figures")[0]
    path.unlink()
    if content:
        path.write_bytes(content)
    with pytest.raises(DamagedError, match="figures is damaged") as told:
        report.write_snapshot(*report.with_parent(store, SNAPSHOT), store.root / "page.html", run_here)
    assert "\n" not in str(told.value)
    with pytest.raises(ReadError, match="figures is damaged"):
        schemas.read(store.root, "figures")
