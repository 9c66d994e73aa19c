"""Names of places, organisations and zones in a document, and which of them the document is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from extractors.lexicon import load, words
from extractors.model import CleanText, EntityFrom

_RUN = re.compile(r"[A-Z][\w&’'-]*(?:\s+(?:of\s+(?:the\s+)?|and\s+)?[A-Z][\w&’'-]*)*(?:(?<=Line)\s\d{1,2}\b)?")
_RUN_OF_LETTERS = re.compile(r"[\w-]+")
#: What stands before the first word of a sentence, where a capital says nothing.
_OPENS = re.compile(r"(?:^|[.!?:;•]|[\"“(]|\s[-–—])\s*$")
_COMMON = words("common_capital")
#: Last words of capitalised phrases that own no figures.
_THINGS = words("capitalised_thing")
#: What follows the name that a text begins with: ``Leeds is a city``, ``Leeds, on the river``.
_TOLD = re.compile(r"\s+(?:is|lies|was|has|covers|sits|stands)\b|,")
_OFFICE = re.compile(r"^((?:[A-Z][\w-]+\s+){1,2}?)(?:Municipal|Provincial|County|City|District|Prefectural|Regional)\b")


@cache
def place_nouns() -> dict[str, str]:
    """Noun in lower case -> kind (place, zone, facility, organisation), from ``rules/places.toml``."""
    rows = load("places", {"kind": str, "nouns": list, "refers": bool})
    return {noun: row["kind"] for row in rows for noun in row["nouns"]}


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a document: ``words`` that are parts of names, ``runs`` (whole names) in order of appearance, and
    the document's ``subject`` with how it was found."""

    words: frozenset[str] = frozenset()
    runs: tuple[tuple[int, str], ...] = ()
    subject: str | None = None
    found: EntityFrom = "none"
    named: frozenset[str] = frozenset()  #: the runs, for looking one up
    short: str | None = None  #: what the subject, a company, is called once its full name was told

    def last_with(self, noun: str, offset: int) -> str | None:
        """The last name before ``offset`` that holds the noun: ``the port`` -> ``Haining Port``."""
        wanted = noun.capitalize()
        for start, run in reversed(self.runs):
            words = run.split()
            if start < offset and wanted in words and len(words) > 1 and words[0] != wanted:
                end = words.index(wanted) + 1
                return " ".join(words[: end + (words[end : end + 1] != [] and words[end].isdigit())])
        return None

    def is_subject(self, name: str) -> bool:
        """Whether a name is the subject's with what kind of place it is: ``Jiangsu Province`` on a page of Jiangsu.

        Not where the document tells two such names apart (``Jilin City`` and ``Jilin Province``).
        """
        if self.subject is None or not name.startswith(f"{self.subject} "):
            return False
        kinds = {run for run in self.named if run.startswith(f"{self.subject} ") and _is_settlement(run, self.subject)}
        return kinds == {name}

    def owner(self, indicator: str) -> str | None:
        """The name that an indicator ends with: ``trade of Haozhou`` is Haozhou's, also on the page of its port."""
        before, _, last = indicator.rpartition(" of ")
        last = last.removeprefix("the ")
        if before.rpartition(" ")[2] in _DONE_TO:
            return None  # ``acquisition of Merrow Timber``
        return last if before and last[:1].isupper() and last in self.named else None


#: what is done to the one that is named behind it, whose it is not
_DONE_TO = words("done_to")
#: names of one union
_ALIASES = {"european union": "EU", "eurozone": "euro area", "euro zone": "euro area"}


@cache
def unions() -> dict[str, str]:
    """The names of unions of countries in lower case, and the usual name of each."""
    return {name.lower(): _ALIASES.get(name.lower(), name) for name in words("union")}


@cache
def _union() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, unions()), key=len, reverse=True))})\b", re.I)


