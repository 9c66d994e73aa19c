"""Time expressions: find them in a text and date them where the text itself does.

The patterns are rows of ``rules/periods.toml``; this module turns their named groups into days. What needs a date from
elsewhere (``last year``, ``the first quarter`` without a year) keeps a small specification in ``relative`` which
:func:`resolve` dates once the document's pass knows the year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from extractors.lexicon import Row, load
from extractors.model import PeriodMention

ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
).split()
COUNTS = "one two three four five six seven eight nine ten eleven twelve".split()
MONTHS = "january february march april may june july august september october november december".split()
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
#: First years of the early Five-Year Plans, which left gaps; from the 6th (1981) on one begins every five years.
EARLY_PLANS = {1: 1953, 2: 1958, 3: 1966, 4: 1971, 5: 1976}
#: Expressions for a year that the date of the text decides, as a shift from that year.
RELATIVE_YEARS = {
    "this year": "0", "the current year": "0", "next year": "+1", "last year": "-1",
    "the previous year": "prev", "previous year": "prev", "the preceding year": "prev", "the prior year": "prev",
    "the precious year": "prev", "the year before": "prev", "the year previous": "prev", "the year earlier": "prev",
    "a year earlier": "prev", "a year ago": "prev", "a year before": "prev", "one year earlier": "prev",
    "a year previously": "prev", "one year ago": "prev", "the last year": "-1", "preceding year": "prev",
    "prior year": "prev", "the year": "?",
}  # fmt: skip

_YEAR = r"(?:1[89]|20)\d\d"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:{_MONTH}\s+{_DAY}\s*,?\s+{_YEAR}|{_DAY}\s+(?:of\s+)?{_MONTH}\s*,?\s+{_YEAR}"
    rf"|{_YEAR}[-/.](?:1[0-2]|0?[1-9])[-/.](?:[12]\d|3[01]|0?[1-9])(?!\d)"
    rf"|(?:[12]\d|3[01]|0[1-9])[./](?:1[0-2]|0[1-9])[./]{_YEAR})"
)
_REL = (
    "(?:"
    + "|".join(sorted((k.replace(" ", r"\s+") for k in RELATIVE_YEARS if k != "the year"), key=len, reverse=True))
    + ")"
)
_OF_YEAR = (
    rf"(?:\s*,?\s+(?:of\s+|in\s+)?(?:(?P<y>{_YEAR})(?![,.]?\d)"
    rf"|(?P<rel>this\s+year|last\s+year|the\s+previous\s+year|the\s+year|a\s+year\s+earlier)))?"
)
_MACROS = {
    "YEAR": _YEAR,
    "MONTH": _MONTH,
    "DAY": _DAY,
    "DATE": _DATE,
    "REL": _REL,
    "OF_YEAR": _OF_YEAR,
    "ORD": r"(?:\d{1,2}(?:st|nd|rd|th)|" + "|".join(ORDINALS) + r"|twenty-first|twentieth|nineteenth|eighteenth)",
    "NUM": r"(?:\d{1,2}|" + "|".join(COUNTS) + ")",
}


class _Rule(NamedTuple):
    row: Row
    regex: re.Pattern[str]


@cache
def _rules() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, _Rule]]:
    """Where one may begin in lower-case text, one alternation of all rules, and by group name the rule."""
    rules: dict[str, _Rule] = {}
    for number, row in enumerate(load("periods", {"pattern": str}, {"role": str})):
        pattern = row["pattern"]
        for name, macro in _MACROS.items():
            pattern = pattern.replace("{" + name + "}", macro)
        rules[f"r{number}"] = _Rule(row, re.compile(_bounded(pattern), re.IGNORECASE))
    unnamed = (rf"(?P<{name}>{re.sub(r'[?]P<[a-z_0-9]+>', '?:', rule.regex.pattern)})" for name, rule in rules.items())
    return re.compile(rf"(?<![\w.])(?:{_STARTS})"), re.compile(f"(?:{'|'.join(unnamed)})", re.IGNORECASE), rules


_COUNT = rf"(?:\d|{'|'.join(COUNTS)})"
_SPAN = r"(?:year|month|quarter|week|day|decade)"
#: How a time expression may begin, in lower case: a look that costs a third of trying forty patterns at every word.
#: A row whose examples are not found begins in a way that is missing here.
_STARTS = "|".join(
    (
        r"[\"“'](?=\w)",
        rf"\d\d?(?:st|nd|rd|th)\b|\d\d?\s*[-–—]?\s*(?:{_MONTH}|{_SPAN}s?\b|consec|straight|success|running|of\s)",
        r"(?:1[89]|20)\d\d|\d{1,4}(?:\s*[-–]\s*\d{1,4})?\s+(?:bc|b\.c|ad\b|a\.d)",
        r"\d\d?(?::\d\d)?\s?[ap]\.?m|\d\d?:\d\d|\d\d?[./]\d\d?[./]\d|\dq|\dh|q[1-4]|h[12]",
        _MONTH,
        rf"the\s+(?:previous|current|year|preceding|prior|precious|last|{_COUNT})",
        rf"an?\s+(?:{_SPAN}|half\s+a|century|earlier)",
        rf"(?:{'|'.join(ORDINALS)}|initial|twenty-first|twentieth|nineteenth|eighteenth|latter|final)[\s-]+"
        rf"(?:{_COUNT}|quarter|half|month|century|five)",
        rf"{_COUNT}[\s-]+(?:{_SPAN}|consec|straight|success|running|before|ago|earlier|later|prev)",
        r"(?:last|this|next|past|previous|coming|following|recent|preceding|prior)\s+"
        rf"(?:{_SPAN}|{_COUNT}|{_MONTH}|half)|that\s+year|(?:these|those)\s+{_COUNT}",
        r"(?:same|corresponding|comparable|equivalent)\s+[pmqtdhy]",
        r"(?:end|close|beginning|start)\s+of\s|end-|year(?:-end|\s+\w)|fiscal\s|financial\s|marketing\s|[fm]y\s?\d|calendar\s",
        rf"(?:{'|'.join(SEASONS)})\s+(?:of\s+)?\d|(?:early|mid|late)[\s-]?(?:\d|{_MONTH})",
        r"between\s+the\s+(?:first|second|third)\s+and\s|(?:whole|full|entire)[\s-]year|half\s+a|half[\s-]year\s|century\s|decades?\s|zero\s+hour|midnight\s",
    )
).lower()


def _bounded(pattern: str) -> str:
    return rf"(?<![\w.])(?:{pattern})(?!\w)"


def find_periods(text: str) -> list[PeriodMention]:
    """The time expressions of a text, in order, never overlapping.

    >>> [(p.text, str(p.first), str(p.last)) for p in find_periods("In 2020, more than at the end of June 2015.")]
    [('2020', '2020-01-01', '2020-12-31'), ('end of June 2015', '2015-06-30', '2015-06-30')]
    >>> [(p.text, p.relative) for p in find_periods("In the first quarter it rose 3% from last year.")]
    [('first quarter', '?|01:03'), ('last year', '-1|')]
    """
    return list(_mentions(text))


def _mentions(text: str) -> Iterator[PeriodMention]:
    starts, finder, rules = _rules()
    lower = text.replace("İ", "I").lower()  # the one letter whose small form is longer
    place = starts.search(lower)
    while place is not None:
        found = finder.match(text, place.start())
        if found is not None:
            rule = rules[found.lastgroup or ""]
            match = rule.regex.match(text, place.start())
            mention = _mention(text, match, rule.row) if match is not None else None
            if mention is not None:
                yield mention
        place = starts.search(lower, found.end() if found else place.start() + 1)


_SINCE = re.compile(r"\bsince\s+(?:the\s+)?$", re.IGNORECASE)


def _mention(text: str, match: re.Match[str], row: Row) -> PeriodMention | None:
    groups = {
        k.rstrip("234") if k[-1] in "234" and k not in ("y2", "m2", "d2", "d3", "d4") else k: v
        for k, v in match.groupdict().items()
        if v
    }
    role = row.get("role", "time")
    try:
        first, last, relative = _days(groups, row.id)
    except ValueError:  # 31 June: no such day
        first, last, relative = None, None, None
    if _SINCE.search(text, max(0, match.start() - 12), match.start()) and role == "time":
        role, last = "since", None
    start = match.start() + len(_article(match[0]))
    return PeriodMention(start, match.end(), text[start : match.end()], first, last, role, row.id, relative)


def _article(phrase: str) -> str:
    return phrase[:4] if phrase[:4].lower() == "the " else ""


Days = tuple[date | None, date | None, str | None]


def _days(groups: dict[str, str], rule: str) -> Days:
    """First and last day, or the specification that :func:`resolve` dates later."""
    if "plan" in groups:
        return _plan_days(number_of(groups["plan"]), groups.get("end"))
    if rule == "months_ended" and "m" in groups:
        last = resolve(f"?|{month_of(groups['m']):02d}:{month_of(groups['m']):02d}", int(groups["y"]))
        return (_months_before(last[1], number_of(groups["n"])), last[1], None) if last else (None, None, None)
    if "ended" in groups:
        return _ended(groups, rule)
    if "same" in groups:
        return None, None, f"same|{groups.get('y') or RELATIVE_YEARS.get(_key(groups.get('rel', '')), '')}"
    if "past" in groups and groups.get("u", "").lower().startswith("year"):
        return None, None, f"past|{number_of(groups['past'])}"
    if "in_n" in groups and groups.get("u", "").lower().startswith("year"):
        return None, None, f"in|{number_of(groups['in_n'])}"
    if "decade" in groups:
        year = int(groups["decade"])
        return date(year, 1, 1), date(year + 9, 12, 31), None
    if "whole" in groups and "y" not in groups:
        return None, None, "?|"
    if "which" in groups or rule in ("before_christ", "century", "clock", "consecutive", "holiday"):
        return None, None, None
    return _calendar(groups)


def _plan_days(number: int, end: str | None) -> Days:
    first_year = EARLY_PLANS.get(number, 1981 + 5 * (number - 6))
    return (*_edge(date(first_year, 1, 1), date(first_year + 4, 12, 31), end), None)


def _edge(first: date, last: date, end: str | None) -> tuple[date, date]:
    if end is None:
        return first, last
    return (first, first) if end.lower() in ("beginning", "start") else (last, last)


def _ended(groups: dict[str, str], rule: str) -> Days:
    last = parse_date(groups["ended"])
    if last is None:
        return None, None, None
    if rule == "date":
        return last, last, None
    months = 6 if rule == "half_year_ended" else 12 if "n" not in groups else 0
    if "n" in groups and groups.get("u", "").lower().startswith(("month", "quarter")):
        months = number_of(groups["n"]) * (3 if groups["u"].lower().startswith("quarter") else 1)
    if not months:
        return last, last, None
    return _months_before(last, months), last, None


def _months_before(last: date, months: int) -> date:
    """The first day of the ``months`` months that end on ``last``."""
    after = last + timedelta(days=1)
    index = after.year * 12 + after.month - 1 - months
    return date(index // 12, index % 12 + 1, min(after.day, monthrange(index // 12, index % 12 + 1)[1]))


def _calendar(groups: dict[str, str]) -> Days:
    year = groups.get("y") or groups.get("y2") if "end" in groups else groups.get("y")
    sub = _part_of_year(groups)
    if year is None:
        rel = RELATIVE_YEARS.get(_key(groups.get("rel", "")), "?")
        return None, None, f"{rel}|{sub}" if sub or "rel" in groups else None
    spec = f"{year}|{sub}"
    first, last = resolve(spec, int(year)) or (None, None)
    other = groups.get("y2") if "end" not in groups else None
    if groups.get("yy"):
        other = year[: 4 - len(groups["yy"])] + groups["yy"]
    if other and last is not None:
        last = date(int(other), 12, 31)
        first, last = (first, last) if first is not None and first <= last else (None, None)
    return first, last, None


def _part_of_year(groups: dict[str, str]) -> str:
    """``MM:MM`` (months), ``MM-DD`` (a day) or ``''`` (the whole year), from the named groups."""
    months = None
    if "m" in groups:
        first = month_of(groups["m"])
        months = (first, month_of(groups["m2"]) if "m2" in groups else first)
    elif "q" in groups:
        quarter = 4 if groups["q"].lower() in ("last", "final") else number_of(groups["q"])
        months = (3 * quarter - 2, 3 * quarter)
    elif "to" in groups:
        last = month_of(groups["to"])
        months = (last - 2, last)
    elif "h" in groups:
        months = (1, 6) if groups["h"].lower() in ("first", "1st", "1") else (7, 12)
    elif "season" in groups:
        months = SEASONS[groups["season"].lower()]
    elif "n" in groups and groups.get("u"):
        count = number_of(groups["n"]) * (3 if groups["u"].lower().startswith("quarter") else 1)
        months = (1, count) if 1 <= count <= 12 else None
    if "d" in groups and months:
        last_day = next((groups[name] for name in ("d2", "d3", "d4") if name in groups), None)
        first_day = f"{months[0]:02d}-{_day(groups['d'])}"
        return f"{first_day}:{months[1]:02d}-{_day(last_day)}" if last_day else first_day
    if "end" in groups:
        return _edge_of_months(months or (1, 12), groups["end"])
    return f"{months[0]:02d}:{months[1]:02d}" if months else ""


def _day(written: str) -> str:
    """The day of a month in two digits: ``3rd`` -> 03."""
    return f"{int(re.sub(r'[a-z]+', '', written.lower())):02d}"


def _edge_of_months(months: tuple[int, int], end: str) -> str:
    if end.lower() in ("beginning", "start"):
        return f"{months[0]:02d}-01"
    return f"{months[1]:02d}-00"


def resolve(spec: str, year: int) -> tuple[date, date] | None:
    """The days of a specification such as ``?|01:03`` or ``0|06-30`` in the given year; None when it has none.

    ``06-00`` is the last day of June.

    >>> resolve("?|01:03", 2019)
    (datetime.date(2019, 1, 1), datetime.date(2019, 3, 31))
    >>> resolve("-1|", 2019)[0]
    datetime.date(2019, 1, 1)
    """
    sub = spec.partition("|")[2]
    try:
        if not sub:
            return date(year, 1, 1), date(year, 12, 31)
        if "-" in sub and ":" in sub:
            (month, day), (to_month, to_day) = (map(int, part.split("-")) for part in sub.split(":"))
            begun = year - ((to_month, to_day) < (month, day))  # ``December 28 to January 3, 2020``
            return date(begun, month, day), date(year, to_month, to_day)
        if "-" in sub:
            month, day = map(int, sub.split("-"))
            day = day or monthrange(year, month)[1]
            return date(year, month, day), date(year, month, day)
        first, last = map(int, sub.split(":"))
        end_year = year + (last < first)
        return date(year, first, 1), date(end_year, last, monthrange(end_year, last)[1])
    except ValueError:
        return None


def parse_date(text: str) -> date | None:
    """The day that a full date names, in any of the usual orders; None when there is no such day.

    >>> parse_date("Dec. 31, 2021"), parse_date("30 June 2017"), parse_date("2020-03-17"), parse_date("31.06.2020")
    (datetime.date(2021, 12, 31), datetime.date(2017, 6, 30), datetime.date(2020, 3, 17), None)
    """
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    name = re.search(_MONTH, text, re.IGNORECASE)
    try:
        if name:
            day, year = numbers[:2]
            return date(year, month_of(name[0]), day)
        if numbers[0] > 31:
            return date(numbers[0], numbers[1], numbers[2])
        return date(numbers[2], numbers[1], numbers[0])
    except (ValueError, IndexError):
        return None


def month_of(name: str) -> int:
    """1 for January … 12 for December, from a name or its abbreviation."""
    short = name.lower()[:3]
    return next(i for i, month in enumerate(MONTHS, 1) if month.startswith(short))


def number_of(word: str) -> int:
    """The number of an ordinal or a count: ``12th``, ``twelfth``, ``five``, ``8``."""
    word = word.lower()
    if word[0].isdigit():
        return int(re.match(r"\d+", word)[0])  # type: ignore[index]
    if word in COUNTS:
        return COUNTS.index(word) + 1
    more = {"eighteenth": 18, "nineteenth": 19, "twentieth": 20, "twenty-first": 21}
    return more[word] if word in more else ORDINALS.index(word) + 1


def _key(phrase: str) -> str:
    return " ".join(phrase.lower().split())


def ids_fired(text: str) -> set[str]:
    """The ids of the rows of ``rules/periods.toml`` that fire in a text; the rows' own examples are tested with it."""
    return {mention.rule for mention in find_periods(text)}


@Language.factory("numerate_periods")
def create_periods(nlp: Language, name: str) -> PeriodTagger:
    """A spaCy component that puts time expressions into ``doc.spans["numerate_periods"]``."""
    return PeriodTagger()


class PeriodTagger:
    """Sets ``doc.spans["numerate_periods"]``; a span's label is the id of the rule that found it.

    >>> import spacy
    >>> nlp = spacy.blank("en"); _ = nlp.add_pipe("numerate_periods")
    >>> doc = nlp("It grew in the first half of 2016.")
    >>> [span.text for span in doc.spans["numerate_periods"]]
    ['first half of 2016']
    """

    def __call__(self, doc: Doc) -> Doc:
        spans = [doc.char_span(p.start, p.end, label=p.rule, alignment_mode="expand") for p in find_periods(doc.text)]
        doc.spans["numerate_periods"] = [span for span in spans if span is not None]
        return doc
