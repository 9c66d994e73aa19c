"""What numbers of one sentence share: ranges, parts of a ratio, units at the end of a series, fractions of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from extractors.measures import as_percent
from extractors.nouns import words_of
from extractors.readings import Reading, context
from extractors.tokens import Tokens

_DASHES = frozenset("-–—~～−‐‑至")
_SMALL_WHOLES = frozenset((2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 50, 100, 1000))
_SEPARATORS = frozenset((",", "and", "or", "to", "/", "&", ";", "respectively", "、", "about", "around", "nearly", "over", "by", "from", "a", "then", "but", "up", "down"))


def merge(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """Lets neighbouring numbers share what only one of them carries, and joins those that are one statement."""
    _proportions(tokens, [reading for reading in readings if reading.why is None or reading.rule in ("per_number", "one_of", "one_pronoun")])
    live = [reading for reading in readings if reading.why is None and reading.form not in ("ordinal", "fold")]
    _ratios(tokens, live)
    _sums(tokens, live)
    _ranges(tokens, live)
    _share_forward(tokens, live)
    _part_of(tokens, readings)
    _gapped(tokens, live)
    _per_scope(tokens, readings)
    _fractions(tokens, live)
    _share_back(tokens, live)
    _ages(tokens, live)
    _daily(tokens, live)


def _pairs(live: Sequence[Reading]) -> list[tuple[Reading, Reading]]:
    kept = [reading for reading in live if not reading.dropped]
    return list(zip(kept, kept[1:], strict=False))


# --- one in three ------------------------------------------------------------------------------------------------------


def _proportions(tokens: Tokens, live: Sequence[Reading]) -> None:
    for first, second in _pairs(live):
        if first.dropped or not _is_proportion(tokens, first, second):
            continue
        first.value = as_percent(first.numeral.value / second.numeral.value)
        first.form, first.last, first.rule = "fraction", second.numeral.last, "proportion"
        first.give("percent", "percent", "proportion")
        first.own_unit, first.counted, second.dropped = True, False, True
        first.why = second.why = None


def _is_proportion(tokens: Tokens, first: Reading, second: Reading) -> bool:
    """``one in three``, ``nine out of ten``, ``one in every eight``; not ``29 out of 37 industries``."""
    between = " ".join(tokens.low[first.last : second.first])
    if between not in ("in", "out of", "in every", "out of every", "of every") or first.own_unit or second.own_unit:
        return False
    n, m = first.numeral, second.numeral
    if n.value >= m.value or n.scaled or n.value % 1 or first.first != n.first or second.first != m.first:
        return False
    return n.form == m.form and (m.value in _SMALL_WHOLES or (m.form == "words" and m.value <= 20) or between.endswith("every"))


# --- 8.8 : 43.8 : 47.4 -------------------------------------------------------------------------------------------------


def _ratios(tokens: Tokens, live: Sequence[Reading]) -> None:
    run: list[Reading] = []
    for reading in [*live, None]:
        if reading is not None and run and tokens.raw[run[-1].last : reading.first] in ([":"], ["："], ["∶"]):
            run.append(reading)
            continue
        _close_ratio(run)
        run = [] if reading is None or reading.own_unit else [reading]


def _close_ratio(run: Sequence[Reading]) -> None:
    if len(run) < 2:
        return
    total = sum((part.value or Decimal(0) for part in run), Decimal(0))
    whole = abs(total - 100) <= 1
    for part in run:
        part.form, part.rule = "ratio", "ratio_part"
        part.last, part.counted = part.numeral.last, False
        part.give("percent" if whole else "1", "percent" if whole else "number", "ratio_part")
        part.own_unit = True


# --- 20 dollars 43 -----------------------------------------------------------------------------------------------------


def _sums(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``3 dollars 50 cents``, ``$20 and 43c``, ``15 dollars 50``: whole units and hundredths of one currency."""
    for first, second in _pairs(live):
        if first.kind != "currency" or first.dropped or first.value is None or second.value is None:
            continue
        between = tokens.low[first.last : second.first]
        if between not in ([], ["and"]) or not 0 < second.value < 100 or first.value % 1 or first.numeral.scaled:
            continue
        named = first.last > first.numeral.last
        minor = second.unit.endswith(".c") or second.unit == "sen"
        bare = not second.own_unit and not second.counted and named and second.last >= len(tokens) - 1
        if minor or (bare and first.value >= 0):
            first.value += second.value / 100
            first.last, second.dropped, first.rule = second.last, True, "units_and_hundredths"


