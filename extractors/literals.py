"""Runs of digits as exact decimals: groups of three, Indian groups, decimal commas, powers, fractions."""

from __future__ import annotations

import re
from decimal import Context, Decimal

VULGAR = dict(
    zip(
        "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞",
        "1/2 1/3 2/3 1/4 3/4 1/5 2/5 3/5 4/5 1/6 5/6 1/8 3/8 5/8 7/8".split(),
        strict=True,
    )
)

#: More digits than any amount has; arithmetic on the rest is exact with :data:`EXACT`.
_LONGEST = 40
EXACT = Context(prec=100)
_PLAIN = re.compile(r"\d+(?:\.\d+)?|\.\d+")

_WESTERN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")

_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")

_MYRIAD = re.compile(r"\d{1,4}(?:,\d{4})+(?:\.\d+)?")

_EUROPEAN = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}")

DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}|0,\d+")

_POWER = re.compile(r"(.*?)(?:[eE]([+-]?\d+)|\s?[×x]\s?10\^?\s?([−–⁻-]?[\d⁰¹²³⁴⁵⁶⁷⁸⁹]+)|\^([+-]*\d+))")

_SUPERSCRIPTS = str.maketrans("⁻−–⁰¹²³⁴⁵⁶⁷⁸⁹", "---0123456789")


def parse_literal(digits: str) -> Decimal | None:
    """The value of a run of digits, commas and points, or None where no grouping makes it certain.

    >>> parse_literal("12,34,567.5"), parse_literal("2.812,4"), parse_literal("214.377.21231")
    (Decimal('1234567.5'), Decimal('2812.4'), None)
    """
    if len(digits) > _LONGEST:
        return None
    if digits.isdigit() or _PLAIN.fullmatch(digits):
        return Decimal(digits)
    if _WESTERN.fullmatch(digits) or _INDIAN.fullmatch(digits) or _MYRIAD.fullmatch(digits):
        return Decimal(digits.replace(",", ""))
    if _EUROPEAN.fullmatch(digits):
        return Decimal(digits.replace(".", "").replace(",", "."))
    return _parse_power(digits)


def _parse_power(digits: str) -> Decimal | None:
    match = _POWER.fullmatch(digits)
    base = parse_literal(match[1]) if match and match[1] else None
    if match is None or base is None:
        return None
    exponent = int((match[2] or match[3] or "0").translate(_SUPERSCRIPTS))
    power = int(match[4].lstrip("+-")) if match[4] else 1
    if abs(exponent) > _LONGEST or power > _LONGEST or (power > 1 and base > 1000):
        return None
    if match[4] and match[4].count("-") % 2:
        return 1 / base**power if base else None
    return (base**power).scaleb(exponent)


def parse_ratio(text: str) -> Decimal | None:
    above, below = re.split("[/⁄∕]", text)
    return Decimal(above) / Decimal(below) if int(below) else None
