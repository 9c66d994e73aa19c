"""Noun phrases of a sentence as indicators: what is left when leads, owners, times and places are taken off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.clauses import PREPOSITIONS, Node
from extractors.entities import place_nouns, unions
from extractors.lexicon import words

_LEADS = frozenset(
    "the a an its their his this these those all both each our we i he she not ADV SUBORD and or P BASIS of_which also"
    " OF_WHICH into as about there namely RESP ADDED AVERAGE_ that".split()
)
#: words that tie a clause to the one before, in front of what it is about or behind it
_TIES = words("clause_tie")
_PRONOUNS = words("pronoun")
_POSSESSIVES = ("'s", "’s", "'", "’")
_TRAILING = PREPOSITIONS | frozenset("the a an and or , ; : - – — ( its BASIS P ADV that not SUBORD RESP".split())


@dataclass(slots=True)
class Phrase:
    """``text`` without lead and tail; ``entity`` its owner where named; ``refers``: it is the document's
    subject or a pronoun; ``noun`` the word that says so (``the port``, ``it``)."""

    text: str = ""
    entity: str | None = None
    refers: bool = False
    noun: str = ""


def noun_phrase(nodes: Sequence[Node], text: str) -> Phrase:
    """The indicator and owner that a run of nodes names.

    The run ``In 2019 , the city 's GDP`` gives ``GDP``; ``Jinhu 's exports`` gives ``exports`` of ``Jinhu``; ``the
    city`` gives no text but ``refers``.
    """
    nodes = _without_lead(nodes)
    owner, nodes, noun = _owner(nodes)
    refers = bool(noun)
    nodes = _without_lead(nodes)
    if nodes and nodes[0].label == "Q" and not (is_size(nodes[0].text) and len(nodes) > 1 and nodes[1].label == "W"):
        return Phrase(entity=owner, refers=refers, noun=noun)
    if owner is None:
        owner, nodes = _modifying_name(nodes)
    nodes, place = _without_tail(nodes)
    if not nodes:
        return Phrase(entity=owner or place, refers=refers or owner is None, noun=noun)
    if len(nodes) == 1 and _is_general(nodes[-1].text.lower()):
        return Phrase(entity=owner, refers=True, noun=nodes[0].text.lower())
    if (
        len(nodes) > 2
        and nodes[1].label == "of"
        and place_nouns().get(nodes[0].text) == "place"
        and _is_name(nodes[2:])
    ):
        nodes = nodes[2:]  # ``the municipality of Carvalhosa``
    if _is_name(nodes):  # of ``China's Jiangsu`` the inner name
        return Phrase(entity=text[nodes[0].start : nodes[-1].end])
    if apposed := _apposed_name(nodes):
        return Phrase(entity=text[apposed[0].start : apposed[-1].end])
    if _is_settlement(nodes):
        return Phrase(entity=owner, refers=True, noun=nodes[-1].text.lower())
    return Phrase(_spaced(_text(nodes, text)), owner or place, refers, noun)


#: a size before the thing that has it: ``600-bed``, ``4.7-inch``, ``5.5 kWh``; not ``48 hours`` or ``10 percent``
_SIZE = re.compile(r".*(?:-[^\W\d_]+|\d\s?(?:[A-Za-zµ]{1,2}|[A-Z]\w?[a-zA-Z]{1,2}|[a-z][A-Z]\w+))")


def is_size(quote: str) -> bool:
    """Whether a number is written as the size of what follows.

    >>> [is_size(quote) for quote in ("600-bed", "16GB", "5.5 kWh", "48 hours", "10 percent")]
    [True, True, True, False, False]
    """
    return _SIZE.fullmatch(quote) is not None


def _apposed_name(nodes: Sequence[Node]) -> Sequence[Node]:
    """The name behind what it is: ``economic powerhouse Jiangsu Province``; empty where there is none."""
    first = len(nodes)
    while first and nodes[first - 1].is_name:
        first -= 1
    common = nodes[:first]
    if (
        not common
        or first == len(nodes)
        or not all((n.label == "W" and n.text.islower()) or n.text.lower() in _COMPASS for n in common)
    ):
        return ()
    return nodes[first:]


def _is_settlement(nodes: Sequence[Node]) -> bool:
    """``eastern coastal province``: the document's place by another word; not ``largest city``, ``other city``."""
    return (
        len(nodes) > 1
        and place_nouns().get(nodes[-1].text) == "place"
        and all(n.label == "W" and n.text.islower() and n.text not in _SELECTING for n in nodes)
        and not any(n.text.endswith("est") and n.text not in _COMPASS for n in nodes)
    )


