"""A sentence as a short row of nodes, and its clauses with their subjects.

A node is a quantity, a time expression, a cue, a punctuation mark or a word; every node has a label, so that the
constructions can be told by patterns over labels (``RISE by Q``). No parser is needed: a subject is what stands before
the first verb of its piece of the sentence, and a piece without a subject keeps the last one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from spacy.tokens import Doc

from extractors.cues import find_cues, token_offsets
from extractors.entities import place_nouns
from extractors.lexicon import words
from extractors.model import PeriodMention, Quantity

#: Words that constructions may name as they are.
FUNCTION_WORDS = words("function")
VERBS = frozenset(
    {"REACH", "RISE", "FALL", "BE", "HAVE", "VERB", "SHARE", "RANK_V", "GAIN", "LOSE", "OUTDO", "MISS", "PULL"}
)
PREPOSITIONS = words("preposition")
_BREAKS = frozenset({",", ";", ":", "(", ")", "and", "or", "SUBORD", "–", "—", "--", "OF_WHICH", "."})
_NOUN_LEADS = frozenset(
    {
        "of",
        "in",
        "with",
        "for",
        "new",
        "the",
        "a",
        "an",
        "its",
        "their",
        "'s",
        "’s",
        "this",
        "annual",
        "total",
        "average",
    }
)
_PARTICIPLE_FOLLOWERS = PREPOSITIONS | frozenset(
    {"Q", "P", "the", "a", "an", "its", "their", "that", ",", ".", ";", "and", "ADV", "as", "ADDED"}
)


@dataclass(slots=True)
class Node:
    """A part of a sentence: ``text[start:end]`` with a label; ``quantity``/``period`` are places in the lists read."""

    label: str
    start: int
    end: int
    text: str
    quantity: int = -1
    period: int = -1
    cue: str = ""
    is_name: bool = False
    at: int = 0


@dataclass(slots=True)
class Piece:
    """Nodes ``first`` to ``last`` (exclusive) between two breaks; ``verb`` is the position of its main verb or -1.

    ``relative``: a side clause (``which``, ``of which``), whose subject is its own. ``subject`` is the span of nodes
    that the piece is about, ``own_subject`` whether it stands in the piece itself; ``owner`` what saw it happen
    (``The province saw its exports rise``).
    """

    first: int
    last: int
    opener: str
    relative: bool = False
    verb: int = -1
    subject: tuple[int, int] | None = None
    own_subject: bool = False
    number: int = 0
    owner: tuple[int, int] | None = None


#: How many pieces a figure may reach back or ahead for its subject or its time.
_REACH = 16


@dataclass(slots=True)
class Sentence:
    """The nodes and pieces of one sentence; ``offset`` is its place in the clean text."""

    text: str
    quantities: list[Quantity]
    periods: list[PeriodMention]
    nodes: list[Node]
    pieces: list[Piece] = field(default_factory=list)
    #: for each node the number of the piece that holds it, or that ended before it
    places: list[int] = field(default_factory=list)
    #: what patterns see of the nodes
    labels: list[str] = field(default_factory=list)

    def piece_of(self, node: int) -> Piece:
        """The piece that holds a node."""
        return self.pieces[self.places[node]]

    def pieces_before(self, piece: Piece) -> list[Piece]:
        """The pieces before one, the nearest first; no more than a reader keeps in mind, so that time stays linear."""
        return self.pieces[max(0, piece.number - _REACH) : piece.number][::-1]

    def pieces_after(self, piece: Piece) -> list[Piece]:
        """The pieces after one, as far as a reader looks ahead."""
        return self.pieces[piece.number + 1 : piece.number + 1 + _REACH]


def parse(
    doc: Doc,
    text: str,
    quantities: list[Quantity],
    periods: list[PeriodMention],
    names: frozenset[str] = frozenset(),
) -> Sentence:
    """The sentence of a doc as nodes and pieces; ``names`` are the words that are parts of names in its document.

    ``text`` is that of the doc: to ask the doc for it costs as much as a tenth of making it.
    """
    nodes = _nodes(doc, text, quantities, periods)
    for at, node in enumerate(nodes):
        node.at = at
        node.is_name = node.label == "W" and node.text in names
        if at and node.cue and node.text in names and node.text[0].isupper() and nodes[at - 1].is_name:
            node.label, node.cue, node.is_name = "W", "", True  # ``Alder Falls`` does not fall
    _mark_groups(nodes)
    _mark_participles(nodes)
    _mark_small_clauses(nodes)
    _mark_present(nodes)
    sentence = Sentence(text, quantities, periods, nodes)
    sentence.pieces = _pieces(nodes)
    sentence.places = _places(nodes, sentence.pieces)
    _find_subjects(nodes, sentence.pieces)
    sentence.labels = [_seen(node) for node in nodes]
    return sentence


def behind_equivalent(nodes: Sequence[Node], position: int) -> int:
    """The node behind an amount, or behind brackets that only say it again: ``5 yuan (US$1) in 2022``."""
    around = [n.label for n in nodes[position + 1 : position + 4]]
    return position + 4 if around == ["(", "Q", ")"] else position + 1


def _places(nodes: Sequence[Node], pieces: Sequence[Piece]) -> list[int]:
    firsts = [piece.first for piece in pieces]
    return [bisect_right(firsts, node.at) - 1 for node in nodes]


def _seen(node: Node) -> str:
    """The label followed by a space; a word of digits that is no figure is ``D``, an adverb is left out."""
    if node.label == "ADV":
        return ""
    return "D " if node.label == "W" and node.text[0].isdigit() else f"{node.label} "


def _nodes(doc: Doc, text: str, quantities: Sequence[Quantity], periods: Sequence[PeriodMention]) -> list[Node]:
    nodes = [Node("Q", q.start, q.end, text[q.start : q.end], quantity=i) for i, q in enumerate(quantities)]
    taken = [(q.start, q.end) for q in quantities]
    nodes += [
        Node("REACH", q.start, q.start + len(verb), verb)
        for q in quantities
        if (verb := text[q.start : q.end].partition(" ")[0]) in _BOUND_VERBS
    ]
    for i, period in enumerate(periods):
        if not _overlaps(period.start, period.end, taken):
            nodes.append(Node("P", period.start, period.end, period.text, period=i))
            taken.append((period.start, period.end))
    offsets = token_offsets(doc)
    found = []
    for start, end, row in find_cues(doc, offsets):
        if _is_part_of_word(text, start, end) or _in_a_total(text, start, end):
            continue
        if not _overlaps(start, end, taken):
            nodes.append(Node(row["label"], start, end, text[start:end], cue=row.id))
            found.append((start, end))
        elif row["label"] == "BASIS" and not _overlaps(start, end, taken[: len(quantities)]):
            nodes = [n for n in nodes if n.label != "P" or n.end <= start or n.start >= end]
            nodes.append(Node("BASIS", start, end, text[start:end], cue=row.id))
            found.append((start, end))
    nodes.extend(_words(text, offsets, sorted(taken + found)))
    return _without_date_commas(_without_asides(sorted(nodes, key=lambda node: (node.start, node.label == "Q"))))


_LONG_DATE = re.compile(r"[A-Z][a-z]+\.? \d{1,2}, (?:19|20)\d\d$")


def _without_date_commas(nodes: list[Node]) -> list[Node]:
    """The nodes without the comma that only ends a date: ``the population on November 1, 2020, was``."""
    return [
        node
        for node, before, after in zip(nodes, [None, *nodes], [*nodes[1:], None], strict=False)
        if not (
            node.label == ","
            and before is not None
            and after is not None
            and before.label == "P"
            and after.label in VERBS
            and _LONG_DATE.search(before.text)
        )
    ]


def _is_part_of_word(text: str, start: int, end: int) -> bool:
    """``added`` of ``added-value tax`` adds nothing."""
    around = text[max(0, start - 2) : start], text[end : end + 2]
    hyphens = len(around[0]) == 2 and around[0][1] == "-" and around[0][0].isalpha(), around[1][:1] == "-"
    return (hyphens[0] or (hyphens[1] and around[1][1:].isalpha())) and text[start:end].isalpha()


#: ``in total`` before the noun of what was totalled
_TOTALLED = re.compile(r"in total (?!to\b|by\b|and\b|from\b|of\b|over\b|about\b)[a-z]{3}", re.I)


def _in_a_total(text: str, start: int, end: int) -> bool:
    """``412 billion yuan in total imports`` does not say ``in all``."""
    return text[start:end].lower() == "in total" and _TOTALLED.match(text, start) is not None


#: verbs that say how exactly a number holds, which stand in the quotation and are still the verb of their clause
_BOUND_VERBS = words("bound_verb")


def _without_asides(nodes: list[Node]) -> list[Node]:
    """The nodes without brackets that hold no number: ``gross domestic product (GDP) of the city``."""
    kept: list[Node] = []
    opened = -1
    for node in nodes:
        if node.label == "(":
            opened = len(kept)
        kept.append(node)
        if node.label == ")" and opened >= 0:
            if not any(n.label in ("Q", "P") for n in kept[opened:]):
                del kept[opened:]
            opened = -1
    return kept


def _overlaps(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < last and end > first for first, last in taken)


@lru_cache(maxsize=1 << 14)
def _label(word: str) -> str:
    lower = word.lower()
    return lower if lower in FUNCTION_WORDS else ("W" if word[0].isalnum() else word)


def _words(text: str, offsets: Sequence[Sequence[int]], taken: Sequence[tuple[int, int]]) -> list[Node]:
    nodes: list[Node] = []
    spans = iter([*taken, (1 << 60, 1 << 60)])
    first, last = next(spans)
    for start, length in offsets:
        end = start + length
        while start >= last:
            first, last = next(spans)
        word = text[start:end]
        if end > first or word.isspace():
            continue
        label = _label(word)
        if word == "-" and text[start - 1 : start] == text[end : end + 1] == " ":
            label = "–"  # ``it grew - the port says - by 5%``: written as a hyphen, read as a dash
        nodes.append(Node(label, start, end, word))
    return nodes


def _mark_groups(nodes: list[Node]) -> None:
    """``Among these countries, the province saw``: a group named, of which the clause behind tells something else."""
    for node, noun, after in zip(nodes, nodes[1:], nodes[2:], strict=False):
        if node.label == "OF_WHICH" and node.text.lower() in ("among these", "among those") and after.label == ",":
            node.label = "among" if noun.label == "W" else node.label


def _mark_participles(nodes: list[Node]) -> None:
    """Words in -ed count as verbs where what follows is no noun: ``attracted 1,870``, not ``planned area``.

    After an article or an owner nothing is a verb: ``the cost per ton``.
    """
    before = ""
    if not nodes:
        return
    for number, (node, after) in enumerate(zip(nodes, [*nodes[1:], Node(".", 0, 0, ".")], strict=True)):
        if (
            before in _NOUN_LEADS
            and node.label in ("VERB", "REACH", "RANK_V", "SHARE", "HAVE")
            and " " not in node.text
        ):
            node.label = "W"
        named = after.label in ("of", "per", ":") or (
            after.label == "to" and before == "and" and node.text.endswith("s")
        )
        if node.label == "VERB" and named and node.cue == "verb" and not _is_past(node.text):
            node.label, node.cue = "W", ""  # ``costs of``, ``energy use per square metre``, ``and costs to 9 million``
        if node.cue == "measuring_verb" and not _measures(nodes, number):
            node.label, node.cue = "W", ""
        if (
            node.label == "VERB"
            and number
            and nodes[number - 1].text.lower() == "newly"
            and after.label in ("W", "high")
        ):
            node.label = "W"  # ``Newly built farmland totalled``
        if node.label in ("VERB", "REACH") and " " not in node.text and _is_noun_or_adjective(nodes, number):
            node.label = "W"
        if before == "BE" and node.text == "grown" and not nodes[number - 1].text.endswith("been"):
            node.label = "VERB"  # ``corn was grown``
        if node.text == "as" and after.label == "W" and _describes(nodes, number):
            node.label, node.cue = "ADV", ""  # ``was just as impressive at``
        if node.text in _TELLING and _tells(nodes, number):
            node.label, node.cue = "SUBORD", ""
        before = node.label if node.label != "W" else node.text
        if node.cue:
            continue
        if (
            node.label == "that"
            and number
            and after.label not in ("in", "of", "P", "at", "for", "with", "by")
            and not _follows_than(nodes, number)
        ):
            node.label = "SUBORD"
        past = node.label == "W" and node.text.endswith("ed") and "-" not in node.text and node.text[0].islower()
        if past and (after.label in _PARTICIPLE_FOLLOWERS or after.text in _COURSES):
            node.label = "VERB"
        if node.label == "W" and number and nodes[number - 1].text in _PERSONS and _is_present(node.text):
            node.label = "VERB"


def _measures(nodes: Sequence[Node], number: int) -> bool:
    """``prices range from Q``, ``it weighs Q``, but neither ``a wide range from`` nor ``the measures``."""
    verb, at = nodes[number], number - 1
    while at > 0 and nodes[at].text.endswith("ly"):
        at -= 1
    before = nodes[at] if at >= 0 else None
    ahead = [n.label for n in nodes[number + 1 : number + 4]]
    told = "Q" in ahead and all(label in _TO_NUMBER for label in ahead[: ahead.index("Q")])
    told = told or [n.text for n in nodes[number + 1 : number + 4]] == ["an", "average", "of"]
    plain = not verb.text.endswith(("s", "ed"))
    many = before is not None and (
        before.is_name or before.text.endswith("s") or before.text.lower() in ("they", "can", "that", "which")
    )
    return told and (many or not plain)


_TO_NUMBER = frozenset(("from", "between", "about", "ADV", "up", "to", "in", "at", "as", "a", "an"))
#: what follows a verb in -ed as its course or leads its object: ``closed down 14 cents``, ``regained some ground``
_COURSES = words("course_or_determiner")
#: behind these a word in -s is a verb: ``which sells tyres``
_PERSONS = frozenset(("it", "he", "she", "which", "who"))


def _is_present(word: str) -> bool:
    return len(word) > 3 and word.islower() and word.endswith("s") and not word.endswith(("ss", "us", "is", "ous"))


#: verbs that tell what others do, where who tells it stands before them: ``analysts expected revenue of``
_TELLING = words("telling_verb")


def _describes(nodes: Sequence[Node], number: int) -> bool:
    lead = [n.label for n in nodes[max(0, number - 2) : number]]
    return lead[-1:] == ["BE"] or lead == ["BE", "ADV"]


def _tells(nodes: Sequence[Node], number: int) -> bool:
    """Whether a clause follows a verb of telling: behind people or a name, and before the subject of another."""
    if not number or number + 2 >= len(nodes):
        return False
    teller, told, then = nodes[number - 1], nodes[number + 1], nodes[number + 2]
    if nodes[number].text == "found" or told.label == "Q":  # ``found 81% of firms``, but ``found 12 boats``
        return told.label == "Q" and then.label == "of" and "%" in told.text
    many = teller.label == "W" and (teller.is_name or (teller.text.endswith("s") and not teller.text.endswith("ss")))
    return many and (told.label == "W" or (told.label in ("the", "its", "their") and then.label == "W"))


def _is_past(verb: str) -> bool:
    return verb.endswith("ed") or verb in words("irregular_participle") or " " in verb


def _mark_present(nodes: list[Node]) -> None:
    """``while exports rise to``: behind a plural without an article the noun of change is a verb."""
    for number in range(1, len(nodes) - 1):
        node, before, after = nodes[number], nodes[number - 1], nodes[number + 1]
        if (
            node.label not in ("RISE_N", "FALL_N")
            or before.label != "W"
            or after.label not in ("to", "by", "Q", "BASIS")
        ):
            continue
        lead = [n.label for n in nodes[max(0, number - 5) : number]]
        if before.text.endswith("s") and before.text[0].islower() and not {"a", "an", "of"} & set(lead):
            node.label = node.label.removesuffix("_N")


def _mark_small_clauses(nodes: list[Node]) -> None:
    """``The province saw its GDP increase 5.8 percent``: behind a verb of seeing the noun of change is a verb."""
    for node in nodes:
        if node.label == "VERB" and node.text.lower() in _SEEING:
            _mark_small_clause(nodes, node.at)


def _mark_small_clause(nodes: list[Node], seeing: int) -> None:
    ahead = nodes[seeing + 2 : seeing + 14]
    for before, change, after in zip(nodes[seeing + 1 :], ahead, nodes[seeing + 3 :], strict=False):
        if change.label == "and" and before.label == after.label == "W":
            change.label = "W"  # ``its trade with Livia and Latgal increase``: of both
        if change.label in _BREAKS or change.label in ("Q", "P"):
            return
        told = before.label == "W" and after.label in ("Q", "BASIS", "by", "to")
        if told and change.label in ("RISE_N", "FALL_N"):
            change.label = change.label.removesuffix("_N")
            return


_SEEING = words("seeing")


_MODALS = words("modal")


def _is_noun_or_adjective(nodes: list[Node], number: int) -> bool:
    """``electricity use was``, ``the urban registered unemployment rate stood``: another verb takes the subject."""
    after = nodes[number + 1 :]
    if nodes[number].text in _MODALS:
        return False
    if after and after[0].label in ("BE", "REACH", "RISE", "FALL") and nodes[number].label == "VERB":
        return after[0].text.lower() not in ("up", "down")
    ends = not after or after[0].label in (".", ",", ";", ")")
    present = nodes[number].label == "VERB" and not nodes[number].text.endswith(("ed", "t"))
    if present and ends and number and nodes[number - 1].label == "W":
        return True
    if not nodes[number].text.endswith("ed") or not after or after[0].label != "W":
        return False
    rest = next((n for n in after if n.label in VERBS or n.label in _BREAKS or n.label in ("Q", "P")), after[0])
    return rest.label in VERBS and not rest.text.endswith("ing")  # ``recorded revenue exceeding``


def _follows_than(nodes: list[Node], position: int) -> bool:
    before = nodes[position - 1]
    if before.label == "Q":
        return before.text.endswith(("times", "fold"))  # and not ``the $134 million that analysts expected``
    return position > 0 and before.label in ("than", "COMPARED", "over", "MORE", "LESS", "times", "with")


def _pieces(nodes: list[Node]) -> list[Piece]:
    pieces: list[Piece] = []
    first, opener, relative = 0, "", False
    both = False
    for i, node in enumerate(nodes):
        if node.label == "and" and both:
            both = False  # ``deposits of both one currency and the other``: one phrase
            continue
        both = both or node.label == "both"
        if node.label in _BREAKS:
            both = False
            if i > first:
                pieces.append(Piece(first, i, opener, relative))
            relative = node.label == "OF_WHICH" or node.text.lower() in ("which", "who", "whose", "where")
            first, opener = i + 1, node.label if node.label != "," or opener == "" else ","
            if node.label == "OF_WHICH":
                opener = "OF_WHICH"
    if first < len(nodes):
        pieces.append(Piece(first, len(nodes), opener, relative))
    for number, piece in enumerate(pieces):
        piece.number, piece.verb = number, _main_verb(nodes, piece)
        before = pieces[number - 1] if number else piece
        if before.relative and before.verb < 0 and piece.opener in ("and", "or", ","):
            piece.relative = True  # ``of which mountains and hills make up``
    return pieces


_STATING = frozenset({"REACH", "BE", "RISE", "FALL", "SHARE"})


def _main_verb(nodes: list[Node], piece: Piece) -> int:
    """The first verb, past a participle that describes the subject: ``electricity used by industry amounted to``."""
    inside = enumerate(nodes[piece.first : piece.last], piece.first)
    verbs = [i for i, node in inside if node.label in VERBS or (node.label == "PROJECTED" and _is_modal(node))]
    if not verbs:
        return _weak_verb(nodes, piece)
    number = next((i for i in range(piece.first, piece.last) if nodes[i].label == "Q"), piece.last)
    later = [
        i
        for i in verbs[1:]
        if i < number and nodes[i].label in _STATING and nodes[i].text.lower() not in ("up", "down")
    ]
    first = nodes[verbs[0]]
    seen = [i for i in verbs[1:] if i < number and nodes[i].label in _STATING] if first.text.lower() in _SEEING else []
    if seen and seen[0] > verbs[0] + 1:
        return seen[0]
    describes = (
        first.label in ("VERB", "HAVE", "REACH", "SHARE")
        and first.text.endswith(("ed", "made", "built"))
        and verbs[0] > piece.first
    )
    describes = describes and verbs[0] + 1 < len(nodes) and nodes[verbs[0] + 1].label in PREPOSITIONS
    if later and describes:
        return later[-1]
    told = [i for i in verbs[1:] if i < number and nodes[i].label in ("VERB", "HAVE") and _has_object(nodes, i)]
    if told and describes:
        return told[-1]  # ``A museum built in 1997 drew``
    if describes and number < piece.last and _folds(nodes[number]):
        return number
    return verbs[0]


def _weak_verb(nodes: Sequence[Node], piece: Piece) -> int:
    """``Customs imposed tariffs of``: behind a name or a pronoun a word in -ed, where nothing else is the verb."""
    number = next((i for i in range(piece.first, piece.last) if nodes[i].label == "Q"), piece.last)
    for i in range(piece.first + 1, number):
        told = nodes[i].label == "W" and nodes[i].text.islower() and nodes[i].text.endswith("ed")
        if told and (nodes[i - 1].is_name or nodes[i - 1].label in _AGENTS):
            return i
    return -1


_AGENTS = frozenset(("it", "he", "she", "they", "we", "i", "who", "which"))


def _has_object(nodes: Sequence[Node], verb: int) -> bool:
    """Whether a verb's object stands right behind it."""
    if verb + 1 == len(nodes):
        return False
    return nodes[verb + 1].label in ("Q", "ADV", "a", "an", "the", "W") and not nodes[verb].text.endswith("ing")


