"""Tables in text: rows of cells, what their headers say, and the figures of their cells.

Cells come from bars (``A | B``), from tabs of the raw text (where a reader put them between the cells of a markup
table) or from numbers in columns under a header of years. A row whose cells cannot be told apart stays what it is;
nothing is split on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from extractors.drafts import Draft
from extractors.figures import plural_head
from extractors.indicators import head_of
from extractors.lexicon import words
from extractors.model import Block, CleanText, PeriodMention, Quantity
from extractors.periods import find_periods
from extractors.quantities import quantities

_NUMBER = re.compile(r"[(+−-]?\d[\d,]*(?:\.\d+)?%?\)?(?:[a-z*#]|\[\d+\])?$|[−-]?\.\d+$")
_EMPTY = re.compile(r"^(?:[-–—.…*#/]+|n\.?a\.?|N/A|)$")
_RULE_ROW = re.compile(r"^[\s|:+=-]+$")
_GROWTH = re.compile(r"growth|change|increase|y-?o-?y|year-on-year|±|rate of increase|\+/-", re.IGNORECASE)
_SHARE = re.compile(r"\b(?:share|proportion|percentage|weight)\b|(?:%|per ?cent) of\b", re.IGNORECASE)
_UNIT_HEADER = re.compile(r"^units?(?: of measure\w*)?$", re.IGNORECASE)
_BRACKET = re.compile(r"[(（]([^()（）]*)[)）]\s*$|,\s*([^,]+)$")
_PLANNED = re.compile(r"plan|target|forecast|projected|estimate for|budget", re.IGNORECASE)
#: Header scales without a noun.
_SCALES = {
    "000": Decimal(1000),
    "000s": Decimal(1000),
    "thousand": Decimal(1000),
    "thousands": Decimal(1000),
    "million": Decimal(10**6),
    "millions": Decimal(10**6),
    "billion": Decimal(10**9),
    "billions": Decimal(10**9),
}
_ITEM = re.compile(r"^(?:[-–—•*#]+\s*|(?:\d{1,2}|[ivx]+|[a-z])[.)]\s+|(?:of which|including)[:,]?\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: ``text[start:end]`` of the clean text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit that a header, a unit column or a row label gives: numbers are multiplied by ``scale``."""

    unit: str
    kind: str
    scale: Decimal = Decimal(1)


@dataclass(slots=True)
class Column:
    """What a column's header says."""

    header: str = ""
    period: PeriodMention | None = None
    basis: PeriodMention | None = None
    measure: Measure | None = None
    growth: bool = False
    share: bool = False
    planned: bool = False
    is_unit: bool = False


@dataclass(slots=True)
class Table:
    """Rows of cells with the numbers of their blocks; ``columns`` is read from the header rows."""

    title: str
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    header_rows: int = 0


def find_tables(clean: CleanText) -> list[Table]:
    """The tables of a document that have a header to read them by, in order."""
    tables = list(_upright(clean))
    taken = {number for table in tables for number, _ in table.rows}
    rows: list[tuple[int, list[Cell]]] = []
    for number, block in enumerate([*clean.blocks, Block(0, 0, "paragraph")]):
        cells = _cells(clean, block) if block.kind in _ROWS and number not in taken else []
        if rows and _RULE_ROW.match(clean.text[block.start : block.end]) and block.end > block.start:
            continue  # the rule under a Markdown header
        if len(cells) >= 2:
            if _is_new_header(rows, cells):
                tables.append(Table(_title(clean, rows[0][0]), rows))
                rows = []
            if not rows and number and (header := _header_above(clean, number, cells)):
                rows.append((number - 1, header))
            rows.append((number, cells))
            continue
        if len(rows) >= 2:
            tables.append(Table(_title(clean, rows[0][0]), rows))
        rows = []
    return [table for table in tables if _read_header(table)]


_ROWS = ("table_row", "heading", "list_item")
#: The longest label of a row whose cells stand one below the other, in characters, and the most columns.
_LABEL, _COLUMNS = 60, 8