@cache
def _union_in_capitals() -> re.Pattern[str]:
    """``EU``, ``OECD``."""
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, map(str.upper, unions())), key=len, reverse=True))})\b")


def find_names(clean: CleanText, title: str | None = None) -> Names:
    """The names of a document and its subject: the name most prominent in title, lead and body, else the masthead's.

    >>> text = "Overview of Qinghe\\n\\nQinghe lies in the north. The GDP of Qinghe was 5 billion yuan."
    >>> from extractors.cleaning import clean
    >>> find_names(clean(text)).subject
    'Qinghe'
    """
    heads = [clean.text[b.start : b.end] for b in clean.blocks[:2] if b.kind == "heading"]
    head = " ".join(filter(None, (title, *heads)))
    body = [(b.start, b.end) for b in clean.blocks if b.kind != "heading"] or [(0, len(clean.text))]
    lower = {
        word for word in _RUN_OF_LETTERS.findall(" ".join(clean.text[a:b] for a, b in body)) if "a" <= word[0] <= "z"
    }
    prose = next((b.start for b in clean.blocks if b.kind == "paragraph"), body[0][0])
    candidates = [each for a, b in body for each in _candidates(clean.text, a, b, lower, a <= prose)]
    read = [(each, _run_of(each, head)) for each in candidates]
    sure = [run for _, run in read if run is not None]
    known = frozenset(part for run in sure for part in (run.split()[0], run)) | frozenset(
        w for w in re.findall(r"[A-Z][a-z]+", head) if w.lower() not in _COMMON and w.lower() not in lower
    )
    again = ((each, _run_of(each, head, known) if each.opens else run) for each, run in read)
    runs = tuple((each.start, run) for each, run in again if run is not None)
    words = frozenset(word for _, run in runs for word in run.split() if word[0].isupper())
    words |= frozenset(word for name in _union_in_capitals().findall(clean.text) for word in name.split())
    subject, found = _subject(runs, clean, head, lower)
    named = frozenset(run for _, run in runs)
    short = subject
    subject = _full_name(subject, runs, clean.text) if subject and not _is_settled(subject, head) else subject
    return Names(words | frozenset((subject or "").split()), runs, subject, found, named, short)


def _full_name(short: str, runs: tuple[tuple[int, str], ...], text: str) -> str:
    """The company's name where it is told before it is called by its first words alone; else the name given.

    No company is meant where the text tells of something in that place.

    >>> _full_name("Harwick", ((0, "Harwick Foods"), (60, "Harwick")), "Harwick Foods of Leeds … Harwick grew.")
    'Harwick Foods'
    >>> _full_name("Lanhe", ((0, "Lanhe Steel"), (60, "Lanhe")), "Lanhe Steel … the exports of Lanhe grew.")
    'Lanhe'
    """
    full = next((run for _, run in runs if run.startswith(f"{short} ") and run.split()[-1] in _TRADES), None)
    if full is None or re.search(rf"\b(?:in|of|near)\s+{re.escape(short)}\b(?! +[A-Z])", text):
        return short
    first = next((run for _, run in runs if run == short or run.startswith(f"{short} ")), None)
    return full if first == full else short


def _is_settled(name: str, head: str) -> bool:
    """Whether a title calls it a place: ``Lanhe City``.

    >>> _is_settled("Lanhe", "Lanhe City at a glance"), _is_settled("Harwick", "Harwick serves up profit")
    (True, False)
    """
    match = re.search(rf"\b{re.escape(name)} (\w+)", head) if f"{name} " in head else None
    return match is not None and place_nouns().get(match[1].lower()) == "place"


_TRADES = words("trade")


@dataclass(slots=True)
class _Candidate:
    """Words with capitals. ``opens``: they begin a sentence, where a capital says nothing; ``told``: what follows says
    that the text is about them; ``owns``: one word that owns something."""

    start: int
    words: list[str]
    opens: bool
    told: bool
    owns: bool


