"""The constructions: what kind of statement a number makes, told by the labels around it.

A construction is a row of ``rules/constructions.toml``; this module compiles the rows and finds the first that fits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from extractors.clauses import Sentence
from extractors.lexicon import Row, load
from extractors.model import Quantity

_FILL = "(?:BASIS |AVERAGE |P |in P |on )*"
_AMOUNT_KINDS = frozenset({"percent", "permille", "percentage_point", "multiple", "rank"})


@dataclass(frozen=True, slots=True)
class Construction:
    """A compiled row: ``units`` and ``forms`` it applies to, the patterns, and what it gives."""

    row: Row
    units: frozenset[str]
    forms: frozenset[str]
    left: re.Pattern[str] | None
    right: re.Pattern[str] | None
    signed: bool
    opens: frozenset[str]

    def fits(self, quantity: Quantity, left: str, right: str, opener: str = "") -> bool:
        """Whether the labels on both sides fit, and ``opener``, the first word of the quote."""
        if self.opens and opener not in self.opens:
            return False
        if self.signed and not _is_signed(quantity):
            return False
        if self.right is not None and self.right.match(right) is None:
            return False
        return self.left is None or _ends_with(self.left, left)


@cache
def constructions() -> tuple[Construction, ...]:
    """The rows of ``rules/constructions.toml`` in order, compiled."""
    optional = dict.fromkeys(("left", "right", "direction", "basis"), str)
    rows = load(
        "constructions",
        {"units": list, "kind": str, "indicator": str},
        {**optional, "forms": list, "timeless": bool, "signed": bool, "opens": list},
    )
    return tuple(_compiled(row) for row in rows)


def _compiled(row: Row) -> Construction:
    left, right = (row.get(side, "").replace("{fill}", _FILL) for side in ("left", "right"))
    return Construction(
        row,
        frozenset(row["units"]),
        frozenset(row.get("forms", ())),
        re.compile(rf"(?:{left})$") if left else None,
        re.compile(right) if right else None,
        row.get("signed", False),
        frozenset(row.get("opens", ())),
    )


def _ends_with(pattern: re.Pattern[str], labels: str) -> bool:
    """Whether a pattern matches the end of the labels from where one of them begins.

    That is asked of what was found: a pattern that begins with a label is looked for four times as fast as one that
    begins with the question.

    >>> _ends_with(re.compile("BE $"), "W BE "), _ends_with(re.compile("BE $"), "MAYBE ")
    (True, False)
    """
    found = pattern.search(labels)
    while found is not None and found.start() and labels[found.start() - 1] != " ":
        found = pattern.search(labels, found.start() + 1)
    return found is not None


def _is_signed(quantity: Quantity) -> bool:
    """A written sign (``+12.8%``) or a negative number: a change, whatever else is said."""
    return quantity.value is not None and (quantity.value < 0 or quantity.numeral_start > quantity.start)


def classes(unit_kind: str, form: str) -> set[str]:
    """The unit classes a construction may name: unit kind, form, ``amount``, ``*``.

    >>> sorted(classes("percent", "fraction")), sorted(classes("mass", "digits"))
    (['*', 'fraction', 'percent'], ['*', 'amount', 'mass'])
    """
    found = {unit_kind, "*"}
    if form in ("fold", "fraction"):
        found.add(form)
    if unit_kind not in _AMOUNT_KINDS:
        found.add("amount")
    return found


@cache
def candidates(unit_kind: str, form: str) -> tuple[Construction, ...]:
    """The constructions that numbers of a kind and form may make, in the order of the table."""
    named = classes(unit_kind, form)
    return tuple(
        each for each in constructions() if not each.units.isdisjoint(named) and (not each.forms or form in each.forms)
    )


def around(sentence: Sentence, position: int) -> tuple[str, str]:
    """The labels near a node, before and after it, adverbs left out, each followed by a space."""
    before = sentence.labels[max(0, position - _BACK) : position]
    return "".join(before), "".join(sentence.labels[position + 1 : position + 1 + _AHEAD])


#: How many nodes a pattern may look back and ahead; sentences of hundreds of figures stay linear.
_BACK, _AHEAD = 48, 16


def construction_of(sentence: Sentence, position: int) -> Construction:
    """The first construction that fits the quantity at a node; the last row fits everything."""
    quantity = sentence.quantities[sentence.nodes[position].quantity]
    left, right = around(sentence, position)
    opener = sentence.text[quantity.start : quantity.end].partition(" ")[0].lower()
    possible = candidates(quantity.unit_kind, quantity.form)
    return next(each for each in possible if each.fits(quantity, left, right, opener))