def _upright(clean: CleanText) -> Iterator[Table]:
    """Tables whose cells stand one below the other: labels of columns, then for each row a label and its numbers."""
    run: list[Cell] = []
    first = 0
    for number, block in enumerate([*clean.blocks, Block(0, 0, "paragraph")]):
        text = clean.text[block.start : block.end]
        single = block.kind in _ROWS and 0 < len(text) <= _LABEL and not any(mark in text for mark in "|\t\n")
        if single and text[-1] not in ".;:!?":
            first = first if run else number
            run.append(Cell(block.start, block.end, text))
            continue
        if len(run) > _COLUMNS // 2 and (table := _upright_table(clean, first, run)):
            yield table
        run = []


def _upright_table(clean: CleanText, first: int, run: Sequence[Cell]) -> Table | None:
    """The table of a run of single cells, where a label and equally many numbers alternate at least twice."""
    numeric = [_holds_value(cell) or (i > 0 and _EMPTY.match(cell.text) is not None) for i, cell in enumerate(run)]
    start = numeric.index(True) if True in numeric else 0
    width = next((i for i in range(start, len(run)) if not numeric[i]), len(run)) - start
    head = start - 1 - width
    if not 2 <= width <= _COLUMNS or head < 0:
        return None
    rows, at = [], start - 1
    while at + width < len(run) and not numeric[at] and all(numeric[at + 1 : at + 1 + width]):
        rows.append(at)
        at += 1 + width
    if len(rows) < 2:
        return None
    table = Table(_title(clean, first + head))
    for i in range(head, start - 1):
        table.rows.append((first + i, _padded(run[i], i - head + 1)))
    for label in rows:
        cells = (run[label + 1 + i] for i in range(width))
        table.rows.append((first + label, [run[label]]))
        table.rows += [(first + label + 1 + i, [run[label], *_padded(cell, i + 1)[1:]]) for i, cell in enumerate(cells)]
    return table


def _padded(cell: Cell, column: int) -> list[Cell]:
    """A row with one cell, in its column."""
    return [*(Cell(cell.start, cell.start, "") for _ in range(column)), cell]


#: Where the next column of a header line begins: at a year, or at a capital.
_HEADER_PIECE = re.compile(r"(?:19|20)\d\d\b|[A-Z][^\s]*(?:\s+(?![A-Z]|(?:19|20)\d\d\b)\S+)*")


def _header_above(clean: CleanText, number: int, cells: Sequence[Cell]) -> list[Cell]:
    """The line above columns of numbers, where it has a word for each: ``2018 2019 Growth (%)``."""
    block = clean.blocks[number - 1]
    text = clean.text[block.start : block.end]
    if "|" in text or "\t" in text or len(text) > 160 or not all(_holds_value(cell) for cell in cells[1:]):
        return []
    pieces = [Cell(block.start + m.start(), block.start + m.end(), m[0]) for m in _HEADER_PIECE.finditer(text)]
    if not pieces or pieces[0].start != block.start or sum(len(p.text) for p in pieces) < len(text) - len(pieces):
        return []
    if len(pieces) == len(cells) - 1:
        return [Cell(block.start, block.start, ""), *pieces]
    return pieces if len(pieces) == len(cells) else []


def _is_new_header(rows: Sequence[tuple[int, list[Cell]]], cells: Sequence[Cell]) -> bool:
    """Whether a row begins the next table: it heads columns again, after rows that held values."""
    if not rows or any(_holds_value(cell) for cell in cells[1:]) or all(_EMPTY.match(cell.text) for cell in cells[1:]):
        return False
    return any(_holds_value(cell) for _, row in rows for cell in row[1:])


def _holds_value(cell: Cell) -> bool:
    return _NUMBER.match(cell.text) is not None and not _is_year(cell.text)


def _title(clean: CleanText, first: int) -> str:
    before = clean.blocks[first - 1] if first else None
    return clean.text[before.start : before.end] if before is not None and before.end - before.start < 160 else ""


def _cells(clean: CleanText, block: Block) -> list[Cell]:
    text = clean.text[block.start : block.end]
    if "|" in text:
        return _split(text, block.start, "|")
    raw_start, raw_end = clean.to_raw(block.start, block.end)
    raw = clean.raw[raw_start:raw_end]
    if "\t" in raw:
        return _tabbed(clean, raw, raw_start)
    return _columns_of_numbers(text, block.start)