def _folds(node: Node) -> bool:
    """``almost doubled``: a number that is a verb."""
    return node.text.lower().endswith(("doubled", "tripled", "quadrupled", "halved"))


def _find_subjects(nodes: list[Node], pieces: list[Piece]) -> None:
    current: tuple[int, int] | None = None
    for number, piece in enumerate(pieces):
        main = current
        if piece.verb >= 0:
            first = _subject_start(nodes, piece)
            restricted = _restricted(nodes, pieces, number)
            if restricted is not None:
                piece.subject, piece.own_subject, current = restricted, True, restricted
                continue
            seen = next((i for i in range(first, piece.verb - 1) if nodes[i].text.lower() in _SEEING), -1)
            if seen > first:
                piece.owner, first = (first, seen), seen + 1
            if first < piece.verb and any(not _is_adverb(nodes[i]) for i in range(first, piece.verb)):
                current = (_extended(nodes, pieces, number, first), piece.verb)
                piece.own_subject = True
            elif piece.opener == "," and number > 1 and _is_interrupted(nodes, pieces, number):
                current = (
                    pieces[number - 2].first,
                    pieces[number - 2].last,
                )  # ``that with X, which ranked second, was``
                piece.own_subject = True
            elif nodes[piece.verb].text.endswith("ing") and (chain := _with_chain(nodes, pieces, number)):
                current, piece.own_subject = chain, True
            elif piece.opener == "," and piece.first == piece.verb and (last := _named_last(nodes, pieces, number)):
                current, piece.own_subject = last, True
            elif (
                piece.opener == ")" and piece.first == piece.verb and (named := _before_bracket(nodes, pieces, number))
            ):
                current, piece.own_subject = named, True
            elif current is None and number and piece.opener == "," and _may_head(nodes, pieces[0]):
                current = (pieces[0].first, pieces[0].last)  # ``Large farms, with …, represented``
                piece.own_subject = True
            elif (
                piece.opener == "SUBORD"
                and number
                and pieces[number - 1].verb < 0
                and _is_plain(nodes, pieces[number - 1])
            ):
                current = _with_relative(nodes, pieces, number)
                piece.own_subject = True
        piece.subject = current
        if piece.relative and not piece.own_subject and (agent := _agent(nodes, pieces, number)):
            piece.subject, piece.own_subject = agent, True
        if piece.relative and main is not None:
            current = main