# --- ranges ------------------------------------------------------------------------------------------------------------


def _ranges(tokens: Tokens, live: Sequence[Reading]) -> None:
    for first, second in _pairs(live):
        if not first.dropped and _is_range(tokens, first, second):
            _join(tokens, first, second)


def _is_range(tokens: Tokens, first: Reading, second: Reading) -> bool:
    if first.value is None or second.value is None or first.form == "fraction" != second.form:
        return False
    if not _same_unit(first, second):
        return False
    joint = tokens.low[first.last : second.first]
    if len(joint) == 1 and joint[0] in _DASHES:
        return _dash_joins(tokens, first, second)
    if not joint and second.signed and second.value < 0 < first.value and tokens.raw[second.first] in _DASHES:
        about = tokens.low[first.first - 1 : first.first] in (["about"], ["around"], ["~"])
        return (about or second.kind in ("length", "area", "mass", "volume", "power", "energy")) and -second.value > first.value and not first.own_unit
    if joint == ["to"]:
        return _to_joins(tokens, first, second)
    if joint == ["and"]:
        return tokens.low[first.first - 1 : first.first] == ["between"] or tokens.low[max(0, first.first - 2) : first.first] == ["between", "about"]
    if joint == ["or"]:
        return second.kind != "currency" and not first.own_unit and not first.counted and second.numeral.value == first.numeral.value + 1 and second.own_unit
    return False


def _same_unit(first: Reading, second: Reading) -> bool:
    if not first.own_unit and not first.counted:
        return True
    if first.unit == second.unit:
        return True
    if first.kind == "currency" and not second.own_unit and not second.counted:
        return True
    if first.kind == "currency" and second.kind == "ratio" and second.unit.startswith(first.unit + "/"):
        return True
    return first.unit.partition("/")[0] == second.unit.partition("/")[0] and first.kind == "currency"


def _dash_joins(tokens: Tokens, first: Reading, second: Reading) -> bool:
    if not (second.own_unit or second.counted or first.own_unit or first.bound != "exact" or tokens.low[first.first - 1 : first.first] == ["about"]):
        return len(tokens) == second.last and first.first == 0
    low, high = _scaled_value(first, second), second.value
    return low is not None and high is not None and low < high


def _to_joins(tokens: Tokens, first: Reading, second: Reading) -> bool:
    """``A to B`` is a range unless a change is told (``fell from A to B``, ``climbed $54 to $1,191``)."""
    before = tokens.low[max(0, first.first - 12) : first.first]
    if before[-1:] == ["from"]:
        return context("change").isdisjoint(_clause(before))
    if first.own_unit and (before[-1:] and before[-1] in context("change") or before[-2:-1] and before[-2] in context("change") and before[-1] in ("by", "about", "some")):
        return False
    if first.own_unit and first.last > first.numeral.last and not second.own_unit:
        return False
    low, high = _scaled_value(first, second), second.value
    return low is not None and high is not None and (low < high or (first.own_unit and second.own_unit and first.unit == second.unit and "/" in first.unit))


def _clause(words: Sequence[str]) -> list[str]:
    """The words after the last full stop or semicolon."""
    kept: list[str] = []
    for word in reversed(words):
        if word in (".", ";"):
            break
        kept.append(word)
    return kept


def _scaled_value(first: Reading, second: Reading) -> Decimal | None:
    """The lower end with the scale that stands only at the upper (``600-800 million``)."""
    if first.value is None or first.numeral.scaled or not second.numeral.scaled or (first.own_unit and first.numeral.value >= 1000):
        return first.value
    return first.value * second.numeral.scale if first.numeral.value < 1000 else first.value


