"""The review page: what it shows is the text, nothing of a text becomes markup, and every snapshot has one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import report
from flows.pieces import run_here
from flows.report import charts, pages, svg, texts, trail
from flows.report.gathering import of_texts
from flows.report.model import Reviewed
from flows.snapshots import Snapshots
from tests.flows.reviews import CONTRARY, MARKUP, WIDE, folder_of, parsed, published

RAW = Path(__file__).resolve().parents[2] / "raw"
Made = tuple[list[Reviewed], Path]


@pytest.fixture(params=["samples", "markup", "wide"])
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    """The sample pages, a page that is full of markup, and one of wide and long characters."""
    written = {"markup": MARKUP, "wide": WIDE}
    folder = RAW if request.param == "samples" else folder_of({"a.txt": written[request.param]}, tmp_path / "pages")
    review, documents, notes = of_texts([str(folder)])
    assert not notes
    return documents, report.write(review, documents, tmp_path / "report.html")


def data_of(tree: Any) -> Any:
    return json.loads(tree.get_element_by_id("data").text)


def raws_of(tree: Any) -> list[Any]:
    """The raw texts as trees: they wait in scripts that are none until they are asked for."""
    waiting = filter(inert, tree.iter("script"))
    return [lxml.html.fragment_fromstring(f"<div>{each.text or ''}</div>") for each in waiting]


def inert(script: Any) -> bool:
    return bool(script.get("type") == "text/html")


def unpacked(columns: list[Any]) -> list[list[Any]]:
    """Rows that were packed as columns."""
    plain = [each if isinstance(each, list) else [each["of"][place] for place in each["at"]] for each in columns]
    return [list(row) for row in zip(*plain, strict=True)]


def test_the_marks_are_the_quotes(page: Made) -> None:
    documents, path = page
    marks = {mark.get("id"): mark.text_content() for mark in parsed(path).xpath("//*[@class='text clean']//mark")}
    figures = [figure for document in documents for figure in document.figures]
    assert marks == {f"f-{figure['figure_id']}": figure["quote"] for figure in figures}
    assert len(marks) > 1


def test_both_texts_are_whole(page: Made) -> None:
    documents, path = page
    tree = parsed(path)
    for document, clean, raw in zip(documents, tree.find_class("text clean"), raws_of(tree), strict=True):
        for furniture in clean.find_class("furniture"):
            furniture.drop_tree()
        assert clean.text_content() == document.clean
        for inserted in raw.xpath(".//ins"):
            inserted.drop_tree()
        assert raw.text_content() == document.raw


def test_the_raw_text_marks_the_same_figures_around_their_repairs(page: Made) -> None:
    documents, path = page
    quotes = {figure["figure_id"]: figure["quote"] for document in documents for figure in document.figures}
    seen = set()
    for raw in raws_of(parsed(path)):
        for deleted in raw.xpath(".//del"):
            deleted.drop_tree()
        for mark in raw.iter("mark"):
            assert mark.text_content() == quotes[mark.get("data-figure")]
            seen.add(mark.get("data-figure"))
    assert seen == set(quotes)


def test_nothing_of_a_text_is_markup(page: Made) -> None:
    tree = parsed(page[1])
    scripts = list(tree.iter("script"))
    assert [each.get("type") for each in scripts if not inert(each)] == ["application/json", None], "its data and code"
    assert {each.tag for raw in raws_of(tree) for each in raw.iter()} <= {"div", "mark", "del", "ins", "span"}
    assert not list(tree.iter("img", "strong", "textarea"))
    assert all(link.get("href").startswith("#") for link in tree.iter("a"))
    assert data_of(tree)["figures"]


def test_nothing_leaves_the_page(page: Made) -> None:
    tree = parsed(page[1])
    assert "default-src 'none'" in tree.find(".//meta[@http-equiv]").get("content")
    addresses = [value for each in tree.iter() for name, value in each.items() if name in ("src", "href", "action")]
    assert not [address for address in addresses if re.match(r"\w+:|//", address)]


def test_each_figure_has_its_trail(page: Made) -> None:
    documents, path = page
    data = data_of(parsed(path))
    rows = unpacked(data["figures"])
    for row in rows:
        figure = dict(zip(data["columns"], row, strict=True))
        for name in ("entity_from", "period_from", "indicator_from"):
            assert data["words"][figure[name]]
        assert (figure["basis"] is None) == (figure["basis_from"] == "")
        assert all(data["places"][rule] for rule in (figure["rule"], *figure["repaired"]))
        assert data["places"][f"key {figure['indicator_key']}"]
    known = [figure["figure_id"] for document in documents for figure in document.figures]
    assert [row[0] for row in rows] == known


def test_other_numerals_have_their_reason(page: Made) -> None:
    documents, path = page
    for document, clean in zip(documents, parsed(path).find_class("text clean"), strict=True):
        shown = [(other.text_content(), other.get("data-why")) for other in clean.find_class("other")]
        known = [
            (document.clean[each["start"] : each["end"]], f"{each['why']}: {each['rule']}")
            for each in document.not_figures
        ]
        assert shown == known


BASES = [
    ("average_annual", "up 5.9% a year on average", "usual"),
    ("2015", "up 5.9% over 2015", "quoted"),
    ("2015", "up 5.9%", "context"),
    (None, "up 5.9%", ""),
]


@pytest.mark.parametrize(("basis", "sentence", "origin"), BASES)
def test_where_a_basis_comes_from(basis: str | None, sentence: str, origin: str) -> None:
    assert trail._basis_from({"basis": basis, "sentence": sentence}) == origin


@given(
    st.text("ab<&\n\U0001f389", max_size=12), st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=6)
)
def test_marking_never_changes_the_text(text: str, places: list[tuple[int, int]]) -> None:
    spans = [texts.Span(min(a, b, len(text)), min(max(a, b), len(text)), "<i>", "</i>") for a, b in places]
    made = texts.marked(text, spans)
    assert made.count("<i>") == made.count("</i>") <= len(spans)
    assert made.replace("<i>", "").replace("</i>", "").unescape() == text


def test_what_crosses_is_left_out_and_what_is_within_is_nested() -> None:
    def span(start: int, end: int, name: str) -> texts.Span:
        return texts.Span(start, end, f"<{name}>", f"</{name}>")

    assert texts.marked("abcd", [span(0, 3, "i"), span(1, 2, "b"), span(2, 4, "u")]) == "<i>a<b>b</b>c</i>d"
    assert texts.marked("ab", [span(1, 1, "b"), span(0, 1, "i"), span(1, 2, "u")]) == "<i>a</i><b></b><u>b</u>"


@given(st.floats(-1e13, 1e13), st.floats(1e-6, 1e13))
def test_ticks_hold_what_they_are_for(low: float, width: float) -> None:
    found = svg.ticks(low, low + width)
    assert found == sorted(found)
    assert 2 <= len(found) <= 12
    rounding = 1e-6 * (abs(low) + width)
    assert found[0] <= low + rounding
    assert found[-1] >= low + width - rounding


def test_a_series_shows_conflicts_bounds_and_what_is_expected(tmp_path: Path) -> None:
    review, documents, _ = of_texts([str(folder_of(CONTRARY, tmp_path / "pages"))])
    (drawn,) = review.series
    assert drawn.names == ["Lanhe"]
    assert [row[1][:4] for row in drawn.rows] == ["2018", "2019", "2020", "2020", "2030"]
    assert [row[3] for row in drawn.rows] == ["single", "single", "conflict", "also stated", "projected"]
    assert {row[2] for row in drawn.rows[2:4]} == {"15,200,000,000", "12,500,000,000"}
    assert len(set(drawn.links)) == 5
    picture = str(drawn.svg)
    assert picture.count('class="ring"') == 1, "the conflict"
    assert picture.count('class="rival"') == 1, "what else is stated"
    assert 'class="bounds"' in picture, "more than"
    assert "line s0 projected" in picture
    tree = parsed(report.write(review, documents, tmp_path / "report.html"))
    links = [link.get("href") for link in tree.xpath("//figure//a")]
    assert links
    assert all(tree.get_element_by_id(link[1:]) is not None for link in links)


def test_the_rest_of_a_distribution_is_one_bar() -> None:
    drawn = charts.distribution("units", {f"unit{number}": number + 1 for number in range(30)})
    assert drawn
    assert len(drawn.rows) == charts.BARS + 1
    assert drawn.rows[-1][:2] == ("18 others", str(sum(range(1, 19))))
    assert charts.distribution("units", {}) is None


def test_contradictions_come_first_and_lead_to_both_places(tmp_path: Path) -> None:
    raw = folder_of(CONTRARY, tmp_path / "raw")
    published(raw, tmp_path / "processed")
    tree = parsed(tmp_path / "processed/current/report.html")
    card = tree.find_class("card")[0]
    assert "conflict" in card.get("class")
    places = [(link.text, link.get("href")[1:]) for link in card.iter("a")]
    assert {quote for quote, _ in places} == {"15.2 billion yuan", "12.5 billion yuan"}
    assert all(tree.get_element_by_id(anchor).text_content() == quote for quote, anchor in places)


def test_the_overview_tells_quarantine_findings_and_change(tmp_path: Path) -> None:
    raw, processed = folder_of(CONTRARY, tmp_path / "raw"), tmp_path / "processed"
    (raw / "scan.txt").write_bytes(b"%PDF-1.7 \x00\x01\x02" * 20)
    published(raw, processed)
    first = parsed(processed / "current/report.html").get_element_by_id("overview").text_content()
    assert re.search(r"binary\s*1", first)
    assert re.search(r"conflict\s*[1-9]", first)
    assert "snapshot before" not in first
    (raw / "one.txt").write_text(CONTRARY["one.txt"].replace("In 2019, its GDP was 14.1 billion yuan.", ""))
    published(raw, processed)
    overview = parsed(processed / "current/report.html").get_element_by_id("overview").text_content()
    assert re.search(r"files: 1 changed, \d unchanged", overview)
    assert "figures: 1 lost" in overview
    assert "-1" in overview


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two documents are many, and three rows of a table are a file of their own."""
    monkeypatch.setattr(report, "ONE_FILE", 1)
    monkeypatch.setattr(pages, "PIECE", 3)


