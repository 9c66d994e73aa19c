"""Reads one numeral with what belongs to it: sign, currency, unit, counted noun."""

from __future__ import annotations

from decimal import Decimal

from extractors.bounds import bound_after
from extractors.inflection import is_plural, singular, words_of
from extractors.nouns import Noun, read_noun
from extractors.number_words import NUMBER_WORDS, plus_fraction
from extractors.numerals import Numeral
from extractors.readings import Reading, context
from extractors.tokens import Tokens
from extractors.unit_tables import Unit, cents_before, currency_before, name_before, sign_before_scaled
from extractors.units import Found, read_per, read_unit

_MINUS = frozenset("-−–‐‑﹣－")
_HUNDRED = Decimal(100)
_EXACT = Decimal("0.0001")


def measure(tokens: Tokens, numeral: Numeral, floor: int) -> Reading:
    """The numeral with its sign, unit and noun. Pieces before ``floor`` belong to an earlier number."""
    reading = Reading(
        numeral, numeral.first, numeral.last, numeral.value, numeral.form, low=numeral.low, high=numeral.high
    )
    if numeral.form == "vague":
        reading.value, reading.bound = None, "vague"
    _read_sign(tokens, reading, floor)
    if numeral.form == "ordinal":
        return reading
    if numeral.form == "fold":
        _read_fold(tokens, reading)
        return reading
    if tokens.before(numeral.first, 2) == ["f", "/"]:
        reading.give("1", "number", "f_number")  # an opening of a lens is a ratio
        return reading
    _read_currency(tokens, reading, floor)
    if not reading.own_unit:
        _read_unit_after(tokens, reading)
    if not reading.own_unit:
        _read_percent_before(tokens, reading, floor)
    if not reading.own_unit and tokens.between(reading.last, reading.last + 2) == ["below", "zero"]:
        reading.give("deg", "other", "degree")  # ``10 below zero``
        reading.own_unit = True
        _read_zero(tokens, reading)
    if not reading.own_unit and numeral.form != "fraction":
        _read_counted(tokens, reading)
    return reading


# --- signs -----------------------------------------------------------------------------------------------------------


def _read_sign(tokens: Tokens, reading: Reading, floor: int) -> None:
    first = reading.first
    if first <= floor and first != 0:
        return
    if tokens.before(first, 3) == ["plus", "or", "minus"]:
        return  # a tolerance
    raw, before = tokens.raw[first - 1], tokens.low[first - 1]
    if before in ("minus", "negative") or (raw == "-" and first > 1 and tokens.low[first - 2] == "minus"):
        _negate(reading, first - (1 if before in ("minus", "negative") else 2))
    elif raw in _MINUS and first and _stands_free(tokens, first - 1) and (tokens.glued(first) or first == 1):
        _negate(reading, first - 1)
    elif raw == "+" and _stands_free(tokens, first - 1) and tokens.glued(first):
        reading.first, reading.signed = first - 1, True
    elif raw == "(" and tokens.raw[reading.last] == ")" and _is_bookkeeping(tokens, reading):
        _negate(reading, reading.first)


def _negate(reading: Reading, first: int) -> None:
    reading.first, reading.signed = first, True
    if reading.value is not None:
        reading.value = -reading.value


def _stands_free(tokens: Tokens, i: int) -> bool:
    """Whether the sign at ``i`` is no hyphen: nothing is glued before it but a bracket, a colon or a currency."""
    return i == 0 or not tokens.glued(i) or tokens.raw[i - 1] in ("(", ":", ",", "$", "€", "£", "¥", "=", "[", "|", ";")


def _is_bookkeeping(tokens: Tokens, reading: Reading) -> bool:
    """``(0.6)`` for minus 0.6: a bare number in brackets among the numbers of a row."""
    literal = tokens.raw[reading.numeral.first]
    if reading.numeral.last - reading.numeral.first > 1 or not ("." in literal or "," in literal):
        return False
    before, after = reading.first - 2, reading.last + 1
    return (
        before < 0
        or tokens.kind[before] == "number"
        or tokens.raw[before] in (")", "%", "|")
        or tokens.kind[after] == "number"
        or (tokens.raw[after] == "(" and tokens.kind[after + 1] == "number" and tokens.raw[after + 2] == ")")
    )


