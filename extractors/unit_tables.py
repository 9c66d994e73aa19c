"""The tables of units and currencies as look-ups, and the longest entry that stands at a place.

Rows of ``rules/units.toml`` and ``rules/currencies.toml`` become one look-up by first piece, plurals, hyphened forms,
SI multiples and powers included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from extractors.inflection import plural, words_of
from extractors.lexicon import Row, load
from extractors.tokens import Tokens, currency_rows, tokenise

_COLUMNS = {"names": list, "symbols": list, "glue": list, "prefixes": list, "powers": bool, "factor": str, "money": str}

_COLUMNS |= {"alone": bool, "near": str, "dimension": str, "si": str, "ucum": str, "cldr": str}

PREFIXES = {
    "femto": ("f", "1e-15"),
    "pico": ("p", "1e-12"),
    "nano": ("n", "1e-9"),
    "micro": ("u", "1e-6"),
    "milli": ("m", "1e-3"),
    "centi": ("c", "1e-2"),
    "deci": ("d", "1e-1"),
    "hecto": ("h", "1e2"),
    "kilo": ("k", "1e3"),
    "mega": ("M", "1e6"),
    "giga": ("G", "1e9"),
    "tera": ("T", "1e12"),
    "peta": ("P", "1e15"),
    "exa": ("E", "1e18"),
}

POWERS = {2: ("square", "area"), 3: ("cubic", "volume")}
_POWERED = {2: "squared", 3: "cubed"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its code, what kind of thing it measures, the factor to apply to the number, the row it comes from.

    ``si`` is the factor to the SI unit, where there is one; ``money`` the currency a word like ``pound`` may also mean;
    ``alone`` says that no noun may follow; ``near`` names a row of ``rules/contexts.toml`` of which one must be told.
    """

    code: str
    kind: str
    rule: str
    name: str = ""
    factor: Decimal = Decimal(1)
    minor: bool = False
    money: str | None = None
    dimension: str | None = None
    si: Decimal | None = None
    ucum: str | None = None
    cldr: str | None = None
    alone: bool = False
    near: str | None = None


class _Entry(NamedTuple):
    pieces: tuple[str, ...]
    unit: Unit
    glued: bool


@cache
def unit_rows() -> tuple[Row, ...]:
    """The rows of ``rules/units.toml``."""
    return load("units", {"unit": str, "kind": str}, _COLUMNS)


@cache
def known_units() -> tuple[Unit, ...]:
    """Every unit that can be read, once: what ``numerate units`` shows and the ``units`` table publishes.

    >>> next(unit.name for unit in known_units() if unit.code == "km2")
    'square kilometre'
    """
    best: dict[str, Unit] = {}
    for _, unit, _ in _spellings():
        if unit.code not in best or (best[unit.code].si is None and unit.si is not None and not unit.minor):
            best[unit.code] = unit
    return tuple(best.values())


def _spellings() -> Iterator[tuple[str, Unit, str]]:
    """Every way to write every unit after a number: spelling, unit, and ``name``, ``symbol`` or ``glue``."""
    for row in unit_rows():
        yield from _measures(row)
    for row in currency_rows():
        yield from _currencies(row)


def _measures(row: Row) -> Iterator[tuple[str, Unit, str]]:
    unit = _unit(row, row["unit"], row["kind"], (row.get("names") or [row["unit"]])[0], _number(row.get("si")))
    glue = set(row.get("glue", ()))
    for name in row.get("names", ()):
        yield from ((form, unit, "glue" if name in glue else "name") for form in _forms(name))
    for symbol in row.get("symbols", ()):
        yield symbol, unit, "glue" if symbol in glue else "symbol"
    if row.get("powers"):
        yield from _powers(row, unit)
    for prefix in row.get("prefixes", ()):
        yield from _prefixed(row, prefix)