def _subject_start(nodes: list[Node], piece: Piece) -> int:
    """Past what only leads in: conjunctions, adverbs, a time expression with its preposition (``In 2020``)."""
    i = piece.first
    lead = nodes[piece.verb - 2].text if piece.verb - 2 >= i else ""
    ends = lead in _BEFORE_PRONOUN and nodes[i].label not in PREPOSITIONS  # ``the voltage across it was``
    if piece.verb - 1 > i and nodes[piece.verb - 1].label in ("it", "they", "we", "she", "he") and not ends:
        return piece.verb - 1  # ``Under current policies it is projected``
    while i < piece.verb:
        label = nodes[i].label
        ahead = [n.label for n in nodes[i : i + 4]]
        if label in ("ADV", "SUBORD", "and", "PROJECTED", "P", "BASIS", "also"):
            i += 1
        elif label in PREPOSITIONS and "P" in ahead and ahead.index("P") <= (2 if "the" in ahead else 1):
            i += ahead.index("P") + 1
        else:
            break
    return i


_BEFORE_PRONOUN = PREPOSITIONS - {"of"} | {"across", "around", "behind", "inside", "near"}


_LEAD_INS = PREPOSITIONS | frozenset({"according", "ADV", "namely", "OF_WHICH", "about", "IN_TERMS", "COMPARED"})


