"""What numbers of one sentence share: the unit at the end of a series, the noun before, the whole of a fraction."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from extractors.inflection import words_of
from extractors.measures import as_percent
from extractors.nouns import read_noun
from extractors.ranges import join_proportions, join_ranges, join_sums, mark_ratios, pairs
from extractors.readings import Reading, context
from extractors.tokens import Tokens, is_suspended
from extractors.unit_tables import Unit
from extractors.units import read_per

#: Refusals of ``one`` and of ``every eight`` that ``one in every eight`` undoes.
_UNDONE = ("per_number", "one_of", "one_pronoun")
_POINTS = ("percent", "percentage_point")
_MOVED = frozenset({"up", "down"})
_QUANTIFIED = ("mass", "energy", "volume")
_AGES = (["life", "expectancy"], ["average", "age"], ["median", "age"], ["mean", "age"])


def merge(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """Lets neighbouring numbers share what only one of them carries, and joins those that are one statement."""
    _share_age_groups(tokens, readings)
    join_proportions(tokens, [r for r in readings if r.why is None or r.rule in _UNDONE])
    live = [r for r in readings if r.why is None and r.form not in ("ordinal", "fold")]
    mark_ratios(tokens, live)
    join_sums(tokens, live)
    join_ranges(tokens, live)
    _share_forward(tokens, live)
    _share_with_whole(tokens, readings)
    _share_gapped(tokens, live)
    _share_parallel(tokens, live)
    _count_per(tokens, readings)
    _set_fractions(tokens, live)
    _set_inches(tokens, live)
    _share_back(tokens, live)
    _set_ages(tokens, live)
    _share_denominators(tokens, live)
    _set_daily(tokens, live)


def _share_age_groups(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """``16 to 24 year olds``: both ends define the group."""
    for first, second in pairwise(readings):
        aged = second.rule == "age_group_olds" and second.why is not None and _is_bare(first)
        if aged and tokens.between(first.last, second.first) in (["to"], ["-"], ["–"]):
            first.refuse(second.why or "definition", second.rule)


def _is_bare(reading: Reading) -> bool:
    return not reading.own_unit and not reading.counted and reading.form in ("digits", "words") and not reading.dropped


def _inherit(reading: Reading, source: Reading) -> None:
    """Gives a bare number the unit of a later one, and its scale (``12 and 15 million tons``)."""
    reading.give(source.unit, source.kind, source.unit_rule)
    reading.rule = "shared_unit"
    if reading.value is not None and source.numeral.scaled and not reading.numeral.scaled and abs(reading.value) < 1000:
        reading.value *= source.numeral.scale
        reading.numeral.scale = source.numeral.scale  # for the member before it


# --- the unit stands behind ------------------------------------------------------------------------------------------


def _share_forward(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``5.7, 53.9 and 40.4 percent``, ``from 22 to 31.5 square meters``: the unit at the end holds for all."""
    for first, second in reversed(pairs(live)):
        modifies = second.unit_rule == "modifier" and not is_suspended(tokens, first.last)
        shareable = second.unit and not second.unit.startswith("1") and not modifies
        if _is_bare(first) and shareable and _in_series(tokens, first, second):
            _inherit(first, second)


def _in_series(tokens: Tokens, first: Reading, second: Reading) -> bool:
    between = tokens.between(first.last, second.first)
    if is_suspended(tokens, first.last):
        between = between[1:]
    if between[:1] == [","] and not _MOVED.isdisjoint(between) and second.kind in _POINTS:
        return False  # ``312,000, up 6.2 percent``: an amount and its growth
    if between == [";"] and tokens.before(first.first, 1) in (["up"], ["down"]):
        return False  # ``143.80 yen, up 0.95; 1.85 marks``: a change of what stands before
    if between == [","]:
        return second.rule == "shared_unit"
    if not 0 < len(between) <= 4 or between in (["from"], [",", "or"]) or not context("separator").issuperset(between):
        return False
    if second.kind in _POINTS and first.numeral.scaled:
        return False  # ``18.64 million, up by 6.2 percent``: millions are no percentages
    return second.kind != "count" or between[0] in ("to", "and", "or")


