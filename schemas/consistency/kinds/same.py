"""Mentions of one key that do not mean the same number: ``conflict`` and ``magnitude``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from extractors.indicators import known_keys
from schemas.consistency import thresholds
from schemas.consistency.corpus import Corpus, base_period, pairs
from schemas.consistency.findings import Finding, about
from schemas.consistency.judging import Severity
from schemas.consistency.mentions import Mention

#: words by which a number is marked as one of several vintages
_VINTAGE = re.compile(r"\b(?:preliminar\w+|revis\w+|adjust\w+|final verification|verified)\b", re.I)
#: words by which a number is said to be measured in a way of its own
_MEASURE = re.compile(
    r"\b(?:according to|by|under) (?:the|this|that) (?:[\w-]+ ){0,4}(?:index|definition|method|measure|survey)\b",
    re.I,
)
#: nouns that say too little to be one indicator by themselves
_GENERIC = frozenset(
    "people person good product project enterprise company amount value total number unit case item place "
    "investment job money cost price output throughput volume year figure increase growth rate share part".split()
)


def conflict(corpus: Corpus) -> Iterator[Finding]:
    """Two or more mentions of one key that do not mean the same number: ``a = b`` within the rounding of both.

    ``9,846 km2`` and ``9,864 km2`` of one city are a conflict, ``3.41 million`` and ``3.412 million`` people are none.

    >>> from schemas.consistency.trying import findings_in
    >>> findings_in("Its area is 9,846 square kilometers.", "Its area is 9,864 square kilometers.")
    ['conflict: 9,846 square kilometers (1.txt) and 9,864 square kilometers (2.txt)']
    """
    return (found for found in _both(corpus) if found.kind == "conflict")


def magnitude(corpus: Corpus) -> Iterator[Finding]:
    """As ``conflict``, but the numbers meet once one of them is multiplied by a power of ten: ``a = b x 10^n``.

    ``17.42 billion yuan`` and ``17.42 million yuan`` are the same number with another scale word.

    >>> from schemas.consistency.trying import findings_in
    >>> findings_in("In 2020, its GDP was 17.42 billion yuan.", "In 2020, its GDP was 17.42 million yuan.")
    ['magnitude: 17.42 billion yuan (1.txt) and 17.42 million yuan (2.txt)']
    """
    return (found for found in _both(corpus) if found.kind == "magnitude")


@lru_cache(maxsize=1)
def _both(corpus: Corpus) -> tuple[Finding, ...]:
    """Conflicts and slips of magnitude are found together, once for both kinds."""
    return tuple(_disagreements(corpus))


def _disagreements(corpus: Corpus) -> Iterator[Finding]:
    near = defaultdict(list)
    for each in corpus.mentions:
        near[each.key, each.unit, each.end].append(each)
    groups = defaultdict(list)
    for each in (each for found in near.values() if len(found) > 1 for each in found):  # most stand alone
        if each.key not in _GENERIC and (each.end is not None or _says_what(each)):
            groups[_conflict_key(corpus, each)].append(each)
    for group in (each for each in groups.values() if len(each) > 1):
        stated = _without_recalled(_without_lists(group))
        if stated and _is_of_unknown_basis(stated):
            continue
        numbers = list({(each.value, each.bound, each.digits): each for each in stated}.values())
        if 1 < len(numbers) <= thresholds.MOST_NUMBERS and (worst := _worst(numbers)):
            yield _disagreement(stated, worst)


def _says_what(each: Mention) -> bool:
    """Whether a figure without a time says so well what it is of that another of the name must be the same."""
    named = each.key in known_keys() or "_" in each.key
    return named and each.unit not in ("1", "[time]") and each.start is None


def _conflict_key(corpus: Corpus, each: Mention) -> tuple[object, ...]:
    start = None if each.is_amount and corpus.is_stock_at(each) else each.start
    plan = each.doc if each.status == "projected" else ""
    kind = "amount" if each.is_amount else each.kind
    return each.key, each.unit, kind, _basis(each), each.status, plan, start, each.end


def _basis(each: Mention) -> str | None:
    """What a change compares with: a year, whether it is named or said to be the one before."""
    if each.is_amount or each.basis is None:
        return None
    base = base_period(each)
    return f"{base[0]}/{base[1]}" if base else each.basis.lower()


def _without_lists(group: Sequence[Mention]) -> list[Mention]:
    """Without those of documents where one sentence gives several numbers: there the key does not tell them apart."""
    by_sentence = defaultdict(list)
    for each in group:
        by_sentence[each.doc, each.sentence].append(each)
    unclear = {
        doc for (doc, _), found in by_sentence.items() if any(not a.narrow.meets(b.narrow) for a, b in pairs(found))
    }
    return [each for each in group if each.doc not in unclear]


def _is_of_unknown_basis(stated: Sequence[Mention]) -> bool:
    """``Revenue grew 14 percent. The division grew revenue by 12.5 percent``: a page without a basis tells of both."""
    first = stated[0]
    return first.kind in ("growth_rate", "change_abs") and first.basis is None and len({m.doc for m in stated}) == 1


def _without_recalled(group: Sequence[Mention]) -> list[Mention]:
    """Without those whose sentence does not name what is measured, where another of their document does.

    ``Our turnover was 61.8 million. We put 23.5 million into the quay.``: what the second is, is only recalled.
    """
    named = {each.doc for each in group if _is_named(each)}
    return [each for each in group if each.doc not in named or _is_named(each)]


def _is_named(each: Mention) -> bool:
    text = each.sentence.lower()
    return any(word in text for word in _LONG_WORD.findall(each.indicator.lower()))


#: the beginning of a word that says something
_LONG_WORD = re.compile(r"\b[a-z]{3,5}")


def _worst(stated: Sequence[Mention]) -> Severity | None:
    found: set[Severity | None] = set()
    for a, b in pairs(stated):
        found.add(_between(a, b))
        if "conflict" in found:
            return "conflict"
    return next((severity for severity in ("magnitude", "suspect") if severity in found), None)


def _between(a: Mention, b: Mention) -> Severity | None:
    if _is_other_vintage(a, b) or _is_other_vintage(b, a) or _measure(a) != _measure(b):
        return None
    if a.narrow.meets(b.narrow):
        return None
    scalable = a.is_amount and min(a.digits, b.digits) >= 2
    if scalable and any(a.narrow.scaled(slip).meets(b.narrow) for slip in thresholds.SLIPS):
        return "magnitude"
    return "suspect" if a.wide.meets(b.wide) else "conflict"


def _is_other_vintage(a: Mention, b: Mention) -> bool:
    """Whether the first is said to be revised, and the second not; all first numbers are called preliminary."""
    revised = _VINTAGE.search(a.sentence) and "preliminar" not in a.sentence.lower()
    return bool(revised) and not _VINTAGE.search(b.sentence)


def _measure(each: Mention) -> str | None:
    """The definition that a sentence names for its numbers: ``According to the harmonised index, …``."""
    found = _MEASURE.search(each.sentence)
    return found[0].lower() if found else None


def _disagreement(stated: Sequence[Mention], severity: Severity) -> Finding:
    values = list({each.value: each for each in stated}.values())
    told = " and ".join(f"{each.quote} ({each.doc})" for each in values)
    kind = "magnitude" if severity == "magnitude" else "conflict"
    return Finding(kind, severity, tuple(stated), told, f"{about(stated[0])} is stated as {told}")
