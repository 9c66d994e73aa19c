"""Numbers that are one statement together: ranges, ``one in three``, parts of a ratio, dollars and cents."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from extractors.measures import as_percent
from extractors.readings import Reading, context
from extractors.tokens import Tokens
from extractors.units import OF_THE_INDICATOR

_DASHES = frozenset("-–—~～−‐‑至")
_COLONS = ([":"], ["："], ["∶"])
_TOLERANCES = (["±"], ["+", "/", "-"], ["+", "-"], ["+", "/", "−"], ["plus", "or", "minus"])
_OUT_OF = ("in", "- in -", "out of", "in every", "out of every", "of every")
_SMALL_WHOLES = frozenset((2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 50, 100, 1000))
#: Units whose amounts are never negative.
_PHYSICAL = ("length", "area", "mass", "volume", "power", "energy")


def pairs(live: Sequence[Reading]) -> list[tuple[Reading, Reading]]:
    """Neighbours among the readings that are still on their own."""
    return list(pairwise(reading for reading in live if not reading.dropped))


# --- one in three ----------------------------------------------------------------------------------------------------


def join_proportions(tokens: Tokens, live: Sequence[Reading]) -> None:
    """Makes ``one in three`` and ``nine out of ten`` percentages."""
    for first, second in pairs(live):
        if first.dropped or not _is_proportion(tokens, first, second):
            continue
        first.value = as_percent(first.numeral.value / second.numeral.value)
        first.form, first.last, first.rule = "fraction", second.numeral.last, "proportion"
        first.give("percent", "percent", "proportion")
        first.own_unit, first.counted, second.dropped = True, False, True
        first.why = second.why = None


def _is_proportion(tokens: Tokens, first: Reading, second: Reading) -> bool:
    """``one in three``, ``nine out of ten``, ``one in every eight``; not ``29 out of 37 industries``."""
    between = " ".join(tokens.between(first.last, second.first))
    if between not in _OUT_OF or first.own_unit or second.own_unit:
        return False
    n, m = first.numeral, second.numeral
    one = tokens.low[n.first] == "one" and m.value in _SMALL_WHOLES  # ``one in 10 children``
    if (n.form != m.form and not one) or n.value >= m.value or n.scaled or n.value % 1:
        return False
    if first.first != n.first or second.first != m.first:
        return False
    return m.value in _SMALL_WHOLES or (m.form == "words" and m.value <= 20) or between.endswith("every")


# --- 8.8 : 43.8 : 47.4 -----------------------------------------------------------------------------------------------


def mark_ratios(tokens: Tokens, live: Sequence[Reading]) -> None:
    """Marks the parts of a ratio; parts of a hundred are percentages."""
    run: list[Reading] = []
    for reading in live:
        if run and tokens.between(run[-1].last, reading.first) in _COLONS:
            run.append(reading)
            continue
        _close_ratio(run)
        run = [] if reading.own_unit else [reading]
    _close_ratio(run)


def _close_ratio(run: Sequence[Reading]) -> None:
    if len(run) < 2:
        return
    total = sum((part.numeral.value for part in run), Decimal(0))
    unit = ("percent", "percent") if abs(total - 100) <= 1 else ("1", "number")
    for part in run:
        part.give(*unit, "ratio_part")
        part.form, part.rule, part.last = "ratio", "ratio_part", part.numeral.last
        part.own_unit, part.counted = True, False


# --- 20 dollars 43 ---------------------------------------------------------------------------------------------------


def join_sums(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``3 dollars 50 cents``, ``$20 and 43c``, ``15 dollars 50``, ``one kuai five mao``: units and parts of them."""
    for first, second in pairs(live):
        if not first.dropped and first.value is not None and _is_tenths(tokens, first, second):
            _add_tenths(tokens, first, second, live)
            continue
        if first.dropped or first.value is None or second.value is None or not _adds_up(tokens, first, second):
            continue
        first.value += second.value / 100
        first.last, second.dropped, first.rule = second.last, True, "units_and_hundredths"


def _is_tenths(tokens: Tokens, first: Reading, second: Reading) -> bool:
    """``one kuai (and) five mao``: the same money, told in tenths."""
    if first.kind != "currency" or second.unit != first.unit or first.numeral.value % 1 or second.value is None:
        return False
    in_tenths = second.value * 10 == second.numeral.value and second.numeral.value < 10
    return in_tenths and tokens.between(first.last, second.first) in ([], ["and"])


