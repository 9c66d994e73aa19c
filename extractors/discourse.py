"""What is inherited across sentences: the period and the entity of figures whose own sentence does not say them.

Periods follow the guideline's rules in order: (1) the figure's own clause or sentence; (2) for a past-tense sentence
the latest sentence-initial period of its paragraph; (3) the scope set by title, heading or first sentence; (4) none. A
relative expression (``last year``, ``the first half``) takes its year from what is already known, else from the date
line. Nothing is guessed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from extractors.clauses import Sentence
from extractors.drafts import Draft
from extractors.indicators import head_of
from extractors.lexicon import load
from extractors.model import BlockKind, CleanText, Document, PeriodFrom, PeriodMention
from extractors.periods import MONTHS, find_periods, month_of, parse_date, resolve
from extractors.timing import OF_AMOUNT, is_time


@dataclass(slots=True)
class Read:
    """One sentence with its drafts; ``block`` is the number of its block, ``opens`` whether it is the block's first."""

    sentence: Sentence
    drafts: list[Draft]
    offset: int
    block: int
    kind: BlockKind
    opens: bool


@dataclass(frozen=True, slots=True)
class Dated:
    """The period of a draft and where it comes from."""

    first: date | None = None
    last: date | None = None
    source: PeriodFrom = "none"


@dataclass(slots=True)
class Context:
    """What is known so far: the scope, the paragraph's period, the year that bare months and quarters belong to."""

    dateline: date | None
    plans: list[PeriodMention]
    basis_years: set[int]
    scope: Dated = Dated()
    title_scope: Dated = Dated()
    body_begun: bool = False
    leads: int = 0  #: sentences that might have set the scope so far
    in_section: bool = False
    #: the scope as titles and headings set it: what is told in the present holds in the time of a title, but not in
    #: that of a first sentence
    title_of_scope: Dated = Dated()
    paragraph: Dated | None = None
    block: int = -1
    year: int | None = None
    fiscal: int = 0  #: the month in which a year of the form ``2022-23`` begins; 0: not known


#: a text whose first sentence has no time may be dated by one of the next
_LEADS = 3


def date_periods(reads: Sequence[Read], document: Document, clean: CleanText) -> list[list[Dated]]:
    """For every sentence read, the dated periods of its drafts."""
    context = _context(reads, document, clean)
    first = next((read for read in reads if _is_prose(read)), None)
    if first is not None:  # before the titles are dated: a headline's figures hold when the first sentence's do
        _lead_scope(first, context, _opening(first.sentence))
        context.title_scope = context.scope
    return [_date_sentence(read, context) for read in reads]


def _context(reads: Sequence[Read], document: Document, clean: CleanText) -> Context:
    plans = [p for read in reads for p in read.sentence.periods if p.rule == "five_year_plan" and p.first is not None]
    titles = [document.title or "", *_headings(clean)]
    published = document.published or dateline(clean) or _stamp(titles)
    context = Context(published, plans, _compared_years(clean.text))
    context.fiscal = _fiscal_month(reads, clean.text)
    for title in (_EDITION.sub("", _STAMP.sub("", title)) for title in titles):
        _set_scope(context, (m for m in find_periods(title) if m.role == "time"))
        if context.scope.last:
            break
    context.title_of_scope = context.scope
    return context


def _headings(clean: CleanText) -> Iterator[str]:
    """The headings that a text begins with; ``Area: 640 km2 (2018)`` dates itself alone."""
    lines = (clean.text[b.start : b.end] for b in clean.blocks[:2] if b.kind == "heading")
    return (line for line in lines if not _DATED_LINE.fullmatch(line))


_DATED_LINE = re.compile(r"[^:]{2,60}: .*\d.*\((?:19|20)\d\d\)")


@cache
def _fiscal_months() -> dict[str, int]:
    """Currency -> the month in which the years of those who count in it begin, from ``rules/fiscal.toml``."""
    return {
        unit: row["month"] for row in load("fiscal", {"month": int, "currencies": list}) for unit in row["currencies"]
    }


_TWO_YEARS = re.compile(r"(?:19|20)(?<!\w..)\d\d[-–/]\d\d\b")
_FROM_MONTH = re.compile(r"\(([A-Z][a-z]+)\s+(?:19|20)\d\d\s*(?:to|[-–])\s*[A-Z][a-z]+\s+(?:19|20)\d\d\)")


def _fiscal_month(reads: Sequence[Read], text: str) -> int:
    """When a year written as two begins: as a bracket says (``April 2022 to March 2023``), else by the currency."""
    if not _TWO_YEARS.search(text):
        return 0
    if (told := _FROM_MONTH.search(text)) and any(m.startswith(told[1].lower()[:3]) for m in MONTHS):
        return month_of(told[1])
    units = Counter(draft.unit for read in reads for draft in read.drafts if draft.unit_kind == "currency")
    return _fiscal_months().get(units.most_common(1)[0][0], 0) if units else 0


