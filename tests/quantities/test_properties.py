"""What must hold of any text: exact values, nothing lost, nothing twice, time that grows with length only."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.numerals import find_numerals
from extractors.quantities import quantities, read_text
from extractors.tokens import tokenise

ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
ONES += "seventeen eighteen nineteen".split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
SCALES = [(10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")]

#: Pieces that texts are made of when nothing is known about them.
FRAGMENTS = [
    "12", "3.5", "1,200", "2019", "7", "0.4", "-3", "+5", "1/3", "½", "one", "two", "third", "first", "half", "a",
    "the", "million", "billion", "%", "percent", "percentage points", "yuan", "US$", "$", "€", "RMB", "km", "km2",
    "per", "of", "in", "to", "and", "or", "from", "between", "about", "more than", "up to", "-", "–", ":", ",", ".",
    "(", ")", '"', "schools", "new", "people", "ranked", "No.", "top", "largest", "doubled", "times", "Phase", "II",
    "Line", "GDP", "rose", "each", "every", "dozens", "years", "ago", "°C", "亿元", "吨", "PM2.5", "CO2", "①", "x",
    "k", "m", "bn", "e", "^", "±", "/", "'",
]  # fmt: skip


def spelled(number: int, *, joint: str = " and ") -> str:
    """A whole number in words."""
    for value, name in SCALES:
        if number >= value:
            head, rest = divmod(number, value)
            text = f"{spelled(head, joint=joint)} {name}"
            if not rest:
                return text
            return text + (joint if rest < 100 else " ") + spelled(rest, joint=joint)
    if number < 20:
        return ONES[number]
    tens, ones = divmod(number, 10)
    return TENS[tens] + (f"-{ONES[ones]}" if ones else "")


@given(st.integers(0, 10**15 - 1), st.sampled_from([" and ", " "]))
def test_number_words_are_read_exactly(number: int, joint: str) -> None:
    numerals = find_numerals(tokenise(spelled(number, joint=joint) + " tons"))
    assert [numeral.value for numeral in numerals] == [number]


@given(st.decimals(0, 10**9, places=3), st.sampled_from(["{:,}", "{}"]))
def test_digits_are_read_exactly(number: Decimal, form: str) -> None:
    text = f"The mine produced {form.format(number)} tons."
    assert [(q.value, q.unit) for q in quantities(text)] == [(number, "t")]


@given(
    st.integers(1, 999), st.sampled_from([("thousand", 3), ("million", 6), ("bn", 9), ("billion", 9), ("trillion", 12)])
)
def test_a_scale_multiplies(number: int, scale: tuple[str, int]) -> None:
    word, power = scale
    assert [q.value for q in quantities(f"It cost {number}.5 {word} yuan.")] == [Decimal(f"{number}.5").scaleb(power)]


@given(st.integers(2, 10**6), st.integers(1, 10**6))
def test_the_ends_of_a_range_are_its_limits(low: int, step: int) -> None:
    found = quantities(f"Between {low:,} and {low + step:,} tons were sold.")
    assert len(found) == 1
    assert found[0].value is None
    assert (found[0].low, found[0].high) == (Decimal(low), Decimal(low + step))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25), st.sampled_from([" ", " ", ""]))
def test_nothing_is_lost_and_nothing_is_read_twice(parts: list[str], joint: str) -> None:
    text = joint.join(parts)
    found, refused = read_text(text, [])
    spans = sorted([(q.start, q.end) for q in found] + [(n.start, n.end) for n in refused])
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans)), text
    covered = {i for start, end in spans for i in range(start, end)}
    tokens = tokenise(text)
    for kind, start, end in zip(tokens.kind, tokens.start, tokens.end, strict=True):
        if kind in ("number", "fraction", "vulgar", "ident", "stamp"):
            assert set(range(start, end)) <= covered, f"{text!r}: {text[start:end]!r} is in neither list"


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    found, refused = read_text(text, [])
    assert [n.quote for n in refused] == [text[n.start : n.end] for n in refused]
    assert all(q.value is None or q.value.is_finite() for q in found)


def test_quotations_hold_their_numeral() -> None:
    text = "More than 8.5 billion Yuan went into 29 new schools, 12.6% up, at US$ 3 to 4 per kg."
    for q in quantities(text):
        assert q.start <= q.numeral_start < q.numeral_end <= q.end
        assert re.search(r"\d", text[q.numeral_start : q.numeral_end])


def _seconds(text: str) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        read_text(text, [])
        times.append(time.perf_counter() - start)
    return min(times)


def test_time_grows_with_length_only() -> None:
    quantities("1 km")
    for unit in ("1,", "1.", "12-", "one ", "a ", "and ", "million ", "1 km and ", "( ", "“ ", "1/", "x^9"):
        short, long = unit * (2_000 // len(unit)), unit * (16_000 // len(unit))
        assert _seconds(long) < 40 * max(_seconds(short), 0.002), unit