# --- units -----------------------------------------------------------------------------------------------------------


def _read_currency(tokens: Tokens, reading: Reading, floor: int) -> None:
    i = reading.first
    found = currency_before(tokens, i) if i > floor else None
    if found is None and i > floor and reading.numeral.scaled:
        found = sign_before_scaled(tokens, i)
    if found is None and i > floor:
        _read_cents(tokens, reading)
        if not reading.own_unit:
            _read_money_name(tokens, reading, floor)
        return
    if found is None or found[0] < floor:
        return
    first, unit = found
    if tokens.kind[first] == "word" and len(tokens.raw[first]) > 3 and read_unit(tokens, reading.last) is not None:
        return
    reading.first = first
    reading.give(unit.code, "currency", unit.rule)
    reading.own_unit = True
    if first > floor and tokens.raw[first - 1] in _MINUS and tokens.glued(first) and _stands_free(tokens, first - 1):
        _negate(reading, first - 1)
    _read_doubled(tokens, reading)
    per = read_per(tokens, reading.last, reading.unit, unit)
    _take(reading, per)


def _read_money_name(tokens: Tokens, reading: Reading, floor: int) -> None:
    """``sen 500``, ``hong kong dollars 45 million was raised``: a name of money, where the number has no other unit."""
    found = name_before(tokens, reading.first)
    if found is None or found[0] < floor or reading.form not in ("digits", "words"):
        return
    last = reading.last
    if read_unit(tokens, last) is not None or read_noun(tokens, last, many=True) is not None:
        return
    if tokens.raw[last] == "-" or (found[0] > 0 and tokens.kind[found[0] - 1] == "number"):
        return
    reading.first = found[0]
    reading.give(found[1].code, "currency", found[1].rule)
    reading.own_unit = True


def _read_doubled(tokens: Tokens, reading: Reading) -> None:
    """``RMB 56.6 billion Yuan``, ``$10 dollars``: the same currency on both sides."""
    if tokens.raw[reading.last] in ("U.S.", "US", "Australian", "Canadian") and tokens.low[reading.last + 1] in (
        "per",
        "a",
    ):
        reading.last += 1
        return
    again = read_unit(tokens, reading.last)
    if again is None or again.unit.kind != "currency" or tokens.kind[again.last] == "number":
        return  # ``$ 3,500 $ 1,250``: the second sign is of the second number
    same_code = again.unit.code == reading.unit
    if same_code or (
        reading.unit_rule == "USD" and tokens.raw[reading.first].endswith("$") and again.unit.code.endswith("D")
    ):
        reading.give(again.unit.code, "currency", again.unit.rule)
        reading.last = again.last
        if tokens.raw[reading.first] != "$":
            reading.flags += ("unit_doubled",)


_PERCENT_NAMES = (["percentage"], ["percent"], ["per", "cent"])


def _read_percent_before(tokens: Tokens, reading: Reading, floor: int) -> None:
    """``a winning percentage of 45``: the name of the unit stands before; not ``4 percent of 45``."""
    of = reading.first - 1
    ends = tokens.kind[reading.last] in ("punct", "") and tokens.raw[reading.last] != "-"
    if of < 1 or tokens.low[of] != "of" or not ends:
        return
    for name in _PERCENT_NAMES:
        first = of - len(name)
        if first >= floor and tokens.between(first, of) == name and tokens.kind[first - 1] not in ("number", "vulgar"):
            reading.give("percent", "percent", "percent")
            reading.own_unit = True


def _read_cents(tokens: Tokens, reading: Reading) -> None:
    """``HK26.5 cents`` is 0.265 HKD: the code before the number names the currency of the hundredths."""
    unit = cents_before(tokens, reading.first)
    after = read_unit(tokens, reading.last)
    if unit is None or after is None or not after.unit.minor or reading.value is None:
        return
    reading.first, reading.last = reading.first - 1, after.last
    reading.value /= _HUNDRED
    reading.give(unit.code, "currency", unit.rule)
    reading.own_unit = True