def _share_with_whole(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """``Eleven of the 15 cities``, ``280 million of the 1.5 billion shekels``: the part has the unit of the whole."""
    for part, whole in pairwise(readings):
        if part.why is not None or not _is_bare(part) or whole.unit in ("", "percent"):
            continue
        between = tokens.between(part.last, whole.first)
        if between[:1] == ["of"] and between[-1] in context("whole") and between[1:2] not in _WHOM:
            _take_part(tokens, part, whole)


#: words for things named before: ``52 of them for ships of 10,000 tons`` are no tons
_WHOM = tuple([word] for word in "them which whom these those".split())


def _take_part(tokens: Tokens, part: Reading, whole: Reading) -> None:
    """The unit of the whole; of ``five of the three-ton satellites`` the thing whose size the whole tells."""
    noun = read_noun(tokens, whole.last, many=True) if whole.hyphenated else None
    if noun is not None:
        part.give("count:" + noun.code, "count", "noun")
    elif not whole.hyphenated:
        part.give(whole.unit, whole.kind, whole.unit_rule)
    part.rule = "part_of"


def _share_gapped(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``summer grain was 98.6 and autumn grain 948.7 thousand tons``: a gapped verb shares scale and unit as well."""
    for first, second in pairs(live):
        if not _is_bare(first) or first.unit or not first.numeral.value % 1 or not second.own_unit:
            continue
        between = tokens.between(first.last, second.first)
        named = all(word.isalpha() and word not in words_of("boundary") for word in between[1:])
        if between[:1] == ["and"] and 2 <= len(between) <= 4 and named and second.kind not in _POINTS:
            _inherit(first, second)


def _share_parallel(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``81 mm in May, 64 in June and 40 in July``: the same preposition behind each, and only the first has a unit."""
    for first, second in pairs(live):
        if not _is_bare(second) or second.unit or not first.unit or first.kind in ("number", "count", "rank"):
            continue
        between = tokens.between(first.last, second.first)
        alike = between[:1] == tokens.between(second.last, second.last + 1) and between[:1][0] in _PARALLEL
        if alike and len(between) <= _NEAR and between[-1] in (",", "and", ";", "but") and first.value is not None:
            _inherit_back(second, first)


_PARALLEL = frozenset("in at for on during".split())


def _inherit_back(reading: Reading, source: Reading) -> None:
    reading.give(source.unit, source.kind, source.unit_rule)
    reading.rule = "shared_back"


# --- counted per -----------------------------------------------------------------------------------------------------


def _count_per(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """What is counted behind ``every 100 households`` or ``per 10,000 yuan of GDP`` is counted per that number."""
    base: Reading | None = None
    for reading in readings:
        if reading.rule == "per_number" and reading.unit and "/" not in reading.unit:
            base = reading
        elif base is not None and _counts_per(base, reading):
            reading.give(f"{reading.unit}/{_base_code(base)}", "ratio", reading.unit_rule)


def _counts_per(base: Reading, reading: Reading) -> bool:
    if reading.why is not None or reading.dropped or "/" in reading.unit:
        return False
    return reading.kind in _QUANTIFIED or (base.counted and reading.kind == "count")


def _base_code(base: Reading) -> str:
    size = "" if base.numeral.value == 1 else f"{base.numeral.value.normalize():f}_"
    return size + base.unit.removeprefix("count:")


def _set_daily(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``a daily capacity of 417,000 tons``: what is said to be daily is counted per day."""
    for reading in live:
        if reading.dropped or "/" in reading.unit or reading.kind not in (*_QUANTIFIED, "count"):
            continue
        before = tokens.before(reading.first, 5)
        if "daily" in before and {".", ",", ";"}.isdisjoint(before[before.index("daily") :]):
            reading.give(reading.unit + "/d", "ratio", reading.unit_rule)


#: What may stand directly before a price whose denominator is left out.
_RESUMES = frozenset("to from than and or at was is of".split())


def _share_denominators(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``from $75 per barrel to $46`` and ``C$6 (US$4.46) per share``: both prices are of the same thing."""
    for first, second in pairs(live):
        if first.kind == "currency" and second.kind == "currency" and _in_brackets(tokens, first, second):
            per = read_per(tokens, second.last + 1, second.unit, Unit(second.unit, "currency", second.unit_rule))
            below = per.code.removeprefix(second.unit)
            for price in (first, second) if below else ():
                price.give(price.unit + below, "ratio", price.unit_rule)
        elif first.kind == "ratio" and second.kind == "currency" and _resumes(tokens, first, second):
            second.give(first.unit, "ratio", second.unit_rule)


def _in_brackets(tokens: Tokens, first: Reading, second: Reading) -> bool:
    return tokens.between(first.last, second.first) == ["("] and tokens.raw[second.last] == ")"


def _resumes(tokens: Tokens, first: Reading, second: Reading) -> bool:
    """Whether the second is a price like the first: the same money, of the same size, and few words between."""
    between = tokens.between(first.last, second.first)
    if first.value is None or second.value is None or not 0 < len(between) <= _NEAR or between[-1] not in _RESUMES:
        return False
    alike = first.unit.startswith(second.unit + "/") and not second.numeral.scaled and not first.numeral.scaled
    return alike and first.value < 10 * second.value and second.value < 10 * first.value


_NEAR = 6

# --- fractions and ages ----------------------------------------------------------------------------------------------


def _set_fractions(tokens: Tokens, live: Sequence[Reading]) -> None:
    """A fraction in a sentence is a part of a whole, in percent; alone it is just that number."""
    if len(live) == 1 and live[0].first == 0 and live[0].last >= len(tokens) - 1:
        return
    for reading in live:
        if reading.form != "fraction" or reading.own_unit or reading.dropped or reading.value is None:
            continue
        if abs(reading.value) <= 1:
            reading.value = as_percent(reading.value)
            reading.rule = "fraction_of_whole"
            reading.give("percent", "percent", "fraction")


def _set_inches(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``the 5-foot-10 guard``, ``6 foot 2 tall``: what is joined to feet are inches."""
    for feet, inches in pairs(live):
        between = tokens.between(feet.last, inches.first)
        joined = feet.unit == "ft" and (between == ["-"] or (not between and tokens.low[inches.last] in _TALL))
        if joined and _is_bare(inches) and inches.numeral.value < _INCHES:
            inches.give("in", "length", "inch")
            inches.own_unit = True


_INCHES = 12
#: What may follow a height whose inches are bare: ``6 foot 2 tall``.
_TALL = frozenset(("", ".", ",", ";", ")", "tall", "and", "high", "in"))


def _set_ages(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``Maddon, 66, said`` and ``a life expectancy of around 73``: a bare number that is an age in years."""
    for reading in live:
        if reading.unit or reading.dropped or reading.value is None or not 0 < reading.value < 120:
            continue
        before = tokens.before(reading.first, 14)
        stated = any(before[i : i + 2] in _AGES for i in range(len(before)))
        if stated or (_in_apposition(tokens, reading) and not reading.value % 1):
            reading.give("a", "time", "age")


def _in_apposition(tokens: Tokens, reading: Reading) -> bool:
    name = reading.first - 2
    if name < 0 or tokens.raw[name + 1] != "," or tokens.raw[reading.last] != ",":
        return False
    return tokens.kind[name] == "word" and (tokens.raw[name][0].isupper() or tokens.low[name] in context("person_role"))


# --- the unit stands before ------------------------------------------------------------------------------------------

_NOT_SHARED = ("percent", "percentage_point", "permille", "multiple", "rank", "number", "count", "container", "")


def _share_back(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``24 stations, 7 of which``, ``58 micrograms … from 71``: a bare number takes up the unit before it."""
    measure: Reading | None = None
    count: Reading | None = None
    for reading in live:
        if reading.dropped:
            continue
        if _is_bare(reading) and not reading.unit:
            _take_back(tokens, reading, measure, count)
        elif reading.unit.startswith("1/") and count is not None:
            reading.give(count.unit + reading.unit[1:], "ratio", count.unit_rule)
        elif measure is not None and (measure.unit, reading.unit) in (("tce", "t"), ("kgce", "kg")):
            reading.give(measure.unit, measure.kind, measure.unit_rule)
        elif reading.unit.startswith("count:"):
            # what a modifier sizes is no thing that a later number counts: ``the four-door sedan costs 22k``
            count = count if reading.hyphenated else reading
        elif reading.kind not in _NOT_SHARED and not (measure and _in_brackets(tokens, measure, reading)):
            measure = reading


def _take_back(tokens: Tokens, reading: Reading, measure: Reading | None, count: Reading | None) -> None:
    """Gives a bare number the unit measured or the noun counted before it, whichever the words allow."""
    source = None
    if measure is not None and _continues(tokens, measure, reading, count):
        source = measure
    elif count is not None and not reading.numeral.value % 1 and _same_subject(tokens, count, reading):
        source = count
    if source is not None:
        _inherit_back(reading, source)
        minor = source.unit.endswith(".c") and source.unit != "GBP.c"
        if minor and reading.numeral.value % 1 and not source.numeral.value % 1:
            reading.unit = source.unit.removesuffix(".c")  # ``rose 9 paise to 82.51``


def _continues(tokens: Tokens, measure: Reading, reading: Reading, count: Reading | None) -> bool:
    """``from 71``, ``208 pounds to 193``, ``the lowest is 74.07``."""
    before = tokens.before(reading.first, 2)
    if len(before) == 2 and before[0] in context("counterpart") and before[1] in ("is", "was", "at", "of", "were"):
        return True
    if reading.numeral.scaled:
        return _continues_money(tokens, measure, reading, count)
    if count is not None and count.first > measure.first:
        return False
    if before[-1:] == ["from"] or (before[-1:] == ["to"] and measure.last == reading.first - 1):
        return True
    return measure.kind in ("ratio", "index") and before[-1:] in (["to"], ["is"], ["was"], ["at"], ["of"])


def _continues_money(tokens: Tokens, measure: Reading, reading: Reading, count: Reading | None) -> bool:
    """``3.4 trillion yen in assets and 14.5 trillion in deposits``: a sum of the same order leaves the currency out."""
    between = tokens.between(measure.last, reading.first)
    if measure.value is None or reading.value is None or measure.kind != "currency" or not measure.numeral.scaled:
        return False
    if not {".", ";", ":"}.isdisjoint(between):
        return False
    gapped = between[:1] == [","] and len(between) == 2 and between[1] in context("traded")  # ``, imports 2.7 billion``
    if context("joins_sums").isdisjoint(between[-1:]) and not gapped:
        return False
    if not gapped and not context("subject").isdisjoint(between):
        return False
    new_thing = count is not None and count.first > measure.first
    return not new_thing and 1 / _SAME_ORDER < reading.value / measure.value < _SAME_ORDER


#: How many times one sum is the other, at most, where one leaves out the currency.
_SAME_ORDER = Decimal(100)


def _same_subject(tokens: Tokens, count: Reading, reading: Reading) -> bool:
    """Whether nothing between names something else that is counted."""
    return context("subject").isdisjoint(tokens.between(count.last, reading.first))