def _split(text: str, offset: int, mark: str) -> list[Cell]:
    if _RULE_ROW.match(text):
        return []
    cells, at = [], 0
    parts = text.split(mark)
    for part in parts:
        lead = len(part) - len(part.lstrip())
        cells.append(Cell(offset + at + lead, offset + at + lead + len(part.strip()), part.strip()))
        at += len(part) + len(mark)
    if cells and not cells[0].text and len(cells) > 2:
        cells = cells[1:] if text.lstrip().startswith(mark) else cells
    return cells[:-1] if len(cells) > 2 and not cells[-1].text and text.rstrip().endswith(mark) else cells


def _tabbed(clean: CleanText, raw: str, raw_start: int) -> list[Cell]:
    cells, at = [], raw_start
    for part in raw.split("\t"):
        start, end = clean.to_clean(at), clean.to_clean(at + len(part))
        text = clean.text[start:end]
        lead = len(text) - len(text.lstrip())
        cells.append(Cell(start + lead, start + lead + len(text.strip()), text.strip()))
        at += len(part) + 1
    return cells


def _columns_of_numbers(text: str, offset: int) -> list[Cell]:
    """``Feb -7.3 -7.7``: a label and at least two numbers or years at the end of the line."""
    tokens = list(re.finditer(r"\S+", text))
    first = len(tokens)
    while first > 0 and (_is_number(tokens[first - 1][0]) or _EMPTY.match(tokens[first - 1][0])):
        first -= 1
    if len(tokens) - first < 2:
        return []
    label = text[: tokens[first].start()].strip() if first < len(tokens) else text
    values = [Cell(offset + t.start(), offset + t.end(), t[0]) for t in tokens[first:]]
    return [Cell(offset, offset + len(label), label), *values]


def _is_number(token: str) -> bool:
    """A number, or a year that heads a column; ``(2019)`` belongs to a label."""
    return _NUMBER.match(token) is not None and not re.fullmatch(r"\((?:19|20)\d\d\)", token)


def _read_header(table: Table) -> bool:
    """Read the columns from the first rows that hold no values; False where these say nothing."""
    width = max(len(cells) for _, cells in table.rows)
    table.columns = [Column() for _ in range(width)]
    for _, cells in table.rows:
        values = [c for c in cells[1:] if _NUMBER.match(c.text) and not _is_year(c.text)]
        if values:
            break
        table.header_rows += 1
        for column, cell in zip(table.columns, cells, strict=False):
            column.header = f"{column.header} {cell.text}".strip()
    for column in table.columns[1:]:
        _read_column(column)
    _spread_periods(table)
    told = any(c.period or c.growth or c.is_unit or c.measure for c in table.columns)
    turned = all(_side_period(cells[0].text) for _, cells in table.rows[table.header_rows :])
    return table.header_rows > 0 and (told or turned)


def _is_year(text: str) -> bool:
    return re.fullmatch(r"(?:19|20)\d\d[a-z]?", text) is not None


def _read_column(column: Column) -> None:
    column.is_unit = _UNIT_HEADER.match(column.header) is not None
    column.growth = _GROWTH.search(column.header) is not None
    column.share = not column.growth and _SHARE.search(column.header) is not None
    column.planned = _PLANNED.search(column.header) is not None
    column.measure = Measure("percent", "percent") if column.growth else measure_of(_bracketed(column.header))
    if column.measure is None and (whole := measure_of(column.header)) and whole.kind != "count":
        column.measure = whole  # ``US$ million``
    mentions = [m for m in find_periods(column.header) if m.role == "time"]
    if column.growth and re.search(r"\b(?:over|from|than|on)\b", column.header) and mentions:
        column.basis = mentions[-1]
    elif mentions:
        column.period = mentions[0]


def _spread_periods(table: Table) -> None:
    """A growth column without a period belongs to the last period before it, or to the last of the table."""
    last = None
    dated = [c.period for c in table.columns if c.period is not None]
    for column in table.columns:
        last = column.period or last
        if column.growth and column.period is None:
            column.period = last or (dated[-1] if dated else None)


