"""Series of numbers and the lists they belong to: ``respectively``, ``a:b:c``, coordinated subjects."""

from __future__ import annotations

import re

from extractors.clauses import Sentence
from extractors.drafts import Draft
from extractors.lexicon import words
from extractors.phrases import noun_phrase

LINKS = frozenset({",", "and", "or", "RESP", "ADV"})  #: Conventional sets that a series of numbers distributes over.
_SETS = {
    "three industries": ("primary industry", "secondary industry", "tertiary industry"),
    "three sectors": ("primary sector", "secondary sector", "tertiary sector"),
}


_SEPARATOR = re.compile(r"\s*,\s*(?:and\s+|as well as\s+)?|\s+(?:and|as well as)\s+")
_COMMAS = re.compile(r"\s*,\s*(?:and\s+|as well as\s+)?")


def distribute(sentence: Sentence, drafts: list[Draft]) -> None:
    """Give the members of a series the members of the list they belong to (``respectively``, ``a:b:c``)."""
    for first, last in _series(sentence, drafts):
        members = drafts[first:last]
        if len({draft.unit for draft in members}) > 1 and all(draft.unit_kind == "count" for draft in members):
            continue  # ``742,000 students and 47,300 teachers`` of schools and kindergartens
        names = _members(sentence, members[0], drafts[:first], len(members))
        for draft, name in zip(members, names, strict=False):
            draft.indicator = name


def _series(sentence: Sentence, drafts: list[Draft]) -> list[tuple[int, int]]:
    runs, first = [], 0
    for i in range(1, len(drafts) + 1):
        linked = i < len(drafts) and joined(sentence, drafts[i - 1], drafts[i])
        if not linked:
            if i - first > 1:
                runs.append((first, i))
            first = i
    return runs


_JOINS = LINKS | {"RISE", "FALL", "by", ":", "BASIS"}


def joined(sentence: Sentence, one: Draft, two: Draft) -> bool:
    between = sentence.nodes[one.node + 1 : two.node]
    return one.unit_kind == two.unit_kind and all(n.label in _JOINS for n in between)


def _members(sentence: Sentence, draft: Draft, before: list[Draft], count: int) -> list[str]:
    for name, members in _SETS.items():
        if name in draft.indicator and len(members) == count:
            return [_placed(draft.indicator, name, member) for member in members]
    for separator in (_SEPARATOR, _COMMAS):  # an ``and`` may stand inside of a member, where commas part them
        parts = split_list(draft.indicator, separator)
        if len(parts) == count:
            return parts
    piece = sentence.piece_of(draft.node)
    subject = noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text).text if piece.subject else ""
    owners = split_list(subject) if subject and subject != draft.indicator else []
    if len(owners) == count:
        return [f"{draft.indicator} of {owner}" for owner in owners]
    earlier = list(dict.fromkeys(d.indicator for d in before if not d.rule.startswith("members.")))
    return earlier[-count:] if len(earlier) >= count > 1 and _has_respectively(sentence) else []


def _placed(indicator: str, name: str, member: str) -> str:
    return re.sub(rf"\b(?:the )?{name}", f"the {member}", indicator)


def _has_respectively(sentence: Sentence) -> bool:
    return any(node.label == "RESP" for node in sentence.nodes)


def split_list(indicator: str, separator: re.Pattern[str] = _SEPARATOR) -> list[str]:
    """The members of a coordinated indicator, each with the shared head.

    >>> split_list("output of pork, beef and mutton")
    ['output of pork', 'output of beef', 'output of mutton']
    >>> split_list("income of urban and rural residents")
    ['income of urban residents', 'income of rural residents']
    >>> split_list("investment in energy and water management")
    ['investment in energy', 'investment in water management']
    """
    mark = separator.search(indicator)
    if mark is None:
        return [indicator]
    lead = _JOINT.match(indicator, 0, mark.start()) or _LOOSE.match(indicator, 0, mark.start())
    head, rest = (lead[0], indicator[lead.end() :]) if lead else ("", indicator)
    parts = [part.removeprefix("the ") for part in separator.split(rest) if part]
    if len(parts) < 2:
        return [indicator]
    shared = parts[-1].split()[1:]
    if shared and all(len(p.split()) == 1 and _is_adjective(p) for p in parts[:-1]):
        parts = [*(" ".join([p, *shared]) for p in parts[:-1]), parts[-1]]
    elif not head and all(len(p.split()) == 1 for p in parts[:-1]) and (tail := _TAIL.search(parts[-1])):
        if not all(p.endswith("s") for p in parts[:-1]):
            return [indicator]  # ``research and development of drugs`` is one thing
        parts = [*(f"{p}{tail[0]}" for p in parts[:-1]), parts[-1]]
    joint = f" {lead[1]} " if lead else ""
    return [part if joint and joint in part else f"{head}{part}" for part in parts]


_JOINT = re.compile(r".+?\s(of|in|for|on|from)\s(?:the\s)?")
#: joints that hold only where none of the others does: ``contribution to the growth of exports and imports``
_LOOSE = re.compile(r".+?\s(with|to)\s(?:the\s)?")
#: of what the last member of a list says, and what holds for all: ``imports and exports of goods``
_TAIL = re.compile(r"(?<=\w) of .*$")
_ADJECTIVES = words("shared_head_adjective")


def _is_adjective(word: str) -> bool:
    return word.lower() in _ADJECTIVES or word.endswith(("al", "ary", "ic", "ive", "ous", "ed", "ern"))