def _extended(nodes: list[Node], pieces: list[Piece], number: int, first: int) -> int:
    """The start of a subject that is a list: ``prices of food, tobacco and liquor fell``."""
    if nodes[first].label == "with":
        return first  # ``, with the trade volume totaling``
    while number > 0:
        piece, before = pieces[number], pieces[number - 1]
        inner = nodes[before.first : before.last]
        if piece.opener not in (",", "and", "or") or before.verb >= 0:
            return first
        if not _is_plain(nodes, before):
            return before.first if _goes_on_with_names(nodes, before, piece) else first
        if inner[0].label == "with" and len(inner) > 1:
            return before.first + 1  # ``with steel, cement and glass growing by``
        if inner[0].label in _LEAD_INS or _is_lead_in(inner):
            return first
        if first != piece.first:
            return first
        number, first = number - 1, before.first
    return first


def _agent(nodes: Sequence[Node], pieces: Sequence[Piece], number: int) -> tuple[int, int] | None:
    """``was bolstered by foreign trade, which surged``: what stands behind ``by``, right before the side clause."""
    at = number - 1
    while at > 0 and pieces[at].first >= pieces[at].last:
        at -= 1
    if at < 0 or pieces[at].verb < 0 or nodes[pieces[number].first - 1].text.lower() != "which":
        return None
    before = nodes[pieces[at].first : pieces[at].last]
    by = next((n.at for n in reversed(before) if n.label == "by"), -1)
    inside = nodes[by + 1 : pieces[at].last]
    return (by + 1, pieces[at].last) if by > pieces[at].verb and inside and _is_words(inside) else None


