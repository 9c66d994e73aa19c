"""What an indicator is: its key (synonyms joined), and what its head noun says of a number."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from extractors.lexicon import Row, load

_WORD = re.compile(r"[^\W_]+(?:['’&.-][^\W_]+)*")
_SKIP = frozenset("the a an total overall of in its their city's city county county's province province's".split())


class Head(NamedTuple):
    """What a head noun says: ``kind`` of a percentage, ``unit`` of a bare number, whether it is a stock."""

    kind: str | None = None
    unit: str | None = None
    stock: bool = False
    direction: str | None = None
    timeless: bool = False
    basis: str | None = None


@cache
def _heads() -> dict[str, Head]:
    """Noun -> what it says, from ``rules/heads.toml``; of rows that share a noun the first counts."""
    rows = load(
        "heads",
        {"nouns": list},
        {"kind": str, "unit": str, "stock": bool, "direction": str, "timeless": bool, "basis": str},
    )
    return {noun.lower(): _head(row) for row in reversed(rows) for noun in row["nouns"]}


def _head(row: Row) -> Head:
    return Head(
        row.get("kind"),
        row.get("unit"),
        row.get("stock", False),
        row.get("direction"),
        row.get("timeless", False),
        row.get("basis"),
    )


@lru_cache(maxsize=1 << 16)
def head_of(indicator: str) -> Head:
    """What the head noun of an indicator says; the noun before the first ``of`` decides, else the last one.

    >>> head_of("urbanization rate of permanent population").kind
    'level'
    >>> head_of("population").unit
    'count:person'
    """
    core = re.split(r"\b(?:of|in|for|per|on|with|to|from)\b", indicator, maxsplit=1)[0].strip() or indicator
    head = _last(core) or _last(indicator) or Head()
    return head._replace(timeless=head.timeless and _is_whole(core))


def _is_whole(core: str) -> bool:
    head = _heads().get(core.lower())
    return head is not None and head.timeless


def _last(text: str) -> Head | None:
    """What the last noun says that says anything, the longest of those that end there."""
    heads, lower = _heads(), text.lower()
    spans = [m.span() for m in _PIECE.finditer(lower)]
    for last in range(len(spans), 0, -1):
        end = spans[last - 1][1]
        for start, _ in spans[max(0, last - _longest()) : last]:
            if (head := heads.get(lower[start:end])) is not None:
                return head
    return None


_PIECE = re.compile(r"\w+")


@cache
def _longest() -> int:
    """How many words the longest of the nouns has."""
    return max(len(_PIECE.findall(noun)) for noun in _heads())


def _rows() -> tuple[Row, ...]:
    return load("indicators", {"key": str, "phrases": list}, {"unit_kinds": list})


@cache
def _keys() -> dict[str, str]:
    return {_normal(phrase): row["key"] for row in _rows() for phrase in row["phrases"]}


@cache
def _unit_kinds() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for row in _rows():
        found[row["key"]] = found.get(row["key"], frozenset()) | frozenset(row.get("unit_kinds", ()))
    return found


def unit_kinds(key: str) -> frozenset[str]:
    """The kinds of unit that a level of an indicator may have; none where nothing is known.

    >>> sorted(unit_kinds("gdp")), sorted(unit_kinds("cranes_fed_by_hand"))
    (['currency'], [])
    """
    return _unit_kinds().get(key, frozenset())


@cache
def known_keys() -> frozenset[str]:
    """The keys that ``rules/indicators.toml`` gives to names; all others are slugs."""
    return frozenset(_keys().values())


def _normal(phrase: str) -> str:
    words = (w.lower().replace("’", "'") for w in _WORD.findall(phrase))
    return " ".join(_singular(w) for w in words if w not in _SKIP)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word


@lru_cache(maxsize=1 << 16)
def indicator_key(indicator: str) -> str:
    """The stable key of an indicator: that of its synonyms in ``rules/indicators.toml``, else a slug of the phrase.

    >>> indicator_key("gross domestic product"), indicator_key("GDP"), indicator_key("output of raw coal")
    ('gdp', 'gdp', 'output_raw_coal')
    """
    normal = _normal(indicator)
    if (ratio := _RATIO.match(normal)) and normal not in _keys():  # ``gross county product per capita``
        key = f"{_keys().get(ratio[1] or ratio[2])}_per_capita"
        return key if key in known_keys() else _slug(normal)
    return _keys().get(normal) or _slug(normal)


_RATIO = re.compile(r"per capita (.+)|(.+) per (?:capita|head|inhabitant|person|resident)$")


def _slug(normal: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", normal).strip("_") or "unknown"
