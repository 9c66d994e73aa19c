"""Parts and wholes: ``share``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from extractors.indicators import indicator_key
from schemas.consistency import thresholds
from schemas.consistency.corpus import Corpus
from schemas.consistency.findings import Finding, about, written
from schemas.consistency.intervals import Interval
from schemas.consistency.judging import Severity, judge
from schemas.consistency.mentions import WHOLE, Mention, comparable_key
from schemas.consistency.wording import ahead, behind, between

HUNDRED = Interval(100, 100)
#: what a complete division of a whole consists of, by words of its parts
_COMPLETE = (
    ("primary", "secondary", "tertiary"),
    ("male", "female"),
    ("men", "women"),
    ("urban", "rural"),
    ("export", "import"),
)
_IS_PART = re.compile("|".join(word for words in _COMPLETE for word in words), re.I)
#: wholes whose parts are all named in one sentence, by the key of the whole and those of its parts
_PARTS: Mapping[str, tuple[str, ...]] = {
    "gdp": ("value_added_primary", "value_added_secondary", "value_added_tertiary"),
    "foreign_trade": ("exports", "imports"),
}
#: between a whole and its first part: not all parts follow (`187 of them are` is a part itself); all parts follow
_OF_WHICH = re.compile(
    r"(?:[,;:(.]|\band)\s*(?:of which|of whom|of them|of these|among them|among which)\b|\bincluding\b"
    r"|^\s*of wh(?:ich|om)\b(?!\s+(?:is|are|was|were|has|have|had)\b)",
    re.I,
)
_DIVIDED = re.compile(
    r"\b(?:divided|split|broken down) (?:up )?(?:into|between|among|as follows)\b"
    r"|\b(?:made up|composed|comprised) of\b|\bconsist(?:s|ed|ing) of\b|\bcompris(?:es|ed|ing)\b",
    re.I,
)
_OF_THIS_TOTAL = re.compile(r"^\W*of (?:this|the|that) (?:total|amount|sum)\b", re.I)
_THE_REST = re.compile(r"\bthe (?:rest|remainder)\b", re.I)
_REMAINING = re.compile(r"\bthe (?:remaining|other|rest)\b[^,;]*$", re.I)
#: a sentence that opens with the whole: `Of the exports of 12.9 million, …`, `Of the passengers in 2023, …`
_OPENS_OF = re.compile(r"^\s*of\b(?:[^,;]|(?<=\d),(?=\d))*,", re.I)
_OPENING_WHOLE = re.compile(
    r"^\s*of (?:the|its|all|these|those)\s+([^,;\d]+?)(?:\s+(?:in|of|at|by|during)\b[^,;]*)?,", re.I
)
#: between an amount and its share of a whole
_OR_SHARE = re.compile(
    r"\b(?:account(?:ing|s|ed) for|making up|made up|represent(?:ing|s|ed)|or|equivalent to)\b", re.I
)
_OF_ALL = re.compile(r"^(?:of\s+)?(?:all|the|its|total|whole|number of|total number of|city's|s)\s+", re.I)
#: between a part and its whole behind it
_OUT_OF = re.compile(r"^\s*(?:out )?of (?:the|its|their|all)\s*$", re.I)
#: what a whole may be called besides
_ALSO_CALLED: Mapping[str, tuple[str, ...]] = {"population": ("population_permanent",)}
_NAMES_NO_WHOLE = frozenset(("", "total", "whole", "all", "this", "it"))


def share(corpus: Corpus) -> Iterator[Finding]:
    """A part, its whole and the share: ``part / whole``; all parts: ``sum = whole``; ``part <= whole``.

    Complete are the three industries, men and women, town and country, exports and imports, age groups that join, a
    ratio ``a:b:c`` of percentages, and what a whole is said to be divided into. Parts after `including` are not.

    >>> from schemas.consistency.trying import findings_in
    >>> findings_in(
    ...     "In 2020, its GDP was 87.4 billion yuan. The added value of the primary industry was 3.9 billion yuan, "
    ...     "that of the secondary industry was 38.6 billion yuan and that of the tertiary industry was 47.9 billion "
    ...     "yuan."
    ... )
    ['conflict: 3.9 billion + 38.6 billion + 47.9 billion = 90.4 billion, but 87.4 billion yuan is stated (1.txt)']
    >>> findings_in("In 2020, the output of meat was 31,800 tons, of which pork was 38,100 tons.")
    ['conflict: 38,100 tons is a part of 31,800 tons (1.txt)']
    """
    for stated in corpus.mentions:
        if stated.kind == "share" and stated.unit == "percent":
            yield from _part_of_whole(corpus, stated)
    before: list[Mention] = []
    for found in corpus.sentences():
        if len(found) == 1:  # nothing stands beside it
            before = found
            continue
        yield from _shares_of_one_whole([each for each in found if each.kind == "share" and each.unit == "percent"])
        yield from _ratio_of_parts(found)
        amounts = [each for each in found if each.is_amount]
        if len(amounts) > 1:
            yield from _parts_beyond(amounts)
            yield from _divided(amounts, found, before)
            yield from _members(corpus, amounts)
        before = found
    yield from _amounts_of_one_whole(corpus)


# --- part / whole = share ---------------------------------------------------------------------------------------------


def _part_of_whole(corpus: Corpus, stated: Mention) -> Iterator[Finding]:
    part = _part(corpus, stated)
    whole = part and _whole(corpus, stated, part)
    if not part or not whole or part is whole:
        return

    def percent(n: Sequence[Interval]) -> Interval:
        return (n[0] / n[1]).scaled(100)

    severity = judge([part, whole], stated, percent, scales_stated=False)
    if severity:
        exact = 100 * part.value / whole.value
        small, large = written((part, whole), part.value, whole.value)
        told = f"{small} / {large} = {exact:.2f} %, but {stated.quote} is stated"
        yield Finding("share", severity, (whole, part, stated), told, f"{about(stated)}: {told} ({stated.doc})")


def _part(corpus: Corpus, stated: Mention) -> Mention | None:
    """The amount that the share is of: the one in front of `accounting for`, else the only one of its name."""
    beside = corpus.beside(stated)
    place = beside.index(stated)
    last = beside[place - 1] if place else None
    if last and last.is_amount and last.key == stated.key and _OR_SHARE.search(between(last, stated) or ""):
        return last
    parts = [m for m in beside if m.is_amount and m.key == stated.key]
    if len(parts) == 1 and last and last.is_amount and _OUT_OF.match(between(parts[0], last) or ""):
        return parts[0]
    if len(parts) != 1 or (place and last is not parts[0] and parts[0] not in beside[place:]):
        return None
    return parts[0]


def _whole(corpus: Corpus, stated: Mention, part: Mention) -> Mention | None:
    """The amount that the share names as its whole, else the one that the part is introduced as one `of which`."""
    name = (stated.basis or "").lower()
    while (shorter := _OF_ALL.sub("", name)) != name:
        name = shorter
    if name not in _NAMES_NO_WHOLE:
        return _named_whole(corpus, indicator_key(name), part)
    if opening := _OPENING_WHOLE.match(stated.sentence):  # ``Of the passengers in 2023, 5.4 million had a pass``
        key = comparable_key(opening[1], indicator_key(opening[1]))
        found = [m for m in corpus.of(key) if m.doc == stated.doc and m.end == part.end and _same_unit(m, part)]
        if len({m.value for m in found}) == 1:
            return found[0]
    beside = corpus.beside(part)
    after = next((m for m in beside[beside.index(part) + 1 :]), None)  # ``412,000 of the 1.18 million, a share of``
    if after and after.is_amount and _same_unit(after, part) and _OUT_OF.match(between(part, after) or ""):
        return after
    wholes = [m for m in beside[: beside.index(part)] if m.is_amount and _same_unit(m, part) and m.end == part.end]
    opens = _OPENS_OF.match(stated.sentence)  # ``Of its 412 firms, 168 were exporters, or 40.8 percent``
    if opens and len(wholes) == 1 and wholes[0].quote in opens[0]:
        return wholes[0]
    return wholes[-1] if wholes and _OF_WHICH.search(between(wholes[-1], part) or "") else None


def _named_whole(corpus: Corpus, key: str, part: Mention) -> Mention | None:
    """The only amount of a name in the part's document and time, or on a day of the part's year."""
    keys = (key, key + WHOLE, *_ALSO_CALLED.get(key, ()))  # also ``61 % of the 2.12 million visitors``
    named = [m for each in keys for m in corpus.of(each) if m.doc == part.doc and _same_unit(m, part)]
    found = [m for m in named if m.end == part.end] or [m for m in named if _is_day_in(m, part)]
    return found[0] if len({m.value for m in found}) == 1 else None


def _is_day_in(each: Mention, year: Mention) -> bool:
    """``in the 2020 census`` is said of what was counted on a day of that year."""
    if each.end is None or year.start is None or year.end is None or each.start != each.end:
        return False
    return year.start <= each.end <= year.end and (year.start.month, year.end.month) == (1, 12)


def _same_unit(a: Mention, b: Mention) -> bool:
    """Guests are some of the visitors: things counted are compared whatever they are called."""
    return a.unit == b.unit or (_is_counted(a) and _is_counted(b))


def _is_counted(each: Mention) -> bool:
    return each.unit == "1" or each.unit.startswith("count:")


# --- part <= whole ----------------------------------------------------------------------------------------------------


def _parts_beyond(amounts: Sequence[Mention]) -> Iterator[Finding]:
    for whole, part in pairwise(amounts):
        if whole.unit != part.unit or whole.end != part.end or not _OF_WHICH.search(between(whole, part) or ""):
            continue
        if part.narrow.low > whole.narrow.high and whole.digits:  # `one` of a kind is named, not counted
            severity: Severity = "suspect" if part.wide.low <= whole.wide.high else "conflict"
            told = f"{part.quote} is a part of {whole.quote} ({part.doc})"
            yield Finding("share", severity, (whole, part), told, f"{about(part)}: {told}")


# --- shares that make up a hundred ------------------------------------------------------------------------------------

_AGES = re.compile(r"\b(\d{1,3})\s?[-–]\s?(\d{1,3})\b|\b(\d{1,3})(?: years old)? (?:and|or) (?:over|above|older)")


def _shares_of_one_whole(shares: Sequence[Mention]) -> Iterator[Finding]:
    if len(shares) > 1 and (_is_complete(shares) or _REMAINING.search(between(shares[-2], shares[-1]) or "")):
        yield from _a_hundred(shares, "the parts of one whole")


def _a_hundred(parts: Sequence[Mention], what: str) -> Iterator[Finding]:
    if sum((each.narrow for each in parts), Interval(0, 0)).meets(HUNDRED):
        return
    severity: Severity = "suspect" if sum((each.wide for each in parts), Interval(0, 0)).meets(HUNDRED) else "conflict"
    added = " + ".join(f"{each.value:g}" for each in parts)
    told = f"{added} = {sum(each.value for each in parts):.10g}, not 100 percent ({parts[0].doc})"
    yield Finding("share", severity, tuple(parts), told, f"{what}: {told}")


def _is_complete(parts: Sequence[Mention]) -> bool:
    """Whether the parts are all there are."""
    keys = [each.key for each in parts]
    for words in _COMPLETE:
        if len(parts) == len(words) and all(sum(_has(key, word) for key in keys) == 1 for word in words):
            return True
    ages = sorted((int(m[1] or m[3]), int(m[2]) if m[2] else None) for m in _AGES.finditer(parts[0].sentence))
    joined = all(b is not None and c == b + 1 for (_, b), (c, _) in pairwise(ages))
    return len(ages) == len(parts) > 2 and ages[0][0] == 0 and ages[-1][1] is None and joined


def _has(text: str, word: str) -> bool:
    """Whether a word, or its plural, stands in a text or key: `male` is none of `female`.

    >>> _has("population_female", "male"), _has("exports", "export")
    (False, True)
    """
    return word in (lower := text.lower()) and re.search(rf"(?<![a-z]){word}s?(?![a-z])", lower) is not None


def _ratio_of_parts(found: Sequence[Mention]) -> Iterator[Finding]:
    """``10.2:46.9:42.9``: three and more numbers that come near a hundred are percentages of one whole."""
    chain: list[Mention] = []
    for each in (*found, None) if len(found) > 2 else ():
        if chain and (each is None or (between(chain[-1], each) or "").strip() != ":"):
            near = abs(sum(member.value for member in chain) - 100) <= thresholds.NEAR_HUNDRED
            if len(chain) > 2 and near:
                yield from _a_hundred(chain, "a ratio of parts")
            chain = []
        if each is not None and each.unit in ("1", "percent"):
            chain.append(each)


# --- amounts that make up their whole ---------------------------------------------------------------------------------


def _divided(amounts: Sequence[Mention], found: Sequence[Mention], before: Sequence[Mention]) -> Iterator[Finding]:
    """Amounts that a whole is said to be divided into, in its sentence or at the head of the next."""
    for place, whole in enumerate(amounts[:-2]):
        parts = [each for each in amounts[place + 1 :] if each.unit == whole.unit]
        if len(parts) > 1 and (_DIVIDED.search(between(whole, parts[0]) or "") or _is_shared_out(whole, parts)):
            yield from _made_up(whole, parts)
    if _OF_THIS_TOTAL.match(amounts[0].sentence) and _OF_THIS_TOTAL.match(ahead(amounts[0], found[1:2])):
        parts = [each for each in amounts if each.unit == amounts[0].unit]
        wholes = [each for each in before if each.is_amount and each.unit == amounts[0].unit]
        if len(parts) > 1 and len(wholes) == 1 and wholes[0].doc == parts[0].doc and _is_whole_of(parts):
            yield from _made_up(wholes[0], parts)


def _is_shared_out(whole: Mention, parts: Sequence[Mention]) -> bool:
    """``Of the exports of 12.9, 3.1 went to Chile, 2.4 to Peru and the remaining 7.4 to other countries``."""
    if not _REMAINING.search(between(parts[-2], parts[-1]) or ""):
        return False
    opening, gap = _OPENS_OF.match(whole.sentence), between(whole, parts[0]) or ""
    leads = opening is not None and whole.quote in opening[0]
    return leads or ":" in gap or _OF_WHICH.search(gap) is not None


def _is_whole_of(parts: Sequence[Mention]) -> bool:
    """`Of this total, a was …, b was … and c was …`: the list closes with an `and` between its last two."""
    return re.search(r"\band\b|;", between(parts[-2], parts[-1]) or "") is not None


def _made_up(whole: Mention, parts: Sequence[Mention]) -> Iterator[Finding]:
    following = [*parts[1:], None]
    gaps = [behind(part, after) for part, after in zip(parts, following, strict=True)]
    if any(_OF_WHICH.search(gap) for gap in gaps) or any(part.end != whole.end for part in parts):
        return
    if not _THE_REST.search(gaps[-1]):
        yield from _summed(whole, parts)


def _members(corpus: Corpus, amounts: Sequence[Mention]) -> Iterator[Finding]:
    """``Of the population, 1.46 million were male and 1.41 million female``: two halves of what is named first."""
    members = [each for each in amounts if each.unit.startswith("count:") and _IS_PART.search(each.indicator)]
    for words in _COMPLETE if len(members) > 1 else ():
        parts = [each for each in members if any(_has(each.indicator, word) for word in words)]
        if len(parts) != len(words) or not _is_complete(parts):
            continue
        names = {re.sub(rf"\s*\b(?:{'|'.join(words)})s?\b\s*", " ", each.indicator).strip() for each in parts}
        if len(names) > 1 and _OPENS_OF.match(parts[0].sentence):  # ``Of the pupils, 297 were girls and 125 boys``
            names.discard("")
        key = indicator_key(names.pop()) if len(names) == 1 else ""
        wholes = corpus.amounts(key, parts[0].unit, parts[0].period, parts[0].status)
        if len({m.value for m in wholes if m.doc == parts[0].doc}) == 1:
            yield from _summed(next(m for m in wholes if m.doc == parts[0].doc), parts)


def _amounts_of_one_whole(corpus: Corpus) -> Iterator[Finding]:
    for whole in corpus.mentions:
        names = _PARTS.get(whole.key)
        if not names or not whole.is_amount:
            continue
        parts = [
            [m for m in corpus.amounts(name, whole.unit, whole.period, whole.status) if m.doc == whole.doc]
            for name in names
        ]
        if all(len({m.value for m in found}) == 1 for found in parts):
            yield from _summed(whole, [found[0] for found in parts])


def _summed(whole: Mention, parts: Sequence[Mention]) -> Iterator[Finding]:
    severity = judge(parts, whole, lambda n: sum(n, Interval(0, 0)))
    if severity:
        *added, total = written(parts, *(m.value for m in parts), sum(m.value for m in parts))
        told = f"{' + '.join(added)} = {total}, but {whole.quote} is stated ({whole.doc})"
        yield Finding("share", severity, (whole, *parts), told, f"{about(whole)} and its parts: {told}")