def _take(reading: Reading, found: Found) -> None:
    reading.last = found.last
    reading.give(found.code, found.kind, found.unit.rule)


def _read_unit_after(tokens: Tokens, reading: Reading) -> None:
    """The unit behind the number: apart, after a hyphen, or as in ``half a day``, ``0.3 of a point``."""
    j = reading.last
    for start, hyphenated in _unit_places(tokens, reading, j):
        found = read_unit(tokens, start)
        if found is None or not _holds(tokens, reading, found, start):
            continue
        if reading.value is not None:
            reading.value *= found.unit.factor
        if reading.low is not None and reading.high is not None:
            reading.low, reading.high = reading.low * found.unit.factor, reading.high * found.unit.factor
        _take(reading, found)
        reading.own_unit, reading.hyphenated = True, hyphenated
        reading.age = "old" in tokens.low[start : found.last] or "age" in tokens.low[start : found.last]
        if reading.form == "fraction":
            reading.form = "words"
        _add_part(tokens, reading)
        _as_money(tokens, reading, found)
        _by_context(tokens, reading, found)
        _read_zero(tokens, reading)
        return


def _unit_places(tokens: Tokens, reading: Reading, j: int) -> list[tuple[int, bool]]:
    suffix = bound_after(tokens, j)
    if suffix is not None and tokens.low[j] in ("-", "+", "plus", "odd", "余", "多"):
        return [(suffix.edge, False)]
    if tokens.raw[j] in ("-", "‑", "–"):
        return [(j + 1, True)] if tokens.kind[j + 1] not in ("number", "code") else []
    low = tokens.low
    if reading.form == "fraction" or reading.numeral.value < 1:
        if low[j] == "of" and low[j + 1] in ("a", "an", "one"):
            return [(j + 2, False)]
        if low[j] in ("a", "an") and low[reading.numeral.first] == "half":
            return [(j + 1, False)]
    if reading.form == "vague" and low[j] == "of":
        return [(j + 1, False)]
    return [(j, False)]


def _holds(tokens: Tokens, reading: Reading, found: Found, start: int) -> bool:
    """Whether the unit read is meant: not ``2 times`` of a frequency word alone, not ``5 in`` the preposition."""
    unit, raw = found.unit, tokens.raw[start]
    if unit.code == "in" and raw == "in":
        if tokens.raw[start + 1] == "-" and (
            tokens.kind[start + 2] == "number" or tokens.low[start + 2] in NUMBER_WORDS
        ):
            return False  # ``a 1-in-10 chance``
        return tokens.glued(start) or _follows_feet(tokens, reading.numeral.first)
    if unit.alone and tokens.kind[found.last] == "word" and not _stands_alone(tokens.low[found.last]):
        return False
    if unit.near is not None and not tokens.tells(unit.near, context(unit.near)):
        return False
    if unit.code == "s" and raw == "s":
        return not (reading.numeral.first and tokens.raw[reading.numeral.first - 1][:1].isupper())
    if unit.code == "multiple" and tokens.low[start] == "time":
        return False
    if unit.code == "index" and raw.lower() == "point" and reading.numeral.value != 1 and reading.form != "fraction":
        return tokens.raw[start - 1] == "-" or tokens.low[start - 1] in ("a", "one")
    if len(raw) == 1 and raw.isalpha() and not tokens.glued(start):
        if raw == "f":
            return tokens.start[start] == tokens.end[start - 1] + 1 and not context("heat").isdisjoint(tokens.low)
        return _sign_apart(tokens, reading, found, start)
    if unit.code in ("KRW", "BRL") and tokens.low[start] in ("won", "real"):
        return tokens.low[found.last] not in (
            "the",
            "a",
            "an",
            "by",
            "in",
            "estate",
            "their",
            "his",
            "her",
            "its",
            "at",
        )
    if unit.rule == "percentage_point" and unit.code == "percentage_point" and raw == "pps":
        return tokens.glued(start) or tokens.start[start] == tokens.end[start - 1] + 1
    return True


def _stands_alone(after: str) -> bool:
    """Whether the word behind a unit is no noun that the unit's name would modify."""
    return after in words_of("boundary") or after in ("more", "less")