_SELECTING = words("selecting")
_COMPASS = words("compass")


def _is_general(word: str) -> bool:
    """``city``, ``it``: the document's subject, or what was spoken of before."""
    return word in place_nouns() or word in _PRONOUNS


def _text(nodes: Sequence[Node], text: str) -> str:
    """The words as they stand in the text; where an owner was taken out in the middle, what is on both sides of it."""
    gap = next((i for i in range(1, len(nodes)) if nodes[i].at != nodes[i - 1].at + 1), 0)
    if not gap:
        return text[nodes[0].start : nodes[-1].end]
    return f"{text[nodes[0].start : nodes[gap - 1].end]} {_text(nodes[gap:], text)}"


def _spaced(text: str) -> str:
    plain = _ASIDE.sub("", text) if "(" in text else text
    return " ".join(plain.split()).strip(" ,;:-–—(\"“”'")


_ASIDE = re.compile(r"\s*\([^()]*\)")


def _without_lead(nodes: Sequence[Node]) -> Sequence[Node]:
    i = 0
    while i < len(nodes) and (
        nodes[i].label in _LEADS
        or nodes[i].label in PREPOSITIONS
        or not nodes[i].text[0].isalnum()
        or nodes[i].text.lower() in _TIES
    ):
        if nodes[i].label == "(" or (nodes[i].label == "per" and i + 1 < len(nodes) and nodes[i + 1].label == "-"):
            break  # ``per-capita spending``
        i += 1
    return nodes[i:]


def _owner(nodes: Sequence[Node]) -> tuple[str | None, Sequence[Node], str]:
    """(owner's name or None, the nodes after ``'s``, the noun where the owner is ``the city`` or the like)."""
    mark = next((i for i, node in enumerate(nodes[:9]) if node.text in _POSSESSIVES), None)
    if not mark:
        return None, nodes, ""
    before = nodes[:mark]
    if before[-1].label == "Q":
        return None, nodes[mark + 1 :], ""  # ``the four cities' total GDP``
    if any(n.label in PREPOSITIONS for n in before[1:]):
        return None, _without_place(nodes, mark), ""
    owner = before[-1].text.lower()
    if (owner in place_nouns() or owner in ("area", "economy")) and not before[-1].is_name:
        return None, nodes[mark + 1 :], owner
    if owner in _TIMES and mark <= 2:
        return None, nodes[mark + 1 :], ""  # ``the year's revenue``
    if not before[-1].is_name or before[-1].text == "Engel":
        return None, nodes, ""
    first = mark - 1
    while first > 0 and (
        before[first - 1].is_name
        or (before[first - 1].text in ("of", "and") and first > 1 and before[first - 2].is_name)
    ):
        first -= 1
    name = " ".join(node.text for node in before[first:])
    if all(n.text.lower() in _COMPASS or n.label == "the" for n in nodes[:first]):
        first = 0  # ``Southwest China's Yunnan province``
    return name, [*nodes[:first], *nodes[mark + 1 :]] if first else nodes[mark + 1 :], ""


def _without_place(nodes: Sequence[Node], mark: int) -> Sequence[Node]:
    """``cargo throughput at the country's ports`` without ``the country's``."""
    the = nodes[mark - 2].label in ("the", "this") and nodes[mark - 1].text.lower() in place_nouns()
    return [*nodes[: mark - 2], *nodes[mark + 1 :]] if the else nodes