def _bracketed(text: str) -> str:
    match = _BRACKET.search(text)
    return (match[1] or match[2] or "") if match else ""


def measure_of(text: str) -> Measure | None:
    """The unit and scale that a header's words name.

    >>> measure_of("RMB bn"), measure_of("10,000 TEU").scale, measure_of("%").unit, measure_of("current prices")
    (Measure(unit='CNY', kind='currency', scale=Decimal('1000000000')), Decimal('10000'), 'percent', None)
    """
    text = text.strip()
    if not text or not re.search(r"[^\W\d_]|[%‰$€£¥'’]", text):
        return None
    spaced = re.sub(r"(?<=\d) (?=\d{3}\b)", "", text)
    sign = re.match(r"^([A-Z]{2,3}\$?|[A-Z]{0,2}[$€£¥])\s*(.*)$", spaced)
    tries = [spaced] if spaced[0].isdigit() else [f"1 {spaced}", *([f"{sign[1]} 1 {sign[2]}".strip()] if sign else [])]
    if spaced.lower().strip("'’") in _SCALES:
        return Measure("1", "number", _SCALES[spaced.lower().strip("'’")])
    for attempt in reversed(tries):
        found = quantities(attempt)
        if len(found) == 1 and found[0].unit != "1" and found[0].value is not None and found[0].end == len(attempt):
            return Measure(found[0].unit, found[0].unit_kind, found[0].value)
    return None


def drafts_of(table: Table, number: int) -> list[Draft]:
    """The drafts of the row in block ``number``; quantities have offsets in the clean text."""
    cells = next((cells for at, cells in table.rows[table.header_rows :] if at == number), None)
    if cells is None:
        return []
    label, measure = _label(cells[0].text)
    if side := _side_period(cells[0].text):
        drafts = (
            _turned(table, cell, column, side) for cell, column in zip(cells[1:], table.columns[1:], strict=False)
        )
        return [draft for draft in drafts if draft is not None]
    subject, scale = _label(_subject(table.title))
    if _PLACES.fullmatch(table.columns[0].header) and any(column.period for column in table.columns) and scale:
        drafts = (
            _draft(cell, column, f"{subject} of {label}" if not _TOTAL.match(label) else subject, scale)
            for cell, column in zip(cells[1:], table.columns[1:], strict=False)
        )
        return [draft for draft in drafts if draft is not None]
    if _PLACES.fullmatch(table.columns[0].header) and not any(column.period for column in table.columns):
        drafts = (
            _of_place(table, cell, column, label) for cell, column in zip(cells[1:], table.columns[1:], strict=False)
        )
        return [draft for draft in drafts if draft is not None]
    measure = measure or _measure_above(table, number, cells)
    unit_cell = next((c.text for c, column in zip(cells, table.columns, strict=False) if column.is_unit), "")
    measure = measure_of(unit_cell) or measure or measure_of(_bracketed(table.title))
    drafts = (_draft(cell, column, label, measure) for cell, column in zip(cells[1:], table.columns[1:], strict=False))
    found = [draft for draft in drafts if draft is not None]
    if whole := _OF_WHOLE.search(cells[0].text):
        for draft in found:
            draft.kind, draft.basis = ("share" if draft.kind == "level" else draft.kind), whole[1]
    return found


def _measure_above(table: Table, number: int, cells: Sequence[Cell]) -> Measure | None:
    """The unit of a row above for a sector without one: ``Primary industry`` below ``GDP (billion yuan)``."""
    if not _label(cells[0].text)[0].lower().endswith(tuple(words("sector_noun"))):
        return None
    above = [row[0].text for at, row in table.rows[table.header_rows :] if at < number]
    labelled = (_label(text)[1] for text in reversed(above))
    found = next((measure for measure in labelled if measure is not None), None)
    return found if found is not None and found.kind == "currency" else None


def _side_period(label: str) -> PeriodMention | None:
    """The time that a row label is, where the times stand down the side: ``2017``, ``Q1 2019``."""
    label = f"in {label}" if _MONTH.fullmatch(label.strip(" .*")) else label
    mentions = find_periods(label)
    whole = len(mentions) == 1 and len(mentions[0].text) >= len(label.removeprefix("in ").strip()) - 1
    return mentions[0] if whole and mentions[0].role == "time" else None


