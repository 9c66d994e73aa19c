"""Quantities beside quantulum3: `python -m benchmarks.quantities [ROUNDS]`, with the extra `benchmark` installed.

The text is our own. `documents`: the running text of `tests/gold/own` and `tests/gold/fresh`, written and annotated by
people who had not read the rules, a sentence at a time. `sentences`: the second set of sentences in `tests/quantities`.

What the peer cannot know is not held against it: signs of falls are left out, and whatever it calls dimensionless
agrees with a counted noun, a multiple, a rank, an index or no unit at all. Years, dates, names and list numbers that it
returns are false alarms, and the third column leaves them out. Time is the median over rounds in one process, each on
the same texts, after one round that is not measured.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import sys
import time
import tomllib
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from extractors.quantities import quantities
from extractors.sentences import sentences
from extractors.tokens import tokenise
from extractors.units import read_unit

TESTS = Path(__file__).resolve().parent.parent / "tests"
#: Kinds of unit for which a peer has no name.
BARE = ("count:", "1", "multiple", "rank", "index")


class Amount(NamedTuple):
    """A quantity, annotated or found: the ends of its interval (alike where it is one number), its unit, its place."""

    low: float
    high: float
    unit: str
    start: int = 0
    end: int = 0


class Text(NamedTuple):
    """A sentence, the quantities annotated in it, and the places of the numbers that are none."""

    text: str
    amounts: list[Amount]
    others: list[tuple[int, int]]


Reader = Callable[[str], list[Amount]]


# --- the texts -------------------------------------------------------------------------------------------------------


def documents(folder: Path) -> Iterator[Text]:
    """The sentences of annotated documents; rows of tables, headings and items of lists are none.

    >>> sum(len(text.amounts) for text in documents(TESTS / "gold" / "own")) > 300
    True
    """
    for path in sorted(folder.glob("*.json")):
        marked = json.loads(path.read_text("utf-8"))
        clean = path.with_suffix(".clean.txt").read_text("utf-8")
        position = 0
        for block in clean.split("\n"):
            for start, end in sentences(clean, position, position + len(block)):
                sentence = clean[start:end]
                if not sentence.rstrip().endswith((".", "!", "?")):
                    continue
                amounts = [_annotated(f, start) for f in marked["figures"] if start <= f["start"] < end]
                yield Text(
                    sentence, amounts, [_place(n, start) for n in marked["not_figures"] if start <= n["start"] < end]
                )
            position += len(block) + 1


def _annotated(figure: dict[str, Any], offset: int) -> Amount:
    low, high = (figure["low"], figure["high"]) if figure["value"] is None else (figure["value"], figure["value"])
    return Amount(*_ends(low, high), figure["unit"], *_place(figure, offset))


def _place(item: dict[str, Any], offset: int) -> tuple[int, int]:
    return item["start"] - offset, item["end"] - offset


def _ends(low: object, high: object) -> tuple[float, float]:
    """Both ends without their signs, the lower first; an open end is the other one."""
    known = [abs(float(str(end))) for end in (low, high) if end is not None]
    return (min(known), max(known)) if known else (0.0, 0.0)


def cases(path: Path) -> Iterator[Text]:
    """The sentences of a file of cases.

    >>> next(cases(TESTS / "quantities" / "cases_second.toml")).amounts[0].unit
    'USD'
    """
    for group in tomllib.loads(path.read_text("utf-8"))["group"]:
        for text, *expected in group["cases"]:
            amounts, others = [], []
            for item in expected:
                quote, *rest = item.removeprefix("! ").split(" | ")
                start = text.find(quote)
                if item.startswith("! "):
                    others.append((start, start + len(quote)))
                else:
                    low, _, high = rest[0].partition("..")
                    amounts.append(Amount(*_ends(low, high or low), rest[1], start, start + len(quote)))
            yield Text(text, amounts, others)


# --- the readers -----------------------------------------------------------------------------------------------------


def ours(text: str) -> list[Amount]:
    """What this project reads.

    >>> [amount.unit for amount in ours("Exports fell 5.2% to US$3 billion.")]
    ['percent', 'USD']
    """
    found = []
    for q in quantities(text):
        low, high = (q.low, q.high) if q.value is None else (q.value, q.value)
        found.append(Amount(*_ends(low, high), q.unit, q.start, q.end))
    return found


def peer() -> Reader:
    """What quantulum3 reads."""
    from quantulum3 import parser

    def read(text: str) -> list[Amount]:
        found = []
        for quantity in parser.parse(text):
            spread = quantity.uncertainty or 0
            start, end = quantity.span
            low, high = _ends(quantity.value - spread, quantity.value + spread)
            found.append(Amount(low, high, code_of(quantity.unit.name), start, end))
        return found

    return read


@cache
def code_of(name: str) -> str:
    """Our code for a unit's name; the name itself where there is none.

    >>> [code_of(name) for name in ("square kilometre", "united states dollar", "percentage", "dimensionless")]
    ['km2', 'USD', 'percent', '1']
    """
    if name in _NAMED:
        return _NAMED[name]
    tokens = tokenise(name)
    found = read_unit(tokens, 0)
    return found.code if found is not None and found.last >= len(tokens) else name


_NAMED = {"dimensionless": "1", "percentage": "percent", "pound-mass": "lb", "count": "1", "short ton": "t"}


# --- the comparison --------------------------------------------------------------------------------------------------


def same_value(one: Amount, other: Amount) -> bool:
    """Whether both ends agree to one in a thousand."""
    pairs = ((one.low, other.low), (one.high, other.high))
    return all(abs(a - b) <= 1e-3 * max(abs(a), abs(b)) for a, b in pairs)


def same_unit(annotated: Amount, found: Amount) -> bool:
    """Whether the units agree; no unit agrees with whatever a peer has no name for.

    >>> same_unit(Amount(3, 3, "count:school"), Amount(3, 3, "1")), same_unit(Amount(3, 3, "km"), Amount(3, 3, "1"))
    (True, False)
    """
    return annotated.unit == found.unit or (found.unit == "1" and annotated.unit.startswith(BARE))


class Score(NamedTuple):
    """F1 of the value, of value and unit, and of the value where numbers that are no figures do not count."""

    value: float
    unit: float
    value_alone: float


def score(texts: Sequence[Text], read: Reader) -> Score:
    """The scores of a reader.

    >>> text = Text("5 km in 2019", [Amount(5, 5, "km", 0, 4)], [(8, 12)])
    >>> score([text], lambda _: [Amount(5, 5, "1"), Amount(2019, 2019, "1", 8, 12)])
    Score(value=66.7, unit=0.0, value_alone=100.0)
    """
    wanted = found = spared = values = units = 0
    for text in texts:
        amounts = read(text.text)
        wanted += len(text.amounts)
        found += len(amounts)
        spared += sum(any(a.start < end and start < a.end for start, end in text.others) for a in amounts)
        values += _matches(text.amounts, amounts, same_value)
        units += _matches(text.amounts, amounts, lambda a, b: same_value(a, b) and same_unit(a, b))
    return Score(_f1(values, wanted, found), _f1(units, wanted, found), _f1(values, wanted, found - spared))


def _f1(hits: int, wanted: int, found: int) -> float:
    return round(200 * hits / (wanted + found), 1) if wanted + found else 0.0


def _matches(wanted: Sequence[Amount], found: Sequence[Amount], agree: Callable[[Amount, Amount], bool]) -> int:
    left, hits = list(found), 0
    for amount in wanted:
        match = next((other for other in left if agree(amount, other)), None)
        if match is not None:
            left.remove(match)
            hits += 1
    return hits


def seconds(texts: Sequence[Text], read: Reader, rounds: int) -> float:
    """The median time to read all texts."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for text in texts:
            read(text.text)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def sets() -> dict[str, list[Text]]:
    """Every set of texts by its name."""
    gold = [text for name in ("own", "fresh") for text in documents(TESTS / "gold" / name)]
    return {"documents": gold, "sentences": list(cases(TESTS / "quantities" / "cases_second.toml"))}


def main(rounds: int = 5) -> int:
    """Print the table; 2 where the peer is not installed."""
    if importlib.util.find_spec("quantulum3") is None:
        print("quantulum3 is not installed: install the extra, `pip install '.[benchmark]'`", file=sys.stderr)
        return 2
    warnings.simplefilter("ignore")  # a classifier saved by another release
    readers = {"numerate": ours, "quantulum3": peer()}
    print("| texts | reader | value | value+unit | value, numbers that are no figures left out | time |")
    print("|---|---|---|---|---|---|")
    for name, texts in sets().items():
        size = f"{name}: {len(texts)} sentences, {sum(len(text.amounts) for text in texts)} quantities"
        for reader, read in readers.items():
            result = score(texts, read)  # also the round that is not measured
            took = seconds(texts, read, rounds)
            print(f"| {size} | {reader} | {result.value} | {result.unit} | {result.value_alone} | {took:.2f} s |")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