def _follows_feet(tokens: Tokens, i: int) -> bool:
    """``6 ft 2 in``, ``6 ft. 2 in``: behind feet, ``in`` is no preposition."""
    foot = i - 2 if tokens.raw[i - 1] == "." else i - 1
    return foot >= 0 and tokens.low[foot] in ("ft", "ft.", "feet", "foot")


def _sign_apart(tokens: Tokens, reading: Reading, found: Found, start: int) -> bool:
    """A one-letter sign after a space: only in writing where a noun cannot follow."""
    raw = tokens.raw[start]
    if "/" in found.code and tokens.raw[start + 1] == "/":
        return True
    if raw in ("A", "I", "a", "s") or tokens.start[start] != tokens.end[start - 1] + 1 or reading.form != "digits":
        return False
    return raw not in ("N", "E") or found.last > start + 1 or tokens.kind[found.last] == "punct"


def _read_zero(tokens: Tokens, reading: Reading) -> None:
    """``5 degrees below zero (Celsius)``: a negative temperature, and no zero of its own."""
    side, zero = tokens.between(reading.last, reading.last + 2)
    if (reading.kind != "temperature" and reading.unit != "deg") or zero not in ("zero", "0"):
        return
    if side not in ("below", "above"):
        return
    reading.last += 2
    if side == "below" and reading.value is not None:
        reading.value, reading.signed = -reading.value, True
    scale = read_unit(tokens, reading.last)
    if scale is not None and scale.kind == "temperature":
        _take(reading, scale)


def _as_money(tokens: Tokens, reading: Reading, found: Found) -> None:
    """``361 million pounds``: a unit of weight that is a currency beside large amounts and words about money."""
    money, size = found.unit.money, reading.low if reading.value is None else abs(reading.value)
    if money is None or size is None or _weighs(tokens, found.last):
        return
    if reading.unit == found.unit.code + "/t":  # a weight of a weight is told in percent, a price in pounds
        reading.give(f"{money}/t", "currency", money)
        return
    many = (reading.form == "vague" or reading.numeral.scaled) and size >= 1_000_000
    if many or (reading.value is not None and not context("money").isdisjoint(tokens.low)):
        reading.give(money + reading.unit.removeprefix(found.unit.code), "currency", money)


def _add_part(tokens: Tokens, reading: Reading) -> None:
    """``2 dollars and a half``, ``three hours and a quarter``: the part is of the unit before it."""
    if reading.value is None or reading.value % 1 or reading.form not in ("digits", "words"):
        return
    value, last = plus_fraction(tokens, reading.value, Decimal(1), reading.last)
    if last > reading.last and tokens.kind[last] in ("punct", ""):
        reading.value, reading.last = value, last


def _weighs(tokens: Tokens, last: int) -> bool:
    """``2 million pounds of cocaine``: what stands behind ``of`` is weighed, unless it is told in money."""
    return tokens.low[last] == "of" and context("money_of").isdisjoint(tokens.between(last + 1, last + 5))


def _by_context(tokens: Tokens, reading: Reading, found: Found) -> None:
    """Signs of two meanings: ``68 F`` but of capacitors, ``30c`` of heat and of money, ``40 kt`` of wind or coal."""
    if found.code == "USD.c" and tokens.raw[found.last - 1] == "c" and not context("heat").isdisjoint(tokens.low):
        reading.give("Cel", "temperature", "celsius")
    elif found.code == "kt" and not context("airspeed").isdisjoint(tokens.low):
        reading.give("knot", "speed", "knot")
    elif found.code == "F" and context("capacitor").isdisjoint(tokens.low):
        reading.give("degF", "temperature", "fahrenheit")


# --- folds and counted things ----------------------------------------------------------------------------------------


def _read_fold(tokens: Tokens, reading: Reading) -> None:
    """``doubled`` and ``halved`` tell a direction; ``double``, ``twice``, ``two-fold`` are only a factor."""
    word = tokens.low[reading.numeral.first]
    reading.give("multiple", "multiple", "fold")
    reading.own_unit = True
    if word.startswith("hal"):
        reading.direction = "down"
    elif word.endswith(("ed", "ing", "es", "fold")):
        reading.direction = "up" if not word.endswith("fold") else None
    factor = word in ("double", "triple", "treble", "quadruple", "twice", "thrice")
    if (factor and not _multiplies(tokens, reading)) or _is_game(tokens, reading.numeral.first):
        reading.refuse("idiom", "fold_word")