def _unit(row: Row, code: str, kind: str, name: str, si: Decimal | None) -> Unit:
    factor = Decimal(row.get("factor", "1"))
    return Unit(
        code,
        kind,
        row.id,
        name,
        factor,
        False,
        row.get("money"),
        row.get("dimension"),
        si,
        row.get("ucum"),
        row.get("cldr"),
        row.get("alone", False),
        row.get("near"),
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _forms(name: str) -> list[str]:
    """A name, its plural, and both with hyphens for spaces."""
    words = name.split(" ")
    if len(name) < 3:
        return [name]
    head = next((i for i, word in enumerate(words) if word in ("of", "per", "an", "old", "on", "to")), len(words)) - 1
    if words[0] in ("degree", "deg", "ton", "tonne", "kg"):
        head = 0
    many = " ".join([*words[:head], plural(words[head]), *words[head + 1 :]])
    forms = [name, many, name + "(s)"]
    return forms + [form.replace(" ", "-") for form in forms[:2] if " " in form]


def _powers(row: Row, unit: Unit) -> Iterator[tuple[str, Unit, str]]:
    for power, (word, kind) in POWERS.items():
        si = None if unit.si is None else unit.si**power
        powered = _raised(_unit(row, f"{unit.code}{power}", kind, f"{word} {unit.name}", si), unit, power)
        for name in row.get("names", ()):
            for form in (name, plural(name)):
                yield from (
                    (f"{w} {form}", powered, "name") for w in (word, word[:2], word[:2] + ".", word[:2] + "uare")
                )
                yield f"{word}-{form}", powered, "name"
                yield f"{form} {_POWERED[power]}", powered, "name"
        for symbol in {unit.code, *row.get("symbols", ())} - _QUOTES:
            yield from ((f"{symbol}{sign}", powered, "symbol") for sign in (str(power), "²³"[power - 2], f"^{power}"))


def _raised(powered: Unit, unit: Unit, power: int) -> Unit:
    """An area or a volume: its dimension and codes follow from those of the length it is made of."""
    word, kind = POWERS[power]
    ucum = f"{unit.ucum}{power}" if unit.ucum else None
    cldr = f"{kind}-{word}-{unit.cldr.partition('-')[2]}" if unit.cldr else None
    return replace(powered, dimension=kind, ucum=ucum, cldr=cldr)


def _prefixed(row: Row, prefix: str) -> Iterator[tuple[str, Unit, str]]:
    sign, factor = PREFIXES[prefix]
    si = None if row.get("si") is None else Decimal(row["si"]) * Decimal(factor)
    names = [prefix + name for name in row.get("names", ())]
    kind = row["kind"]
    unit = _unit(row, sign + row["unit"], kind, (names or [sign + row["unit"]])[0], si)
    if unit.ucum:
        unit = replace(unit, ucum=sign + unit.ucum)
    if unit.cldr:
        dimension, _, name = unit.cldr.partition("-")
        unit = replace(unit, cldr=f"{dimension}-{prefix}{name}")
    for name in names:
        yield from ((form, unit, "name") for form in _forms(name))
    signs = (sign, "µ", "μ") if prefix == "micro" else (sign,)
    for symbol in row.get("symbols", ())[:1]:
        yield from ((s + symbol, unit, "symbol") for s in signs if symbol.isalpha())
    if row.get("powers"):
        yield from _prefixed_powers(row, unit, names, signs)


def _prefixed_powers(row: Row, unit: Unit, names: list[str], signs: tuple[str, ...]) -> Iterator[tuple[str, Unit, str]]:
    for power, (word, kind) in POWERS.items():
        si = None if unit.si is None else unit.si**power
        powered = _raised(_unit(row, f"{unit.code}{power}", kind, f"{word} {unit.name}", si), unit, power)
        for name in names:
            for form in (name, plural(name)):
                yield from ((f"{w} {form}", powered, "name") for w in (word, word[:2], word[:2] + "."))
                yield f"{word}-{form}", powered, "name"
                yield f"{form} {_POWERED[power]}", powered, "name"
        for sign in signs:
            symbol = f"{sign}{row['unit']}"
            yield from ((f"{symbol}{s}", powered, "symbol") for s in (str(power), "²³"[power - 2], f"^{power}"))


def _currencies(row: Row) -> Iterator[tuple[str, Unit, str]]:
    name = (row["names"] or [row.id])[0]
    unit = Unit(row.id, "currency", row.id, name)
    for spelling in row["names"]:
        yield from ((form, unit, "name") for form in _forms(spelling))
    for sign in row["before"]:
        yield sign, unit, "symbol"
        yield from (
            (
                (scale + sign, Unit(row.id, "currency", row.id, name, factor), "symbol")
                for scale, factor in _GLUED_SCALES
            )
            if len(sign) == 3 and sign.isupper()
            else ()
        )
    for spelling in row.get("tenth", ()):
        yield spelling, Unit(row.id, "currency", row.id, name, Decimal("0.1")), "name"
    for spelling in row.get("thousand", ()):
        yield spelling, Unit(row.id, "currency", row.id, name, Decimal(1000), alone=True), "name"
    cents = [name.removesuffix("dollar") + "cent" for name in row["names"] if name.endswith(" dollar")]
    for spelling in (*row.get("minor", ()), *cents):
        unit = Unit(f"{row.id}.c", "currency", row.id, f"{name} (hundredth)", minor=True)
        yield from ((form, unit, "glue" if len(form) == 1 else "name") for form in _forms(spelling))


_GLUED_SCALES = (
    ("M", Decimal(10**6)),
    ("B", Decimal(10**9)),
    ("T", Decimal(1000)),
    ("k", Decimal(1000)),
    ("K", Decimal(1000)),
)

_Table = dict[str, list[_Entry]]


@cache
def _after() -> tuple[_Table, _Table]:
    """Entries by first piece, the longest first: those read in lower case, and those read exactly."""
    names: _Table = {}
    symbols: _Table = {}
    for spelling, unit, how in _spellings():
        table = names if how == "name" else symbols
        tokens = tokenise(spelling)
        pieces = tuple(piece.lower() if how == "name" else piece for piece in tokens.pieces())
        entries = table.setdefault(pieces[0], [])
        if all((entry.pieces, entry.glued) != (pieces, how == "glue") for entry in entries):
            entries.append(_Entry(pieces, unit, how == "glue"))
    for table in (names, symbols):
        for entries in table.values():
            entries.sort(key=lambda entry: -len(entry.pieces))
    return names, symbols


@cache
def _before() -> dict[str, Unit]:
    """Currencies by what stands before the number, spaces left out."""
    table: dict[str, Unit] = {}
    for row in currency_rows():
        unit = Unit(row.id, "currency", row.id, row.id)
        table |= {sign.replace(" ", ""): unit for sign in row["before"]}
        table |= {sign.lower(): unit for sign in row["before"] if len(sign) > 2 and sign.endswith("$")}
    return table


@cache
def _names_before() -> dict[str, list[_Entry]]:
    """Names of money that may stand before a number (``hong kong dollars 45 million``), by their last piece."""
    table: dict[str, list[_Entry]] = {}
    for spelling, unit, how in _spellings():
        named = unit.kind == "currency" and how == "name" and unit.factor == 1 and spelling.replace(" ", "").isalpha()
        if named and spelling.isascii() and spelling not in words_of("no_money_before"):
            pieces = tuple(spelling.split(" "))
            table.setdefault(pieces[-1], []).append(_Entry(pieces, unit, False))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry.pieces))
    return table