def _is_words(nodes: Sequence[Node]) -> bool:
    return all(n.label in ("W", "the", "a", "an", "its", "of", "-") for n in nodes)


def _with_chain(nodes: Sequence[Node], pieces: Sequence[Piece], number: int) -> tuple[int, int] | None:
    """``with chemicals, as well as textiles, growing by``: the list behind ``with`` that a participle is said of."""
    at = number - 1
    while at >= 0 and pieces[at].verb < 0 and _is_plain(nodes, pieces[at]):
        if nodes[pieces[at].first].label == "with":
            span = (pieces[at].first + 1, pieces[number - 1].last)
            return span if span[0] < span[1] else None
        at -= 1
    return None


def _named_last(nodes: Sequence[Node], pieces: Sequence[Piece], number: int) -> tuple[int, int] | None:
    """``The losers were Brindle Foods, down 14 cents, Corran Mining, down 2``: the name right before the comma."""
    before = pieces[number - 1]
    if nodes[pieces[number].verb].text not in ("up", "down"):
        return None
    first = before.last
    while first > before.first and nodes[first - 1].label == "W" and nodes[first - 1].text[0].isupper():
        first -= 1
    called = first < before.last and (first == before.first or nodes[first - 1].label == "BE")
    return (first, before.last) if called and (first > before.first or before.opener in (",", "and")) else None


