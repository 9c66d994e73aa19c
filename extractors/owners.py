"""Whose a figure is, told by a name beside it: ``30.1 points in Malta``, ``Alder Falls, where 9,862 people lived``."""

from __future__ import annotations

from extractors.clauses import Node, Sentence
from extractors.phrases import noun_phrase

_ENDS = frozenset({",", ".", ";", ")", "and", "or", "to", "P", "in", "SUBORD"})
#: What holds in a place; sums of money are spent in places that others own.
_HOLDS_IN = frozenset({"percent", "permille", "percentage_point", "multiple", "index"})


def owner_beside(sentence: Sentence, position: int, unit_kind: str) -> str | None:
    """The name that stands right behind a rate with ``in``, or at the head of the sentence."""
    nodes = sentence.nodes
    if unit_kind in _HOLDS_IN and (name := _in_name(nodes, position + 1)):
        return name
    return _headed(sentence, position)


def goes_on(sentence: Sentence) -> bool:
    """Whether a sentence begins with what the one before was about: ``It consists of``, ``Its output was``."""
    return bool(sentence.nodes) and sentence.nodes[0].text.lower() in ("it", "its")


def about_it(sentence: Sentence, position: int) -> bool:
    """Whether the clause of a figure is about ``it``: ``Upon completion, it is expected to receive``."""
    subject = sentence.piece_of(position).subject
    return subject is not None and [n.text.lower() for n in sentence.nodes[slice(*subject)]] == ["it"]


def topic_of(sentence: Sentence, before: str | None) -> str | None:
    """The name alone that a sentence is about, for the ``it`` of the next; a sentence about ``it`` keeps the topic."""
    if goes_on(sentence) or any(n.text.lower() == "it" for n in sentence.nodes[:8]):
        return before
    piece = sentence.pieces[0] if sentence.pieces else None
    if piece is None or (
        piece.verb < 0 and (piece.last >= len(sentence.nodes) or sentence.nodes[piece.last].label != ",")
    ):
        return None
    end = piece.verb if piece.verb >= 0 else piece.last
    whole = sentence.nodes[piece.first : end]
    if not any(n.is_name for n in whole) or not all(n.is_name or n.label in ("the", "of", "-") for n in whole):
        return None
    return noun_phrase(whole, sentence.text).entity


def _in_name(nodes: list[Node], at: int) -> str | None:
    """``in Malta``, ``in the Netherlands``: a name to the end of the phrase."""
    if at + 1 >= len(nodes) or nodes[at].label != "in":
        return None
    first = at + 1 + (nodes[at + 1].label == "the")
    last = first
    while last < len(nodes) and nodes[last].is_name:
        last += 1
    ends = last >= len(nodes) or nodes[last].label in _ENDS
    return " ".join(n.text for n in nodes[first:last]) if last > first and ends else None


def owner_where(sentence: Sentence, position: int) -> str | None:
    """The name before ``, where``: that of the place, whatever the main clause is about."""
    first = sentence.piece_of(position).first - 1
    nodes = sentence.nodes
    if first < 2 or nodes[first].text.lower() != "where":
        return None
    end = first - (nodes[first - 1].label == ",")
    start = end
    while start > 0 and nodes[start - 1].is_name:
        start -= 1
    return " ".join(n.text for n in nodes[start:end]) or None


def _headed(sentence: Sentence, position: int) -> str | None:
    """``Lanhe Development Zone, 18 km from the centre, attracted``: a name alone before the first comma."""
    if not sentence.pieces or sentence.nodes[sentence.pieces[0].last : sentence.pieces[0].last + 1][:1] == []:
        return None
    head = sentence.pieces[0]
    comma = sentence.nodes[head.last]
    if (
        head.verb >= 0
        or comma.label != ","
        or position <= head.last
        or any(n.label == ";" for n in sentence.nodes[:position])
    ):
        return None
    whole = sentence.nodes[head.first : head.last]
    if not all(n.is_name or n.label in ("the", "of", "-") for n in whole):
        return None
    phrase = noun_phrase(whole, sentence.text)
    return phrase.entity if not phrase.text else None