def _add_tenths(tokens: Tokens, first: Reading, second: Reading, live: Sequence[Reading]) -> None:
    """Adds the tenths, and the hundredths that stand bare behind them (``five mao five``)."""
    assert first.value is not None
    assert second.value is not None
    first.value += second.value
    first.last, second.dropped, first.rule = second.last, True, "units_and_tenths"
    bare = next((r for r in live if r.first == first.last and not r.own_unit and not r.counted), None)
    if bare is not None and 0 < bare.numeral.value < 10 and not bare.numeral.value % 1:
        first.value += bare.numeral.value / 100
        first.last, bare.dropped = bare.last, True


def _adds_up(tokens: Tokens, first: Reading, second: Reading) -> bool:
    if first.kind != "currency" or first.numeral.scale > 1000 or first.numeral.value % 1 or first.signed:
        return False
    if tokens.between(first.last, second.first) not in ([], ["and"]) or not 0 < second.numeral.value < 100:
        return False
    if second.unit in (f"{first.unit}.c", "USD.c", "sen"):
        return True
    named = first.last > first.numeral.last or first.first == 0
    return named and not second.own_unit and not second.counted and second.last >= len(tokens) - 1


# --- ranges ----------------------------------------------------------------------------------------------------------


def join_ranges(tokens: Tokens, live: Sequence[Reading]) -> None:
    """Makes one reading of the two ends of a range, or of a number and its tolerance."""
    for first, second in pairs(live):
        if first.dropped or first.value is None or second.value is None or not _same_unit(first, second):
            continue
        joint = tokens.between(_past_denominator(tokens, first.last), second.first)
        if joint in _TOLERANCES:
            spread = abs(second.value)
            _join(tokens, first, second, first.value - spread, first.value + spread)
        elif _is_range(tokens, first, second, joint):
            high = abs(second.value) if not joint or second.first < second.numeral.first else second.value
            _join(tokens, first, second, _lower(first, second), high)


def _past_denominator(tokens: Tokens, i: int) -> int:
    """``34 cents per share to 36 cents per share``: what is left to the indicator joins nothing."""
    left_out = tokens.low[i] in ("per", "a", "an") and tokens.low[i + 1] in (*OF_THE_INDICATOR, "share")
    return i + 2 if left_out else i


def _same_unit(first: Reading, second: Reading) -> bool:
    """Whether the ends can share one unit: the first has none, the same, or the same currency."""
    if not first.own_unit and not first.counted:
        return True
    if first.kind == "currency" and not second.own_unit and not second.counted:
        return True
    return (
        first.unit == second.unit
        or _in_hundredths(first, second)
        or ("currency" in (first.kind, second.kind) and first.unit.partition("/")[0] == second.unit.partition("/")[0])
    )


def _is_range(tokens: Tokens, first: Reading, second: Reading, joint: list[str]) -> bool:
    before = tokens.before(first.first, 2)
    if len(joint) == 1 and joint[0] in _DASHES:
        return _dash_joins(tokens, first, second)
    if joint in (["to"], ["-", "to"], ["-", "to", "-"]):
        return _to_joins(tokens, first, second)
    if joint == ["and"]:
        return "between" in before
    if joint == ["or"]:
        return not _is_listed(tokens, first) and _or_joins(first, second)
    return not joint and _minus_joins(tokens, first, second)


def _is_listed(tokens: Tokens, reading: Reading) -> bool:
    """``20, 40 or 45 per cent``: three numbers, and no range of the last two."""
    i = reading.first
    return i > 1 and tokens.raw[i - 1] == "," and tokens.kind[i - 2] == "number"


def _dash_joins(tokens: Tokens, first: Reading, second: Reading) -> bool:
    """``6.5%-7%``, ``4 - 5.6``; two bare whole numbers are a range only where they are the whole text."""
    measured = first.own_unit or second.own_unit or second.counted or first.counted
    alone = first.first == 0 and second.last == len(tokens)
    decimals = bool(first.numeral.value % 1 or second.numeral.value % 1)
    about = tokens.before(first.first, 1) in (["about"], ["around"], ["~"])
    return (measured or alone or decimals or about) and _ascends(first, second)


def _to_joins(tokens: Tokens, first: Reading, second: Reading) -> bool:
    """``A to B`` is a range unless a change is told (``fell from A to B``, ``climbed $54 to $1,191``)."""
    before = tokens.before(first.first, 12)
    if first.form == "fraction" and second.form != "fraction" and second.own_unit:
        return False  # ``plunged by more than half to $2 billion``
    if before[-1:] == ["from"]:
        return context("change").isdisjoint(_clause(before))
    if first.form == "fraction" and "by" in before[-2:]:
        return False  # ``rose by a third to $4.5 billion``
    told = before[-2:] if before[-1:] in (["about"], ["some"]) else before[-1:]
    if first.own_unit and not context("change").isdisjoint(told):
        return False
    if _is_step_to_level(before, first, second):
        return False
    if before[-1:] == ["by"] and first.kind != "percent" and first.own_unit:
        return False
    if first.own_unit and first.last > first.numeral.last and not second.own_unit:
        return False
    return _ascends(first, second) or (first.kind == "ratio" and first.unit == second.unit)