def _before_bracket(nodes: Sequence[Node], pieces: Sequence[Piece], number: int) -> tuple[int, int] | None:
    """``The Harwick 100 index (HX - 23,018.88) fell``: the subject that a bracket stands behind."""
    at = next((i for i in range(number - 1, 0, -1) if pieces[i].opener == "("), 0)
    if not at or pieces[at - 1].verb >= 0 or not _is_plain(nodes, pieces[at - 1]):
        return None
    return pieces[at - 1].first, pieces[at - 1].last


def _goes_on_with_names(nodes: Sequence[Node], before: Piece, piece: Piece) -> bool:
    """``The GDP in four zones in Suzhou, Tianjin and Qingdao``: names that end a phrase with a number in it."""
    last = nodes[before.last - 1]
    listed = nodes[piece.first : piece.verb if piece.verb >= 0 else piece.last]
    whole = nodes[before.first : before.last]
    if not last.is_name or whole[0].label not in ("W", "the") or any(n.label in ("SUBORD", "BASIS") for n in whole):
        return False
    if piece.opener == "," and listed[0].is_name and all(n.is_name or n.text in place_nouns() for n in listed):
        return whole[-2].label in PREPOSITIONS if len(whole) > 1 else False  # ``in Quzhou, Zhejiang province``
    return all(n.label != "P" for n in whole) and all(n.is_name for n in listed)


