"""Whatever the text: the edits lead from raw to clean, and every clean offset back to its raw text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.cleaning import clean
from extractors.model import CleanText

PIECES = [
    " ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\u00a0",
    "\u3000",
    "\u200b",
    ",",
    ".",
    " .",
    "- ",
    "-",
    '"',
    "“",
    "”",
    "(",
    ")",
    "%",
    " %",
    "2020",
    "320. 1",
    "1 ,800",
    "10 , 958",
    "l2.6%",
    "2O20",
    "１１．４％",
    "billion",
    "yuan",
    "billionyuan",
    "8,462square",
    "the",
    "high- speed",
    "Five- Year Plan",
    "haveaccelerated",
    "SilverLake",
    "Silver Lake",
    "ac count",
    "Jiangmen",
    "Jiangmenhas",
    "&amp;",
    "&nbsp;",
    "¡¯",
    "£¤",
    "â€™",
    "。",
    "http://a.b/c,d",
    "x.y@z.cn",
    "Source: X",
    "Copyright 2020",
    "Home > A > B",
    "| a | b |",
    "- item",
    "江门",
    "😀",
    "\x00",
]


def applied(result: CleanText) -> str:
    parts, last = [], 0
    for edit in result.edits:
        assert edit.raw_start >= last, "edits overlap or are out of order"
        parts += [result.raw[last : edit.raw_start], edit.replacement]
        last = edit.raw_end
    return "".join([*parts, result.raw[last:]])


def assert_sound(raw: str) -> None:
    result = clean(raw)
    assert applied(result) == result.text
    assert len(result.clean_starts) == len(result.edits)
    for edit, start in zip(result.edits, result.clean_starts, strict=True):
        assert result.text[start : start + len(edit.replacement)] == edit.replacement
    for block in result.blocks:
        assert result.text[block.start : block.end].strip()
        start, end = result.to_raw(block.start, block.end)
        assert 0 <= start < end <= len(raw)
    for line in result.boilerplate:
        assert 0 <= line.raw_start < line.raw_end <= len(raw)


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text(raw: str) -> None:
    assert_sound(raw)


@given(st.lists(st.sampled_from(PIECES), max_size=40))
@settings(max_examples=400, deadline=None)
def test_damaged_text(pieces: list[str]) -> None:
    assert_sound("".join(pieces))
    assert_sound(" ".join(pieces))


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.data())
@settings(max_examples=200, deadline=None)
def test_untouched_text_maps_to_itself(pieces: list[str], data: st.DataObject) -> None:
    """A span of the clean text that no edit touches reads the same in the raw text."""
    result = clean(" ".join(pieces))
    if not result.text:
        return
    start = data.draw(st.integers(0, len(result.text) - 1))
    end = data.draw(st.integers(start + 1, len(result.text)))
    raw_start, raw_end = result.to_raw(start, end)
    touched = (
        e.raw_start <= raw_end and e.raw_end >= raw_start and s <= end and s + len(e.replacement) >= start
        for e, s in zip(result.edits, result.clean_starts, strict=True)
    )
    if not any(touched):
        assert result.raw[raw_start:raw_end] == result.text[start:end]


@pytest.mark.parametrize("raw", ["", "\n", " ", "\x00", "\r\n\r\n", "\ufeff", "😀", "a\u2028b", "\u200b1\u200b2"])
def test_odd_texts(raw: str) -> None:
    assert_sound(raw)