def check_links(index: Path) -> int:
    """Every link of a large review leads to a page and a place that there is; how many there are."""
    known = {path: parsed(path) for path in [index, *index.parent.glob("*/*.html")]}
    links = [(path, link.get("href")) for path, tree in known.items() for link in tree.iter("a")]
    for path, link in links:
        file, _, anchor = link.partition("#")
        target = known[(path.parent / file).resolve() if file else path]
        assert not anchor or target.get_element_by_id(anchor) is not None
    return len(links)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("target", ["report.html", "folder"])
def test_many_documents_get_a_page_each(target: str, tmp_path: Path) -> None:
    review, documents, _ = of_texts([str(folder_of(CONTRARY, tmp_path / "pages"))])
    index = report.write(review, documents, tmp_path / "out" / target)
    assert index == tmp_path / "out" / (target if target.endswith("html") else "folder/index.html")
    assert check_links(index) > 10
    written = {path.name for path in index.parent.glob("*/*.html")}
    assert written == {f"{document.doc_id}.html" for document in documents}
    marks = [mark.text for document in documents for mark in pages_of(index, document).iter("mark") if mark.get("id")]
    assert marks == [figure["quote"] for document in documents for figure in document.figures]
    tables = data_of(parsed(index))["tables"]
    for name, count in (("documents", 2), ("figures", len(marks))):
        rows = [row for piece in tables[name]["pieces"] for row in rows_of(index.parent / piece["address"], piece)]
        assert len(rows) == count
        assert all(len(row) == len(tables[name]["columns"]) for row in rows)


