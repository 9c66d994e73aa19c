"""Reading again, comparing, explaining, exporting and serving, as an operator does."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

import schemas
from extractors.model import Document, Extraction, Why
from flows.batch import process_batch
from flows.cli import main
from flows.explanation import WHY
from flows.ledger import Known
from flows.outcome import WrongUseError
from flows.pieces import run_here
from flows.run import make_ready, publish, record, take_stock, tasks
from flows.selection import Selection, select
from flows.settings import Settings
from flows.snapshots import Snapshots
from flows.start import document_of_file
from schemas.differences import differences
from tests.flows.conftest import Numerate, shard_bytes

TEXT = "Page {} of the report on Lanhe\n\nIn 2020, the GDP of Lanhe was {}.5 billion yuan, up 5.{} percent.\n"


@pytest.fixture
def published(tmp_path: Path) -> tuple[Path, Path]:
    """Six pages, published; two have a sidecar with days, one is no text."""
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    (raw / "city").mkdir(parents=True)
    for number in range(6):
        (raw / "city" / f"page{number}.txt").write_text(TEXT.format(number, number + 3, number))
    (raw / "city" / "page0.txt.meta.json").write_text('{"published": "2021-03-01"}')
    (raw / "city" / "page1.txt.meta.json").write_text('{"published": "2020-01-01", "fetched": "2021-05-01"}')
    (raw / "scan.txt").write_bytes(b"%PDF-1.7\x00\x01")
    settings = Settings(str(raw), str(processed))
    work = make_ready(settings, take_stock(settings))
    for task in tasks(work):
        record(work, process_batch(task))
    publish(work, run_here)
    return raw, processed


def chosen(processed: Path, selection: Selection, version: str = "") -> tuple[list[str], int]:
    """The sources of the documents that a selection takes, and how many have no date."""
    store = Snapshots(str(processed))
    current = store.published()
    assert current
    found = select(store, current, selection, version or store.manifest(current)["pipeline_version"])
    names = {entry.doc_id: entry.sources[0] for entry in store.index(current)}
    return sorted(names[doc_id] for doc_id in found.doc_ids), found.undated


SELECTIONS = [
    (Selection(all=True), 7, 0),
    (Selection(source=("city/page[01].txt",)), 2, 0),
    (Selection(source=("city/*", "scan.txt")), 7, 0),
    (Selection(failed=True), 1, 0),
    (Selection(stale=True), 0, 0),
    (Selection(since="2021-04-01", all=True), 1, 5),
    (Selection(since="2021-01-01", source=("city/page0.txt",)), 1, 0),
    (Selection(where="figures > 0 and source like '%page3%'"), 1, 0),
    (Selection(where="published < '2020-06-01'"), 1, 0),
]


@pytest.mark.parametrize(("selection", "count", "undated"), SELECTIONS, ids=[str(s[0]) for s in SELECTIONS])
def test_which_documents_are_chosen(
    selection: Selection, count: int, undated: int, published: tuple[Path, Path]
) -> None:
    sources, without_date = chosen(published[1], selection)
    assert (len(sources), without_date) == (count, undated), sources


def test_a_document_read_by_other_rules_is_stale(published: tuple[Path, Path]) -> None:
    assert len(chosen(published[1], Selection(stale=True), "other")[0]) == 7


REFUSED = [
    (Selection(), "say which documents: --doc, --source"),
    (Selection(doc=("nope",)), "no document 'nope' is published"),
    (Selection(since="spring", all=True), "--since is 'spring'; it must be a day"),
    (Selection(where="figures >"), "it must be a condition in SQL over doc_id, source"),
    (Selection(where="1); drop table documents; --"), "--where is"),
    (Selection(where="load_extension('x')"), "--where is"),
]


@pytest.mark.parametrize(("selection", "message"), REFUSED, ids=[str(r[0]) for r in REFUSED])
def test_what_selects_nothing_is_said(selection: Selection, message: str, published: tuple[Path, Path]) -> None:
    with pytest.raises(WrongUseError) as raised:
        chosen(published[1], selection)
    assert message in str(raised.value)


def test_reprocessing_rewrites_only_what_was_chosen(published: tuple[Path, Path], numerate: Numerate) -> None:
    raw, processed = published
    before = shard_bytes(processed)
    (raw / "city" / "page5.txt").write_text("changed: an ordinary run sees to it")
    ended = numerate("reprocess", raw, processed, "--source", "city/page2.txt", "--source", "city/page5.txt")
    assert ended.status == 0, ended.err
    assert "1 read again" in ended.out
    assert "1 have changed or left" in " ".join(ended.out.split())
    assert shard_bytes(processed) == before, "the same rules give the same rows"
    assert len(Snapshots(str(processed)).ids()) == 2


def test_other_rules_are_shown_before_they_are_applied(
    published: tuple[Path, Path], numerate: Numerate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row of one's own gives GDP another key: the same figures, changed in one field."""
    raw, processed = published
    rules = tmp_path / "rules"
    rules.mkdir()
    row = 'id = "output"\nkey = "output"\nphrases = ["gdp", "gross domestic product"]\nexamples = ["GDP"]\n'
    (rules / "indicators.toml").write_text(f"[[row]]\n{row}")
    steps = f"""
import sys
from flows.cli import main
main(["--rules", {str(rules)!r}, *sys.argv[1:]])
"""
    import subprocess
    import sys

    def with_rules(*arguments: object) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-c", steps, *map(str, arguments)], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stderr + done.stdout

    shown = with_rules("diff", "--working", "--raw", raw, "--processed", processed, "--format", "json")
    assert shown[0] == 1, shown[1]
    found = json.loads(shown[1].splitlines()[-1])
    assert (found["gained"], found["lost"], found["changed"], found["fields"]) == (0, 0, 12, {"indicator_key": 12})
    assert len(Snapshots(str(processed)).ids()) == 1, "nothing was published"
    assert with_rules("reprocess", raw, processed, "--stale", "--source", "city/page4.txt", "-q")[0] == 0
    keys = schemas.read(processed, "figures").groupby("source").indicator_key.unique()
    assert [source for source, found in keys.items() if list(found) == ["output"]] == ["city/page4.txt"]
    both = numerate("diff", "--processed", processed, "--format", "json")
    assert (both.status, json.loads(both.out)["documents"]) == (1, {"city/page4.txt": 2})
    assert "2 changed" in numerate("diff", "--processed", processed).out