def _is_interrupted(nodes: Sequence[Node], pieces: Sequence[Piece], number: int) -> bool:
    """Whether a side clause stands between this verb and its subject."""
    side, subject = pieces[number - 1], pieces[number - 2]
    if subject.verb >= 0 or not _is_plain(nodes, subject):
        return False
    return (side.relative and side.verb >= 0) or _is_apposition(nodes, side, subject)


def _is_apposition(nodes: Sequence[Node], side: Piece, subject: Piece) -> bool:
    """``containers from Shanghai, the busiest port, shrank``: another noun phrase for the end of the subject."""
    leads = nodes[subject.first].label in PREPOSITIONS or _is_lead_in(nodes[subject.first : subject.last])
    opens = side.opener == "," and nodes[side.first].label in ("the", "a", "an")
    return opens and not leads and side.verb < 0 and _is_plain(nodes, side)


def _is_modal(node: Node) -> bool:
    """``is expected to``, ``will``: a plan said by a verb, unlike ``planned`` before a noun."""
    text = node.text.lower()
    return text not in words("adjective_of_plan") and not text.startswith(_PLAN_LEADS)


_PLAN_LEADS = ("upon", "once", "after", "by ", "target", "goal", "prospective", "predicted")


def _is_adverb(node: Node) -> bool:
    return node.label in ("ADV", "BASIS") or node.text.endswith("ly")


