"""The scores: right answers score 100, each kind of mistake lowers its own row, and floors hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.score import Annotated, below, lines, load, measured, raised, report, score
from tests.flows.conftest import Ended

RAW = "GDP reached 320. 1 billion yuan. Exports rose 5 percent. Call 12345."
CLEAN = "GDP reached 320.1 billion yuan. Exports rose 5 percent. Call 12345."


def figure(quote: str, **fields: Any) -> dict[str, Any]:
    start = CLEAN.index(quote)
    empty = dict.fromkeys(["low", "high", "direction", "entity", "period_start", "period_end", "basis"])
    known = {"quote": quote, "start": start, "end": start + len(quote), "bound": "exact", "status": "actual"}
    return empty | known | fields


GDP = figure("320.1 billion yuan", value=320.1e9, unit="CNY", kind="level", indicator="GDP")
RISE = figure("5 percent", value=5, unit="percent", kind="growth_rate", direction="up", indicator="exports")
PHONE = {"quote": "12345", "why": "identifier", "start": CLEAN.index("12345"), "end": CLEAN.index("12345") + 5}
GOLD = Annotated("a", RAW, CLEAN, [GDP, RISE], [PHONE])


def scored(figures: list[dict[str, Any]], text: str = CLEAN) -> dict[str, Any]:
    return report(score([GOLD], {"a": {"text": text, "figures": figures}}))


def test_right_answers_score_full() -> None:
    scores = scored([GDP, RISE])
    assert scores["found"] == scores["row"] == {"p": 1, "r": 1, "f1": 1}
    assert all(scores[name] == 1 for name in ("quote", "unit", "basis", "text", "numbers_kept"))
    assert scores["numbers_invented"] == 0


@pytest.mark.parametrize(
    ("change", "lowered"),
    [
        ({"unit": "USD"}, "unit"),
        ({"bound": "approx"}, "bound"),
        ({"low": 1.0}, "limits"),
        ({"kind": "count"}, "kind"),
        ({"direction": "up"}, "direction"),
        ({"status": "projected"}, "status"),
        ({"period_end": "2020-12-31"}, "period_end"),
        ({"basis": "2015"}, "basis"),
        ({"indicator": "imports of steel"}, "indicator"),
        ({"entity": "Elsewhere"}, "entity"),
    ],
)
def test_a_wrong_field_lowers_its_row(change: dict[str, Any], lowered: str) -> None:
    scores = scored([GDP | change, RISE])
    assert scores[lowered] == 0.5
    assert scores["found"]["f1"] == 1


def test_misses_false_alarms_and_traps_are_told_apart() -> None:
    wrong = GDP | {"value": 1.0}
    trap = GDP | {"start": PHONE["start"], "end": PHONE["end"], "value": 12345}
    tally = score([GOLD], {"a": {"text": CLEAN, "figures": [wrong, trap]}})
    assert (tally.found, tally.predicted) == (0, 2)
    assert tally.alarms == {"wrong value": 1, "identifier": 1}
    assert tally.missed == {"level": 1, "growth_rate": 1}
    shown = "\n".join(lines(tally, errors=True))
    assert "a MISSED  '320.1 billion yuan'" in shown
    assert "missed, by kind     growth_rate 1/1, level 1/1" in shown


def test_vague_figures_are_left_out_and_a_date_line_may_date() -> None:
    vague = RISE | {"bound": "vague"}
    dated = GDP | {"period_end": "2020-12-31", "period_from": "dateline"}
    scores = scored([dated, RISE, vague])
    assert scores["predicted"] == 2
    assert scores["period"] == scores["period_end"] == 1


def test_an_invented_number_is_counted() -> None:
    assert scored([], CLEAN.replace("320.1", "3201"))["numbers_invented"] == 1
    assert scored([], RAW)["numbers_invented"] == 0, "what the raw text has is not invented"


def test_no_answer_is_said() -> None:
    assert "a answered with an error: no answer" in list(lines(score([GOLD], {})))


def test_floors_rise_and_only_sink_when_allowed() -> None:
    scores = measured(score([GOLD], {"a": {"text": CLEAN, "figures": [GDP, RISE]}}))
    floors = raised(scores, {})
    assert floors["found F1"] == 99.0
    assert floors["numbers_invented"] == 0
    assert below(scores, floors) == []
    assert below({"found F1": 90.0}, {"found F1": 99.0}) == ["found F1 is 90.0, its floor 99.0"]
    assert raised({"found F1": 90.0}, floors)["found F1"] == 99.0
    assert raised({"found F1": 90.0}, floors, allow_lower=True)["found F1"] == 89.0


def test_the_command_holds_floors(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: object) -> Ended:
        from flows.cli import main

        with pytest.raises(SystemExit) as ended:
            main(["score", str(root / "tests/gold/seeds"), *map(str, arguments)])
        return Ended(int(ended.value.code or 0), *capsys.readouterr())

    floors = tmp_path / "floors.json"
    assert run("--record", floors, "--json", tmp_path / "report.json").status == 0
    assert json.loads((tmp_path / "report.json").read_text())["documents"] == 2
    assert run("--floors", floors).status == 0
    impossible = {"seeds": json.loads(floors.read_text())["seeds"] | {"text": 100.1}}
    floors.write_text(json.dumps(impossible))
    ended = run("--floors", floors)
    assert (ended.status, "text is" in ended.err) == (1, True)
    assert run("--record", floors).status == 0
    assert json.loads(floors.read_text())["seeds"]["text"] == 100.1, "it does not sink by itself"
    assert run("--record", floors, "--allow-lower").status == 0
    assert json.loads(floors.read_text())["seeds"]["text"] <= 99.0


def test_annotated_documents_are_loaded(root: Path) -> None:
    names = [document.name for document in load(root / "tests/gold/seeds")]
    assert names == sorted(names)
    assert len(names) == 2