def _candidates(text: str, start: int, end: int, lower: set[str], leads: bool) -> Iterator[_Candidate]:
    """What may be a name in a stretch of text; ``leads``: its first word may be the name that the text is about."""
    for match in _RUN.finditer(text, start, end):
        words = _unowned(match[0]).split()
        if words[0] in _ADDRESSING:
            continue
        opens = (
            match.start() == start
            or (match.start() - start < 4 and text[start : match.start()].strip() in ("-", "–", "—", "*", "•", "·"))
            or _OPENS.search(text, max(start, match.start() - 3), match.start()) is not None
        )
        while words and (words[0].lower() in _COMMON or words[0] == "of" or (opens and words[0].lower() in lower)):
            words.pop(0)
            opens = False
        while words and (words[-1].lower() in _COMMON or words[-1] in ("of", "and", "the")):
            words.pop()
        words = _without_office(words)
        if words:
            told = leads and opens and match.start() == start and _TOLD.match(text, match.end()) is not None
            owns = opens and len(words) == 1 and match[0].startswith((f"{words[0]}'s", f"{words[0]}’s"))
            yield _Candidate(match.start(), words, opens, told, owns)


def _run_of(candidate: _Candidate, head: str, known: frozenset[str] = frozenset()) -> str | None:
    """The name that a candidate is, or None. ``known`` are names, and their first words, found where a capital says
    something."""
    words, opens, told = candidate.words, candidate.opens, candidate.told
    run = " ".join(words)
    first, _, owner = run.partition(" of ")
    if (
        opens and owner and (owner in known or owner in head) and first.lower() not in place_nouns()
    ):  # ``Exports of Kelaru``
        words, run, opens, told = owner.split(), owner, False, False
    if run.lower() in place_nouns():  # ``the Park`` is one that has a name elsewhere
        return None
    opens = opens and not (len(words) == 2 and words[0] in known and not words[1].isupper())
    return run if _is_name(words, run, opens and not candidate.owns, head) or (told and not run.isupper()) else None


def _unowned(run: str) -> str:
    """``Lanhe's`` without the ending."""
    return _OWNED.sub("", run) if "'" in run or "’" in run else run


_OWNED = re.compile(r"[’']s?(?=\s|$)")


def _without_office(words: list[str]) -> list[str]:
    """``Lanhe Municipal Bureau`` speaks for Lanhe; an office that names no place before it is a name of its own."""
    first = next((i for i, word in enumerate(words) if i and word in _OFFICES), len(words))
    return words[:first]


_OFFICES = words("office")


#: what a page of a union is called after: ``Heating in Europe``
_OPENING = 600  #: how far the opening of a text reaches, in characters
_CONTINENTS = words("continent_of_union")
#: what opens the naming of who is addressed, and what opens no name
_ADDRESSING, _NO_NAME = words("addressing"), words("opens_no_name")
#: what is written like a name and owns nothing: the members of a union
_GROUPS = words("capitalised_group")


def _is_name(words: list[str], run: str, opens: bool, head: str) -> bool:
    if run in _GROUPS or run.isupper() or words[0] in _NO_NAME:
        return False
    if len(run) < 3 or len(words) > 8 or words[-1] in _THINGS:
        return False
    return not opens or run in head or words[-1].lower() in place_nouns() or len(words) > 2