ROW = {"source": "a.txt", "quote": "5%", "sentence": "GDP grew 5%.", "start": 9, "unit": "percent", "rule": "growth"}
ALIGNED = [
    ("the same further down", [ROW], [ROW | {"start": 90}], []),
    (
        "one more with the same quote before it",
        [ROW],
        [ROW | {"sentence": "Exports: 5%.", "start": 2}, ROW],
        ["gained"],
    ),
    ("another reading", [ROW], [ROW | {"unit": "1"}], ["changed"]),
    ("another sentence, another reading", [ROW], [ROW | {"sentence": "It grew 5%.", "unit": "1"}], ["changed"]),
    ("gone", [ROW, ROW | {"quote": "7%"}], [ROW], ["lost"]),
]


@pytest.mark.parametrize(("before", "after", "what"), [case[1:] for case in ALIGNED], ids=[case[0] for case in ALIGNED])
def test_figures_are_aligned_by_document_and_quote(
    before: list[dict[str, object]], after: list[dict[str, object]], what: list[str]
) -> None:
    assert [found.what for found in differences(before, after)] == what


def test_a_number_is_explained(published: tuple[Path, Path], numerate: Numerate) -> None:
    raw, processed = published
    figures = schemas.read(processed, "figures")
    figure = figures[(figures.unit == "CNY") & (figures.source == "city/page0.txt")].iloc[0]
    steps = {
        (step["about"]): step
        for step in map(
            json.loads, numerate("explain", figure.figure_id, processed, "--format", "json").out.splitlines()
        )
    }
    assert "⟦3.5 billion yuan⟧" in steps["raw text"]["value"]
    assert "row CNY (extractors/rules/currencies.toml:" in steps["unit"]["source"]
    assert "constructions.toml:" in steps["kind"]["source"]
    assert "contradicts" in steps["finding"]["value"] or steps["finding"]["value"] == "conflict, conflict"
    file = raw / "city" / "page0.txt"
    year = numerate("explain", f"{file}:{file.read_text().index('2020')}")
    assert (year.status, "period" in year.out) == (0, True)
    nothing = numerate("explain", f"{file}:0")
    assert (nothing.status, "no number stands at character 0" in nothing.err) == (2, True)
    assert numerate("explain", "nope", processed).status == 2