def _is_game(tokens: Tokens, i: int) -> bool:
    """``triple-doubles``, ``in the mixed doubles``: a noun that looks like ``doubles`` the verb."""
    noun = tokens.low[i] in ("doubles", "triples") and tokens.low[i - 1] in ("-", "the", "in", "mixed", "s", "’s", "'s")
    return i > 0 and noun


def _multiplies(tokens: Tokens, reading: Reading) -> bool:
    """``double the figure``, ``twice as many``; not ``a double room``, ``twice a year``."""
    after = tokens.low[reading.last]
    if after in context("multiplied") or tokens.kind[reading.last] == "number":
        return True
    return after in ("in", "from", "to", "over", "between", "by") and tokens.low[reading.numeral.first] != "twice"


def _read_counted(tokens: Tokens, reading: Reading) -> None:
    """The noun of the thing counted, and what it is counted per."""
    j = reading.last
    suffix = bound_after(tokens, j)
    if suffix is not None:
        j = suffix.edge
    elif tokens.raw[j] == "-" and tokens.kind[j + 1] == "word" and tokens.low[j + 1] not in ("and", "or", "to"):
        _read_modifier(tokens, reading)
        return
    if reading.form == "vague" and tokens.low[j] == "of":
        j += 1
    value = reading.numeral.value
    noun = read_noun(tokens, j, many=value != 1 or reading.numeral.scaled)
    if noun is None and reading.form in ("digits", "words") and not reading.numeral.scaled:
        noun = _modified(tokens, reading, j)
    if noun is None:
        _read_rate(tokens, reading)
        return
    reading.last = noun.last
    if noun.code != "one":
        reading.give("count:" + noun.code, "count", "noun")
        reading.counted = True
    _read_rate(tokens, reading)


def _modified(tokens: Tokens, reading: Reading, j: int) -> Noun | None:
    """``a three course meal``, ``the 11 member agreement``: one thing whose size the number tells."""
    article = tokens.low[reading.first - 1] if reading.first else ""
    if article not in ("a", "an", "the"):
        return None
    noun = read_noun(tokens, j, many=False)
    return noun if noun is not None and noun.last - j >= 2 and not reading.numeral.value % 1 else None


def _read_modifier(tokens: Tokens, reading: Reading) -> None:
    """``a 600-bed hospital``: the word behind the hyphen is what is counted."""
    j = reading.last + 1
    if tokens.raw[j].isupper() and len(tokens.raw[j]) < 4:
        return
    if (
        tokens.low[j] in ("strong", "in")
        or tokens.low[j] in words_of("boundary")
        or (is_plural(tokens.low[j]) and tokens.low[j] not in words_of("plural"))
    ):
        return
    while tokens.raw[j + 1] == "-" and tokens.kind[j + 2] == "word":
        j += 2
    reading.last = j + 1
    reading.give("count:" + singular(tokens.low[j]), "count", "modifier")
    reading.counted = reading.hyphenated = True


def _read_rate(tokens: Tokens, reading: Reading) -> None:
    """What a count is counted per: ``20 trips a day``, ``79.5 a day``, ``8 beds per 1,000 people``."""
    counted = Unit(reading.unit or "1", reading.kind or "number", reading.unit_rule or "rate")
    per = read_per(tokens, reading.last, counted.code, counted)
    if per.last > reading.last:
        reading.last = per.last
        reading.give(per.code, "ratio", reading.unit_rule or "rate")


def as_percent(value: Decimal) -> Decimal:
    """A fraction of a whole in percent, with four decimals at most.

    >>> as_percent(Decimal(1) / 3), as_percent(Decimal("0.2"))
    (Decimal('33.3333'), Decimal('20'))
    """
    return Decimal(f"{(value * _HUNDRED).quantize(_EXACT).normalize():f}")