_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*", re.I)


def _turned(table: Table, cell: Cell, column: Column, side: PeriodMention | None) -> Draft | None:
    """A cell of a table whose columns are the indicators and whose rows are the times."""
    name, measure = _label(column.header)
    subject, scale = _label(_subject(table.title))
    if measure is None and not column.growth and (generic := _GENERIC.match(name)):
        name = f"{subject} of {name.lower()}" if generic[1] is None and subject else subject or name
        measure = scale
    elif column.growth and subject and _GROWTH.match(name):
        name = subject
    turned = Column(header=column.header, period=side, measure=column.measure or measure, growth=column.growth)
    return _draft(cell, turned, name, measure)


#: Headers that only divide what the title names; the first group needs no mention.
_GENERIC = re.compile(
    r"^(total|all|sum|number|value|amount)?$|^(?:non-)?residents?$|^(?:men|women|males?|females?)$", re.I
)
#: What heads a column of places.
_PLACES = re.compile(
    r"(?:by )?(?:region|area|city|district|county|country|province|state|town|municipality|place|market|origin"
    r"|destination|nationality)s?",
    re.I,
)


def _of_place(table: Table, cell: Cell, column: Column, place: str) -> Draft | None:
    """A cell of a table whose columns are the indicators and whose rows are places."""
    draft = _turned(table, cell, column, None)
    if draft is not None and not _TOTAL.match(place):
        draft.entity = place
    return draft


_TOTAL = re.compile(r"(?:grand )?total\b|all\b|sum\b", re.I)


def _subject(title: str) -> str:
    """What a title says its table shows: ``Table 1. Overnight stays by month (thousand)`` -> overnight stays."""
    bracket = _BRACKET.search(title)
    text = title[: bracket.start()] if bracket else title
    text = re.sub(r"^(?:Table|Chart)\s+[\w.]+[.:]\s*", "", text)
    text = re.split(r"\s+by\s+|,|\s+in\s+(?=[A-Z]|\d)|:", text)[0].strip()
    return f"{text} {bracket[0].strip()}" if bracket and text else text


def _label(text: str) -> tuple[str, Measure | None]:
    name = _ITEM.sub("", text).strip(" :")
    bracket = _BRACKET.search(name)
    measure = (measure_of(_bracketed(name)) or _percentage(_bracketed(name))) if bracket else None
    return (name[: bracket.start()].strip() if measure and bracket else name), measure


def _percentage(words: str) -> Measure | None:
    """``% of GDP``, ``% average``: percent, whatever more the bracket says."""
    return Measure("percent", "percent") if re.match(r"(?:%|per ?cent\b)", words.strip(), re.I) else None


_OF_WHOLE = re.compile(r"[(（]\s*(?:%|per ?cent)\s+of\s+([^()]+?)\s*[)）]\s*$", re.I)


def _draft(cell: Cell, column: Column, label: str, measure: Measure | None) -> Draft | None:
    match = re.match(r"[(+−-]?\d[\d,]*(?:\.\d+)?%?\)?|[−-]?\.\d+", cell.text)
    if match is None or column.is_unit or not label or not _NUMBER.match(cell.text):
        return None
    value = _decimal(match[0])
    own = Measure("percent", "percent") if "%" in match[0] else (column.measure or measure or Measure("1", "number"))
    if column.growth:
        own = Measure("percent", "percent")
    scaled = value * own.scale
    end = cell.start + match.end()
    quantity = Quantity(cell.start, end, cell.start, end, scaled, None, None, own.unit, own.kind, "exact", rule="table")
    draft = Draft(quantity, -1, "level", "table.cell", indicator=label, unit=own.unit, unit_kind=own.kind, past=True)
    _set_kind(draft, column)
    if column.share and draft.unit == "percent" and draft.kind == "level":
        draft.kind = "share"
    draft.time, draft.status = column.period, "projected" if column.planned else "actual"
    return draft