def _subject(
    runs: tuple[tuple[int, str], ...], clean: CleanText, head: str, lower: set[str]
) -> tuple[str | None, EntityFrom]:
    counts = Counter(run for _, run in runs)
    if company := _COMPANY.match(head):
        return company[1].strip(), "subject"
    if counts:
        first_prose = next((b for b in clean.blocks if b.kind == "paragraph"), None)
        lead = clean.text[first_prose.start : first_prose.end].split(". ")[0] if first_prose else ""
        mentions, owned = _mentions(counts), _owned(clean.text)
        mentions.subtract(_told_by(clean.text))
        owners = [
            run
            for run in counts
            if mentions[run] > 1
            or (mentions[run] == 1 and (owned[run] or run in head or run in lead or run.lower() in unions()))
        ]
        if not owners:  # a name told in passing is not what the page is about
            return _union_in(head) or _from_title(head, lower) or _masthead(clean)
        scores = {run: _score(run, mentions[run], owned[run], head, lead) for run in owners}
        best = max(scores, key=lambda run: scores[run])
        if speaker := _speaker(clean, best):
            return speaker, "subject"
        titled = _from_title(head, lower)
        if titled and _PROFILE.search(head) and best not in head:
            return titled
        if titled and _is_place(titled[0]) and not _is_place(best) and best.split()[0] not in titled[0].split():
            return titled  # and not its short name: ``Yunlin`` for ``Yunlin District``
        if best in _CONTINENTS and (union := _union().search(clean.text, 0, _OPENING)):
            return unions()[union[0].lower()], "subject"
        if best not in head and (union_of_title := _union_in(head)):
            return union_of_title
        if best in head or scores[best] >= 6 or not _from_title(head, lower):
            return best, "subject"
    if named := _NAMED_HEADING.match(head):
        return named[1], "subject"
    return _from_title(head, lower) or _masthead(clean)


def _union_in(head: str) -> tuple[str, EntityFrom] | None:
    found = _union().search(head)
    return (unions()[found[0].lower()], "subject") if found else None


def _is_settlement(name: str, subject: str) -> bool:
    return place_nouns().get(name.removeprefix(f"{subject} ").lower()) == "place"


def _is_place(name: str) -> bool:
    return name.split()[-1].lower() in place_nouns()


def _mentions(counts: Counter[str]) -> Counter[str]:
    """How often each name is mentioned, alone or at the head of a longer one.

    >>> _mentions(Counter({"Lanhe": 2, "Lanhe Port": 1}))["Lanhe"]
    3
    """
    found: Counter[str] = Counter()
    for run, times in counts.items():
        words = run.split(" ")
        for last in range(1, len(words) + 1):
            found[" ".join(words[:last])] += times
    return found


_APOSTROPHE, _BREAK = re.compile(r"[’']s"), re.compile(r"[.,;:!?()\n]")


def _owned(text: str) -> Counter[str]:
    """How often each name owns something: all tails of the words before an apostrophe.

    >>> _owned("In North Lanhe's ports")["Lanhe"]
    1
    """
    found: Counter[str] = Counter()
    for match in _APOSTROPHE.finditer(text):
        words = _BREAK.split(text[max(0, match.start() - 60) : match.start()])[-1].split(" ")[-8:]
        found.update(" ".join(words[first:]) for first in range(len(words)))
    return found


_CALLED = r"(?:[A-Z][\w&-]*(?:\s+(?:of|and|for|the)\s+|\s+|\b))+"
_TELLER = re.compile(
    r"\b(?:according to|said|told|announced by|released by|reported by|source:"
    r"|(?:[Ii]nformation|[Dd]ata|[Ss]tatistics) from)\s+(?:the\s+|an?\s+)?"
    rf"(?P<after>{_CALLED})"
    rf"|(?P<before>{_CALLED})\b(?:said|says|announced|reported|published|released|estimates?d?|forecasts?)\b",
)


#: What any line holds that says who tells something; most lines hold none, and the pattern looks at every capital.
_TELLING = (
    "according to", "said", "told", "says", "announced", "released", "reported", "published", "source:",
    "nformation", "ata", "tatistics", "estimate", "forecast",
)  # fmt: skip


