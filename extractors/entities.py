"""Names of places, organisations and zones in a document, and which of them the document is about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from extractors.model import CleanText, EntityFrom
from extractors.phrases import place_nouns

_NAME = re.compile(r"[A-Z][\w’'-]*[A-Za-z](?:\s+(?:of\s+)?[A-Z][\w-]*[A-Za-z])*")
_NOT_NAMES = frozenset(
    "in on at by from to of the a an it its this these that those since during after before as with for and but or if when"
    " while among however meanwhile also about under over up more less our we he she they there all some many most new no"
    " not per first second third fourth last next overview introduction profile summary market economy economic review"
    " statistical communiqué bulletin report general outlook tourism industry industrial water air forest agriculture"
    " population january february march april may june july august september october november december jan feb mar apr"
    " jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday gdp cpi ppi usd rmb cny"
    " yuan national state government council party congress committee five-year plan phase table notes note source"
    " figures chinese english spring summer autumn winter year h1 h2 q1 q2 q3 q4 workers table children".split()
)
_OFFICE = re.compile(r"^((?:[A-Z][\w-]+\s+){1,2}?)(?:Municipal|Provincial|County|City|District|Prefectural|Regional)\b")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a document is about, and how that was found."""

    name: str | None
    found: EntityFrom


def subject_of(clean: CleanText, title: str | None) -> Subject:
    """The document's subject: the name that is most prominent in title, lead and body; else the masthead's.

    >>> text = "Overview of Qinghe\\n\\nQinghe lies in the north. The GDP of Qinghe was 5 billion yuan."
    >>> subject_of(CleanText(text, text), None).name
    'Qinghe'
    """
    lines = clean.text.split("\n", 1)
    head = " ".join(filter(None, (title, lines[0])))
    scores = _scores(clean.text, head)
    if scores:
        best = max(scores, key=lambda name: (scores[name], -clean.text.find(name)))
        return Subject(best, "subject")
    return _masthead(clean)


def _scores(text: str, head: str) -> dict[str, float]:
    runs = [name for match in _NAME.finditer(text) for name in [_without_lead_words(match[0])] if name]
    counts = Counter(runs)
    lead = text[: text.find(".", len(head) + 20) + 1] or text[:400]
    return {name: _score(name, counts, head, lead, text) for name in counts if _plausible(name, text)}


def _score(name: str, counts: Counter[str], head: str, lead: str, text: str) -> float:
    mentions = sum(n for run, n in counts.items() if run == name or run.startswith(name + " "))
    owned = len(re.findall(rf"\b{re.escape(name)}['’]s\b", text))
    place = name.split()[-1].lower() in place_nouns()
    return 2 * mentions + owned + 5 * (name in head) + 3 * (name in lead) + 2 * place


def _without_lead_words(run: str) -> str:
    words = run.replace("’s", "").replace("'s", "").split()
    while words and words[0].lower() in _NOT_NAMES:
        words.pop(0)
    while words and words[-1].lower() in _NOT_NAMES | {"of"}:
        words.pop()
    return " ".join(words)


def _plausible(name: str, text: str) -> bool:
    """No acronym, and no word that the text also writes small (a capital only because it starts a sentence)."""
    if name.isupper() or len(name) < 3 or len(name.split()) > 6:
        return False
    return not re.search(rf"\b{re.escape(name.lower())}\b", text) and all(w.lower() not in _NOT_NAMES for w in name.split())


def _masthead(clean: CleanText) -> Subject:
    for line in clean.boilerplate:
        match = _OFFICE.match(line.text.strip())
        if match:
            return Subject(match[1].strip(), "masthead")
    return Subject(None, "none")


@cache
def same_entity(name: str, subject: str) -> bool:
    """Whether two names are of one entity: equal but for ``City``, ``Municipality``, ``Prefecture``."""
    drop = re.compile(r"\b(?:City|Municipality|Prefecture)\b", re.IGNORECASE)
    return drop.sub("", name).split() == drop.sub("", subject).split()