def _decimal(text: str) -> Decimal:
    negative = text[0] in "(−-"
    digits = Decimal(re.sub(r"[^\d.]", "", text))
    return -digits if negative else digits


def _set_kind(draft: Draft, column: Column) -> None:
    head = head_of(draft.indicator)
    if column.growth or (head.kind == "growth_rate" and draft.unit == "percent"):
        draft.kind = "growth_rate"
        value = draft.quantity.value or Decimal(0)
        draft.direction = "down" if value < 0 else "up"
        draft.basis = (
            column.basis.text
            if column.basis
            else ("year_on_year" if re.search(r"y-?o-?y|year-on-year", column.header, re.I) else None)
        )
    elif draft.unit == "percent" and head.kind == "share":
        draft.kind = "share"
    elif draft.unit_kind == "count":
        draft.kind = "count"
    noun = plural_head(draft.indicator)
    if draft.unit == "1" and (head.unit or noun):
        draft.unit = head.unit or f"count:{noun}"
        draft.unit_kind = draft.unit.partition(":")[0]
        draft.kind = "count" if draft.unit_kind == "count" else draft.kind


#: A line of a profile: a label in capitals, a year in brackets if need be, and one quantity to the end of the line.
_PROFILE = re.compile(
    r"(?=\D*[a-z]{3}|GDP)(?:(?P<label>[A-Z][\w'&/-]*(?: (?:[A-Z][\w'&/-]*|of|and|the|in|for|per|by|to|on))*)"
    r"(?: \((?P<year>(?:19|20)\d\d)\))?:? |(?P<name>[A-Z][\w'&/-]*(?: [A-Za-z][\w'&/-]*){0,6})"
    r"(?: \((?P<since>(?:19|20)\d\d)\))?: )"
    r"(?P<value>(?:RMB ?|US\$|HK\$|[$€£¥])?[−-]?\d[\d,.]*(?: ?[-–~] ?\d[\d,.]*)?\D{0,40}?(?:(?<=m)[23])?)"
    r"(?: \((?P<stated>(?:19|20)\d\d)\))?"
)


_COMPOSITION = re.compile(
    r"(?P<whole>[\w &'-]+?) (?:Composition|Structure|Breakdown|by (?:Sector|Industry))\b.{0,40}"
    r"|(?:Composition|Structure|Breakdown) of (?P<of>[\w &'-]+)",
    re.I,
)


def whole_of_profile(line: str) -> str:
    """What the lines below a heading are parts of: ``GDP Composition (2019)`` -> GDP; empty where it names none."""
    match = _COMPOSITION.fullmatch(line.strip(" :")) if len(line) < 80 else None
    return (match["whole"] or match["of"] or "").strip() if match else ""


def read_profile(text: str, block: Block) -> Draft | None:
    """The figure of a profile line: ``Per Capita GDP (2019) RMB68,501``; offsets are those in the block."""
    line = text[block.start : block.end]
    match = _PROFILE.fullmatch(line)
    found = quantities(match["value"]) if match else []
    if match is None or len(found) != 1 or found[0].start != 0 or found[0].end != len(match["value"].rstrip()):
        return None
    (quantity,), at = found, match.start("value")
    label = match["label"] or match["name"]
    year = match["year"] or match["since"] or match["stated"]
    moved = replace(
        quantity,
        start=quantity.start + at,
        end=quantity.end + at,
        numeral_start=quantity.numeral_start + at,
        numeral_end=quantity.numeral_end + at,
    )
    draft = Draft(moved, -1, "level", "profile", indicator=label, unit=moved.unit, unit_kind=moved.unit_kind)
    growth = _GROWTH.search(label) is not None and moved.unit == "percent"
    _set_kind(draft, Column(header=label, growth=growth))
    if growth:
        draft.indicator = re.sub(r"\s*(?:Growth|Increase|Change)(?: Rate)?$", "", label, flags=re.I) or label
    draft.time = next(iter(find_periods(f"in {year}")), None) if year else None
    draft.past = True
    return draft


def rows_of(tables: Sequence[Table]) -> Iterator[tuple[int, Table]]:
    """Block number and table of every row, header rows included."""
    for table in tables:
        for number, _ in table.rows:
            yield number, table
