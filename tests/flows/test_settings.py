"""Settings: who says what before whom, what is refused, and rule tables of a project's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from extractors import lexicon
from extractors.rule_examples import tables
from flows.outcome import WrongUseError
from flows.settings import Settings, as_defaults, in_force
from tests.flows.conftest import Ended

UNIT = """[[row]]
id = "smoot"
unit = "smoot"
kind = "length"
names = ["smoot"]
examples = ["364.4 smoots"]
not_examples = ["the name is Smoot"]
"""


BOILERPLATE = """[[row]]
id = "advert"
role = "other"
pattern = "advert.*"
examples = ["Advert: 500 offers"]
"""
PLACE = """[[row]]
id = "commune"
kind = "place"
refers = true
nouns = ["commune"]
examples = ["Qinghe Commune"]
"""
INDICATOR = """[[row]]
id = "shellac"
key = "shellac"
phrases = ["shellac output", "output of shellac"]
examples = ["shellac output"]
not_examples = ["shellac"]
"""


def command(folder: Path, *arguments: str, standard_input: str = "", **environment: str) -> Ended:
    """The command in a folder, as a user runs it."""
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        input=standard_input,
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


#: numerate.toml, pyproject.toml, environment -> value and origin of `workers`
PRECEDENCE = [
    pytest.param(None, None, {}, 0, "built in", id="nobody says anything"),
    pytest.param(None, "[tool.numerate]\nworkers = 2", {}, 2, "pyproject.toml", id="the project's file"),
    pytest.param("workers = 3", "[tool.numerate]\nworkers = 2", {}, 3, "numerate.toml", id="the own file goes first"),
    pytest.param("", "[tool.numerate]\nworkers = 2", {}, 0, "built in", id="the own file stands alone"),
    pytest.param(None, "[tool.other]\nworkers = 2", {}, 0, "built in", id="another tool's section"),
    pytest.param("workers = 3", None, {"NUMERATE_WORKERS": "4"}, 4, "NUMERATE_WORKERS", id="the environment first"),
]


@pytest.mark.parametrize(("own", "project", "environment", "value", "origin"), PRECEDENCE)
def test_who_goes_first(
    own: str | None, project: str | None, environment: dict[str, str], value: int, origin: str, tmp_path: Path
) -> None:
    for name, text in (("numerate.toml", own), ("pyproject.toml", project)):
        if text is not None:
            (tmp_path / name).write_text(text)
    found = in_force(tmp_path, environment)
    assert list(found) == list(Settings.__dataclass_fields__)
    assert (found["workers"].value, found["workers"].origin) == (value, origin)


def test_names_have_dashes_or_underscores_and_only_what_was_said_becomes_a_default(tmp_path: Path) -> None:
    (tmp_path / "numerate.toml").write_text("max-bytes = 5\nmax_quarantine = 1\nwait = false\n")
    assert as_defaults(in_force(tmp_path, {"NUMERATE_FOLLOW_LINKS": "yes"})) == {
        "max_bytes": 5,
        "max_quarantine": 1.0,
        "no_wait": True,
        "follow_links": True,
    }


REFUSED = [
    pytest.param("wrokers = 1", {}, "there is no setting 'wrokers'; there are raw, ", id="a name misspelt"),
    pytest.param('workers = "2"', {}, "numerate.toml: workers is '2'; it must be a whole number", id="a text"),
    pytest.param("workers = true", {}, "must be a whole number", id="a truth is no number"),
    pytest.param("workers =", {}, "numerate.toml: Invalid value", id="no TOML"),
    pytest.param("", {"NUMERATE_WORKERS": "two"}, "NUMERATE_WORKERS is 'two'", id="a word in the environment"),
    pytest.param("", {"NUMERATE_WAIT": "perhaps"}, "must be true or false", id="neither true nor false"),
]


@pytest.mark.parametrize(("own", "environment", "message"), REFUSED)
def test_what_cannot_be_is_refused(own: str, environment: dict[str, str], message: str, tmp_path: Path) -> None:
    (tmp_path / "numerate.toml").write_text(own)
    with pytest.raises(WrongUseError) as raised:
        in_force(tmp_path, environment)
    assert message in str(raised.value)


def test_the_command_line_goes_before_everything(tmp_path: Path) -> None:
    (tmp_path / "numerate.toml").write_text('workers = -1\nraw = "texts"\n')
    assert "--workers" in command(tmp_path, "run").err, "the values of files are checked like those of options"
    assert "RAW is 'texts'" in command(tmp_path, "run", "--workers", "1").err
    assert "RAW is 'others'" in command(tmp_path, "run", "others", "--workers", "1", NUMERATE_RAW="more").err
    rows = [json.loads(line) for line in command(tmp_path, "config", "--format", "json").out.splitlines()]
    assert rows[:2] == [
        {"name": "raw", "value": "texts", "origin": "numerate.toml"},
        {"name": "processed", "value": "processed", "origin": "built in"},
    ]


def test_rows_of_ones_own_are_read_checked_and_fingerprinted(tmp_path: Path) -> None:
    version = command(tmp_path, "--version").out
    assert version.startswith("numerate ")
    (tmp_path / "numerate.toml").write_text('rules = "own"\n')
    (tmp_path / "own").mkdir()
    table = tmp_path / "own" / "units.toml"
    table.write_text(UNIT)
    text = "The bridge is 364.4 smoots long."
    figure = json.loads(command(tmp_path, "extract", "--format", "json", standard_input=text).out)["figures"][0]
    assert (figure["unit"], figure["unit_kind"]) == ("smoot", "length")
    assert command(tmp_path, "--version").out != version
    listed = [json.loads(line) for line in command(tmp_path, "tables", "--format", "json").out.splitlines()]
    assert {row["table"]: row["own"] for row in listed if row["own"]} == {"units": 1}
    assert command(tmp_path, "tables", "--check").status == 0
    table.write_text(UNIT.replace("364.4 smoots", "364.4 metres"))
    checked = command(tmp_path, "tables", "--check")
    assert (checked.status, "does not fire in its example '364.4 metres'" in checked.err) == (1, True)


#: one step of a run without Prefect: what it found to do, and what was read
STEP = """
import json
import schemas
from flows.batch import process_batch
from flows.pieces import run_here
from flows.run import make_ready, publish, record, take_stock, tasks
from flows.settings import Settings
settings = Settings("raw", "processed")
work = make_ready(settings, take_stock(settings))
for task in tasks(work):
    record(work, process_batch(task))