#: what a line of a list is about, before its colon: ``Electronic information: more than 260 enterprises``
_ITEM_LABEL = re.compile(r"(?:[•■●▪◆*–—-]|\s)*([A-Z][\w&’'-]*(?:,? [a-z&][\w’'-]*){0,5}): \S")
_MEMBERS = frozenset(f"count:{each}" for each in ("enterprise", "company", "firm", "project", "manufacturer", "plant"))


def label_items(reads: Sequence[Read]) -> None:
    """In a list of sectors, the sector of its line belongs to what is told of it in words that name no sector."""
    for read in reads:
        match = _ITEM_LABEL.match(read.sentence.text) if read.kind == "list_item" and read.opens else None
        if match is None or len(read.drafts) < _TOLD_TOGETHER:
            continue
        label = match[1][0].lower() + match[1][1:]
        for last, draft in zip([None, *read.drafts], read.drafts, strict=False):
            if last is not None and draft.kind == "growth_rate" and draft.indicator == match[1]:
                draft.indicator = last.indicator  # ``output value of 19.8 billion yuan, up by 7.7%``
                continue
            bare = " of " not in draft.indicator and len(draft.indicator.split()) < _WORDS
            if not bare or draft.indicator.lower() in label.lower():
                continue
            if draft.unit in _MEMBERS and " " not in draft.indicator:
                draft.indicator = f"{label} {draft.indicator}"
            elif draft.unit_kind != "count" and draft.entity is None:
                draft.indicator = f"{draft.indicator} of {label}"


#: An item that tells several figures names what they are of in front of them; longer indicators say it themselves.
_TOLD_TOGETHER, _WORDS = 2, 4


def adopt_headlines(reads: Sequence[Read]) -> None:
    """A number that stands alone (``② 1/3.``) is what the next sentence of its block says of the same number."""
    for read, following in pairwise(reads):
        if (
            read.block == following.block
            and len(read.drafts) == 1
            and _stands_alone(read.sentence)
            and following.drafts
        ):
            lone = read.drafts[0]
            same = [d for d in following.drafts if _size(d) == _size(lone)]
            other = (same or following.drafts)[0]
            lone.indicator, lone.entity, lone.basis = other.indicator, other.entity, other.basis
            if same:
                lone.kind, lone.direction, lone.time = other.kind, other.direction, other.time
                lone.unit, lone.unit_kind = (
                    (other.unit, other.unit_kind)
                    if lone.unit == "1" or lone.kind == "share"
                    else (lone.unit, lone.unit_kind)
                )


def _stands_alone(sentence: Sentence) -> bool:
    return all(node.label == "Q" or not node.text[0].isalpha() for node in sentence.nodes)


def _size(draft: Draft) -> object:
    value = draft.quantity.value if draft.quantity.value is not None else draft.quantity.low
    return None if value is None else abs(value)


_A_YEAR = re.compile(r"(?:19|20)\d\d\b")
_COMPARED = re.compile(r"\b(?:than|over|from|compared with|that of)\s+(?:that\s+)?(?:in\s+|of\s+)?$")
#: How far before a year the words stand that compare with it, in characters.
_BEFORE_YEAR = 40


def _compared_years(text: str) -> set[int]:
    """The years that something is compared with: ``than in 2015``, ``over 2019``.

    >>> _compared_years("It rose over 2019, more than that of 2015, in 2020.")
    {2019, 2015}
    """
    years = _A_YEAR.finditer(text)
    return {int(m[0]) for m in years if _COMPARED.search(text, max(0, m.start() - _BEFORE_YEAR), m.start())}


def dateline(clean: CleanText) -> date | None:
    """The date of the page, from the furniture that carries one (date, source and masthead lines)."""
    for line in clean.boilerplate:
        if line.role in ("dateline", "source", "masthead"):
            for mention in find_periods(line.text):
                if mention.rule == "date" and (found := parse_date(mention.text)):
                    return found
    return None


def _stamp(titles: Iterable[str]) -> date | None:
    """The day that stands behind a title: ``Exports of the city grew 2018-06-20``."""
    found = next(filter(None, map(_STAMP.search, titles)), None)
    return parse_date(found[1]) if found else None


#: The year of an edition, which is no scope.
_EDITION = re.compile(
    r"\b(?:yearbook|almanac|handbook|edition)\s+(?:19|20)\d\d\b|\b(?:19|20)\d\d\s+(?:yearbook|almanac|edition)\b", re.I
)
#: The date of publication that ends a title.
_STAMP = re.compile(r"(?<!\b(?:of|by|to|on|at|in))\s+((?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?)$")


