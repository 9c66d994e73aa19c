"""What two readings of the same documents disagree on: figures gained, lost, and changed field by field."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Row = Mapping[str, Any]
What = Literal["gained", "lost", "changed"]
#: what a figure says. Offsets and the sentence are where it says so, and move when something else does.
FIELDS = (
    "value_text low high unit unit_kind bound kind direction status indicator indicator_key entity entity_from "
    "period_start period_end period_from basis rule flags"
).split()
#: what there must be to align figures and to show them
COLUMNS = ["source", "quote", "sentence", "start", *FIELDS]


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that only one side has, or that the sides read differently; ``fields`` has both readings of each."""

    what: What
    source: str
    quote: str
    sentence: str
    rule: str
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(slots=True)
class Differences:
    """Counts of all differences, and the first few of them."""

    examples_kept: int = 20
    counts: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    examples: list[Difference] = field(default_factory=list)

    def add(self, found: Iterable[Difference]) -> None:
        """Takes more of them."""
        for difference in found:
            self.counts[difference.what] += 1
            self.fields.update(list(difference.fields))
            self.rules[difference.rule] += 1
            self.documents[difference.source] += 1
            if len(self.examples) < self.examples_kept:
                self.examples.append(difference)

    @property
    def total(self) -> int:
        return self.counts.total()


def differences(before: Iterable[Row], after: Iterable[Row]) -> Iterator[Difference]:
    """What is not the same, in the order of the documents. Figures are aligned by their document and quote.

    So a page that was edited does not look all new. Of several figures with one quote those that say the same belong
    together, then those in the same sentence, then those in the same place of the order.

    >>> old = {"source": "a.txt", "quote": "5%", "sentence": "GDP grew 5%.", "start": 9, "unit": "percent"}
    >>> [found.what for found in differences([old], [])], list(differences([old], [old]))
    (['lost'], [])
    >>> [dict(found.fields) for found in differences([old], [old | {"unit": "percentage_point", "start": 7}])]
    [{'unit': ('percent', 'percentage_point')}]
    """
    sides = _by_quote(before), _by_quote(after)
    for key in sorted(set(sides[0]) | set(sides[1])):
        yield from _of_one_quote(sides[0].get(key, []), sides[1].get(key, []))


def _by_quote(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    grouped = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["source"], row["start"])):
        grouped[row["source"], row["quote"]].append(row)
    return grouped


def _of_one_quote(before: list[Row], after: list[Row]) -> Iterator[Difference]:
    for same in (_said, lambda row: row["sentence"], lambda _: None):
        before, after, pairs = _paired(before, after, same)
        for old, new in pairs:
            if changed := {name: (old.get(name), new.get(name)) for name in FIELDS if old.get(name) != new.get(name)}:
                yield _difference("changed", new, changed)
    for row in before:
        yield _difference("lost", row, {})
    for row in after:
        yield _difference("gained", row, {})


def _said(row: Row) -> Any:
    return [row.get(name) for name in FIELDS]


def _paired(before: list[Row], after: list[Row], same: Any) -> tuple[list[Row], list[Row], list[tuple[Row, Row]]]:
    """Pairs rows that are the same in some respect, each once; the rest of both sides, and the pairs."""
    left, pairs = list(after), []
    alone = []
    for row in before:
        match = next((other for other in left if same(other) == same(row)), None)
        if match is None:
            alone.append(row)
        else:
            left.remove(match)
            pairs.append((row, match))
    return alone, left, pairs


def _difference(what: What, row: Row, fields: Mapping[str, tuple[Any, Any]]) -> Difference:
    return Difference(what, row["source"], row["quote"], row["sentence"], row.get("rule", ""), fields)