def pages_of(index: Path, document: Reviewed) -> Any:
    (path,) = index.parent.glob(f"*/{document.doc_id}.html")
    return parsed(path)


def rows_of(path: Path, piece: dict[str, Any]) -> Any:
    """The rows of a piece, which is a call with its name and them."""
    found = re.fullmatch(r'numerate\.take\("([\w-]+)",(.*)\);\n', path.read_text("utf-8"), re.S)
    assert found
    assert found[1] == piece["name"]
    rows = unpacked(json.loads(found[2]))
    assert 0 < len(rows) == piece["rows"] <= pages.PIECE
    return rows


def contents(processed: Path) -> dict[str, bytes]:
    """The review of a snapshot, by file."""
    current = processed / "current"
    found = [current / "report.html", *sorted((current / "report").glob("*"))]
    return {str(path.relative_to(current)): path.read_bytes() for path in found}


@pytest.mark.parametrize("one_file", [1, 200])
def test_equal_snapshots_have_equal_reviews(one_file: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "ONE_FILE", one_file)
    raw = folder_of(CONTRARY, tmp_path / "raw")
    for name in ("a", "b"):
        published(raw, tmp_path / name)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert len(contents(tmp_path / "a")) == (1 if one_file == 200 else 10)
    assert str(tmp_path).encode() not in b"".join(contents(tmp_path / "a").values()), "no absolute path"


