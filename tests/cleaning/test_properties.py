"""What holds for any text: no digit appears, clean text stays clean, and time grows with length only."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.cleaning import clean
from tests.cleaning.test_offsets import PIECES

#: The fixes that may write a digit: a letter or a full-width form read as one, an entity resolved, mojibake decoded.
WRITE_DIGITS = {"number.letter", "encoding.full_width", "encoding.entity", "encoding.utf8"}
WORDS = [
    "the",
    "city",
    "grew",
    "by",
    "5.9%",
    "in 2020,",
    "high-speed",
    "GDP",
    "of",
    "Jiangmen",
    "320.1 billion yuan.",
    "It",
    "rose",
]

#: Texts that are hard when repeated: they feed every pattern with what it begins with and cannot finish.
HARD = [
    " ",
    "- ",
    "1, ",
    "1. ",
    "a.A",
    "(",
    '"',
    "\n",
    "A b ",
    "l1 ",
    "&amp;",
    "@",
    "www.",
    "a@a.",
    "1 ,",
    "|a",
    "Home > ",
    "a-",
    "aA",
    "t ",
    "x1",
    "1,000",
    "\n\nA",
    "“",
    "%",
    "of the ",
    "\n- ",
    "Updated: ",
    "2020",
    "9 ",
    "- \n",
    "\r\n",
    "\u00a0",
    "。",
    "£¤",
    "ofthe",
    "http://",
    "jiang",
    "ti on ",
    "| ",
    "> ",
    "1 .",
    "65438+",
    "Home/",
    " -a",
    " 's ",
    "U.S.a",
    " .A",
    "1thA",
    "©O",
    "¡¤",
    "â€ ",
    "Ã¢â‚¬â„¢",
    "&amp;amp;",
    "1.1",
    "1..2%",
    "has 2 8 ",
    "1,2345 ",
    "Xi xi Xixi ",
    "By A",
    "Home\nA\n",
    "mailto:",
    "9%,",
    'said:"A',
    "illionin ",
    "2019-\n",
    "from 2016 to 2020 ",
    "a  ",
    " \t\n",
]


def digits(text: str) -> Counter[str]:
    return Counter(c for c in text if c.isdigit())


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)))
@settings(max_examples=300, deadline=None)
def test_no_digit_is_invented(raw: str) -> None:
    result = clean(raw)
    written: Counter[str] = Counter()
    for edit in result.edits:
        if WRITE_DIGITS & set(edit.rule.split("+")):
            written += digits(edit.replacement)
    assert digits(result.text) - digits(raw) - written == Counter()


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_clean_text_is_left_alone(text: str) -> None:
    assert clean(text).text == text


@pytest.mark.parametrize("piece", HARD)
def test_time_grows_with_length(piece: str) -> None:
    """Four times the text takes about four times as long: sixteen would be a pattern that backtracks, each time."""
    pairs: list[tuple[float, float]] = []
    while not pairs or (pairs[-1][1] >= max(9 * pairs[-1][0], 1.0) and len(pairs) < 3):  # a busy machine, once or twice
        pairs.append((seconds((piece * 20_000)[:20_000]), seconds((piece * 80_000)[:80_000])))
    short, long = pairs[-1]
    assert long < max(9 * short, 1.0), pairs


def seconds(text: str) -> float:
    """The faster of two times: a busy machine makes one of them slow."""
    taken = []
    for _ in range(2):
        start = time.process_time()
        clean(text)
        taken.append(time.process_time() - start)
    return min(taken)
