"""Assembles the figures of one sentence: what each quantity measures, of whom, compared with what.

A :class:`Draft` is a figure that still lacks what its sentence does not say (period, entity, the noun of a bare
number); ``extractors.discourse`` fills these from the document. Which construction a quantity stands in is told by
``rules/constructions.toml``; the functions here carry out what a row says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from extractors.clauses import PREPOSITIONS, VERBS, Node, Piece, Sentence
from extractors.constructions import Construction, construction_of
from extractors.cues import rows as cue_rows
from extractors.indicators import head_of
from extractors.lexicon import Row, load
from extractors.model import Direction, Kind, PeriodMention, Quantity, Status
from extractors.entities import place_nouns
from extractors.phrases import Phrase, noun_phrase

_LINKS = frozenset({",", "and", "or", "RESP", "ADV"})
_SET_NOUNS = re.compile(
    r"\b(?:province|country|county|city|nation|region|world|prefecture|delta|area|district|record|china|globe|state|year)\b", re.I
)
#: Conventional sets that a series of numbers distributes over.
_SETS = {
    "three industries": ("primary industry", "secondary industry", "tertiary industry"),
    "three sectors": ("primary sector", "secondary sector", "tertiary sector"),
}


@dataclass(slots=True)
class Draft:
    """A figure in the making. ``time`` is its own time expression, ``refers`` says it is about the document's subject."""

    quantity: Quantity
    node: int
    kind: Kind
    rule: str
    direction: Direction | None = None
    status: Status = "actual"
    indicator: str = ""
    entity: str | None = None
    refers: bool = False
    noun: str = ""
    time: PeriodMention | None = None
    basis: str | None = None
    unit: str = ""
    unit_kind: str = ""
    stock: bool = False
    past: bool = False
    timeless: bool = False
    flags: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Memory:
    """What earlier sentences of the document left behind for ``it``, ``that of`` and bare continuations."""

    indicator: str = ""
    kind: str = ""
    entity: str | None = None
    phrases: list[str] = field(default_factory=list)


def assemble(sentence: Sentence, memory: Memory) -> list[Draft]:
    """The drafts of a sentence's quantities, in text order. ``memory`` is brought up to date."""
    drafts: list[Draft] = []
    for position, node in enumerate(sentence.nodes):
        if node.label == "Q":
            drafts.append(_draft(sentence, position, drafts, memory))
    _distribute(sentence, drafts)
    for draft in drafts:
        draft.indicator = _recalled(draft, drafts, memory)
        _finish(sentence, draft, drafts)
    if drafts:
        base = next((d for d in drafts if d.indicator), drafts[0])
        memory.indicator, memory.kind = base.indicator or memory.indicator, base.kind
        memory.entity = base.entity
        memory.phrases.extend(d.indicator for d in drafts if d.indicator)
    return drafts


_THESE = re.compile(r"\b(?:these|those|such)\s+([\w-]+)$")
_CHANGE_NOUNS = frozenset({"growth", "increase", "rise", "drop", "decline", "decrease", "growth rate", "fall", "rate of growth"})
_GENERIC = frozenset({"rate", "ratio", "figure", "price", "index", "volume", "share", "proportion", "number", "amount", "coverage", "median", "margin"})


def _recalled(draft: Draft, drafts: list[Draft], memory: Memory) -> str:
    """An indicator that points back: ``profits of these enterprises``, ``the rate``, ``the drop``."""
    indicator = draft.indicator
    earlier = next((d.indicator for d in reversed(drafts) if d.node < draft.node and d.indicator != indicator), memory.indicator)
    if indicator.lower() in _CHANGE_NOUNS and earlier:
        return f"{indicator} of {earlier}"
    if indicator.lower() in _GENERIC:
        return earlier if indicator.lower() in earlier.lower().split() or indicator.lower() == "figure" else indicator
    match = _THESE.search(indicator)
    if match is None:
        return indicator
    for phrase in reversed(memory.phrases):
        place = re.search(rf"(?:^|\bof )((?:[\w-]+ )+{re.escape(match[1])}\b.*)$", phrase)
        if place and "these" not in phrase:
            return f"{indicator[: match.start()]}{place[1].rpartition(' of ')[2] if match[1] in place[1].rpartition(' of ')[2] else place[1]}"
    return indicator


def _draft(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Draft:
    quantity = sentence.quantities[sentence.nodes[position].quantity]
    sibling = _sibling(sentence, position, before)
    if sibling is not None:
        return _copied(sibling, quantity, position)
    construction = construction_of(sentence, position)
    draft = Draft(quantity, position, "level", construction.row.id, unit=quantity.unit, unit_kind=quantity.unit_kind)
    draft.timeless = construction.row.get("timeless", False)
    phrase = _INDICATORS[construction.row["indicator"]](sentence, position, before, memory)
    draft.indicator, draft.entity, draft.refers, draft.noun = phrase.text, phrase.entity, phrase.refers, phrase.noun
    _set_kind(sentence, draft, construction, before)
    if construction.row.get("basis") == "whole":
        draft.basis = _whole(sentence, position)
        if draft.basis and _is_about_entity(sentence, position):
            draft.indicator = draft.basis  # ``it contributes 71 percent of the county's industrial output``
    return draft


def _is_about_entity(sentence: Sentence, position: int) -> bool:
    """Whether the clause's own subject is a pronoun or a name, so that only the whole says what is measured."""
    piece = sentence.piece_of(position)
    if not piece.own_subject or piece.subject is None:
        return False
    phrase = noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text)
    return not phrase.text


def _sibling(sentence: Sentence, position: int, before: list[Draft]) -> Draft | None:
    """The draft that this quantity continues as a series: ``15.9 percent, 7.5 percent and 7.5 percent``."""
    if not before:
        return None
    last = before[-1]
    between = sentence.nodes[last.node + 1 : position]
    quantity = sentence.quantities[sentence.nodes[position].quantity]
    alike = quantity.unit_kind == last.unit_kind or quantity.form == "ratio"
    links = _LINKS | {":", "BASIS"} if quantity.unit_kind == "percent" else _LINKS | {":"}
    plain = all(node.label in links for node in between)
    if not (alike and plain and len(between) <= 3):
        return None
    after = sentence.nodes[position + 1].label if position + 1 < len(sentence.nodes) else ""
    if quantity.unit_kind == "count" or after in ("MORE", "LESS") or (quantity.unit_kind != "percent" and after == "of"):
        return None
    return last


def _copied(draft: Draft, quantity: Quantity, position: int) -> Draft:
    return replace(draft, quantity=quantity, node=position, unit=quantity.unit, unit_kind=quantity.unit_kind, flags=[])


# --- kind and direction -------------------------------------------------------------------------------------------