@cache
def _by_sign(column: str) -> dict[str, Unit]:
    """Currencies by the signs of a column; those in ``before_scaled`` stand only before millions (``# 12 million``)."""
    return {sign: Unit(row.id, "currency", row.id, row.id) for row in currency_rows() for sign in row.get(column, ())}


@cache
def _signs_end() -> frozenset[str]:
    """The pieces with which a currency before a number can end."""
    return frozenset(
        piece for sign in [*_before(), *_by_sign("minor_before")] for piece in tokenise(sign).pieces()[-1:]
    )


def currency_before(tokens: Tokens, i: int) -> tuple[int, Unit] | None:
    """The currency whose sign, code or name ends just before piece ``i``: where it starts, and the unit."""
    if i < 1 or tokens.raw[i - 1] not in _signs_end():
        return _named_before(tokens, i)
    table = _before()
    for size in (3, 2, 1):
        first = i - size
        if first >= 0:
            written = "".join(tokens.raw[first:i])
            unit = table.get(written) or (table.get(written.upper()) if size == 2 and written != "a$" else None)
            near = size == 1 or tokens.end[i - 1] - tokens.start[first] <= len(written) + 1
            if unit is not None and near and not _is_article(tokens, first, size):
                return first, _by_place(tokens, written) or unit
    return None


def _by_place(tokens: Tokens, sign: str) -> Unit | None:
    """``¥2,000`` in Tokyo are yen: the currency that a sign of two stands for where a word tells of its country."""
    unit, near = _near_before().get(sign, (None, ""))
    return unit if unit is not None and tokens.tells(near, words_of(near)) else None


@cache
def _near_before() -> dict[str, tuple[Unit, str]]:
    return {
        sign: (Unit(row.id, "currency", row.id, row.id), row["near"])
        for row in currency_rows()
        for sign in row.get("before_near", ())
    }


