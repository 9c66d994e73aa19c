"""Furniture that no pattern names: by its place between lines of navigation, and by its links in markup."""

from __future__ import annotations

import pytest

from extractors.cleaning import clean
from extractors.reading.markup import read_page

PROSE = "The city has grown fast in recent years, and its output reached 320 billion yuan in 2020, up 5 percent."
MORE = "Investment in fixed assets rose by 11.4 percent over the year, with industry taking up a third of it all."

#: HTML, what must be gone, what must stay, why
PAGES = [
    (
        f'<ul><li><a href="1">Invest</a></li><li><a href="2">Live here</a></li></ul><p>{PROSE}</p>',
        ["Invest\n", "Live here"],
        [PROSE],
        "items that are links",
    ),
    (
        f'<div><a href="1">Invest</a> <a href="2">Live</a> <a href="3">Visit</a></div><p>{PROSE}</p>',
        ["Invest Live Visit"],
        [PROSE],
        "a bar of links",
    ),
    (
        f'<p>{PROSE}</p><p>Related</p><p><a href="1">Exports rose by 7 percent in May</a></p><p>{MORE}</p>',
        ["Exports rose by 7 percent in May"],
        [PROSE, MORE],
        "the headline of another article",
    ),
    (
        f'<h1><a href="1">Qinghe in figures</a></h1><p>{PROSE}</p>',
        [],
        ["Qinghe in figures", PROSE],
        "a heading that links to itself",
    ),
    (
        f'<p><a href="1">{PROSE}</a></p><p>In 2020, <a href="2">the port</a> handled 3 million tons.</p>',
        [],
        [PROSE, "In 2020, the port handled 3 million tons."],
        "sentences with links",
    ),
    (
        f'<p>{PROSE}</p><table><tr><td><a href="1">Guicheng</a></td><td>12.5</td></tr>'
        '<tr><td><a href="2">Lishui</a></td><td>9.1</td></tr></table>',
        [],
        ["Guicheng 12.5", "Lishui 9.1"],
        "rows with links",
    ),
]


@pytest.mark.parametrize(("markup", "gone", "kept", "why"), PAGES, ids=[page[3] for page in PAGES])
def test_links(markup: str, gone: list[str], kept: list[str], why: str) -> None:
    page = read_page(f"<html><body>{markup}</body></html>")
    text = clean(page.text, page.layout).text
    assert [line for line in gone if line in text] == [], why
    assert [line for line in kept if line not in text] == [], why


#: a text, what it becomes, why
TEXTS = [
    (f"Home\nGovernment\nBusiness\nTourism\nContact us\n\n{PROSE}", PROSE, "labels between lines of a menu"),
    (
        f"Skip to content\n\nQinghe City\n\nOverview\n\nHome > Overview\n\n{PROSE}",
        f"Qinghe City\n\nOverview\n\n{PROSE}",
        "headings between lines of navigation, each a block of its own",
    ),
    (
        f"Home | About | News\nOverview of Qinghe\nHome > Overview\n\n{PROSE}",
        f"Overview of Qinghe\n\n{PROSE}",
        "a title between a menu and the path to it",
    ),
    (
        f"--- SEARCH ---\nWEATHER\nBUSINESS\nSCI-TECH\nTRAVEL\nExchange Rates\n\nThe Port of Qinghe\n\n{PROSE}",
        f"The Port of Qinghe\n\n{PROSE}",
        "a long block of labels, one of them navigation",
    ),
    (
        f"Main products\n\nTelevisions\nToys\nShoes\nGarments\nFurniture\n\n{PROSE}",
        f"Main products\n\nTelevisions\nToys\nShoes\nGarments\nFurniture\n\n{PROSE}",
        "a list of products, none of them navigation",
    ),
    (f"• Mobile version\n• Facebook\n• Twitter\n\n{PROSE}", f"• Mobile version\n\n{PROSE}", "navigation with bullets"),
    (f"{PROSE}\n\nAgriculture\n\n{MORE}", f"{PROSE}\n\nAgriculture\n\n{MORE}", "a heading between paragraphs"),
]


@pytest.mark.parametrize(("text", "expected", "why"), TEXTS, ids=[case[2] for case in TEXTS])
def test_place(text: str, expected: str, why: str) -> None:
    assert clean(text).text == expected, why
