"""The review page in a real Chromium: what it marks, tells, sorts, filters and gives away; nothing leaves it."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from flows import report
from flows.codes import SOURCES
from flows.report import pages
from flows.report.gathering import of_texts
from flows.report.model import Reviewed
from flows.report.pages import FIGURES, FINDINGS
from schemas.row_checks import SOFT_CHECKS
from tests import pictures
from tests.flows.reviews import CONTRARY, MARKUP, WIDE, folder_of

RAW = Path(__file__).resolve().parents[2] / "raw"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian's package is called chromium)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab; at the end nothing but files was asked for, and nothing went wrong."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    yield page
    assert [address for address in asked if not address.startswith(("file://", "blob:"))] == []
    assert wrong == []
    context.close()


def made(pages_by_name: dict[str, str], folder: Path) -> tuple[list[Reviewed], Path]:
    """The review of some pages."""
    raw = folder_of(pages_by_name, folder / "pages") if pages_by_name else RAW
    review, documents, _ = of_texts([str(raw)])
    return documents, report.write(review, documents, folder / "report.html")


def figures_of(documents: list[Reviewed]) -> list[Any]:
    return [figure for document in documents for figure in document.figures]


def visit(tab: Page, path: Path, anchor: str = "") -> None:
    """Opens a page and waits until its tables have their rows and its figures take the focus."""
    tab.goto(path.as_uri() + anchor)
    ready = "() => !document.querySelector('.table:not([aria-busy=false]), .clean mark:not([role])')"
    tab.wait_for_function(ready)


def panel_of(tab: Page) -> str:
    return tab.locator("#panel").inner_text()


@pytest.mark.parametrize("text", [None, MARKUP, WIDE], ids=["samples", "markup", "wide"])
def test_what_is_highlighted_is_the_quote(text: str | None, tab: Page, tmp_path: Path) -> None:
    documents, path = made({"a.txt": text} if text else {}, tmp_path)
    visit(tab, path)
    shown = tab.locator(".clean mark").evaluate_all("marks => marks.map(mark => [mark.id.slice(2), mark.innerText])")
    assert dict(shown) == {figure["figure_id"]: figure["quote"].replace("\n", " ") for figure in figures_of(documents)}
    assert tab.locator(".clean mark").evaluate_all("marks => marks.every(mark => mark.getClientRects().length)")
    assert tab.title() == "numerate"
    assert tab.locator("#data").count() == 1
    assert not tab.locator("img, strong, a[href^='javascript' i]").count()


def test_a_click_tells_row_trail_flags_and_findings(tab: Page, tmp_path: Path) -> None:
    documents, path = made(CONTRARY, tmp_path)
    visit(tab, path)
    figure = next(each for each in figures_of(documents) if each["quote"] == "12.5 billion yuan")
    tab.locator(".clean mark", has_text="12.5 billion yuan").click()
    told = panel_of(tab)
    for said in (
        "12.5 billion yuan",
        "12,500,000,000",
        figure["rule"],
        SOURCES[figure["entity_from"]],
        "2020-12-31",
        "gdp",
    ):
        assert said in told
    assert "extractors/rules/constructions.toml" in told
    assert "is stated as" in told, "the finding"
    tab.locator("#panel a").first.click()
    expect(tab.locator(".card").first).to_be_in_viewport()
    tab.locator(".card a", has_text="15.2 billion yuan").click()
    expect(tab.locator("mark.chosen").first).to_have_text("15.2 billion yuan")
    expect(tab.locator("mark.chosen").first).to_be_in_viewport()


def test_flags_are_told_with_what_must_hold(tab: Page, tmp_path: Path) -> None:
    documents, path = made({}, tmp_path)
    documents[0].figures[0]["flags"].append(SOFT_CHECKS[0].name)
    review, _, _ = of_texts([str(RAW)])
    visit(tab, report.write(review, documents, path))
    tab.locator(".clean mark").first.click()
    assert SOFT_CHECKS[0].name in panel_of(tab)
    assert SOFT_CHECKS[0].sentence in panel_of(tab)


def test_the_keyboard_is_enough(tab: Page, tmp_path: Path) -> None:
    documents, path = made({}, tmp_path)
    quotes = [figure["quote"] for figure in documents[0].figures]
    visit(tab, path)
    tab.locator(".clean mark").first.focus()
    tab.keyboard.press("Enter")
    assert panel_of(tab).splitlines()[1] == quotes[0] or quotes[0] in panel_of(tab)
    tab.keyboard.press("ArrowRight")
    expect(tab.locator("#panel h2")).to_have_text(quotes[1])
    tab.keyboard.press("ArrowLeft")
    expect(tab.locator("#panel h2")).to_have_text(quotes[0])
    tab.keyboard.press("Escape")
    expect(tab.locator("#panel")).to_be_hidden()
    assert tab.evaluate("document.activeElement.innerText") == quotes[0], "the focus is where it was"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.innerText") == quotes[1]
    tab.keyboard.press(" ")
    expect(tab.locator("#panel h2")).to_have_text(quotes[1])
    tab.locator(".document input[value=clean]").first.focus()
    tab.keyboard.press("ArrowRight")
    expect(tab.locator(".text.raw").first).to_be_visible()
    tab.locator("#figures thead button").nth(1).focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#figures thead th").nth(1)).to_have_attribute("aria-sort", "ascending")


def test_the_raw_switch_shows_repairs(tab: Page, tmp_path: Path) -> None:
    documents, path = made({}, tmp_path)
    visit(tab, path)
    first = tab.locator(".document").first
    expect(first.locator(".text.raw")).to_be_hidden()
    first.get_by_label("raw text with repairs").check()
    expect(first.locator(".text.clean")).to_be_hidden()
    raw = first.locator(".text.raw")
    expect(raw).to_be_visible()
    assert raw.locator("del").count() + raw.locator("ins").count() >= len(documents[0].edits)
    assert raw.locator("del.furniture").count()
    raw.locator("mark").nth(2).click()
    expect(tab.locator("#panel h2")).to_have_text(documents[0].figures[2]["quote"])
    expect(tab.locator(".document").nth(1).locator(".text.clean")).to_be_visible()
    figure = documents[0].figures[0]
    visit(tab, path, f"#f-{figure['figure_id']}")
    expect(first.locator(".text.clean")).to_be_visible()
    expect(tab.locator("#panel h2")).to_have_text(figure["quote"])


def test_the_rule_of_a_repair_is_told_by_click_and_by_keyboard(tab: Page, tmp_path: Path) -> None:
    text = "Home > News > City\n\nLanhe City\n\nIn 2020,the GDP of Lanhe was 3. 5 billion yuan , up 5.9 percent.\n"
    _, path = made({"a.txt": text}, tmp_path)
    visit(tab, path)
    tab.locator(".clean .furniture").click()
    assert "Furniture of the page" in panel_of(tab)
    assert "Home␣>␣News␣>␣City" in panel_of(tab)
    assert re.search(r"row [\w.]+ \(extractors/rules/boilerplate.toml:\d+\)", panel_of(tab))
    tab.get_by_label("raw text with repairs").check()
    tab.locator(".raw ins[title='spacing.after_mark']").click()
    assert "spacing.after_mark" in panel_of(tab)
    assert "A missing space after a comma" in panel_of(tab)
    tab.locator(".raw mark del").first.click()
    expect(tab.locator("#panel dd")).to_have_text(
        [
            ".␣",
            ".",
            "number.decimal",
            re.compile("space or line break after a decimal point"),
            re.compile("3. ?5 billion yuan"),
        ]
    )
    tab.keyboard.press("Escape")
    expect(tab.locator("#panel")).to_be_hidden()
    told = []
    tab.locator("input[value=raw]").focus()
    for _ in range(20):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.matches('del, ins')"):
            tab.keyboard.press("Enter")
            told.append(tab.locator("#panel h2").inner_text())
            tab.keyboard.press("Escape")
    assert len(told) >= 4
    assert set(told) == {"Repair", "Furniture of the page, left out"}


SEVERAL = {
    "one.txt": "Lanhe City\n\nIn 2020, the GDP of Lanhe was 15.2 billion yuan. "
    "In 2019, its GDP was 14.1 billion yuan.\n\nIn 2020, Lanhe had a population of 1.2 million.\n",
    "two.txt": "Lanhe City\n\nIn 2020, the GDP of Lanhe was 12.5 billion yuan.\n"
    "\nIn 2020, Lanhe had a population of 12 million.\n",
    "three.txt": "Lanhe City\n\nIn 2020, the GDP of Lanhe was 15.2 billion yuan.\n",
}


def test_findings_are_filtered_by_severity(tab: Page, tmp_path: Path) -> None:
    _, path = made(SEVERAL, tmp_path)
    visit(tab, path)
    boxes = tab.locator("#findings .severities input")
    assert boxes.evaluate_all("all => all.map(box => box.value)") == ["conflict", "magnitude"]
    boxes.first.focus()
    tab.keyboard.press(" ")
    expect(tab.locator(".card.conflict")).to_be_hidden()
    expect(tab.locator(".card.magnitude")).to_be_visible()
    tab.locator(".clean mark", has_text="12.5 billion yuan").click()
    tab.locator("#panel a").first.click()
    expect(tab.locator(".card.conflict")).to_be_in_viewport()
    assert boxes.evaluate_all("all => all.every(box => box.checked)"), "a link to a finding shows it"


def test_values_that_rival_are_marked_and_lead_to_the_text(tab: Page, tmp_path: Path) -> None:
    _, path = made(SEVERAL, tmp_path)
    visit(tab, path)
    chart = tab.locator(".chart", has=tab.locator(".rival")).first
    chart.scroll_into_view_if_needed()
    assert chart.locator(".rival title").all_text_contents() == ["Lanhe, 2020-12-31: 12,500,000,000, also stated"]
    row = chart.locator("tr", has_text="also stated")
    assert row.locator("td").all_inner_texts()[:4] == ["Lanhe", "2020-12-31", "12,500,000,000", "also stated"]
    conflict = chart.locator("tr", has_text="conflict")
    conflict.locator("a").click()
    expect(tab.locator("mark.chosen").first).to_have_text("15.2 billion yuan")
    row.locator("a").click()
    expect(tab.locator("mark.chosen").first).to_have_text("12.5 billion yuan")


def test_severities_sift_the_table_of_findings_too(tab: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "OPEN_CARDS", 1)
    _, path = made(SEVERAL, tmp_path)
    visit(tab, path)
    rows = tab.locator("[data-table=findings] tbody tr")
    expect(rows).to_have_count(2)
    boxes = tab.locator("#findings .severities input")
    boxes.first.uncheck()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("magnitude")
    boxes.first.check()
    expect(rows).to_have_count(2)


def test_what_is_not_seen_waits(tab: Page, tmp_path: Path) -> None:
    """Opening a page is to cost no more than what is in sight."""
    documents, path = made(SEVERAL, tmp_path)
    visit(tab, path)
    assert tab.locator(".text.raw *").count() == 0, "raw texts are no elements yet"
    figure = figures_of(documents)[0]
    assert path.read_text("utf-8").count(figure["sentence"]) <= 5, "clean, raw, once in the data, in findings"
    tab.locator("input[value=raw]").first.check()
    assert tab.locator(".text.raw").first.locator("mark").count()
    tab.locator("input[value=clean]").first.check()
    tab.locator("input[value=raw]").first.check()
    assert tab.locator(".text.raw").first.locator("mark").count(), "it is made once and stays"


def test_what_is_out_of_sight_is_found_reached_and_printed(
    tab: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MANY", 3)
    city = "{0} City\n\n" + "A nice place.\n\n" * 30 + "In 2020, the GDP of {0} was {1}.5 billion yuan.\n"
    names = "Lanhe Qinghe Baihe Jinhe Tanhe Luhe Shahe Muhe Nanhe Beihe".split()
    documents, path = made({f"{name}.txt": city.format(name, n + 1) for n, name in enumerate(names)}, tmp_path)
    last = figures_of(documents)[-1]
    visit(tab, path)
    assert tab.locator(".document").last.locator(".clean").inner_text() == "", "it is not laid out"
    assert tab.evaluate("find('GDP of Tanhe')"), "the search of the browser"
    visit(tab, path, f"#f-{last['figure_id']}")
    expect(tab.locator("mark.chosen").first).to_have_text(last["quote"])
    expect(tab.locator("mark.chosen").first).to_be_in_viewport()
    visit(tab, path)
    tab.locator("#documents tbody a", has_text="Shahe").click()
    expect(tab.locator("h2", has_text="Shahe.txt")).to_be_in_viewport()
    tab.locator("nav a", has_text="figures").click()
    expect(tab.locator("#figures h2")).to_be_in_viewport()
    tab.emulate_media(media="print")
    assert last["quote"] in tab.locator(".document").last.locator(".clean").inner_text()
    assert names[-1] in tab.locator("#figures tbody").inner_text()


def test_without_javascript_texts_findings_and_charts_are_there(browser: Browser, tmp_path: Path) -> None:
    documents, path = made(CONTRARY, tmp_path)
    page = browser.new_page(java_script_enabled=False)
    page.goto(path.as_uri())
    expect(page.locator("noscript")).to_be_visible()
    expect(page.locator(".clean mark")).to_have_text([figure["quote"] for figure in figures_of(documents)])
    expect(page.locator(".card").first).to_be_visible()
    expect(page.locator(".chart svg").first).to_be_visible()
    page.locator(".card a").first.click()
    expect(page.locator(".clean mark:target")).to_be_in_viewport()
    page.close()


def test_a_screen_reader_is_told_what_signs_show(tab: Page, tmp_path: Path) -> None:
    documents, path = made(CONTRARY, tmp_path)
    visit(tab, path)
    for figure in figures_of(documents):
        wrong = ", contradicted" if tab.locator(f"#f-{figure['figure_id']}.wrong").count() else ""
        name = f"{figure['quote']}, {figure['kind']}{wrong}"
        expect(tab.locator(f"#f-{figure['figure_id']}")).to_have_accessible_name(name)
        expect(tab.locator(f"#f-{figure['figure_id']}")).to_have_role("button")
    for name in ("Overview", "Numbers that cannot all be true", "Documents", "Figures", "Charts"):
        expect(tab.get_by_role("region", name=name, exact=True)).to_be_attached()
    assert tab.evaluate(
        "[...document.querySelectorAll('button, input')].every(e => e.labels?.length || e.ariaLabel || e.innerText)"
    )


def test_the_panel_goes_from_figure_to_figure(tab: Page, tmp_path: Path) -> None:
    documents, path = made(CONTRARY, tmp_path)
    visit(tab, path)
    quotes = [figure["quote"] for figure in documents[1].figures]
    second = tab.locator(".document").nth(1)
    second.locator(".clean mark").first.click()
    expect(tab.locator("#panel .steps")).to_contain_text(f"1 of {len(quotes)}")
    expect(tab.get_by_label("before")).to_be_disabled()
    tab.get_by_label("next").click()
    expect(tab.locator("#panel h2")).to_have_text(quotes[1])
    tab.keyboard.press("Enter")
    expect(tab.locator("#panel h2")).to_have_text(quotes[2])
    tab.get_by_label("before").click()
    expect(tab.locator("#panel h2")).to_have_text(quotes[1])
    tab.get_by_label("close").click()
    expect(tab.locator("#panel")).to_be_hidden()
    assert tab.evaluate("document.activeElement.textContent") == quotes[1]


def test_a_rival_in_another_unit_is_drawn_converted(tab: Page, tmp_path: Path) -> None:
    town = "Lanhe City\n\nIn 2020, the forest area of Lanhe was {}. In 2019, its forest area was {}.\n"
    texts = {"a.txt": town.format("120 km2", "118 km2"), "b.txt": town.format("9,000 hectares", "118 km2")}
    _, path = made(texts, tmp_path)
    visit(tab, path)
    chart = tab.locator(".chart", has=tab.locator(".rival"))
    told = "Lanhe, 2020-12-31: 90, also stated, as 9,000 ha"
    assert chart.locator(".rival title").all_text_contents() == [told]
    row = chart.locator("tr", has_text="also stated")
    assert row.locator("td").all_inner_texts()[2:4] == ["90", "also stated, as 9,000 ha"]
    row.locator("a").click()
    expect(tab.locator("mark.chosen").first).to_have_text("9,000 hectares")


def test_many_findings_are_a_table_too(tab: Page, tmp_path: Path) -> None:
    names = "Lanhe Qinghe Baihe Jinhe Tanhe Luhe Shahe Muhe Nanhe Beihe Xihe".split()
    town = "{0} City\n\nIn 2020, the GDP of {0} was {1} billion yuan.\n"
    texts = {f"{name}-{value}.txt": town.format(name, value) for name in names for value in (12.5, 15.2)}
    _, path = made(texts, tmp_path)
    visit(tab, path)
    table = tab.locator(".table[data-table=findings]")
    expect(table.locator(".count")).to_have_text("11 findings")
    table.locator("thead button").nth(FINDINGS.index("finding")).click()
    expect(table.locator("tbody tr").first).to_contain_text("Baihe")
    table.locator(".filters input").nth(FINDINGS.index("finding")).fill("muhe")
    expect(table.locator("tbody tr")).to_have_count(1)
    with tab.expect_download() as waiting:
        table.locator(".download").click()
    (row,) = csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text("utf-8-sig"), newline=""))
    assert row["places"] == "12.5 billion yuan; 15.2 billion yuan"
    table.locator("tbody a", has_text="15.2").click()
    expect(tab.locator("mark.chosen").first).to_have_text("15.2 billion yuan")
    expect(tab.locator("mark.chosen").first).to_be_in_viewport()


def test_paper_has_all_rows_and_says_what_is_cut(tab: Page, tmp_path: Path) -> None:
    many = " ".join(f"In {1900 + number}, its GDP was {number + 3}.5 billion yuan." for number in range(120))
    _, path = made({"a.txt": f"Lanhe City\n\n{many}\n"}, tmp_path)
    visit(tab, path)
    rows, cut = tab.locator("#figures tbody tr"), tab.locator("#figures .cut")
    expect(rows).to_have_count(100)
    expect(cut).to_have_text("the first 100 of 120 rows; CSV gives all")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(rows).to_have_count(120)
    expect(cut).to_have_text("")
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(rows).to_have_count(100)


def test_other_numerals_come_on_demand_with_their_reason(tab: Page, tmp_path: Path) -> None:
    _, path = made({}, tmp_path)
    visit(tab, path)
    why = "getComputedStyle(document.querySelector('.other'), '::after').content"
    assert tab.evaluate(why) == "none"
    tab.locator(".document .others").first.check()
    assert re.search(r"idiom|period|name", tab.evaluate(why))


def cells(tab: Page, column: str) -> list[str]:
    """A column of the table of figures as it is shown."""
    place = FIGURES.index(column) + 1
    found: list[str] = tab.locator(f"#figures tbody td:nth-child({place})").all_text_contents()
    return found


def test_the_table_sorts_filters_and_leads_to_the_text(tab: Page, tmp_path: Path) -> None:
    documents, path = made({}, tmp_path)
    figures = figures_of(documents)
    visit(tab, path)
    table = tab.locator("#figures")
    assert cells(tab, "quote") == [figure["quote"] for figure in figures]
    heads = table.locator("thead button")
    heads.nth(FIGURES.index("value")).click()
    values = [float(cell.replace(",", "").split()[0]) for cell in cells(tab, "value") if cell]
    assert values == sorted(values)
    assert len(set(values)) > 5
    heads.nth(FIGURES.index("value")).click()
    assert [float(cell.replace(",", "").split()[0]) for cell in cells(tab, "value") if cell] == values[::-1]
    heads.nth(FIGURES.index("indicator")).click()
    names = [name.lower() for name in cells(tab, "indicator")]
    assert names == sorted(names, key=lambda name: re.sub(r"[^\w ]", "", name))

    filters = table.locator(".filters input")
    filters.nth(FIGURES.index("kind")).fill("growth")
    filters.nth(FIGURES.index("value")).fill(">= 11.4")
    expect(table.locator(".count")).to_contain_text("of 34 figures")
    wanted = [each for each in figures if each["kind"] == "growth_rate" and each["value"] >= 11.4]
    assert sorted(cells(tab, "quote")) == sorted(each["quote"] for each in wanted)
    assert 0 < len(wanted) < len(figures)
    for name in ("kind", "value"):
        filters.nth(FIGURES.index(name)).fill("")
    table.locator(".search").fill("fixed assets")
    expect(table.locator(".count")).not_to_have_text("34 figures")
    assert 0 < len(cells(tab, "quote")) < len(figures)
    link = table.locator("tbody a").first
    quote = link.inner_text()
    link.click()
    expect(tab.locator("mark.chosen").first).to_have_text(quote)
    expect(tab.locator("mark.chosen").first).to_be_in_viewport()


def test_the_download_has_the_rows_that_are_shown(tab: Page, tmp_path: Path) -> None:
    text = 'Lanhe City\n\nIn 2020, GDP of "=SUM(A1)" Lanhe fell by 5.9 %, its GDP being 兰 3.5 billion yuan.\n'
    documents, path = made({"a.txt": text, "b.txt": WIDE}, tmp_path)
    visit(tab, path)
    tab.locator("#figures .filters input").nth(FIGURES.index("source")).fill("a.txt")
    with tab.expect_download() as waiting:
        tab.locator("#figures .download").click()
    assert waiting.value.suggested_filename == "figures.csv"
    content = Path(waiting.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    figures = {figure["figure_id"]: figure for figure in figures_of(documents) if figure["source"] == "a.txt"}
    assert {row["figure_id"]: row["sentence"] for row in rows} == {
        key: each["sentence"] for key, each in figures.items()
    }
    assert all(row["value"] == figures[row["figure_id"]]["value_text"] for row in rows), "a negative number is a number"
    assert all(not row[name].startswith("=") for row in rows for name in row)


def test_a_large_review_loads_its_tables_in_pieces(tab: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "ONE_FILE", 3)
    monkeypatch.setattr(pages, "PIECE", 20)
    script = pages._script().replace("const SHOWN = 100", "const SHOWN = 50")
    monkeypatch.setattr(pages, "_script", lambda: script)
    monkeypatch.setattr(pages, "OPEN_CARDS", 0)
    names = [f"Lan{a}{b}" for a in "hjklmnpqrst" for b in "aeiouy"]
    city = "{0} City\n\nIn 2020, the GDP of {0} was {1}.5 billion yuan. Its population was {2} million.\n"
    texts = {f"{n:03d}.txt": city.format(name, (n * 37) % 150 + 1, n + 1) for n, name in enumerate(names)}
    texts["other.txt"] = city.format(names[5], 149, 77)
    documents, path = made(texts, tmp_path)
    assert len(figures_of(documents)) == 134
    loaded: list[str] = []
    tab.on("request", lambda request: loaded.append(request.url))
    visit(tab, path)
    expect(tab.locator("#figures .count")).to_have_text("134 figures")
    assert len([address for address in loaded if "/figures-" in address]) == 3, "what 50 rows need"
    tab.locator("#figures thead button").nth(FIGURES.index("value")).click()
    expect(tab.locator("#figures .count")).to_have_text("134 of 134 figures")
    assert len([address for address in loaded if "/figures-" in address]) == 7
    values = [float(cell.replace(",", "")) for cell in cells(tab, "value")]
    assert values == sorted(figure["value"] for figure in figures_of(documents))[:50]
    tab.locator("#figures .more").click()
    assert len(cells(tab, "value")) == 134
    tab.locator("#figures .search").fill("lanje")
    expect(tab.locator("#figures tbody tr")).to_have_count(2)
    tab.locator("#figures tbody a").first.click()
    expect(tab.locator("mark.chosen").first).to_be_in_viewport()
    expect(tab.locator(".clean")).to_contain_text("Lanje")
    tab.locator("nav a", has_text="overview").click()
    findings = tab.locator("[data-table=findings]")
    expect(findings.locator(".count")).to_have_text("2 findings")
    findings.locator("tbody a", has_text="149.5 billion").click()
    expect(tab.locator("mark.chosen").first).to_have_text("149.5 billion yuan")
    tab.locator("nav a", has_text="overview").click()
    tab.locator("#documents .search").fill("065")
    expect(tab.locator("#documents tbody tr")).to_have_count(1)
    tab.locator("#documents tbody a").click()
    expect(tab.locator(".clean")).to_contain_text(names[65])


def test_what_is_empty_says_so(tab: Page, tmp_path: Path) -> None:
    _, path = made({"a.txt": "A page about the town.\n\nIt is a nice place, and people like to go there.\n"}, tmp_path)
    visit(tab, path)
    expect(tab.locator("#figures tbody")).to_have_text("there are no figures")
    expect(tab.locator(".document .legend")).to_have_text("no figure was read here")
    expect(tab.locator("#documents .count")).to_have_text("1 document")
    tab.locator("#documents .search").fill("no such page")
    expect(tab.locator("#documents tbody")).to_have_text("nothing fits these filters")


def test_what_could_not_be_read_is_shown_with_its_reason(tab: Page, tmp_path: Path) -> None:
    folder = folder_of(CONTRARY, tmp_path / "pages")
    (folder / "scan.txt").write_bytes(b"%PDF-1.7\x00\x01")
    (folder / "foreign.txt").write_text("Die Stadt ist sehr schön und hat viele alte Häuser, die wir gerne sehen. " * 5)
    review, documents, notes = of_texts([str(folder)])
    assert len(notes) == 2
    visit(tab, report.write(review, documents, tmp_path / "report.html"))
    tab.locator("summary", has_text="what was kept out").click()
    for said in ("scan.txt", "foreign.txt", "wrong_language"):
        expect(tab.locator("#overview")).to_contain_text(said)


def test_on_paper_no_number_is_broken_and_no_column_is_cut_off(browser: Browser, tmp_path: Path) -> None:
    _, path = made(CONTRARY, tmp_path)
    page = browser.new_page(viewport={"width": 700, "height": 1000})
    visit(page, path)
    page.emulate_media(media="print")
    assert page.locator(".table td.number").evaluate_all(
        "all => all.every(e => getComputedStyle(e).whiteSpace === 'nowrap')"
    )
    page.set_viewport_size({"width": 1046, "height": 700})  # the figures are printed across
    assert page.locator(".table table").evaluate_all("all => all.every(e => e.offsetWidth <= innerWidth)")
    page.set_viewport_size({"width": 700, "height": 1000})
    assert page.locator(".chart .scroll").evaluate_all("all => all.every(e => e.scrollWidth <= e.clientWidth + 1)")
    assert page.locator("mark").evaluate_all(
        "all => all.every(e => getComputedStyle(e, '::after').whiteSpace === 'nowrap')"
    )
    page.close()


@pytest.mark.parametrize("width", [360, 768])
def test_narrow_pages_do_not_scroll_sideways(width: int, browser: Browser, tmp_path: Path) -> None:
    _, path = made({**CONTRARY, "wide.txt": WIDE + "x" * 500}, tmp_path)
    page = browser.new_page(viewport={"width": width, "height": 700})
    visit(page, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for text, chosen in (("clean text", ".clean mark"), ("raw text with repairs", ".raw:not([hidden]) del")):
        page.get_by_label(text).last.check()
        page.locator(chosen).last.click()
        box, panel = page.locator(".chosen:visible").last.bounding_box(), page.locator("#panel").bounding_box()
        assert box
        assert panel
        assert box["y"] + box["height"] <= panel["y"], "the panel hides not what it tells of"
        page.keyboard.press("Escape")
    page.close()


def test_light_dark_and_paper(browser: Browser, tmp_path: Path) -> None:
    _, path = made(CONTRARY, tmp_path)
    page = browser.new_page(color_scheme="light")
    visit(page, path)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground)
    assert light != dark
    page.locator("#theme").click()
    assert page.evaluate(ground) == light
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("document.documentElement.style.colorScheme = ''")
    assert page.evaluate(ground) == light
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator(".clean").first).to_be_visible()
    page.close()


CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const paint = (colour, opacity) => { canvas.globalAlpha = opacity; canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1); };
  const rgb = (colour, below, opacity = 1) => { paint(below, 1); paint(colour, opacity);
    return canvas.getImageData(0, 0, 1, 1).data; };
  const linear = c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const page = getComputedStyle(document.body).backgroundColor;
  const names = "p, a, td, th, dt, dd, mark, .soft, .badge, ins, del, .sample, .furniture";
  const texts = [...document.querySelectorAll(names)];
  return texts.filter(e => e.checkVisibility()).map(e => {
    const style = getComputedStyle(e), below = `rgb(${rgb(style.backgroundColor, page).slice(0, 3)})`;
    const text = light(rgb(style.color, below, style.opacity)), ground = light(rgb("transparent", below));
    const [a, b] = [text, ground].sort((x, y) => y - x);
    return [(a + 0.05) / (b + 0.05), e.className || e.tagName];
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out(scheme: Any, browser: Browser, tmp_path: Path) -> None:
    """The contrast that WCAG asks of small text, 4.5 to 1."""
    _, path = made(
        {**CONTRARY, "wide.txt": WIDE, "furniture.txt": "Home > News > City\n\nGDP was 5 billion yuan.\n"}, tmp_path
    )
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    visit(page, path)
    page.locator(".clean mark").first.click()
    page.locator("input[value=raw]").last.check()
    found = page.evaluate(CONTRAST)
    assert len(found) > 50
    assert [(round(ratio, 1), what) for ratio, what in found if ratio < 4.5] == []
    page.close()


def test_the_pictures_of_the_documentation_can_be_taken(browser: Browser, tmp_path: Path) -> None:
    taken = {path.name: path.read_bytes() for path in pictures.take(browser, tmp_path)}
    assert all(content.startswith(b"\x89PNG") and len(content) > 20_000 for content in taken.values())
    shown = re.findall(r"pictures/([\w-]+\.png)", (pictures.ROOT / "docs" / "review.md").read_text("utf-8"))
    assert sorted(shown) == sorted(taken) == sorted(path.name for path in pictures.PICTURES.glob("review-*"))