def _modifying_name(nodes: Sequence[Node]) -> tuple[str | None, Sequence[Node]]:
    """A name of two or more words before the thing itself: ``European Union annual inflation``."""
    for size in (2, 1):
        name = " ".join(n.text for n in nodes[:size]).lower()
        if len(nodes) > size and name in unions() and nodes[size].label == "W":
            return unions()[name], nodes[size:]
    run = next((i for i, n in enumerate(nodes) if not n.is_name), len(nodes))
    if run < 2 or run == len(nodes) or nodes[run].label != "W" or any(n.text.isupper() for n in nodes[:run]):
        return None, nodes
    if nodes[run].text.lower() in place_nouns():
        return None, nodes
    return " ".join(n.text for n in nodes[:run]), nodes[run:]


def _cuts(node: Node) -> bool:
    """A side clause ends a phrase, but for the one that says which persons are meant."""
    return node.label == "SUBORD" and node.text.lower() != "who"


#: a few counted things, as a part of what is measured
_FEW = re.compile(r"(?:\d{1,2}|[a-z]+) (?!(?:hundred|thousand|million|billion|trillion)\b)[a-z][a-z -]*s")


def _without_tail(nodes: Sequence[Node]) -> tuple[Sequence[Node], str | None]:
    """Cut at a bracket, a time, ``of the city``, ``in Langhai Province``; a place cut off is returned."""
    end, place = len(nodes), None
    for i, node in enumerate(nodes):
        if (
            i
            and node.label == "Q"
            and nodes[i - 1].label in ("of", "the", "its", "'s", "’s")
            and _FEW.fullmatch(node.text)
        ):
            return nodes[: i + 1], None  # ``total output of the three leading industries``
        if i and (
            node.label in ("(", "P", "Q", "OF_WHICH", ";", ":")
            or (node.label in ("MORE", "LESS") and i + 1 < len(nodes) and nodes[i + 1].label == "than")
            or _cuts(node)
            or node.text in ("compared", "according")
        ):
            end = i
            break
        if i and node.label in ("for", "in", "during") and any(n.text.lower() in _TIMES for n in nodes[i + 1 : i + 3]):
            end = i
            break
        if i and node.label in ("of", "in", "across", "for", "at") and _place_follows(nodes[i + 1 :]):
            end, place = i, _name_of(nodes[i + 1 :]) if node.label != "of" else None
            break
        if i and node.label in ("in", "at") and i + 1 < len(nodes) and _is_place_name(_run(nodes[i + 1 :])):
            end, place = i, _name_of(nodes[i + 1 :])
            break
    while end and (
        nodes[end - 1].label in _TRAILING
        or (end > 1 and (nodes[end - 1].text.endswith("ly") or nodes[end - 1].text in _TIES))
    ):
        end -= 1
    return nodes[:end], place


_TIMES = words("time_noun")


def _place_follows(nodes: Sequence[Node]) -> bool:
    """``the city``, ``the whole county``: the document's subject, which is no part of an indicator."""
    run = [n for n in nodes[:3] if n.label not in ("the", "this", "its", "whole", "entire")]
    if not run or len(nodes) - len(run) == 0:
        return False
    return run[0].text.lower() in place_nouns() and (
        len(nodes) < 3 or nodes[min(2, len(nodes) - 1)].label != "W" or nodes[1] is not run[0]
    )


def _run(nodes: Sequence[Node]) -> list[Node]:
    """The leading run of words (the article left out)."""
    words = list(nodes[1:] if nodes and nodes[0].label == "the" else nodes)
    stop = next((i for i, n in enumerate(words) if n.label != "W"), len(words))
    return words[:stop]


def _is_name(nodes: Sequence[Node]) -> bool:
    """All words parts of names (small joining words and numbers aside)."""
    words = [n for n in nodes if n.label == "W"]
    small = [n for n in nodes if n.label not in ("W", "of", "and", "the", "P", "Q", "-")]
    return bool(words) and not small and all(n.is_name or n.text[0].isdigit() for n in words)


def _is_place_name(nodes: Sequence[Node]) -> bool:
    """``Langhai``, ``Langhai province``."""
    if len(nodes) > 1 and nodes[-1].text in place_nouns():
        nodes = nodes[:-1]
    return _is_name(nodes)


def _name_of(nodes: Sequence[Node]) -> str | None:
    run = _run(nodes)
    names = []
    for node in run:
        if not node.is_name:
            break
        names.append(node.text)
    return " ".join(names) or None