def _is_article(tokens: Tokens, first: int, size: int) -> bool:
    """``A $12m contract``: apart and at the start of a sentence, the letter is no part of the sign."""
    apart = size == 2 and tokens.raw[first] == "A" and not tokens.glued(first + 1)
    return apart and (first == 0 or tokens.kind[first - 1] == "punct")


def _named_before(tokens: Tokens, i: int) -> tuple[int, Unit] | None:
    unit = _before().get(tokens.low[i - 1]) if i and tokens.raw[i - 1].isalpha() else None
    return None if unit is None else (i - 1, unit)


def name_before(tokens: Tokens, i: int) -> tuple[int, Unit] | None:
    """The currency whose name ends just before piece ``i``: ``ringgit 42``, ``hong kong dollars 45 million``."""
    for pieces, unit, _ in _names_before().get(tokens.low[i - 1], ()) if i else ():
        first = i - len(pieces)
        if first >= 0 and tuple(tokens.low[first:i]) == pieces:
            return first, unit
    return None


def sign_before_scaled(tokens: Tokens, i: int) -> tuple[int, Unit] | None:
    """The currency whose sign stands before a number of millions, and means something else before others."""
    unit = _by_sign("before_scaled").get(tokens.raw[i - 1]) if i else None
    return None if unit is None else (i - 1, unit)


def cents_before(tokens: Tokens, i: int) -> Unit | None:
    """The currency of ``HK`` in ``HK8 cents``."""
    return _by_sign("minor_before").get(tokens.raw[i - 1]) if i else None


def is_currency(tokens: Tokens, i: int, *, before: bool) -> bool:
    """Whether a currency ends with piece ``i`` (``before``) or starts there."""
    if before:
        return currency_before(tokens, i + 1) is not None
    found = unit_at(tokens, i)
    return found is not None and found[1].kind == "currency"


def unit_at(tokens: Tokens, i: int) -> tuple[int, Unit] | None:
    names, symbols = _after()
    best: tuple[int, Unit] | None = None
    for entry in names.get(tokens.low[i], ()):
        size = len(entry.pieces)
        if tuple(tokens.low[i : i + size]) == entry.pieces:
            best = i + size, entry.unit
            break
    for entry in symbols.get(tokens.raw[i], ()):
        size = len(entry.pieces)
        if best is not None and i + size <= best[0]:
            break
        if tuple(tokens.raw[i : i + size]) == entry.pieces and _sign_holds(tokens, i, i + size, entry):
            return i + size, entry.unit
    return best


def _sign_holds(tokens: Tokens, i: int, last: int, entry: _Entry) -> bool:
    """Whether a short sign is a unit here: where it touches the number, or is no word and nothing is glued to it."""
    feet = tokens.raw[i] in _QUOTES and tokens.raw[last + 1] in _QUOTES  # 6'2"
    if tokens.kind[last] in ("number", "code") and tokens.glued(last) and not feet:
        return False
    if last - i > 1 and tokens.raw[last - 1].isdigit() and not tokens.glued(last - 1):
        return False  # ``6 ft. 2 in.``
    if tokens.raw[i] in _QUOTES and tokens.glued(i + 1) and tokens.kind[i + 1] in ("word", "letters", "code"):
        return False  # ``all four of one's limbs``
    if entry.glued:
        return tokens.glued(i) or tokens.raw[last] == "/" or _is_pence(tokens, i)
    if tokens.raw[i] in _QUOTES:
        return _is_inch(tokens, i)
    return (
        tokens.raw[last] != "."
        or tokens.kind[last - 1] != "word"
        or tokens.kind[last + 1] != "word"
        or not tokens.glued(last + 1)
    )


def _is_pence(tokens: Tokens, i: int) -> bool:
    """``down 68 p at 1112 p,``: the sign apart, where no word can begin that it stands for."""
    if tokens.raw[i] != "p":
        return False
    return tokens.low[i + 1] in _AFTER_PENCE or (tokens.raw[i + 1] == "." and i + 2 >= len(tokens))


_AFTER_PENCE = frozenset(("at", "to", "from", "a", "per", ",", ")", ""))


_QUOTES = frozenset(("'", '"'))


def _is_inch(tokens: Tokens, i: int) -> bool:
    """Whether a quotation mark behind a number is a sign of length: none was opened before, none opens here."""
    mark = tokens.raw[i]
    return tokens.raw[max(0, i - 60) : i].count(mark) % 2 == 0 and not (
        tokens.glued(i + 1) and tokens.kind[i + 1] in ("word", "letters", "code")
    )