PAGE = """<html><head><title>Lanhe in numbers</title></head><body><h1>Lanhe City statistics</h1>
<p>In 2020, the GDP of Lanhe City was about 3.5 billion yuan, an increase of 5.9% over the previous year. It has 12
schools and 3 smoots of wall. Phone 0750-3456789. See Table 3.</p>
<table><tr><th>Year</th><th>GDP (billion yuan)</th></tr><tr><td>2019</td><td>3.3</td></tr></table>
<p>Published 2021-03-01 by Lanhe News. ICP 12345678</p></body></html>"""
#: what stands in the page, what is told of it: step -> parts of its value and source
EXPLAINED = [
    ("3.5 billion", "value", ["3500000000", "row billion (extractors/rules/scales.toml:"]),
    ("3.5 billion", "unit", ["CNY", "row CNY (extractors/rules/currencies.toml:"]),
    ("3.5 billion", "bound", ["approx", "row approximately (extractors/rules/bounds.toml:"]),
    ("3.5 billion", "kind", ["level", "(extractors/rules/constructions.toml:"]),
    ("3.5 billion", "indicator", ["GDP", "subject of the clause", "row gdp (extractors/rules/indicators.toml:"]),
    ("3.5 billion", "entity", ["Lanhe City", "the sentence says so"]),
    ("3.5 billion", "period", ["2020-01-01", "'2020'", "(extractors/rules/periods.toml:"]),
    ("3.5 billion", "checks", ["passed"]),
    ("5.9%", "basis", ["year_on_year", "'over the previous year'", "(extractors/rules/cues.toml:"]),
    ("12", "entity", ["Lanhe City", "the document is about it, first in line 1"]),
    ("12", "period", ["2020-12-31", "'2020' in line 3"]),
    ("3 smoots", "unit", ["smoot (length)", "row smoot (own/units.toml:2)"]),
    ("3 smoots", "indicator", ["wall", "row rampart (own/indicators.toml:2)"]),
    ("0750", "no figure", ["identifier: it identifies something", "(extractors/quantities.py:"]),
    ("0750", "sentence", ["Phone 0750-3456789."]),
    ("3.\n", "no figure", ["section: ", "row section_word (extractors/rules/nonfigures.toml:"]),
    ("3.3", "unit", ["CNY", "header", "row CNY"]),
    ("3.3", "kind", ["level", "rule table.cell (extractors/tables.py:"]),
    ("3.3", "period", ["2019-01-01", "the header of its row or column"]),
    ("2019", "no figure", ["period: it says when", "rule table.header (extractors/pipeline.py:"]),
    ("2021", "no figure", ["furniture", "dateline", "(extractors/rules/boilerplate.toml:"]),
]


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, str]]:
    """What is told of a number of the page, by step; with two rows of the project's own."""
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("explained")
    (folder / "page.html").write_text(PAGE)
    (folder / "own").mkdir()
    (folder / "own" / "units.toml").write_text(
        '[[row]]\nid = "smoot"\nunit = "smoot"\nkind = "length"\nnames = ["smoot"]\nexamples = ["3 smoots"]\n'
    )
    (folder / "own" / "indicators.toml").write_text(
        '[[row]]\nid = "rampart"\nkey = "rampart"\nphrases = ["wall"]\nexamples = ["wall"]\n'
    )
    text = document_of_file(str(folder / "page.html")).text
    steps = """
import json, sys
from dataclasses import asdict
from flows.explanation import explain_offset
from flows.start import document_of_file
document = document_of_file("page.html")
print(json.dumps({at: [asdict(s) for s in explain_offset(document, int(at))] for at in sys.argv[1:]}))
"""
    wanted = sorted({str(text.index(quote)) for quote, _, _ in EXPLAINED})
    environment = os.environ | {"NUMERATE_RULES": "own", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", steps, *wanted], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    return lambda quote: {step["about"]: f"{step['value']} {step['source']}" for step in told[str(text.index(quote))]}


@pytest.mark.parametrize(
    ("quote", "step", "parts"), EXPLAINED, ids=[f"{quote!r}, {step}" for quote, step, _ in EXPLAINED]
)
def test_where_everything_comes_from(
    quote: str, step: str, parts: list[str], explained: Callable[[str], dict[str, str]]
) -> None:
    for part in parts:
        assert part in explained(quote)[step]


def test_every_reason_has_words() -> None:
    assert set(WHY) == set(get_args(Why))


def test_a_figure_in_quarantine_is_explained(
    numerate: Numerate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from extractors import pipeline

    raw, processed = tmp_path / "raw", tmp_path / "processed"
    raw.mkdir()
    (raw / "page.html").write_text(PAGE)
    read = pipeline.extract

    def with_an_unknown_unit(document: Document) -> Extraction:
        found = read(document)
        return replace(found, figures=(replace(found.figures[0], unit="cubits"), *found.figures[1:]))

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "extract", with_an_unknown_unit)
        assert numerate("run", raw, processed).status == 0
    (row,) = schemas.read(processed, "quarantine").to_dict("records")
    told = numerate("explain", json.loads(row["row"])["figure_id"], processed, "--format", "json")
    steps = {step["about"]: step for step in map(json.loads, told.out.splitlines())}
    assert steps["quarantined"]["value"] == row["reason"]
    assert steps["unit"]["value"] == "CNY (currency)", "as today's rules read it"
    cell = next(figure for figure in schemas.read(processed, "figures").to_dict("records") if figure["quote"] == "3.3")
    assert "table.cell" in numerate("explain", cell["figure_id"], processed).out, "without the markup, too"


def test_offsets_in_a_page_count_its_text_without_markup(numerate: Numerate, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>In 2020, the <b>GDP</b> of Lanhe was 3.5 billion yuan.</p>")
    found = numerate("explain", f"{page}:{len('In 2020, the GDP of Lanhe was ')}", "--format", "json")
    assert (found.status, "⟦3.5 billion yuan⟧" in found.out) == (0, True), found.err
    beyond = numerate("explain", f"{page}:60")
    assert (beyond.status, "characters without markup" in beyond.err) == (2, True)


def test_tables_are_exported(published: tuple[Path, Path], numerate: Numerate, tmp_path: Path) -> None:
    _, processed = published
    rows = list(csv.DictReader(io.StringIO(numerate("export", "observations", processed, "--format", "sdmx").out)))
    gdp = [row for row in rows if row["INDICATOR"] == "GDP" and row["MEASURE"] == "LEVEL"]
    assert [(row["TIME_PERIOD"], row["UNIT_MEASURE"], row["OBS_STATUS"]) for row in gdp] == [("2020", "CNY", "A")]
    target = tmp_path / "figures.jsonl"
    assert numerate("export", "figures", processed, "--format", "jsonl", "-o", target).status == 0
    assert len(target.read_text().splitlines()) == len(schemas.read(processed, "figures"))
    assert numerate("export", "figures", processed, "--format", "sdmx").status == 2
    assert "there are documents" in numerate("export", "nothing", processed).err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say when"),
        (["--cron", "0 3 * * *", "--interval", "5"], "say when"),
        (["--cron", "61 3 * * *"], "it must be five fields"),
        (["--cron", "daily at three"], "it must be five fields"),
    ],
)
def test_a_schedule_must_be_one(
    arguments: list[str], message: str, published: tuple[Path, Path], numerate: Numerate
) -> None:
    ended = numerate("serve", *published, *arguments)
    assert (ended.status, message in ended.err) == (2, True)


@pytest.mark.parametrize("words", [("run",), ("reprocess", "--all"), ("serve", "--interval", "5"), ("runs",)], ids=str)
@pytest.mark.parametrize("address", ["http://127.0.0.1:9/api", "nonsense"])
def test_a_server_that_does_not_answer_is_named(
    words: tuple[str, ...],
    address: str,
    published: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", address)
    folders = [] if words == ("runs",) else list(map(str, published))
    with pytest.raises(SystemExit) as ended:
        main([words[0], *folders, *words[1:]])
    assert ended.value.code == 3
    assert f"no Prefect server answers at PREFECT_API_URL, {address}" in capsys.readouterr().err


def test_known_remembers_which_rules_read_it() -> None:
    assert Known("a" * 24, ("a.txt",), "read").version == ""