def _set_scope(context: Context, mentions: Iterable[PeriodMention]) -> None:
    for mention in mentions:
        span = _dated(mention, context)
        if span.last is not None:
            context.scope = Dated(span.first, span.last, "dateline" if span.source == "dateline" else "scope")
            context.year = span.last.year if span.source != "dateline" else context.year
            return


def _date_sentence(read: Read, context: Context) -> list[Dated]:
    if read.block != context.block:
        context.block, context.paragraph = read.block, None
    opening = _opening(read.sentence)
    if read.kind == "heading":
        if context.body_begun:
            context.scope = context.title_scope
        _set_scope(context, (p for p in read.sentence.periods if p.role == "time" and p.first is not None))
        context.title_of_scope = context.scope
        context.in_section, context.body_begun = context.in_section or context.body_begun, False
    elif not context.body_begun and _is_prose(read) and not (context.leads and opening):  # that is rule 2
        _lead_scope(read, context, opening)
        context.leads += 1
        told = any(draft.time and draft.time.first for draft in read.drafts)  # a day, which is no scope
        context.body_begun = context.scope.last is not None or told or context.leads == _LEADS
        if context.leads == 1:  # a later sentence speaks for its own section only
            context.title_scope = context.title_scope if context.in_section else context.scope
    opened = _dated(opening, context) if opening is not None else None
    begun = _start(context.title_scope) if context.title_scope.last is not None else date.min
    if opening is not None and opening.first is not None and opening.first >= begun:
        context.year = opening.first.year
    dated: list[Dated] = []
    for draft in read.drafts:
        dated.append(_over_years(draft, read.sentence, _date(draft, context, dated)))
    if opened is not None:
        context.paragraph = opened
    return dated


def _over_years(draft: Draft, sentence: Sentence, dated: Dated) -> Dated:
    """An average annual rate ``in five years`` that ends with the year it is dated to holds for all of them."""
    if draft.basis != "average_annual" or dated.first is None or dated.last is None:
        return dated
    counts = {m.relative.partition("|")[2] for m in sentence.periods if m.relative and _COUNTED_YEARS.match(m.relative)}
    year = dated.last.year
    if len(counts) != 1 or (dated.first, dated.last) != (date(year, 1, 1), date(year, 12, 31)):
        return dated
    return replace(dated, first=date(year - int(counts.pop()) + 1, 1, 1))


#: so many years, of a time that is only as long: ``in five years``, ``over the past five years``
_COUNTED_YEARS = re.compile(r"(?:in|past)\|[1-9]\d?$")


def _is_prose(read: Read) -> bool:
    return read.kind != "heading" and read.sentence.text.rstrip('"”’)').endswith((".", "!", "?", ";", ":"))


def _lead_scope(read: Read, context: Context, opening: PeriodMention | None) -> None:
    """The first sentence of the text may set the scope, or narrow the title's."""
    if opening is not None:
        mentions = [opening]
    elif read.drafts:
        told = (d for d in read.drafts if not d.rule.startswith("former"))  # and not what is compared with
        mentions = [d.time for d in told if d.past and d.time and d.status == "actual"]
    elif context.scope.last is not None and context.in_section:
        mentions = []  # a time in the middle of a sentence without figures narrows nothing
    else:
        mentions = [
            read.sentence.periods[n.period] for n in read.sentence.nodes if n.label == "P" and is_time(read.sentence, n)
        ]
    title, context_year = context.scope, context.year
    _set_scope(context, (m for m in mentions if _is_scope(m)))
    if title.last and not context.in_section and not _within(context.scope, title):
        context.scope, context.year = title, context_year


def _within(inner: Dated, outer: Dated) -> bool:
    if not (inner.first and inner.last and outer.first and outer.last):
        return False
    return outer.first <= inner.first and inner.last <= outer.last


def _is_scope(mention: PeriodMention) -> bool:
    single_day = mention.first is not None and mention.first == mention.last and "end" not in mention.text
    one_day = "-" in (mention.relative or "") and ":" not in (mention.relative or "")
    return not single_day and not one_day and mention.rule not in ("former", OF_AMOUNT)


_OPENERS = frozenset("in at by the from during as of for over until on SUBORD up to ADV , and OF_WHICH".split())


def _opening(sentence: Sentence) -> PeriodMention | None:
    """The sentence-initial period: ``In 2020, …``, ``From January to June, …``."""
    for node in sentence.nodes[:6]:
        if node.label == "P":
            return sentence.periods[node.period] if is_time(sentence, node) else None
        if node.label not in _OPENERS and node.text.lower() not in ("overall", "meanwhile", "however"):
            return None
    return None