def _join(tokens: Tokens, first: Reading, second: Reading) -> None:
    """Makes ``first`` the range from ``first`` to ``second``."""
    low, high = _scaled_value(first, second), abs(second.value) if second.value is not None and not _signed_up(second) else second.value
    assert low is not None and high is not None
    if second.own_unit or second.counted:
        first.give(second.unit, second.kind, second.unit_rule)
    first.own_unit, first.counted = first.own_unit or second.own_unit, second.counted or first.counted
    if tokens.low[first.first - 1 : first.first] == ["between"]:
        first.first -= 1
    first.low, first.high = min(low, high), max(low, high)
    first.value, first.bound, first.rule = None, "range", "range"
    first.last, second.dropped = second.last, True
    first.flags += second.flags


def _signed_up(reading: Reading) -> bool:
    return not reading.signed or reading.first == reading.numeral.first


# --- shared units ------------------------------------------------------------------------------------------------------


def _bare(reading: Reading) -> bool:
    return not reading.own_unit and not reading.counted and reading.form in ("digits", "words") and not reading.dropped


def _share_forward(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``5.7, 53.9 and 40.4 percent``, ``from 22 to 31.5 square meters``: the unit at the end holds for all."""
    pairs = _pairs(live)
    for first, second in reversed(pairs):
        if not _bare(first) or not (second.unit and second.unit != "1"):
            continue
        between = tokens.low[first.last : second.first]
        if between == [","] and second.rule != "shared_unit":
            continue
        if not between or len(between) > 4 or not all(word in _SEPARATORS for word in between) or between == ["from"] or second.kind == "count" and between[0] not in ("to", "and", "or"):
            continue
        if second.numeral.form == "ordinal" or (second.unit_rule == "modifier"):
            continue
        _inherit(first, second)


def _part_of(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """``Eleven of the 15 cities``, ``280 million of the 1.5 billion shekels``: the part has the unit of the whole."""
    for first, second in zip(readings, readings[1:], strict=False):
        if first.why is not None or first.dropped or not _bare(first) or not second.unit or second.unit == "percent":
            continue
        between = tokens.low[first.last : second.first]
        if not second.hyphenated and between[:1] == ["of"] and between[-1] in ("the", "its", "their", "of", "these", "s", "those", "all"):
            first.give(second.unit, second.kind, second.unit_rule)
            first.rule = "part_of"


def _gapped(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``summer grain was 98.6 and autumn grain 948.7 thousand tons``: a gapped verb shares scale and unit as well."""
    for first, second in _pairs(live):
        if not _bare(first) or first.unit or not second.own_unit or not first.numeral.value % 1 or second.kind in ("percent", "percentage_point"):
            continue
        between = tokens.low[first.last : second.first]
        if between[:1] == ["and"] and 2 <= len(between) <= 4 and all(w.isalpha() and w not in words_of("boundary") for w in between[1:]):
            _inherit(first, second)


_QUANTIFIED = frozenset(("mass", "energy", "volume"))


def _per_scope(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """``Every 100 households owned 23.5 cars``, ``consumption per 10,000 yuan of GDP fell from 0.83 tons``: what is counted
    in the rest of the sentence is counted per that number.
    """
    below = ""
    counts = False
    for reading in readings:
        if reading.rule == "per_number" and reading.unit and "/" not in reading.unit and tokens.low[reading.first - 1] != "survey":
            size = f"{reading.numeral.value.normalize():f}_" if reading.numeral.value != 1 else ""
            below, counts = size + reading.unit.removeprefix("count:"), reading.counted
        elif below and reading.why is None and "/" not in reading.unit and not reading.dropped and tokens.raw[reading.numeral.first - 1] != ";":
            if reading.kind in _QUANTIFIED or (counts and reading.kind == "count"):
                reading.give(f"{reading.unit}/{below}", "ratio", reading.unit_rule)


def _inherit(reading: Reading, source: Reading) -> None:
    reading.give(source.unit, source.kind, source.unit_rule)
    reading.rule = "shared_unit"
    if reading.value is not None and source.numeral.scaled and not reading.numeral.scaled and abs(reading.value) < 1000:
        reading.value *= source.numeral.scale


def _fractions(tokens: Tokens, live: Sequence[Reading]) -> None:
    """A fraction in a sentence is a part of a whole, in percent; alone it is just that number."""
    alone = len(live) == 1 and live[0].first == 0 and live[0].last >= len(tokens) - 1
    for reading in live:
        if reading.form != "fraction" or reading.own_unit or reading.dropped or reading.value is None:
            continue
        if alone:
            continue
        reading.value = as_percent(reading.value)
        reading.rule = "fraction_of_whole"
        reading.give("percent", "percent", "fraction")


def _share_back(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``24 stations, 7 of which``, ``58 micrograms … from 71``: a bare number takes up the unit before it."""
    measure: Reading | None = None
    count: Reading | None = None
    for reading in live:
        if reading.dropped:
            continue
        if _bare(reading) and not reading.unit:
            _take_back(tokens, reading, measure, count)
        elif reading.unit.startswith("1/") and count is not None:
            reading.give(count.unit + reading.unit[1:], "ratio", count.unit_rule)
        elif reading.unit.startswith("count:"):
            count = reading
        elif reading.kind in ("currency", "ratio", "length", "area", "mass", "volume", "temperature", "time", "index", "power", "energy", "speed", "other"):
            measure = reading


def _take_back(tokens: Tokens, reading: Reading, measure: Reading | None, count: Reading | None) -> None:
    before = tokens.low[reading.first - 1] if reading.first else ""
    whole = reading.value is not None and reading.value % 1 == 0
    if measure is not None and _parallel(tokens, measure, reading):
        reading.give(measure.unit, measure.kind, measure.unit_rule)
        reading.rule = "shared_back"
        return
    if measure is not None and (count is None or count.first < measure.first) and before in ("from", "to", "is", "was", "at", "of") and not reading.numeral.scaled:
        if before == "from" or measure.kind in ("ratio", "index") or measure.last == reading.first - 1 and before == "to":
            reading.give(measure.unit, measure.kind, measure.unit_rule)
            reading.rule = "shared_back"
    elif count is not None and whole and not _new_subject(tokens, count, reading):
        reading.give(count.unit, count.kind, count.unit_rule)
        reading.rule = "shared_back"


def _ages(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``Maddon, 66, said`` and ``a life expectancy of around 73``: a bare number that is an age in years."""
    for reading in live:
        if reading.unit or reading.dropped or reading.value is None or not 0 < reading.value < 120:
            continue
        first, last = reading.first, reading.last
        apposed = tokens.raw[first - 1] == "," and tokens.raw[last] == "," and first > 1 and tokens.raw[first - 2][:1].isupper() and tokens.kind[first - 2] == "word"
        before = " ".join(tokens.low[max(0, first - 14) : first])
        if (apposed and reading.value % 1 == 0) or any(phrase in before for phrase in ("life expectancy", "average age", "median age", "mean age")):
            reading.give("a", "time", "age")


def _daily(tokens: Tokens, live: Sequence[Reading]) -> None:
    """``a daily capacity of 417,000 tons``: what is said to be daily is counted per day."""
    for reading in live:
        if reading.dropped or "/" in reading.unit or reading.kind not in ("mass", "volume", "count", "energy"):
            continue
        before = tokens.low[max(0, reading.first - 5) : reading.first]
        if "daily" in before and all(word not in (".", ",", ";") for word in before[before.index("daily") :]):
            reading.give(reading.unit + "/d", "ratio", reading.unit_rule)


_SECONDS = frozenset("lowest highest latter former other smallest largest rest".split())


def _parallel(tokens: Tokens, measure: Reading, reading: Reading) -> bool:
    """``the highest is 84.75 cents, while the lowest is 74.07``."""
    before = tokens.low[max(0, reading.first - 2) : reading.first]
    return len(before) == 2 and before[0] in _SECONDS and before[1] in ("is", "was", "at", "of", "were", "being")


_SUBJECTS = frozenset("number total totals population output sales revenue income index value price balance profit exports imports births deaths".split())


def _new_subject(tokens: Tokens, count: Reading, reading: Reading) -> bool:
    """Whether the words between name something else that is counted."""
    return not _SUBJECTS.isdisjoint(tokens.low[count.last : reading.first])
