"""Figures as plain records: the one place that turns a Figure into the columns of the table ``figures``.

Used by the flow and by the filters of the command line, so it imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from operator import attrgetter
from typing import Any

from extractors.model import Extraction, Figure

_NAMES = [field.name for field in fields(Figure)]
_AT = _NAMES.index("value") + 1
#: the columns in the order of the table: what is published as text stands after the number
_COLUMNS = (*_NAMES[:_AT], "value_text", *_NAMES[_AT:])
#: all fields at once, the value once more in the place of its text; getting them one by one took five times as long
_FIELDS = attrgetter(*_NAMES[:_AT], "value", *_NAMES[_AT:])
_NUMBERS, _DAYS = ("value", "low", "high"), ("period_start", "period_end")
#: beyond this power of ten a double is infinite, which JSON cannot say
_LARGEST = 307


def figure_record(figure: Figure) -> dict[str, Any]:
    """The columns of a figure that depend on its text alone, in the order of the table. Numbers stay Decimal."""
    record = dict(zip(_COLUMNS, _FIELDS(figure), strict=True))
    record["value_text"] = exact(figure.value)
    record["repaired"] = list(figure.repaired)
    record["flags"] = list(figure.flags)
    return record


def record_columns() -> list[str]:
    """The columns of such a record, in order."""
    return list(_COLUMNS)


def exact(value: Decimal | None) -> str | None:
    """A decimal written out in full, without exponent and without zeros that say nothing.

    >>> exact(Decimal("3.20E+11")), exact(Decimal("-0.50")), exact(Decimal("0.0")), exact(None)
    ('320000000000', '-0.5', '0', None)
    """
    if value is None:
        return None
    written = f"{value:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written in ("-0", "") else written


def json_number(value: Decimal | None) -> int | float | None:
    """A decimal as JSON writes numbers: whole ones whole, the rest as the nearest double.

    >>> json_number(Decimal("3.201E+11")), json_number(Decimal("5.9")), json_number(None)
    (320100000000, 5.9, None)
    """
    if value is None or value.adjusted() > _LARGEST:
        return None
    return int(value) if value.adjusted() < 30 and value == value.to_integral_value() else float(value)


def with_numbers(record: dict[str, Any]) -> dict[str, Any]:
    """A record as JSON takes it: Decimal as numbers, days as ISO dates."""
    numbers = {name: json_number(record[name]) for name in _NUMBERS}
    return record | numbers | {name: day.isoformat() for name in _DAYS if (day := record[name]) is not None}


def raw_quotes(extraction: Extraction) -> Iterator[str]:
    """The raw form of each figure's quote, in order."""
    raw = extraction.clean.raw
    for figure in extraction.figures:
        yield raw[figure.raw_start : figure.raw_end]