def _set_kind(sentence: Sentence, draft: Draft, construction: Construction, before: list[Draft]) -> None:
    kind = construction.row["kind"]
    if kind == "alternative_share":
        growing = bool(before) and before[-1].kind == "change_abs"
        draft.kind, draft.direction = ("growth_rate", before[-1].direction) if growing else ("share", None)
        return
    if kind == "alternative":
        draft.kind, draft.direction = ("change_abs", before[-1].direction) if before and before[-1].direction else ("level", None)
        return
    if kind == "same":
        last = before[-1] if before else draft
        draft.kind, draft.direction = last.kind, last.direction
        if last.unit_kind == "count" and draft.unit_kind == "number":
            draft.unit, draft.unit_kind = last.unit, last.unit_kind
        return
    if kind in ("by_subject", "points"):
        _kind_by_subject(draft, kind)
    else:
        draft.kind = kind
    draft.direction = _direction(sentence, draft, construction.row.get("direction"))
    if draft.kind == "count" and "/" in draft.unit or draft.kind == "share" and draft.unit == "percentage_point":
        draft.kind = "level"


def _kind_by_subject(draft: Draft, kind: str) -> None:
    head = head_of(draft.indicator)
    if kind == "points":
        draft.kind = "level" if head.kind == "share" else "change_abs"
    elif head.kind == "growth_rate":
        draft.kind, draft.direction = "growth_rate", head.direction  # type: ignore[assignment]
        draft.indicator = _grown(draft.indicator)
    else:
        draft.kind = "share" if head.kind == "share" or draft.quantity.form == "ratio" else "level"


def _grown(indicator: str) -> str:
    """The thing that grew: ``growth rate of exports`` -> ``exports``, ``GDP growth`` -> ``GDP``."""
    thing = re.sub(r"^(?:(?:annual|average|average annual|year-on-year|nominal|real)\s+)*(?:growth|growth rate|increase|decline|decrease)s?\s+(?:rate\s+)?(?:of|in)\s+(?:the\s+)?", "", indicator)
    thing = re.sub(r"\s+(?:annual\s+)?(?:growth|growth rate|increase)s?$", "", thing)
    return thing or indicator


_DIRECTED = frozenset({"growth_rate", "change_abs", "multiple"})


def _direction(sentence: Sentence, draft: Draft, source: str | None) -> Direction | None:
    if draft.kind not in _DIRECTED:
        return None
    if source in ("up", "down"):
        return source  # type: ignore[return-value]
    if source == "left":
        return _cue_direction(reversed(sentence.nodes[: draft.node])) or "up"
    if source == "right":
        return _cue_direction(sentence.nodes[draft.node + 1 :]) or "up"
    if draft.kind == "multiple":
        fold = draft.quantity.form == "fold"
        return draft.quantity.direction or (("down" if (draft.quantity.value or 2) < 1 else "up") if fold else None)
    value = draft.quantity.value if draft.quantity.value is not None else draft.quantity.low
    return draft.direction or draft.quantity.direction or ("down" if value is not None and value < 0 else "up")


def _cue_direction(nodes: Sequence[Node] | reversed[Node]) -> Direction | None:
    cues = cue_rows()
    for node in nodes:
        if node.cue and cues[node.cue].get("direction"):
            return cues[node.cue]["direction"]  # type: ignore[no-any-return]
    return None


# --- indicators ---------------------------------------------------------------------------------------------------