def _is_step_to_level(before: Sequence[str], first: Reading, second: Reading) -> bool:
    """``rose by 7,800 to 243,100``: behind a change, ends so far apart are a step and the level that it led to."""
    last = [word for word in before[-3:] if word not in ("by", "about", "some", "around", "nearly", "another")][-1:]
    if context("change").isdisjoint(last) or second.value is None or second.kind == "percent":
        return False  # ``rose by 2 to 12 percent`` are the ends of what rose
    step = abs(_lower(first, second))
    settled = "by" in before[-2:] and step >= _COUNTED_STEP and context("not_yet").isdisjoint(before)
    return settled or second.value >= _STEP_TO_LEVEL * step


#: A step of so many, told of what is past, leads to a level (``was revised lower by 80,000 to 105,000``).
_COUNTED_STEP = 1000


#: How many times a level is the step that led to it, at least, where both could also be the ends of a range.
_STEP_TO_LEVEL = 5


def _or_joins(first: Reading, second: Reading) -> bool:
    """``three or four years``, ``20 or 30 people``; sums of money in ``eight or nine euros`` are two."""
    if first.own_unit or first.counted or second.kind == "currency" or not (second.own_unit or second.counted):
        return False
    step = second.numeral.value - first.numeral.value
    even = step > 0 and not first.numeral.value % step and step in _STEPS
    return step == 1 or even


#: How far apart the ends of an estimate like ``10 or 12 weeks``, ``20 or 25 people`` are, besides one.
_STEPS = (2, 5, 10, 100, 1000)


def _minus_joins(tokens: Tokens, first: Reading, second: Reading) -> bool:
    """``75 -300mm``: what looks like a sign is a dash, since nothing is minus 300 mm long."""
    if not second.signed or first.own_unit or second.value is None or second.value >= 0:
        return False
    about = tokens.before(first.first, 1) in (["about"], ["around"], ["~"])
    return (about or second.kind in _PHYSICAL) and -second.value > first.numeral.value


def _clause(words: Sequence[str]) -> Sequence[str]:
    """The words after the last full stop or semicolon."""
    stops = [i for i, word in enumerate(words) if word in (".", ";")]
    return words[stops[-1] + 1 :] if stops else words


def _ascends(first: Reading, second: Reading) -> bool:
    return second.value is not None and _lower(first, second) < second.value


def _in_hundredths(first: Reading, second: Reading) -> bool:
    """``94 cents to $1.03``: the lower end is told in hundredths of the money of the upper."""
    if first.unit != second.unit.partition("/")[0] + ".c" or first.value is None or second.value is None:
        return False
    return second.value * 100 <= _STEP_TO_LEVEL * 2 * first.value  # not ``2 cents to $4.55``


def _lower(first: Reading, second: Reading) -> Decimal:
    """The lower end with the scale that stands only at the upper (``600-800 million``)."""
    assert first.value is not None
    if _in_hundredths(first, second):
        return first.value / 100
    if _in_hundreds(first, second):
        return first.value * 100
    shares = second.numeral.scaled and not first.numeral.scaled and first.numeral.value < 1000
    return first.value * second.numeral.scale if shares else first.value


def _in_hundreds(first: Reading, second: Reading) -> bool:
    """``five to six hundred dollars``: the hundreds are told once."""
    spelled = first.numeral.form == "words" and second.numeral.form == "words" and not first.own_unit
    return (
        spelled
        and first.numeral.value < 10 <= second.numeral.value // 10
        and not second.numeral.value % 100
        and second.numeral.value < 1000
    )


def _join(tokens: Tokens, first: Reading, second: Reading, low: Decimal, high: Decimal) -> None:
    """Makes ``first`` the range from ``low`` to ``high``, with the unit that either end carries."""
    if second.unit.startswith("1/") and first.own_unit:
        first.give(first.unit + second.unit[1:], "ratio", first.unit_rule)
    elif second.own_unit or second.counted:
        first.give(second.unit, second.kind, second.unit_rule)
    first.own_unit, first.counted = first.own_unit or second.own_unit, first.counted or second.counted
    if tokens.before(first.first, 1) == ["between"]:
        first.first -= 1
    first.low, first.high = min(low, high), max(low, high)
    first.value, first.bound, first.rule = None, "range", "range"
    first.last, second.dropped = second.last, True
    first.flags += second.flags
