"""The review page: what it shows is the text, nothing of a text becomes markup, and it works in a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from flows import report
from flows.report.gathering import of_texts

RAW = Path(__file__).resolve().parents[2] / "raw"
ODD = """Report on Lanhe 兰河 🏞️

<script>document.title = "gone"</script> In 2020, the GDP of Lanhe was 3.5 billion yuan, "up" 5.9 percent & more.

It is 亿 large 🎉.

<a href="javascript:alert(1)">In 2021, its GDP was 4.1 billion yuan</a>, http://example.org/12 says.
"""
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(params=["samples", "odd"])
def page(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[report.Review, Path]:
    """The sample pages, and a page that is full of markup."""
    folder = RAW
    if request.param == "odd":
        folder = tmp_path / "odd"
        folder.mkdir()
        (folder / "odd.txt").write_text(ODD, "utf-8")
    review, notes = of_texts([str(folder)])
    assert not notes
    (written,) = report.write(review, tmp_path / "report.html")
    return review, written


def parsed(path: Path) -> Any:
    return lxml.html.fromstring(path.read_text("utf-8"))


def test_the_marks_are_the_quotes(page: tuple[report.Review, Path]) -> None:
    review, path = page
    shown = [mark.text for mark in parsed(path).iter("mark")]
    figures = [figure for document in review.documents for figure in document.figures]
    assert shown == [figure["quote"] for figure in figures]
    assert len(shown) > 1


def test_both_texts_are_whole(page: tuple[report.Review, Path]) -> None:
    review, path = page
    tree = parsed(path)
    for document, clean, raw in zip(
        review.documents, tree.find_class("text clean"), tree.find_class("text raw"), strict=True
    ):
        assert clean.text_content() == document.clean
        for inserted in raw.findall("ins"):
            inserted.drop_tree()
        assert raw.text_content() == document.raw


def test_nothing_of_a_text_is_markup(page: tuple[report.Review, Path]) -> None:
    tree = parsed(page[1])
    assert len(list(tree.iter("script"))) == 2, "the page's own data and code"
    links = [link.get("href") for link in tree.iter("a")]
    assert all(link.startswith("#") for link in links)
    json.loads(next(script for script in tree.iter("script") if script.get("type")).text)


def test_nothing_leaves_the_page(page: tuple[report.Review, Path]) -> None:
    tree = parsed(page[1])
    assert "default-src 'none'" in tree.find(".//meta[@http-equiv]").get("content")
    addresses = [
        value for element in tree.iter() for name, value in element.items() if name in ("src", "href", "action")
    ]
    assert not [address for address in addresses if re.match(r"\w+:|//", address)]


def test_many_documents_get_a_page_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "ONE_FILE", 1)
    review, _ = of_texts([str(RAW)])
    written = report.write(review, tmp_path / "report.html")
    assert [path.name for path in written] == ["index.html", "document0.html", "document1.html"]
    links = [link.get("href") for link in parsed(written[0]).iter("a")]
    assert "document1.html" in links
    assert [mark.text for mark in parsed(written[1]).iter("mark")]


ACTIONS = """
<script>
{
const told = {};
const marks = [...document.querySelectorAll("mark")];
marks[0].click();
told.chosen = marks[0].closest(".document").querySelector(".chosen").innerText;
marks[1].dispatchEvent(new KeyboardEvent("keydown", {key: "Enter"}));
told.byKey = marks[1].closest(".document").querySelector(".chosen").innerText;
const box = document.querySelector(".raw-switch"); box.click();
told.raw = getComputedStyle(document.querySelector(".text.raw")).display;
told.clean = getComputedStyle(document.querySelector(".text.clean")).display;
const rows = () => [...document.querySelectorAll("#figures tbody tr")].map(row => row.cells[0].innerText);
told.all = rows().length;
document.querySelectorAll("#figures th button")[2].click();
const lines = () => [...document.querySelectorAll("#figures tbody tr")];
const values = () => lines().map(row => row.cells[2].innerText).filter(Boolean).map(Number);
told.sorted = values(); document.querySelectorAll("#figures th button")[2].click(); told.reversed = values();
const column = document.getElementById("column"); column.value = "quote"; column.dispatchEvent(new Event("change"));
const search = document.getElementById("search"); search.value = "5.9"; search.dispatchEvent(new Event("input"));
told.found = rows();
document.querySelector("#figures tbody a").click();
told.hash = location.hash; told.title = document.title; told.requests = performance.getEntriesByType("resource").length;
const result = document.createElement("pre"); result.id = "told"; result.textContent = JSON.stringify(told);
document.body.append(result);
}
</script>
</body>"""


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian's package is called chromium)")
def test_it_works_in_a_browser(page: tuple[report.Review, Path], tmp_path: Path) -> None:
    review, path = page
    acted = tmp_path / "acted.html"
    acted.write_text(path.read_text("utf-8").replace("</body>", ACTIONS), "utf-8")
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    done = subprocess.run(
        [*command, "--virtual-time-budget=3000", "--dump-dom", acted.as_uri()],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(lxml.html.fromstring(done.stdout).get_element_by_id("told").text)
    figures = [figure for document in review.documents for figure in document.figures]
    assert figures[0]["quote"] in told["chosen"]
    assert figures[1]["indicator"] in told["byKey"]
    assert (told["raw"], told["clean"]) == ("block", "none")
    assert told["all"] == len(figures)
    assert told["sorted"] == sorted(told["sorted"])
    assert told["reversed"] == sorted(told["reversed"], reverse=True)
    assert told["found"]
    assert all("5.9" in quote for quote in told["found"])
    assert told["hash"].startswith("#f")
    assert told["title"] == "numerate"
    assert told["requests"] == 0
