"""Editions without texts: nothing of a page but its quotes is published, and no forgotten option brings it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import schemas
from flows import report
from flows.batch import process_batch
from flows.differences import as_text, between
from flows.explanation import explain_figure
from flows.outcome import RefusedError, WrongUseError
from flows.pieces import run_here
from flows.run import make_ready, publish, record, take_stock, tasks
from flows.selection import Selection
from flows.settings import Settings
from flows.snapshots import Snapshots
from schemas import TABLES
from schemas.figures import FIGURES
from tests.flows.reviews import parsed

#: stands around the quotes, in furniture, in a repair and in a page that is refused
SECRET = "Xylographist"
PAGE = f"Home > {SECRET}\n\nIn 2020, the {SECRET} said that GDP of Qinghe hit 320. 1 billion yuan , up 5.9%.\n"
FOREIGN = f"Die Stadt des {SECRET} ist sehr schön und hat viele Häuser, die alt sind und die wir gerne sehen. " * 3


def run(raw: Path, processed: Path, selection: Selection | None = None, *, without_texts: bool) -> str:
    settings = Settings(str(raw), str(processed), without_texts=without_texts)
    work = make_ready(settings, take_stock(settings), selection)
    for task in tasks(work):
        record(work, process_batch(task))
    return publish(work, run_here)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "page.txt").write_text(PAGE)
    (folder / "foreign.txt").write_text(FOREIGN)
    return folder


def everything(processed: Path) -> str:
    """All that a reader can find in the current snapshot."""
    rows = [schemas.read(processed, name, engine="pyarrow").to_pylist() for name in TABLES]
    others = [path.read_text("utf-8") for path in (processed / "current").glob("*.*") if path.suffix != ".parquet"]
    return json.dumps([rows, others], default=str, ensure_ascii=False)


def fails_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sends a row of each batch to quarantine."""
    from schemas.table import Failure, Table

    def failures(self: Table, frame: Any) -> list[Failure]:
        return [Failure(0, ("numeral",), "it does not fit")] if self is FIGURES and len(frame) else []

    monkeypatch.setattr(Table, "failures", failures)


def test_nothing_but_quotes_is_published(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_the_first(monkeypatch)
    run(raw, tmp_path / "with", without_texts=False)
    run(raw, tmp_path / "without", without_texts=True)
    assert everything(tmp_path / "with").count(SECRET) > 5
    assert SECRET not in everything(tmp_path / "without")
    figures = schemas.read(tmp_path / "without", "figures")
    assert figures["quote"].tolist() == ["5.9%"]
    reasons = schemas.read(tmp_path / "without", "quarantine")["reason"].tolist()
    assert sorted(reasons) == ["numeral", "wrong_language"]
    assert Snapshots(str(tmp_path / "without")).verify(schemas.published.current(tmp_path / "without")) == []


def test_an_edition_is_rewritten_as_a_whole(raw: Path, tmp_path: Path) -> None:
    first = run(raw, tmp_path, without_texts=False)
    (raw / "more.txt").write_text(PAGE.replace("Qinghe", "Lanhe"))
    second = run(raw, tmp_path, without_texts=True)
    assert SECRET not in everything(tmp_path)
    assert len(schemas.read(tmp_path, "documents")) == 2
    found = between(Snapshots(str(tmp_path)), first, second, 20)
    assert found.counts == {"gained": 2}, "what the numbers say is the same without texts"
    assert list(as_text(found))


def test_texts_do_not_come_back_by_mistake(raw: Path, tmp_path: Path) -> None:
    run(raw, tmp_path, without_texts=True)
    with pytest.raises(RefusedError, match="--without-texts"):
        run(raw, tmp_path, without_texts=False)
    run(raw, tmp_path, Selection(source=("page*",)), without_texts=False)
    assert SECRET not in everything(tmp_path)


def test_one_more_page_gives_what_all_at_once_give(raw: Path, tmp_path: Path) -> None:
    run(raw, tmp_path / "p", without_texts=True)
    (raw / "more.txt").write_text(PAGE.replace("Qinghe", "Lanhe"))
    run(raw, tmp_path / "p", without_texts=True)
    run(raw, tmp_path / "q", without_texts=True)
    for name in TABLES:
        assert [
            sorted(path.name for path in (folder / "current" / name).iterdir())
            for folder in (tmp_path / "p", tmp_path / "q")
        ] == [sorted(path.name for path in (tmp_path / "p" / "current" / name).iterdir())] * 2


def test_what_needs_the_texts_says_so(raw: Path, tmp_path: Path) -> None:
    run(raw, tmp_path / "p", without_texts=True)
    store = Snapshots(str(tmp_path / "p"))
    figure = schemas.read(tmp_path / "p", "figures")["figure_id"].iloc[0]
    with pytest.raises(WrongUseError, match="no texts"):
        list(explain_figure(store, figure))
    snapshot = store.published()
    assert snapshot
    page = report.write_snapshot(*report.with_parent(store, snapshot), tmp_path / "page.html", run_here)
    for path in (page, tmp_path / "p/current/report.html"):
        marks = [mark.text for mark in parsed(path).find_class("text clean")[0].iter("mark")]
        assert "320.1 billion yuan" in marks
