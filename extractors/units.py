"""The unit behind a number, with what it is counted per: ``yuan per kWh``, ``km per 100 square kilometers``."""

from __future__ import annotations

from typing import NamedTuple

from extractors.inflection import singular, words_of
from extractors.nouns import read_noun
from extractors.tokens import Tokens
from extractors.unit_tables import Unit, known_units, unit_at

__all__ = ["Found", "Unit", "known_units", "read_per", "read_unit"]


#: Denominators that belong to the indicator (``per capita``, ``per year``) and not to the unit.
OF_THE_INDICATOR = frozenset(
    "capita person head people household year annum employee worker resident inhabitant family student".split()
)


class Found(NamedTuple):
    """A unit read from a text: where it ends, and its code once a ratio is composed."""

    last: int
    unit: Unit
    code: str
    kind: str


def read_unit(tokens: Tokens, i: int) -> Found | None:
    """The unit that starts at piece ``i``, with what it is counted per (``yuan per kWh``, ``km per 100 sq km``)."""
    found = unit_at(tokens, i)
    if found is None:
        return None
    last, unit = found
    return read_per(tokens, last, unit.code, unit)


def read_per(tokens: Tokens, i: int, code: str, unit: Unit) -> Found:
    """A unit that ends at ``i``, with the denominators that follow it."""
    parts: list[str] = []
    last = i
    while len(parts) < 3:
        denominator = _denominator(tokens, last, unit)
        if denominator is None:
            break
        last, part = denominator
        parts.append(part)
    if not parts:
        return Found(last, unit, code, unit.kind)
    below = parts[0] if len(parts) == 1 else f"({'.'.join(parts)})"
    if code == "multiple":
        code = "count:time"
    return Found(last, unit, f"{code}/{below}", "ratio")


#: Things that money is paid for one by one: ``3 dollars a share``.
_PRICED = frozenset("share piece barrel unit ticket bottle bushel bale pack night dozen seat copy".split())

#: Words behind ``a month`` that make it a time and no denominator.
_NOT_EVERY = frozenset("earlier ago before later previously on after".split())


def _denominator(tokens: Tokens, i: int, unit: Unit) -> tuple[int, str] | None:
    found = _plain_denominator(tokens, i, unit)
    if found is not None and found[1] == "s":
        last = found[0] + next((len(s) for s in _SQUARED if tokens.between(found[0], found[0] + len(s)) == s), 0)
        return (last, "s2") if last > found[0] else found
    return found


#: What makes a second a square one: ``9.8 m/s²``, ``3 metres per second squared``.
_SQUARED = (["²"], ["^", "2"], ["squared"], ["per", "second"], ["/", "s"])


def _plain_denominator(tokens: Tokens, i: int, unit: Unit) -> tuple[int, str] | None:
    low = tokens.low
    if tokens.raw[i] in ("/", "∕"):
        apart = not tokens.glued(i) and (tokens.kind[i + 1] == "number" or unit.kind == "number")
        return None if apart else _slashed(tokens, i + 1)
    hyphens = tokens.raw[i] == "-" and low[i + 1] in ("a", "an", "per") and tokens.raw[i + 2] == "-"
    word = low[i + 1] if hyphens else low[i]
    j = i + (3 if hyphens else 1)
    if word == "per":
        return _after_per(tokens, j, unit)
    if word == "for" and low[j] in ("every", "each") and tokens.kind[j + 1] == "number":
        return _after_per(tokens, j + 1, unit)  # ``6.9 beds for every 1,000 residents``
    if word == "to" and low[j] == "the" and (area := unit_at(tokens, j + 1)) and area[1].kind == "area":
        return area[0], area[1].code  # ``1,819 people to the square kilometre``
    if word in ("a", "an"):
        found = unit_at(tokens, j)
        if found is not None and found[1].code not in ("a", "multiple") and found[1].kind in _MEASURED:
            is_time = found[1].kind == "time" and low[found[0]] in _NOT_EVERY
            return None if is_time else (found[0], found[1].code)
        if low[j] in _PRICED and unit.kind == "currency":
            return j + 1, low[j]
    return None


_MEASURED = ("time", "mass", "volume", "area", "length")


#: Signs of one letter that are units only behind a stroke (``t/a``, ``m3/d``).
_SLASHED = {"a": "a", "d": "d", "y": "a", "s": "s", "h": "h", "s2": "s2", "s²": "s2"}


def _slashed(tokens: Tokens, j: int) -> tuple[int, str] | None:
    if tokens.raw[j] == "(":
        return None
    multiple = ""
    if tokens.kind[j] == "number":
        multiple, j = f"{tokens.raw[j].replace(',', '')}_", j + 1
        if "." in multiple or tokens.low[j] in words_of("boundary"):
            return None  # ``bid and asked at 4.6710/4.6745 against the dollar``
    if tokens.raw[j] in _SLASHED:
        return j + 1, multiple + _SLASHED[tokens.raw[j]]
    found = unit_at(tokens, j)
    if found is not None:
        return found[0], multiple + found[1].code
    if tokens.kind[j] in ("word", "letters") and len(tokens.raw[j]) > 2:
        return j + 1, multiple + singular(tokens.low[j])
    return None


def _is_payout(tokens: Tokens, j: int) -> bool:
    """``earnings of 5.25p per share``: what is earned or paid per share is an indicator; a price is one of a share."""
    return tokens.low[j] == "share" and not _PAYOUTS.isdisjoint(tokens.before(j, _NEAR))


_PAYOUTS = frozenset("earnings eps dividend dividends profit profits loss income payout distribution".split())
_NEAR = 12


def _after_per(tokens: Tokens, j: int, unit: Unit) -> tuple[int, str] | None:
    multiple = ""
    if tokens.kind[j] == "number":
        multiple, j = f"{tokens.raw[j].replace(',', '')}_", j + 1
    elif unit_at(tokens, j) is None and tokens.low[j] in ("hundred", "thousand", "million"):
        multiple, j = {"hundred": "100_", "thousand": "1000_", "million": "1000000_"}[tokens.low[j]], j + 1
    elif tokens.low[j] in OF_THE_INDICATOR or _is_payout(tokens, j):
        return None
    if tokens.low[j] in ("cent", "cents"):
        return None
    found = unit_at(tokens, j)
    if found is not None and found[1].code == "a" and not multiple:
        return None
    if found is not None:
        return found[0], multiple + found[1].code
    noun = read_noun(tokens, j, many=bool(multiple))
    if noun is None or (unit.kind == "percent" and not multiple):
        return None
    return noun.last, multiple + noun.code