if not work.nothing_to_do:
    publish(work, run_here)
rows = schemas.read("processed", "figures")[["quote", "unit", "indicator_key", "entity"]]
print(json.dumps([work.changes.new, work.changes.stale, rows.values.tolist()]))
"""


def test_a_change_of_ones_own_rows_reads_everything_again(tmp_path: Path) -> None:
    """Units, indicators, places and boilerplate, without touching the package."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(
        "Advert: 500 offers\n\nIn 2020, the shellac output of Qinghe Commune was 3,000 tons on 4 smoots of wall. "
        "The commune has a new hall.\n"
    )
    own = tmp_path / "own"
    own.mkdir()

    def step() -> tuple[int, int, dict[str, list[str]]]:
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "NUMERATE_RULES": "own"}
        done = subprocess.run(
            [sys.executable, "-c", STEP], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        new, stale, rows = json.loads(done.stdout)
        return new, stale, {quote: fields for quote, *fields in rows}

    new, stale, rows = step()
    assert (new, stale) == (1, 0)
    assert (rows["4 smoots"][0], "500 offers" in rows) == ("count:smoot", True)
    for name, content in (("units", UNIT), ("boilerplate", BOILERPLATE), ("places", PLACE), ("indicators", INDICATOR)):
        (own / f"{name}.toml").write_text(content)
    new, stale, rows = step()
    assert (new, stale) == (0, 1), "made by older rules"
    assert rows["3,000 tons"] == ["t", "shellac", "Qinghe Commune"]
    assert (rows["4 smoots"][0], "500 offers" in rows) == ("smoot", False)
    assert step()[:2] == (0, 0), "the same rules, nothing to do"


def test_a_row_with_the_id_of_another_replaces_it(tmp_path: Path) -> None:
    (tmp_path / "units.toml").write_text(UNIT.replace('"smoot"', '"mu"', 1).replace("smoot", "paces"))
    text = "The field covers 12 mu."
    before = json.loads(command(tmp_path, "extract", "--format", "json", standard_input=text).out)["figures"][0]
    after = command(tmp_path, "--rules", ".", "extract", "--format", "json", standard_input=text)
    assert before["unit"] == "mu"
    assert json.loads(after.out)["figures"][0]["unit"] != "mu"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("units.toml", UNIT.replace("names", "nmaes"), "unknown column 'nmaes'"),
        ("units.toml", UNIT + UNIT, "stands twice"),
        ("units.toml", "[[row]", "units.toml: "),
        ("units.toml", "[rows]", "[[row]] entries and nothing else"),
        ("unites.toml", UNIT, "there is no such table; there are boilerplate, "),
    ],
)
def test_a_faulty_table_of_ones_own_is_refused(name: str, content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / name).write_text(content)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("In 2020, GDP was 3 billion yuan.")
    for arguments in (["extract", "raw/a.txt"], ["run"]):
        ended = command(tmp_path, *arguments, NUMERATE_RULES="own")
        assert (ended.status, message in ended.err) == (2, True), ended.err
        assert "Traceback" not in ended.err


VALUES = [
    ("units", UNIT.replace('"length"', '"lenght"'), "column 'kind' is 'lenght'; allowed: area, container, "),
    ("units", UNIT + 'factor = "a third"\n', "'a third'; it must be a decimal number"),
    ("units", UNIT.replace('names = ["smoot"]', "names = [1]"), "it must hold texts, none empty"),
    ("boilerplate", BOILERPLATE.replace("advert.*", "advert("), "it is no regular expression: missing )"),
    ("boilerplate", BOILERPLATE.replace('"other"', '"ad"'), "'ad'; allowed: contact, dateline, "),
    ("places", PLACE.replace('"place"', '"spot"'), "allowed: facility, organisation, place, zone"),
    ("indicators", INDICATOR.replace('"shellac"', '"Shell lac"'), "small letters, digits and _"),
]


@pytest.mark.parametrize(("table", "content", "message"), VALUES, ids=[case[2] for case in VALUES])
def test_values_that_the_code_does_not_know_are_refused(
    table: str, content: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tables()[table]
    (tmp_path / f"{table}.toml").write_text(content)
    monkeypatch.setenv(lexicon.LOCAL, str(tmp_path))
    columns = {name: type(value) for row in rows for name, value in row.values.items()}
    with pytest.raises(lexicon.RuleError) as raised:
        lexicon.load(table, {}, columns | {"factor": str})
    assert message in str(raised.value)


def test_a_folder_of_rules_must_be_there(tmp_path: Path) -> None:
    ended = command(tmp_path, "--rules", "nowhere", "units")
    assert (ended.status, "nowhere" in ended.err) == (2, True)