def _restricted(nodes: list[Node], pieces: list[Piece], number: int) -> tuple[int, int] | None:
    """The subject with its restrictive clause, where the piece goes on to the main verb behind that clause."""
    piece = pieces[number]
    if not piece.relative or not number or pieces[number - 1].verb >= 0 or not _is_plain(nodes, pieces[number - 1]):
        return None
    span = _with_relative(nodes, pieces, number)
    return span if span[1] > piece.first else None


def _with_relative(nodes: list[Node], pieces: list[Piece], number: int) -> tuple[int, int]:
    """The subject of ``workers who worked from home made up 17.9%``: up to the second verb, where there is one."""
    piece, before = pieces[number], pieces[number - 1]
    first = _extended(nodes, pieces, number - 1, before.first)
    if before.opener == "and" and first > 2 and _is_adjective(nodes[first - 2]):
        first -= 2  # ``included mechanical and electrical products, which reached``
    numbers = (i for i in range(piece.first, piece.last) if nodes[i].label == "Q")
    verbs = [i for i in range(piece.first, next(numbers, piece.last)) if nodes[i].label in VERBS]
    if len(verbs) < 2 or nodes[verbs[-1]].label == "VERB":
        return first, before.last
    piece.verb = verbs[-1]
    return first, piece.verb


def _is_adjective(node: Node) -> bool:
    """Whether a word looks like an adjective of what follows."""
    return node.label == "W" and node.text.islower() and node.text.endswith(("al", "ary", "ic", "ive", "ous", "ern"))


def _may_head(nodes: Sequence[Node], piece: Piece) -> bool:
    return (
        piece.verb < 0
        and _is_plain(nodes, piece)
        and nodes[piece.first].label in ("W", "the", "a", "an", "its", "their")
    )


def _is_plain(nodes: Sequence[Node], piece: Piece) -> bool:
    """Words only: no number, time or side clause that would make the piece more than a part of a list."""
    inner = nodes[piece.first : piece.last]
    return bool(inner) and not any(n.label in ("Q", "P", "SUBORD", "PROJECTED", "BASIS") for n in inner)


def _is_fronted(nodes: Sequence[Node]) -> bool:
    """``Driven by exports,``: a participle with its phrase before the subject."""
    opens = nodes[0].text[:1].isupper() and nodes[0].text.endswith(("ed", "en", "ing"))
    return opens and len(nodes) > 1 and nodes[1].label in PREPOSITIONS


def _is_lead_in(nodes: Sequence[Node]) -> bool:
    """A lone capitalised adverb before a comma: ``Meanwhile,``, ``However,``."""
    return _is_fronted(nodes) or (
        len(nodes) == 1 and (nodes[0].text.endswith("ly") or nodes[0].text.capitalize() in words("lead_in"))
    )