def _date(draft: Draft, context: Context, earlier: Sequence[Dated]) -> Dated:
    """The period of a draft by the guideline's rules (1) to (4); ``earlier`` are those of its sentence so far."""
    if draft.time is not None and (draft.time.relative or "").startswith("shift|"):
        now = next((d for d in reversed(earlier) if d.last), context.paragraph or context.scope)
        return _months_back(now, int(draft.time.relative.partition("|")[2]))  # type: ignore[union-attr]
    if draft.time is not None:
        dated = _dated(draft.time, context)
        sets_year = draft.rule != "former_value" and draft.time.rule != OF_AMOUNT
        before = context.title_scope.last is not None and (draft.time.first or date.max) < _start(context.title_scope)
        if draft.time.first is not None and draft.time.role == "time" and sets_year and not before:
            context.year = draft.time.first.year
        return Dated(dated.first, None, dated.source) if draft.time.role == "since" else dated
    if (
        draft.timeless
        or (draft.unit == "a" and not draft.past)
        or (head_of(draft.indicator).timeless and not draft.past)
    ):
        return Dated()
    if draft.past and context.paragraph is not None and draft.status != "projected":
        source: PeriodFrom = "dateline" if context.paragraph.source == "dateline" else "inherited"
        return _as_stock(draft, replace(context.paragraph, source=source if context.paragraph.last else "none"))
    lasting = not draft.past and context.scope != context.title_of_scope
    if context.scope.last is not None and draft.status != "projected" and not lasting:
        return _as_stock(draft, context.scope)
    return Dated()


def _start(dated: Dated) -> date:
    """The first day of the year that a period lies in."""
    return date((dated.first or date.min).year, 1, 1)


def _months_back(dated: Dated, months: int) -> Dated:
    """The same stretch of time so many months before; a last day of a month stays a last day."""
    if dated.first is None or dated.last is None:
        return Dated()
    first, last = (_month_shift(day, -months) for day in (dated.first, dated.last))
    if (dated.last + timedelta(days=1)).day == 1:
        last = last.replace(day=monthrange(last.year, last.month)[1])
    return replace(dated, first=first, last=last)


def _month_shift(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _as_stock(draft: Draft, dated: Dated) -> Dated:
    """A stock under a scope of several years holds on its last day; a year from October to September is one."""
    if dated.first is None or dated.last is None or not draft.stock:
        return dated
    return replace(dated, first=dated.last) if (dated.last - dated.first).days > _YEAR_DAYS else dated


_YEAR_DAYS = 366


def _dated(mention: PeriodMention, context: Context) -> Dated:
    """The days of a mention: its own, or its year from the context, or from the date line."""
    if mention.first is not None:
        return Dated(*_fiscal_days(mention, context.fiscal), "stated")
    kind, _, sub = (mention.relative or "").partition("|")
    if kind == "same" and sub.isdigit() and (now := context.paragraph or context.scope).last is not None:
        return _months_back(now, 12 * (now.last.year - int(sub)))
    if kind == "same" and mention.text.lower().endswith(("same year", "that year")) and context.year is not None:
        return Dated(date(context.year, 1, 1), date(context.year, 12, 31), "stated")
    if kind in ("past", "in"):
        return _past_years(int(sub), context)
    if kind == "?":
        return _in_known_year(mention.relative or "", context)
    if kind in ("0", "-1", "+1") and context.dateline:
        span = resolve(mention.relative or "", context.dateline.year + int(kind))
        return Dated(*span, "dateline") if span else Dated()
    return Dated()


def _fiscal_days(mention: PeriodMention, month: int) -> tuple[date | None, date | None]:
    """The days of a mention; ``2022-23`` is one year, where it is known when it begins."""
    first, last = mention.first, mention.last
    if not month or first is None or last is None or not _TWO_YEARS.search(mention.text):
        return first, last
    if last.year != first.year + 1 or (first.month, last.month) != (1, 12):
        return first, last
    return date(first.year, month, 1), date(last.year, month, 1) - timedelta(days=1)


def _in_known_year(spec: str, context: Context) -> Dated:
    if context.year is not None:
        span = resolve(spec, context.year)
        return Dated(*span, "stated") if span else Dated()
    if context.dateline is None:
        return Dated()
    span = resolve(spec, context.dateline.year)
    if span and span[0] > context.dateline:
        span = resolve(spec, context.dateline.year - 1)
    return Dated(*span, "dateline") if span else Dated()


def _past_years(count: int, context: Context) -> Dated:
    """``the past five years``, where the text fixes them: a plan that long, compared with the year before its start."""
    for plan in context.plans:
        if (
            plan.first
            and plan.last
            and plan.last.year - plan.first.year + 1 == count
            and plan.last.year - count in context.basis_years
        ):
            return Dated(plan.first, plan.last, "stated")
    return Dated()