def _told_by(text: str) -> Counter[str]:
    """How often each name is only who tells something: ``according to the Bureau of Statistics``; all its tails count.

    >>> _told_by("Exports rose, the Ministry of Trade said.")["Ministry of Trade"]
    1
    """
    found: Counter[str] = Counter()
    lines = (line for line in text.split("\n") if any(sign in line for sign in _TELLING))
    for match in chain.from_iterable(map(_TELLER.finditer, lines)):
        words = (match["after"] or match["before"]).split()
        found.update(" ".join(words[first:]) for first in range(len(words)))
    return found


def _score(run: str, mentions: int, owned: int, head: str, lead: str) -> float:
    place = run.split()[-1].lower() in place_nouns()
    leads = 4 * lead.startswith(run) - 2 * (f" in {run}" in lead or f" of {run}" in lead)
    titled = run in head
    return (
        leads
        + 1.5 * mentions
        + owned
        + (6 + 6 * place) * titled
        + 3 * (run in lead)
        + 2 * place
        - 1.5 * (" and " in run)
    )


_TITLED = re.compile(
    r"^((?:[A-Z][\w-]+\s?){1,3})[’']s\b|\b(?:of|in|for|on)\s+((?:[A-Z][\w-]+\s?)+)|((?:[A-Z][\w-]+\s+){1,2}(?:City|County|Province|District|Prefecture|Zone|Group))\b"
)


#: a heading that begins with the name of what the text is about: ``St Brannoc Hospital``, ``Lanhe Port: a report``
_NAMED_HEADING = re.compile(
    r"^((?:[A-Z][\w.&’'-]*\s+){1,4}(?:Airport|Authority|Bank|College|Harbour|Hospital|Museum|Port|University|Zoo))"
    r"(?=$|\s+(?:Annual|Facts|Statistics|Report|Review)\b|\s*[:,|–—-])"
)
#: a heading that is the name of a company, with its legal form
_COMPANY = re.compile(
    r"^((?:[A-Z][\w&’'-]*\s+){1,5}?)(?:plc|PLC|Plc|Inc|AG|AB|ASA|SE|NV|Oyj|GmbH|Ltd|Limited|Corp|S\.A|SA|SpA|A/S)\b\.?"
    r"(?=$|\s+(?:Results|Annual|Interim|Half|Full|Trading|First|Second|Third|Fourth|Q[1-4])\b|\s*[:,|–—-])"
)
_PROFILE = re.compile(r"\b(?:profile|snapshot|overview|facts|brief|glance)\b[^:]*:\s+((?:[A-Z][\w-]+\s?){1,4})$", re.I)


_SPEAKS = re.compile(r"\b(?:we|our)\b", re.I)


def _speaker(clean: CleanText, place: str) -> str | None:
    """The organisation of a place whose name heads a text that says `we`: it speaks of itself, not of the place."""
    first = clean.blocks[0] if clean.blocks else None
    named = _NAMED_HEADING.match(clean.text[first.start : first.end]) if first and first.kind == "heading" else None
    if named is None or not named[1].startswith(f"{place} ") or not _SPEAKS.search(clean.text):
        return None
    return named[1]


def _from_title(head: str, lower: set[str]) -> tuple[str, EntityFrom] | None:
    if named := _PROFILE.search(head):
        return named[1].strip(), "subject"
    for match in _TITLED.finditer(head):
        words = [w for w in (match[1] or match[2] or match[3]).split() if w.lower() not in _COMMON]
        if words and words[0].lower() not in lower:
            return " ".join(words), "subject"
    return None


def _masthead(clean: CleanText) -> tuple[str | None, EntityFrom]:
    for line in clean.boilerplate:
        match = _OFFICE.match(line.text.strip())
        if match:
            return match[1].strip(), "masthead"
    return None, "none"


@cache
def same_entity(name: str, subject: str) -> bool:
    """Whether two names are of one entity: equal but for ``City``, ``Municipality``, ``Prefecture``."""
    drop = re.compile(r"\b(?:City|Municipality|Prefecture)\b", re.IGNORECASE)
    return drop.sub("", name).split() == drop.sub("", subject).split()