def _subject(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """The subject of the clause; where that is a pronoun or an entity, what the figures before it measured."""
    piece = sentence.piece_of(position)
    phrase = _subject_phrase(sentence, piece, before, memory)
    if phrase.text:
        return phrase
    earlier = next((d for d in reversed(before) if d.indicator), None)
    if earlier is not None:
        return Phrase(earlier.indicator, phrase.entity or earlier.entity, phrase.refers or earlier.refers)
    if phrase.entity and not phrase.refers:
        return Phrase(phrase.entity, phrase.entity)
    return Phrase(memory.indicator, phrase.entity or memory.entity, phrase.refers)


def _subject_phrase(sentence: Sentence, piece: Piece, before: list[Draft], memory: Memory) -> Phrase:
    if piece.verb < 0:
        own = _verbless_subject(sentence, piece, before, memory) or _gapped_subject(sentence, piece, before)
        if own is not None and own.text:
            return own
        if before and piece.opener in (",", "and", "(", "or", "with") and before[-1].indicator:
            return Phrase(before[-1].indicator, before[-1].entity, before[-1].refers)
    if piece.subject is None:
        return Phrase()
    nodes = sentence.nodes[slice(*piece.subject)]
    if any(n.label == "THAT_OF" for n in nodes) or (len(nodes) > 2 and nodes[0].label in ("that", "those", "SUBORD") and nodes[1].label in _OF):
        return _that_of(sentence, nodes, before, memory)
    phrase = noun_phrase(nodes, sentence.text)
    if piece.relative and piece.own_subject and phrase.text:
        phrase = _owned_by_antecedent(sentence, piece, phrase)
    if before and not piece.own_subject and (not phrase.text or _same_subject_object(before[-1], sentence, piece)):
        return Phrase(before[-1].indicator, before[-1].entity or phrase.entity, phrase.refers)
    return phrase


def _owned_by_antecedent(sentence: Sentence, piece: Piece, phrase: Phrase) -> Phrase:
    """``High-tech manufacturing, whose added value accounted for``: the added value of what stands before."""
    opener = sentence.nodes[piece.first - 1].text.lower() if piece.first else ""
    at = sentence.pieces.index(piece)
    if opener != "whose" or not at:
        return phrase
    owner = noun_phrase(sentence.nodes[sentence.pieces[at - 1].first : sentence.pieces[at - 1].last], sentence.text)
    return replace(phrase, text=f"{phrase.text} of {owner.text}" if owner.text else phrase.text, entity=owner.entity)


def _same_subject_object(last: Draft, sentence: Sentence, piece: Piece) -> bool:
    """A continuation (``, up 7.2%``) is about the figure right before it, not about the clause's subject."""
    gap = sentence.nodes[last.node + 1 : piece.first]
    return all(node.label not in VERBS or node.label in ("RISE", "FALL", "SHARE", "REACH", "BE") for node in gap) and last.kind != "rank"


def _gapped_subject(sentence: Sentence, piece: Piece, before: list[Draft]) -> Phrase | None:
    """``; private enterprises, 31.05 billion yuan``: the words before the comma, with the head of the indicator before."""
    at = sentence.pieces.index(piece)
    lead = sentence.pieces[at - 1] if at else None
    if lead is None or not before or sentence.nodes[piece.first].label != "Q" or piece.opener != "," or lead.opener not in (";", "SUBORD", "and"):
        return None
    nodes = sentence.nodes[lead.first : lead.last]
    if lead.verb < 0 and len(nodes) > 1 and (nodes[0].label == "THAT_OF" or (nodes[0].label in ("that", "those") and nodes[1].label in _OF)):
        return _that_of(sentence, nodes, before, Memory())
    if lead.verb >= 0 or any(n.label != "W" for n in nodes):
        return None
    head = before[-1].indicator.partition(" of ")[0]
    phrase = noun_phrase(nodes, sentence.text)
    return replace(phrase, text=f"{head} of {phrase.text}") if phrase.text and head else None


def _verbless_subject(sentence: Sentence, piece: Piece, before: list[Draft], memory: Memory) -> Phrase | None:
    """``and autumn grain 948.7``: the words right before a number, in a piece that has no verb."""
    nodes = sentence.nodes[piece.first : piece.last]
    number = next((i for i, n in enumerate(nodes) if n.label == "Q"), 0)
    lead = nodes[:number]
    if len(lead) > 1 and (lead[0].label == "THAT_OF" or (lead[0].label in ("that", "those", "SUBORD") and lead[1].label in _OF)):
        return _that_of(sentence, lead, before, memory)
    if not lead or lead[-1].label not in ("W", ":") or any(n.cue for n in lead) or lead[0].label in PREPOSITIONS | {"ADDED"}:
        return None
    return noun_phrase(lead, sentence.text)


_OF = frozenset({"of", "in", "for", "on", "from", "to", "with"})


def _that_of(sentence: Sentence, nodes: Sequence[Node], before: list[Draft], memory: Memory) -> Phrase:
    """``that of the secondary industry``: the head of the indicator before, of something else."""
    mark = next((i for i, n in enumerate(nodes) if n.label == "THAT_OF"), 1)
    joint = "of" if nodes[mark].label == "THAT_OF" else nodes[mark].label
    other = noun_phrase(nodes[mark + 1 :], sentence.text)
    base = next((d.indicator for d in reversed(before) if f" {joint} " in d.indicator), None) or (
        before[-1].indicator if before else memory.indicator
    )
    if not other.text:
        return Phrase(base, other.entity, other.refers)
    head = base.split(f" {joint} ")[0]
    return Phrase(f"{head} {joint} {other.text}" if head else other.text, other.entity)


def _local(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """Of a level or count: the noun it counts, the phrase before ``of Q`` or after ``Q of``, else the subject."""
    quantity = sentence.quantities[sentence.nodes[position].quantity]
    for find in (_counted, _object_of, _of_object, _modified, _by_verb):
        phrase = find(sentence, position, quantity)
        if phrase.text:
            return phrase
    phrase = _subject(sentence, position, before, memory)
    return phrase if phrase.text else _adjacent(sentence, position, phrase)


def _object_of(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``a built-up area of Q``, ``investment of Q in transportation``."""
    nodes = sentence.nodes
    i = position - 1
    while i >= 0 and nodes[i].label in ("ADV", "a", "the", "BASIS"):
        i -= 1
    if i > 1 and nodes[i].label == "to" and (brought := _brought(sentence, i)).text:
        return brought
    if i < 1 or nodes[i].label not in ("of", "at") or (nodes[i].label == "at" and nodes[i - 1].label in VERBS):
        return Phrase()
    first = _phrase_start(nodes, i)
    lead = nodes[first:i]
    if not lead or all(n.text.lower() in ("total", "average", "record", "maximum", "minimum", "number", "the", "a", "an") for n in lead):
        return Phrase()
    phrase = noun_phrase(lead, sentence.text)
    whole = _had_by(sentence, first) if not _tail(sentence, position) else ""
    return replace(phrase, text=f"{phrase.text}{_tail(sentence, position)}{whole}") if phrase.text else Phrase()


def _brought(sentence: Sentence, to: int) -> Phrase:
    """``bringing the total cost to Q``."""
    first = _phrase_start(sentence.nodes, to)
    if not first or not _is_gerund(sentence.nodes, first - 1):
        return Phrase()
    return noun_phrase(sentence.nodes[first:to], sentence.text)


def _had_by(sentence: Sentence, first: int) -> str:
    """`` of five industrial parks``, where ``with a total area of Q`` follows the counted things it belongs to."""
    nodes = sentence.nodes
    if first < 2 or nodes[first - 1].label != "with" or nodes[first - 2].label != "Q":
        return ""
    quantity = sentence.quantities[nodes[first - 2].quantity]
    return f" of {nodes[first - 2].text}" if quantity.unit_kind == "count" else ""


def _phrase_start(nodes: Sequence[Node], end: int) -> int:
    """Back from ``end`` to where the noun phrase begins: after a verb, a break, ``with`` or another number."""
    stops = VERBS | {",", ";", ":", "(", ")", "with", "Q", "P", "SUBORD", "OF_WHICH", "RESP", "BASIS", "by", "to", "and", "from"}
    i = end
    while i > 0 and nodes[i - 1].label not in stops and not _is_gerund(nodes, i - 1) and not (nodes[i - 1].label == "PROJECTED" and nodes[i - 1].text not in _PLANNED):
        i -= 1
    return i


def _is_gerund(nodes: Sequence[Node], i: int) -> bool:
    """``leaving a surplus``: a participle that takes an object."""
    return nodes[i].text.endswith("ing") and i + 1 < len(nodes) and nodes[i + 1].label in ("a", "an", "the", "its")


_PLANNED = frozenset({"planned", "projected", "forecast", "targeted", "prospective", "Planned"})


def _tail(sentence: Sentence, position: int) -> str:
    """`` in transportation``: what narrows the object after the number; places and times are no part of it."""
    nodes = sentence.nodes[position + 1 :]
    if len(nodes) < 2 or nodes[0].label not in ("in", "on", "for"):
        return ""
    run = []
    for node in nodes[1:]:
        if node.label not in ("W", "the", "of", "VERB") or (run and node.label == "VERB"):
            break
        run.append(node)
    phrase = noun_phrase(run, sentence.text)
    first_word = phrase.text.split(" ")[0].lower() if phrase.text else ""
    return f" {nodes[0].text} {phrase.text}" if phrase.text and first_word not in place_nouns() else ""


def _of_object(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``US$86 million of paid-in foreign capital``."""
    if quantity.unit_kind in ("count", "percent", "permille", "percentage_point", "multiple", "rank"):
        return Phrase()
    nodes = sentence.nodes[position + 1 :]
    if nodes and nodes[0].text == "worth":
        nodes = nodes[1:]
    elif len(nodes) > 4 and nodes[0].label == "(" and nodes[2].label == ")" and nodes[3].text == "worth":
        nodes = nodes[4:]
    if len(nodes) < 2 or nodes[0].label != "of":
        return Phrase()
    return noun_phrase(nodes[1 : _object_end(nodes)], sentence.text)


_OBJECT_STOPS = VERBS | {",", ";", ":", ".", "(", ")", "Q", "P", "and", "with", "SUBORD", "in", "at", "by", "from", "to"}


def _object_end(nodes: Sequence[Node]) -> int:
    """Where an object after ``of`` ends; a coordination (``imports and exports``) belongs to it, another clause does not."""
    for i, node in enumerate(nodes[1:], 1):
        pair = node.label == "and" and i + 2 <= len(nodes) and nodes[i + 1].label == "W"
        if pair and (i + 2 == len(nodes) or nodes[i + 2].label in _OBJECT_STOPS - {"Q"} - VERBS):
            continue
        if node.label in _OBJECT_STOPS:
            return i
    return len(nodes)


def _modified(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``a 300,000-ton crude oil terminal``: a size in the modifier of one thing."""
    nodes = sentence.nodes
    if quantity.unit_kind == "currency" and position and nodes[position - 1].label in ("a", "an") and nodes[position + 1 : position + 2]:
        end = next((i for i in range(position + 1, len(nodes)) if nodes[i].label != "W"), len(nodes))
        return noun_phrase(nodes[position + 1 : end], sentence.text)
    if not sentence.nodes[position].text[-1:].isalpha() or "-" not in sentence.nodes[position].text:
        return Phrase()
    following = sentence.nodes[position + 1 : position + 2]
    if quantity.unit_kind in ("percent", "currency") or not following or following[0].label != "W":
        return Phrase()
    end = position + 1
    while end < len(sentence.nodes) and sentence.nodes[end].label == "W":
        end += 1
    thing = noun_phrase(sentence.nodes[position + 1 : end], sentence.text).text
    measure = {"count": "", "mass": "capacity of ", "power": "capacity of ", "volume": "capacity of "}.get(quantity.unit_kind, "size of ")
    noun = quantity.unit.removeprefix("count:") + "s of " if quantity.unit_kind == "count" else measure
    return Phrase(f"{noun}{thing}") if thing else Phrase()


_NUMERAL_LEAD = re.compile(r"^(?:[^\W\d_]+(?:\s+[^\W\d_]+){0,3}\s+)?(?=\d|\b)", re.UNICODE)


def _counted(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """The counted noun of the quote, with the clause's participle: ``29 new schools`` -> ``new schools built``."""
    noun = sentence.text[quantity.numeral_end : quantity.end].strip(" -+")
    if not quantity.unit.startswith("count:") or not noun:
        return Phrase()
    piece = sentence.piece_of(position)
    if "/" in quantity.unit:
        return _per(sentence, piece, noun)
    subject = noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text) if piece.subject and piece.verb >= 0 else Phrase()
    verb = sentence.nodes[piece.verb] if 0 <= piece.verb < position else None
    states = verb is not None and (verb.label in ("BE", "REACH") or sentence.nodes[position - 1].label == "to")
    if states and subject.text and piece.own_subject and _generic(quantity.unit):
        return subject
    return Phrase(f"{noun}{_participle(sentence, position, verb)}{_of_owner(sentence, position, noun, subject, verb)}", subject.entity, subject.refers)


def _of_owner(sentence: Sentence, position: int, noun: str, subject: Phrase, verb: Node | None) -> str:
    """`` of star-rated hotels``: a bare noun (``8,316 rooms``) takes the things that have it."""
    if len(noun.split()) > 1:
        return ""
    if position > 1 and sentence.nodes[position - 1].label == "with" and sentence.nodes[position - 2].label == "Q":
        owner = sentence.quantities[sentence.nodes[position - 2].quantity]
        text = sentence.text[owner.numeral_end : owner.end].strip()
        return f" of {text}" if owner.unit_kind == "count" and text else ""
    if subject.text and verb is not None and verb.label in ("HAVE", "VERB", "RANK_V") and len(subject.text.split()) <= 3:
        return f" of {subject.text}"
    return ""


def _per(sentence: Sentence, piece: Piece, noun: str) -> Phrase:
    """``Every 100 rural households owned 23.5 automobiles`` -> automobiles per 100 rural households."""
    words = [n.text for n in sentence.nodes[slice(*piece.subject)]] if piece.subject else []
    if " per " in noun:
        return Phrase(noun.partition(" per ")[0])
    if not words or words[0].lower() not in ("every", "each"):
        return Phrase()
    return Phrase(f"{noun} per {' '.join(words[1:])}")


def _generic(unit: str) -> bool:
    return unit in ("count:person", "count:unit", "count:household", "count:item", "count:piece", "count:set", "count:case")


def _participle(sentence: Sentence, position: int, verb: Node | None) -> str:
    """`` built``: the participle that says what was done with the counted things."""
    after = [n for n in sentence.nodes[position + 1 : position + 4] if n.label != "ADV"]
    if len(after) >= 2 and after[0].label == "BE" and after[1].label == "VERB":
        return f" {after[1].text}"
    if verb is not None and verb.label == "VERB" and verb.text.endswith(("ed", "ilt")):
        return f" {verb.text.lower()}"
    return ""


@cache
def _nominal() -> dict[str, Row]:
    rows = load("verbs", {"verbs": list, "noun": str}, {"joint": str, "unit_kinds": list})
    return {verb: row for row in rows for verb in row["verbs"]}


def _by_verb(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``invested 6.72 billion yuan in environmental protection`` -> ``investment in environmental protection``."""
    i = position - 1
    while i >= 0 and sentence.nodes[i].label in ("ADV", "BASIS", "AVERAGE", "a", "the"):
        i -= 1
    row = _nominal().get(sentence.nodes[i].text.lower()) if i >= 0 else None
    if row is None or quantity.unit_kind in ("percent", "rank", "multiple", "count"):
        return Phrase()
    if quantity.unit_kind not in row.get("unit_kinds", [quantity.unit_kind]):
        return Phrase()
    piece = sentence.piece_of(position)
    owner = noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text) if piece.subject else Phrase()
    tail = _tail(sentence, position)
    if not tail and owner.text and not owner.entity:
        tail = f" of {owner.text}"
    return Phrase(f"{row['noun']}{tail}", owner.entity, owner.refers)


def _adjacent(sentence: Sentence, position: int, owner: Phrase) -> Phrase:
    """The words right before or after the number, where the clause names nothing else."""
    nodes = sentence.nodes
    if position and nodes[position - 1].label == "W":
        return replace(noun_phrase(nodes[_phrase_start(nodes, position) : position], sentence.text), refers=owner.refers)
    end = position + 1
    while end < len(nodes) and nodes[end].label in ("W", "of"):
        end += 1
    following = noun_phrase(nodes[position + 1 : end], sentence.text)
    return replace(following, entity=owner.entity, refers=owner.refers)


def _same(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    if not before:
        return _subject(sentence, position, before, memory)
    return Phrase(before[-1].indicator, before[-1].entity, before[-1].refers)


_WEAK = frozenset("annual nominal real average slight further same year-on-year yearly net steady rapid remarkable sharp big highest largest growth".split())


def _changed(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``revenue growth of 8%`` -> revenue; ``an increase of 5% in exports`` -> exports; else the subject."""
    nodes = sentence.nodes
    near = range(max(0, position - 5), min(len(nodes), position + 4))
    noun = next((i for i in sorted(near, key=lambda i: abs(i - position)) if nodes[i].label in ("RISE_N", "FALL_N")), None)
    if noun is not None and noun < position:
        first = _phrase_start(nodes, noun)
        lead = [n for n in nodes[first:noun] if n.label == "W" and n.text.lower() not in _WEAK]
        phrase = noun_phrase(nodes[first:noun], sentence.text) if lead else Phrase()
        if phrase.text and lead[-1] is nodes[noun - 1]:
            return phrase
    after = max(noun or 0, position) + 1
    if after + 1 < len(nodes) and nodes[after].label == "in" and nodes[after + 1].label in ("W", "the", "its"):
        end = next((i for i in range(after + 1, len(nodes)) if nodes[i].label not in ("W", "the", "its", "of")), len(nodes))
        phrase = noun_phrase(nodes[after + 1 : end], sentence.text)
        if phrase.text and phrase.text.split(" ")[0].lower() not in place_nouns():
            return phrase
    return _subject(sentence, position, before, memory)


def _gapped(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    piece = sentence.piece_of(position)
    by = next((i for i in range(piece.first, position) if sentence.nodes[i].label == "by"), position)
    lead = sentence.nodes[max(piece.first, _phrase_start(sentence.nodes, by)) : by]
    if lead and lead[0].label == "THAT_OF":
        return _that_of(sentence, lead, before, memory)
    phrase = noun_phrase(lead, sentence.text)
    return phrase if phrase.text else _subject(sentence, position, before, memory)


def _part(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """Of ``72 percent of its output``: the clause's subject; where the share itself is the subject, its group."""
    piece = sentence.piece_of(position)
    nodes = sentence.nodes[position + 1 : _clause_end(sentence, position)]
    verb = next((i for i, n in enumerate(nodes) if n.label in VERBS), len(nodes))
    if 0 <= piece.verb < position or (verb == len(nodes) and before):
        return _spent_on(sentence, position, piece) or _subject(sentence, position, before, memory)
    group = noun_phrase(nodes[:verb], sentence.text)
    predicate = [n for n in nodes[verb:] if n.label not in ("BE", "HAVE", "ADV")]
    rest = noun_phrase(predicate, sentence.text).text if predicate else ""
    name = group.text or (before[-1].indicator if before else memory.indicator)
    if not name:
        return _subject(sentence, position, before, memory)
    return Phrase(f"share of {name} {rest}".strip(), group.entity, group.refers)


def _spent_on(sentence: Sentence, position: int, piece: Piece) -> Phrase | None:
    """``spent 2.51 percent of its GDP on R&D``: the part is what it was spent on."""
    nodes = sentence.nodes[position + 1 : piece.last]
    mark = next((i for i, n in enumerate(nodes) if n.label == "on"), -1)
    if mark < 0 or _nominal().get(sentence.nodes[piece.verb].text.lower()) is None:
        return None
    phrase = noun_phrase(nodes[mark + 1 :], sentence.text)
    return phrase if phrase.text else None


def _clause_end(sentence: Sentence, position: int) -> int:
    """Where the predicate of a clause that begins with a number ends."""
    stops = (",", ";", "SUBORD", ".", "Q")
    return next((i for i in range(position + 1, len(sentence.nodes)) if sentence.nodes[i].label in stops), len(sentence.nodes))


def _ranked(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """What is ranked: ``1st in population growth`` -> population growth; else the subject."""
    nodes = sentence.nodes[position + 1 :]
    terms = next((i for i, n in enumerate(nodes[:9]) if n.label == "IN_TERMS"), -1)
    if terms >= 0:
        stop = next((i for i in range(terms + 1, len(nodes)) if nodes[i].label not in ("W", "of", "the")), len(nodes))
        return noun_phrase(nodes[terms + 1 : stop], sentence.text)
    if len(nodes) > 3 and nodes[0].label == "on" and nodes[2].text == "list":
        end = next((i for i, n in enumerate(nodes[3:], 3) if n.label in (",", ";", ".", "P", "RISE", "FALL")), len(nodes))
        return Phrase(sentence.text[nodes[2].start : nodes[end - 1].end].replace("list", "ranking", 1))
    if len(nodes) > 1 and nodes[0].label in ("in", "for", "by"):
        end = next((i for i, n in enumerate(nodes[1:], 1) if n.label not in ("W", "the", "of", "RISE_N", "its", "and")), len(nodes))
        phrase = noun_phrase(nodes[1:end], sentence.text)
        if phrase.text and not _SET_NOUNS.search(phrase.text):
            return replace(phrase, entity=_subject(sentence, position, before, memory).entity)
    return _subject(sentence, position, before, memory)


def _altitude(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    return Phrase("altitude", _subject(sentence, position, before, memory).entity)


def _distance(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``28 kilometers away from the airport`` -> distance from airport."""
    nodes = sentence.nodes[position + 1 :]
    start = next((i for i, n in enumerate(nodes) if n.label == "from"), 0)
    end = next((i for i, n in enumerate(nodes[start + 1 :], start + 1) if n.label in (",", ";", "and", ".", "Q", "by", "SUBORD") or n.label in VERBS), len(nodes))
    words = [n for n in nodes[start + 1 : end] if n.label != "the"]
    place = sentence.text[words[0].start : words[-1].end] if words else ""
    return Phrase(f"distance from {place}".strip(), _subject(sentence, position, [], Memory()).entity)


_DIMENSIONS = {"long": "length", "wide": "width", "high": "height", "deep": "depth", "tall": "height"}


def _dimension(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``Runway 2, 3,600 m long`` -> length of Runway 2."""
    word = sentence.nodes[position + 1].label
    piece = sentence.piece_of(position)
    at = sentence.pieces.index(piece)
    if piece.first == position and at and piece.opener == "," and sentence.pieces[at - 1].verb < 0:
        before_comma = sentence.pieces[at - 1]
        subject = noun_phrase(sentence.nodes[before_comma.first : before_comma.last], sentence.text)
    else:
        subject = _subject_phrase(sentence, piece, [], memory)
    owner = subject.text or subject.entity or (before[-1].indicator.partition(" of ")[2] if before else "")
    return Phrase(f"{_DIMENSIONS.get(word, word)} of {owner}" if owner else _DIMENSIONS.get(word, word), subject.entity)


def _members_of(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``of which 1.74 million lived in urban areas``: the group before, and what these do."""
    last = before[-1] if before else None
    base = last.indicator if last else memory.indicator
    piece = sentence.piece_of(position)
    if sentence.nodes[position + 1 : position + 2] and sentence.nodes[position + 1].label == "OF_WHICH":
        piece = next((p for p in sentence.pieces if p.first == position + 2), piece)
    nodes = [n for n in sentence.nodes[max(piece.first, position + 1) : piece.last] if n.label not in ("BE", "HAVE", "ADV")]
    predicate = noun_phrase(nodes, sentence.text).text
    return Phrase(f"{base} {predicate}".strip(), last.entity if last else None, last.refers if last else False)


def _leading(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``Of the total population, 51.3 percent were female``: the group named first, and what is said of the number."""
    nodes = sentence.nodes
    comma = next((i for i in range(position) if nodes[i].label == ","), position)
    group = noun_phrase([n for n in nodes[1:comma] if n.label != "Q"], sentence.text)
    counted = next((sentence.quantities[n.quantity] for n in nodes[1:comma] if n.label == "Q"), None)
    name = sentence.text[counted.numeral_end : counted.end].strip() if counted else group.text
    predicate = [n for n in nodes[position + 1 : _clause_end(sentence, position)] if n.label not in ("BE", "HAVE", "ADV")]
    stop = next((i for i, n in enumerate(predicate) if n.label == "and"), len(predicate))
    rest = noun_phrase(predicate[:stop], sentence.text).text
    lead = "share of " if sentence.quantities[nodes[position].quantity].unit_kind == "percent" else ""
    return Phrase(f"{lead}{name} {rest}".strip(), group.entity)


def _named(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``Livia (24.1%)``: the clause's indicator, for the name before the bracket."""
    first = position - 1
    stops = {",", ";", "and", "Q", "P", ")", "or", ":"} | VERBS | PREPOSITIONS
    while first > 0 and sentence.nodes[first - 1].label not in stops:
        first -= 1
    if before and position > 1 and sentence.nodes[position - 2].label == "Q":
        return _same(sentence, position, before, memory)
    if any(n.label in ("RISE_N", "FALL_N") for n in sentence.nodes[first : position - 1]):
        return _changed(sentence, position, before, memory)
    lead = noun_phrase(sentence.nodes[first : position - 1], sentence.text)
    piece = next((p for p in sentence.pieces if p.own_subject and p.verb < first), None)
    subject = noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text) if piece and piece.subject else Phrase()
    if not subject.text:
        return lead if lead.text else Phrase(lead.entity or memory.indicator, lead.entity)
    if lead.entity:
        return Phrase(subject.text, lead.entity)
    return Phrase(f"{subject.text} of {lead.text}" if lead.text else subject.text, subject.entity, subject.refers)


def _contribution(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``contributed 3.3 percentage points to the growth`` -> contribution of X to growth."""
    subject = _subject(sentence, position, before, memory)
    return replace(subject, text=f"contribution of {subject.text} to growth")


_INDICATORS: dict[str, Callable[[Sentence, int, list[Draft], Memory], Phrase]] = {
    "subject": _subject,
    "local": _local,
    "same": _same,
    "changed": _changed,
    "gapped": _gapped,
    "part": _part,
    "ranked": _ranked,
    "contribution": _contribution,
    "altitude": _altitude,
    "distance": _distance,
    "dimension": _dimension,
    "members": _members_of,
    "named": _named,
    "leading": _leading,
}


# --- series -------------------------------------------------------------------------------------------------------


def _distribute(sentence: Sentence, drafts: list[Draft]) -> None:
    """Give the members of a series the members of the list they belong to (``respectively``, ``a:b:c``)."""
    for first, last in _series(sentence, drafts):
        members = drafts[first:last]
        names = _members(sentence, members[0], drafts[:first], len(members))
        for draft, name in zip(members, names, strict=False):
            draft.indicator = name


def _series(sentence: Sentence, drafts: list[Draft]) -> list[tuple[int, int]]:
    runs, first = [], 0
    for i in range(1, len(drafts) + 1):
        joined = i < len(drafts) and _joined(sentence, drafts[i - 1], drafts[i])
        if not joined:
            if i - first > 1:
                runs.append((first, i))
            first = i
    return runs


def _joined(sentence: Sentence, one: Draft, two: Draft) -> bool:
    between = sentence.nodes[one.node + 1 : two.node]
    allowed = _LINKS | {"RISE", "FALL", "by", ":", "BASIS"}
    return one.unit_kind == two.unit_kind and all(n.label in allowed for n in between)


def _members(sentence: Sentence, draft: Draft, before: list[Draft], count: int) -> list[str]:
    for name, members in _SETS.items():
        if name in draft.indicator and len(members) == count:
            return [_placed(draft.indicator, name, member) for member in members]
    parts = split_list(draft.indicator)
    if len(parts) == count:
        return parts
    piece = sentence.piece_of(draft.node)
    subject = noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text).text if piece.subject else ""
    owners = split_list(subject) if subject and subject != draft.indicator else []
    if len(owners) == count:
        return [f"{draft.indicator} of {owner}" for owner in owners]
    earlier = list(dict.fromkeys(d.indicator for d in before))
    return earlier[-count:] if len(earlier) >= count > 1 and _has_respectively(sentence) else []


def _placed(indicator: str, name: str, member: str) -> str:
    return re.sub(rf"\b(?:the )?{name}", f"the {member}", indicator)


def _has_respectively(sentence: Sentence) -> bool:
    return any(node.label == "RESP" for node in sentence.nodes)


def split_list(indicator: str) -> list[str]:
    """The members of a coordinated indicator, each with the shared head.

    >>> split_list("output of pork, beef and mutton")
    ['output of pork', 'output of beef', 'output of mutton']
    >>> split_list("income of urban and rural residents")
    ['income of urban residents', 'income of rural residents']
    """
    head, of, rest = indicator.partition(" of ")
    parts = [p for p in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", rest if of else indicator) if p]
    if len(parts) < 2:
        return [indicator]
    shared = parts[-1].split()[1:]
    if shared and all(len(p.split()) == 1 and _is_adjective(p) for p in parts[:-1]):
        parts = [*(" ".join([p, *shared]) for p in parts[:-1]), parts[-1]]
    return [f"{head}{of}{part}" if of else part for part in parts]


_ADJECTIVES = frozenset("urban rural male female light heavy public private foreign large small core primary inbound outbound first second".split())


def _is_adjective(word: str) -> bool:
    return word.lower() in _ADJECTIVES or word.endswith(("al", "ary", "ic", "ive", "ous", "ed", "ern"))


# --- what the clause adds -----------------------------------------------------------------------------------------


def _finish(sentence: Sentence, draft: Draft, drafts: list[Draft]) -> None:
    draft.time = _time_of(sentence, draft)
    draft.past = _is_past(sentence, draft)
    if draft.kind in ("growth_rate", "change_abs", "multiple"):
        draft.basis = draft.basis or _basis(sentence, draft) or _series_basis(sentence, draft, drafts) or _shared_basis(sentence, draft)
    if draft.kind == "rank":
        draft.basis = _rank_basis(sentence, draft)
    if draft.kind == "change_abs" and draft.unit_kind == "percentage_point":
        draft.indicator = _rate_of_change(sentence, draft, drafts)
    if draft.direction == "down":
        draft.quantity = _negated(draft)
    _fill_unit(draft, drafts)
    if _is_projected(sentence, draft):
        draft.status = "projected"
    draft.stock = _is_stock(sentence, draft)


def _time_of(sentence: Sentence, draft: Draft) -> PeriodMention | None:
    """The time of a figure: right after it, else in its piece, else of an earlier piece that says when."""
    nodes, position = sentence.nodes, draft.node
    if draft.rule == "former_value":
        return next(sentence.periods[n.period] for n in reversed(nodes[:position]) if n.label == "P")
    following = [n for n in nodes[position + 1 : position + 5] if n.label not in ("ADV", ")", "the")]
    if len(following) > 1 and following[0].label in ("in", "at", "by", "during", "as") and following[1].label == "P":
        if is_time(sentence, following[1]):
            return sentence.periods[following[1].period]
    if position and nodes[position - 1].label == "from" and _moves(sentence, position):
        return _FORMER
    if shifted := _shifted(sentence, position):
        return shifted
    piece = sentence.piece_of(position)
    inside = [i for i in range(piece.first, piece.last) if nodes[i].label == "P" and is_time(sentence, nodes[i])]
    before = [i for i in inside if i < position and not _is_former_time(nodes, i)]
    after = [i for i in inside if i > position and not any(n.label == "Q" for n in nodes[position + 1 : i])]
    if before or after:
        return sentence.periods[nodes[before[-1] if before else after[0]].period]
    return _earlier_time(sentence, piece) or _later_time(sentence, piece)


def _is_former_time(nodes: Sequence[Node], at: int) -> bool:
    """The time of a former level: ``fell from 6.1% in the second quarter of 2021 to 5.4%``."""
    i = at - 1
    while i > 0 and nodes[i].label in ("in", "at", "of", "the", "during"):
        i -= 1
    return i > 0 and nodes[i].label == "Q" and nodes[i - 1].label == "from"


#: How far back a figure lies that is said to hold ``a year earlier``, in months.
_SHIFTS = {"year_on_year": 12, "quarter_on_quarter": 3, "month_on_month": 1}


def _shifted(sentence: Sentence, position: int) -> PeriodMention | None:
    """``25.9% a year earlier``: a former level dated by the period of the figure it is compared with."""
    nodes = sentence.nodes
    after = next((n for n in nodes[position + 1 : position + 4] if n.label not in ("ADV", "in", "the", "for")), None)
    lead = nodes[position - 1].label if position else ""
    if after is None or lead not in ("from", "COMPARED", "MORE", "LESS") and not (after.label == "P" and _is_previous(sentence, after)):
        return None
    if after.label == "BASIS":
        months = _SHIFTS.get(str(cue_rows()[after.cue]["value"]), 0)
    else:
        months = 12 if after.label == "P" and _is_previous(sentence, after) else 0
    return PeriodMention(after.start, after.end, after.text, None, None, "time", "shifted", f"shift|{months}") if months else None


def _is_previous(sentence: Sentence, node: Node) -> bool:
    return (sentence.periods[node.period].relative or "") == "prev|"


def _later_time(sentence: Sentence, piece: Piece) -> PeriodMention | None:
    """A time at the end of a list that the figure belongs to: ``120 schools and 45 kindergartens by 2025``."""
    for other in sentence.pieces[sentence.pieces.index(piece) + 1 :]:
        if other.verb >= 0 or other.opener not in ("and", "or", ","):
            return None
        nodes = sentence.nodes[other.first : other.last]
        if times := [n for n in nodes if n.label == "P" and is_time(sentence, n)]:
            return sentence.periods[times[0].period] if any(n.label == "Q" for n in nodes) else None
    return None


def _moves(sentence: Sentence, position: int) -> bool:
    """Whether ``from Q`` is the former level of something that moved: ``from A to B``, ``rose to B from A``."""
    piece = sentence.piece_of(position)
    around = sentence.nodes[max(piece.first, position - 8) : position + 4]
    return any(n.label == "to" for n in around) or any(n.label in ("RISE", "FALL", "MORE", "LESS") for n in around)


#: The first level of ``from A to B``: it held at an earlier time that the sentence does not name.
_FORMER = PeriodMention(0, 0, "", None, None, "time", "former")


def _earlier_time(sentence: Sentence, piece: Piece) -> PeriodMention | None:
    """A time in an earlier piece that only says when (``In 2020,``) or that states figures of the same chain."""
    for other in reversed(sentence.pieces[: sentence.pieces.index(piece)]):
        nodes = sentence.nodes[other.first : other.last]
        times = [n for n in nodes if n.label == "P" and is_time(sentence, n)]
        main = other.own_subject and other.subject is not None and other.subject[0] >= other.first
        says_when = other.verb < 0 or any(n.label == "Q" for n in nodes) or main
        lone = all(n.label == "P" for n in nodes)
        at = sentence.pieces.index(other) + 1
        lone = lone and sentence.pieces[at].opener != ":"
        if times and says_when and (lone or other.opener not in ("(", "–", "—")):
            return sentence.periods[times[-1].period]
    return None


_BASIS_LEADS = frozenset({"than", "over", "compared", "on", "MORE", "LESS", "COMPARED", "RISE_N", "FALL_N", "between"})
_PASSED = frozenset({"the", "that", "in", "at", "of", "with", "THAT_OF", "for", "those", "PROJECTED", "a", "during"})
_PASSED_WORDS = frozenset({"level", "levels", "figure", "figures", "number", "total", "value", "amount", "whole", "year", "full", "entire", "growth"})


def is_time(sentence: Sentence, node: Node) -> bool:
    """Whether a time expression says when, not what something is compared with or how long it took."""
    period = sentence.periods[node.period]
    dated = period.role in ("time", "since") or (period.relative or "").startswith("past")
    if period.rule == "same_period" and period.text.lower() == "same year":
        return True
    if not dated or (period.relative or "").startswith(("same", "prev")):
        return False
    at = sentence.nodes.index(node)
    i, passed = at - 1, set()
    while i >= 0 and (sentence.nodes[i].label in _PASSED or sentence.nodes[i].text.lower() in _PASSED_WORDS):
        passed.add(sentence.nodes[i].label)
        i -= 1
    if i < 0:
        return True
    lead = sentence.nodes[i]
    if lead.label == "from":
        return not any(n.label in ("Q", "RISE", "FALL", "MORE", "LESS") for n in sentence.nodes[max(0, i - 3) : i])
    if lead.label == "over" and period.role == "duration":
        return True
    if lead.label == "Q":
        kind = sentence.quantities[lead.quantity].unit_kind
        return not (kind == "multiple" or "THAT_OF" in passed or "those" in passed or (kind == "percent" and "of" in passed and "in" not in passed))
    return lead.label not in _BASIS_LEADS


def _basis(sentence: Sentence, draft: Draft) -> str | None:
    """What a change is compared with: a basis cue in its piece or right after, ``than in 2015``, an average per year."""
    nodes = sentence.nodes
    piece = sentence.piece_of(draft.node)
    cues = cue_rows()
    end = next((i for i in range(draft.node + 1, len(nodes)) if nodes[i].label in ("Q", ";", "SUBORD")), len(nodes))
    inside = list(range(draft.node + 1, end)) + list(range(piece.first, draft.node))[::-1]
    for i in inside:
        if nodes[i].label in ("BASIS", "AVERAGE") and not (nodes[i].label == "AVERAGE" and draft.unit_kind != "percent"):
            return str(cues[nodes[i].cue]["value"])
    return _compared_with(sentence, draft.node + 1, end)


_BASIS_STARTS = frozenset({"than", "over", "from", "on", "COMPARED", "MORE", "LESS"})


def _compared_with(sentence: Sentence, first: int, end: int) -> str | None:
    nodes = sentence.nodes
    for i in range(first, end):
        if nodes[i].label in _BASIS_STARTS or nodes[i].text.lower() == "compared" or (i == first and nodes[i].label in ("THAT_OF", "that", "the")):
            named = _named_basis(sentence, i, end)
            if named:
                return named
    return None


def _named_basis(sentence: Sentence, lead: int, end: int) -> str | None:
    nodes = sentence.nodes
    for node in nodes[lead + 1 : min(end, lead + 8)]:
        if node.label == "P":
            return basis_of_period(sentence.periods[node.period])
        if node.label in (",", ";", "Q") or node.label in VERBS:
            break
    stop = next((i for i in range(lead + 1, end) if nodes[i].label in (",", ";", ".", "(", "and", "Q") or nodes[i].label in VERBS), end)
    if nodes[lead].label == "on":
        return None
    words = [n for n in nodes[lead + 1 : stop] if n.label not in ("THAT_OF", "that", "those", "in", "of", "ADV", "than")]
    text = noun_phrase(words, sentence.text)
    return text.text or text.entity


def basis_of_period(period: PeriodMention) -> str | None:
    """A time expression as a basis: ``last year`` -> year_on_year, ``2015`` -> 2015."""
    kind, _, year = (period.relative or "").partition("|")
    if kind == "same":
        return period.text if year.isdigit() else "year_on_year"
    if kind in ("prev", "-1") and not year:
        return "year_on_year"
    return period.text


def _series_basis(sentence: Sentence, draft: Draft, drafts: list[Draft]) -> str | None:
    """The basis of the first member serves a series: ``an average of 15.9 percent, 7.5 percent and 7.5 percent``."""
    before = next((d for d in reversed(drafts) if d.node < draft.node), None)
    return before.basis if before is not None and before.kind == draft.kind and _joined(sentence, before, draft) else None


def _shared_basis(sentence: Sentence, draft: Draft) -> str | None:
    """One mention of a usual basis serves its whole sentence, for growth rates."""
    if draft.kind != "growth_rate":
        return None
    cues = cue_rows()
    return next((str(cues[n.cue]["value"]) for n in sentence.nodes if n.label == "BASIS"), None)


def _rank_basis(sentence: Sentence, draft: Draft) -> str | None:
    nodes = sentence.nodes[draft.node + 1 :]
    for i, node in enumerate(nodes[:6]):
        if node.label in ("in", "among", "of", "on", "nationwide") and i + 1 < len(nodes):
            stop = next((j for j in range(i + 1, len(nodes)) if nodes[j].label in (",", ";", ".", "and", "Q", "P", "(", "IN_TERMS") or nodes[j].label in VERBS), len(nodes))
            words = [n for n in nodes[i + 1 : stop] if n.label != "the"]
            text = sentence.text[words[0].start : words[-1].end] if words else ""
            if _SET_NOUNS.search(text) or node.label == "among":
                return text
    return None


def _whole(sentence: Sentence, position: int) -> str | None:
    """The whole of a share: ``38 percent of the county's industrial total``."""
    nodes = sentence.nodes[position + 1 :]
    if not nodes or nodes[0].label not in ("of", "OF_WHICH"):
        return None
    if nodes[0].label == "OF_WHICH":
        return sentence.text[nodes[0].start + 3 : nodes[0].end].removeprefix("the ")
    stop = next((i for i, n in enumerate(nodes[1:], 1) if n.label in (",", ";", ".", "(", "and", "Q", "SUBORD", "in") or n.label in VERBS), len(nodes))
    phrase = noun_phrase(nodes[1:stop], sentence.text)
    return phrase.text or phrase.entity or (nodes[1].text if len(nodes) > 1 and nodes[1].label == "P" else None)


def _rate_of_change(sentence: Sentence, draft: Draft, drafts: list[Draft]) -> str:
    """Points against a growth rate are about that rate: ``growth of exports``."""
    earlier = [d for d in drafts if d.node < draft.node]
    if not earlier or earlier[-1].kind != "growth_rate" or earlier[-1].indicator != draft.indicator:
        return draft.indicator
    return f"growth of {draft.indicator}"


def _negated(draft: Draft) -> Quantity:
    q = draft.quantity
    if draft.kind == "multiple" or (q.value is not None and q.value <= 0) or (q.low is not None and q.low < 0):
        return replace(q, low=q.high, high=q.low) if draft.kind == "multiple" and q.low != q.high else q
    value = -q.value if q.value is not None else None
    return replace(q, value=value, low=-q.high if q.high is not None else None, high=-q.low if q.low is not None else None)


def _fill_unit(draft: Draft, drafts: list[Draft]) -> None:
    """The noun of a bare number: that of the series or the figure it is compared with, else of the indicator."""
    if draft.unit != "1":
        return
    earlier = [d for d in drafts if d.node < draft.node]
    later = [d for d in drafts if d.node > draft.node]
    counted = next((d for d in reversed(earlier) if d.unit_kind == "count"), None)
    compared = counted or next((d for d in reversed(earlier) if d.unit_kind not in ("percent", "currency")), None)
    if draft.kind == "change_abs" and compared is not None:
        draft.unit, draft.unit_kind, draft.indicator = compared.unit, compared.unit_kind, compared.indicator
        return
    for other in [*reversed(earlier), *later]:
        if other.indicator == draft.indicator and other.kind in ("level", "count") and other.unit not in ("1", "percent"):
            draft.unit, draft.unit_kind, draft.kind = other.unit, other.unit_kind, other.kind
            return
    head = head_of(draft.indicator)
    if head.unit:
        draft.unit, draft.unit_kind = head.unit, head.unit.partition(":")[0]
    elif noun := plural_head(draft.indicator):
        draft.unit, draft.unit_kind = f"count:{noun}", "count"
    if draft.unit_kind == "count" and draft.kind == "level":
        draft.kind = "count"


def plural_head(indicator: str) -> str | None:
    """The singular of an indicator's head where that is a plural: ``high-tech enterprises`` -> ``enterprise``.

    >>> plural_head("stock of high-tech enterprises"), plural_head("inbound visits"), plural_head("GDP")
    ('enterprise', 'visit', None)
    """
    parts = re.split(r"\b(?:in|for|on|with|from)\b", indicator)[0].strip().split(" of ")
    parts = [re.split(r"\s(?:aged|who|with|over|under|funded|employed)\b", part)[0] for part in parts]
    head = parts[1] if len(parts) > 1 and parts[0].lower() in ("number", "stock", "total", "total number") else parts[0]
    word = head.split()[-1].lower() if head.split() else ""
    if not word.endswith("s") or word.endswith(("ss", "us", "is")) or len(word) < 4:
        return None
    return word[:-3] + "y" if word.endswith("ies") else word[:-2] if word.endswith(("ches", "shes", "xes", "sses")) else word[:-1]


def _is_projected(sentence: Sentence, draft: Draft) -> bool:
    """Whether a plan or forecast is spoken of in the figure's piece, or in the clause that its piece continues."""
    piece = sentence.piece_of(draft.node)
    first = piece.first
    for other in reversed(sentence.pieces[: sentence.pieces.index(piece)] if piece.verb < 0 else []):
        first = other.first
        if other.verb >= 0 or other.opener in (";", "SUBORD"):
            break
    return any(n.label == "PROJECTED" for n in sentence.nodes[first : draft.node])


_PRESENT = re.compile(
    r"^(?:is|are|has|have|there are|there is|covers?|boasts?|governs|lies|costs?|owns|has been|have been|will be|be|stands? at"
    r"|contributes|employs|enjoys?|accounts? for|makes? up|takes? up|ranks|produces|generates?|includes?|remains?|handles|includes)$",
    re.IGNORECASE,
)


def _is_past(sentence: Sentence, draft: Draft) -> bool:
    """Whether the verb that governs the figure is not in the present or present perfect."""
    piece = sentence.piece_of(draft.node)
    before = [p.verb for p in sentence.pieces if p.first <= piece.first and 0 <= p.verb]
    own = piece.verb if 0 <= piece.verb else (before[-1] if before else -1)
    verb = sentence.nodes[own] if own >= 0 else next((n for n in sentence.nodes if n.label in VERBS), None)
    return verb is None or not _PRESENT.match(verb.text)


def _is_stock(sentence: Sentence, draft: Draft) -> bool:
    """A figure that holds at a moment, so that a multi-year scope means its last day."""
    if draft.kind in ("growth_rate", "multiple"):
        return False
    piece = sentence.piece_of(draft.node)
    verb = sentence.nodes[piece.verb] if piece.verb >= 0 else None
    if head_of(draft.indicator).stock:
        return True
    return draft.kind == "count" and verb is not None and verb.label in ("BE", "HAVE")
