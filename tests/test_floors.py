"""The quality gate: no change may score below the floors in `gold/floors.json`. `make floors` raises them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from extractors.model import Document
from flows import filters
from flows import score as scoring
from tests.gold.annotation import FOLDERS

GOLD = Path(__file__).resolve().parent / "gold"
RESULTS = GOLD.parent.parent / "benchmarks" / "RESULTS.md"
FLOORS: dict[str, dict[str, float]] = json.loads((GOLD / "floors.json").read_text("utf-8"))
#: How the columns of the quality table in RESULTS.md are called among the floors.
COLUMNS = {"found": "found F1", "found+unit": "found+unit F1", "row": "row F1", "text": "text"}


@cache
def measured(folder: str) -> dict[str, float]:
    documents = scoring.load(GOLD / folder)
    answers = {each.name: filters.extract_answer(Document(each.name, each.raw)) for each in documents}
    return scoring.measured(scoring.score(documents, answers))


def recorded(folder: str) -> dict[str, float]:
    """The newest row of the quality table for a folder, by the names of the floors."""
    section = RESULTS.read_text("utf-8").split("## Quality\n")[1].split("\n## ")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    row = next(cells for cells in lines if any(f"tests/gold/{folder}`" in cell for cell in cells))
    return {COLUMNS[name]: float(cell) for name, cell in zip(lines[0], row, strict=True) if name in COLUMNS}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_score_is_below_its_floor(folder: str) -> None:
    assert not scoring.below(measured(folder), FLOORS[folder])


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_score_has_a_floor(folder: str) -> None:
    assert set(FLOORS[folder]) == set(measured(folder))


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_number_may_be_invented(folder: str) -> None:
    assert FLOORS[folder]["numbers_invented"] == 0


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_floors_are_at_most_a_point_under_the_recorded_scores(folder: str) -> None:
    """When this fails: `make floors` raises them to where they belong."""
    scores = recorded(folder)
    assert set(scores) == set(COLUMNS.values())
    assert not {name: score for name, score in scores.items() if FLOORS[folder][name] < score - 1.05}
