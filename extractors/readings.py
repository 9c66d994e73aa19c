"""One number as it is read so far: the working record that the steps of reading quantities fill in and merge."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from extractors.lexicon import Row, load
from extractors.model import Bound, Direction, NotFigure, Quantity, Why
from extractors.numerals import Numeral
from extractors.tokens import Tokens


@dataclass(slots=True)
class Reading:
    """A numeral and what was found around it; ``first`` and ``last`` (not included) are the pieces of its quote.

    ``why`` is set once the numeral is known to be no figure. ``scaled``, ``signed`` and ``own_unit`` tell what the
    number itself carries, which decides what it shares with its neighbours.
    """

    numeral: Numeral
    first: int
    last: int
    value: Decimal | None
    form: str
    unit: str = ""
    kind: str = ""
    unit_rule: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    bound: Bound = "exact"
    bound_rule: str = ""
    direction: Direction | None = None
    rule: str = "number"
    why: Why | None = None
    own_unit: bool = False
    hyphenated: bool = False
    signed: bool = False
    counted: bool = False
    age: bool = False
    dropped: bool = False
    flags: tuple[str, ...] = ()

    def give(self, unit: str, kind: str, rule: str) -> None:
        """Sets the unit."""
        self.unit, self.kind, self.unit_rule = unit, kind, rule

    def refuse(self, why: Why, rule: str) -> None:
        """Marks the numeral as no figure."""
        self.why, self.rule = why, rule


@cache
def context_rows() -> tuple[Row, ...]:
    """The rows of ``rules/contexts.toml``."""
    return load("contexts", {"words": list})


@cache
def context(row_id: str) -> frozenset[str]:
    """The words of one row of ``rules/contexts.toml``."""
    return frozenset(next(row["words"] for row in context_rows() if row.id == row_id))


#: Decimals that are kept of a fraction that has no end (``1/3``); numbers that are written out have fewer.
_LONGEST = 20
_THIRD = Decimal("1e-12")


def _written(value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    exponent = value.as_tuple().exponent
    endless = isinstance(exponent, int) and exponent < -_LONGEST
    return value.quantize(_THIRD) if endless and abs(value) > _THIRD else value


def to_quantity(tokens: Tokens, reading: Reading) -> Quantity:
    """The finished quantity."""
    numeral = reading.numeral
    return Quantity(
        tokens.start[reading.first],
        tokens.end[reading.last - 1],
        tokens.start[numeral.first],
        tokens.end[numeral.last - 1],
        _written(reading.value),
        _written(reading.low),
        _written(reading.high),
        reading.unit or "1",
        reading.kind or "number",
        reading.bound,
        reading.form,
        reading.direction,
        reading.rule,
        reading.unit_rule,
        reading.bound_rule,
        reading.flags,
    )


def to_not_figure(tokens: Tokens, reading: Reading, why: Why) -> NotFigure:
    """The numeral as one of the numbers that are no figures."""
    start, end = tokens.start[reading.first], tokens.end[reading.last - 1]
    return NotFigure(start, end, tokens.text[start:end], why, reading.rule)