APART = "Qinghe City\n\nIn 2020, the GDP of Qinghe was 3.5 billion yuan, up 5.9 percent.\n"


@pytest.mark.usefixtures("large")
def test_pages_that_are_the_same_are_shared_with_the_snapshot_before(tmp_path: Path) -> None:
    raw, processed = folder_of({**CONTRARY, "apart.txt": APART}, tmp_path / "raw"), tmp_path / "processed"
    published(raw, processed)
    before = {path.name: path.stat().st_ino for path in (processed / "current/report").iterdir()}
    folder_of({"two.txt": CONTRARY["two.txt"].replace("12.5", "15.2")}, raw)
    published(raw, processed)
    index = (processed / "current" / "report.html").resolve()
    after = {path.name: path.stat().st_ino for path in index.parent.glob("report/*.html")}
    same = {name for name, inode in after.items() if before.get(name) == inode}
    sources = {entry[-1]: entry[0] for entry in listed(index)}
    assert [sources[name.removesuffix(".html")] for name in same] == ["apart.txt"], "one.txt had a finding with two.txt"
    assert check_links(index) > 10
    fresh = tmp_path / "fresh"
    published(raw, fresh)
    pages_now, pages_fresh = (
        {n: c for n, c in contents(f).items() if n.endswith((".html", ".js"))} for f in (processed, fresh)
    )
    assert {n for n in pages_now if pages_now[n] != pages_fresh.get(n)} == {"report.html"}, "it tells of the change"


def test_what_makes_pages_loads_little() -> None:
    """Each of the processes that make the pages of a large review starts anew."""
    code = "import sys, flows.report; print(*{'spacy', 'pandera', 'wordfreq', 'requests'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


@pytest.mark.usefixtures("large")
def test_processes_make_the_same_pages(tmp_path: Path) -> None:
    raw, processed = folder_of({**CONTRARY, "apart.txt": APART}, tmp_path / "raw"), tmp_path / "processed"
    published(raw, processed)
    snapshots = Snapshots(str(processed))
    tables, parent = report.with_parent(snapshots, str(snapshots.current()))
    with report.processes(tables) as run_all:
        there = report.write_snapshot(tables, parent, tmp_path / "there" / "report.html", run_all)
    here = report.write_snapshot(tables, parent, tmp_path / "here" / "report.html", run_here)
    made = [
        {path.name: path.read_bytes() for path in index.parent.rglob("*") if path.is_file()} for index in (there, here)
    ]
    assert made[0] == made[1]
    assert len(made[0]) > 5


def listed(index: Path) -> list[Any]:
    pieces = data_of(parsed(index))["tables"]["documents"]["pieces"]
    return [row for piece in pieces for row in rows_of(index.parent / piece["address"], piece)]


def test_very_many_documents_are_counted_and_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "ONE_FILE", 0)
    monkeypatch.setattr(Snapshots, "most_pages", 1)
    published(folder_of(CONTRARY, tmp_path / "raw"), tmp_path / "processed")
    current = tmp_path / "processed/current"
    assert not (current / "report").exists()
    tree = parsed(current / "report.html")
    assert "numerate report makes their pages" in tree.text_content()
    assert tree.find_class("card")
    assert not tree.xpath("//a[not(@href) or contains(@href, '.html')]"), "no link to pages that are not there"


def test_a_page_that_fails_keeps_no_snapshot_from_being_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> str:
        raise ValueError("no such picture")

    monkeypatch.setattr(pages, "whole", fails)
    work = published(folder_of(CONTRARY, tmp_path / "raw"), tmp_path / "processed")
    assert ["ValueError" in note for note in work.notes] == [True]
    snapshots = Snapshots(str(tmp_path / "processed"))
    current = snapshots.published()
    assert current
    assert snapshots.verify(current) == []
    assert not (tmp_path / "processed/current/report.html").exists()


def test_the_page_is_verified_but_not_needed_to_go_on(tmp_path: Path) -> None:
    raw, processed = folder_of(CONTRARY, tmp_path / "raw"), tmp_path / "processed"
    published(raw, processed)
    snapshots = Snapshots(str(processed))
    (processed / "current/report.html").write_text("another")
    current = str(snapshots.current())
    assert [line.split()[0] for line in snapshots.verify(current)] == ["report.html"]
    (processed / "current/report.html").unlink()
    assert snapshots.published() == current
    folder_of({"three.txt": WIDE}, raw)
    published(raw, processed)
    assert (processed / "current/report.html").is_file()
