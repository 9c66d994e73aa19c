"""What a clause is about: its subject as an indicator, also where it is gapped, relative or points back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extractors.clauses import PREPOSITIONS, VERBS, Node, Piece, Sentence
from extractors.drafts import Draft, Memory
from extractors.indicators import Head, head_of, indicator_key, known_keys
from extractors.inflection import is_plural
from extractors.lexicon import words
from extractors.phrases import Phrase, noun_phrase


def clause_subject(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """The subject of the clause; where that is a pronoun or an entity, what the figures before it measured."""
    piece = _main_of(sentence, sentence.piece_of(position))
    phrase = subject_phrase(sentence, piece, before, memory)
    if phrase.text:
        return phrase
    earlier = next((d for d in reversed(before) if d.indicator), None)
    named = phrase.entity is not None and not phrase.refers and piece.own_subject
    if earlier is not None and not (named and (earlier.indicator == earlier.entity or is_called(earlier.indicator))):
        return Phrase(earlier.indicator, phrase.entity or earlier.entity, phrase.refers or earlier.refers)
    if topic := _fronted_topic(sentence):
        return Phrase(topic, phrase.entity or memory.entity, phrase.refers)
    if phrase.entity and not phrase.refers:
        return Phrase(phrase.entity, phrase.entity)
    if piece.opener == "(" and piece.number and (name := _name_before(sentence, piece)):
        return Phrase(name, name)
    return Phrase(memory.indicator, phrase.entity or memory.entity, phrase.refers)


def is_called(indicator: str) -> bool:
    """Whether an indicator is a name, which says nothing of what is measured: that of another is its own name.

    >>> is_called("Alder Falls"), is_called("Exports"), is_called("CPI"), is_called("GDP of Alder Falls")
    (True, False, False, False)
    """
    parts = indicator.split()
    if parts[-1].lower() in _MARKET or parts[0] in ("biggest", "top"):
        return True
    if not all(part[0].isupper() or part[0].isdigit() for part in parts) or not any(map(str.isalpha, indicator)):
        return False
    known = indicator_key(indicator) in known_keys() or head_of(indicator) != Head()
    return not known and (len(parts) > 1 or not is_plural(indicator.lower()))


def _name_before(sentence: Sentence, piece: Piece) -> str:
    """``Top players: Hunter Maldonado (15.3 points)``: the name right before a bracket."""
    before = sentence.pieces[piece.number - 1]
    first = before.last
    while (
        first > before.first and sentence.nodes[first - 1].label == "W" and sentence.nodes[first - 1].text[0].isupper()
    ):
        first -= 1
    phrase = noun_phrase(sentence.nodes[first : before.last], sentence.text)
    return phrase.entity or phrase.text


#: what is a market or its members, which others are told beside: ``the index rose, with Brindle Foods up 3%``
_MARKET = words("market_noun")


def _fronted_topic(sentence: Sentence) -> str:
    """``As for fixed asset investment, the city registered``: what the clause is about, told before it."""
    nodes = sentence.nodes
    comma = next((n.at for n in nodes[:12] if n.label == ","), 0)
    lead = [n.text.lower() for n in nodes[:2]]
    first = 1 if nodes[:1] and (nodes[0].label == "IN_TERMS" or lead[:1] == ["regarding"]) else 0
    first = 2 if lead in (["as", "for"], ["as", "to"]) else first
    if not first or comma <= first or any(n.label in ("Q", "P") for n in nodes[first:comma]):
        return ""
    return noun_phrase(nodes[first:comma], sentence.text).text


def _main_of(sentence: Sentence, piece: Piece) -> Piece:
    """``Compared with the 5.4 million counted in 2010, the population had grown``: the clause that tells of what."""
    if piece.first or sentence.nodes[0].label != "COMPARED":
        return piece
    return next((p for p in sentence.pieces if p.number > piece.number and p.own_subject and p.subject), piece)


def subject_phrase(sentence: Sentence, piece: Piece, before: list[Draft], memory: Memory) -> Phrase:
    if piece.verb < 0:
        own = _verbless_subject(sentence, piece, before, memory) or _gapped_subject(sentence, piece, before)
        if own is not None and own.text:
            return own
        if before and piece.opener in (",", "and", "(", "or", "with") and before[-1].indicator:
            told = _told(sentence, before)
            return Phrase(told.indicator, told.entity, told.refers)
    if piece.subject is None:
        return Phrase()
    nodes = sentence.nodes[slice(*piece.subject)]
    if any(n.label == "THAT_OF" for n in nodes) or (
        len(nodes) > 2 and nodes[0].label in ("that", "those", "SUBORD") and nodes[1].label in JOINTS
    ):
        return that_of(sentence, nodes, before, memory)
    phrase = noun_phrase(nodes, sentence.text)
    if piece.owner and not phrase.entity:
        owner = noun_phrase(sentence.nodes[slice(*piece.owner)], sentence.text)
        phrase = replace(phrase, entity=owner.entity, noun=owner.noun)
    if piece.relative and piece.own_subject and phrase.text:
        phrase = _owned_by_antecedent(sentence, piece, phrase)
    if before and not piece.own_subject and (not phrase.text or _same_subject_object(before[-1], sentence, piece)):
        told = _told(sentence, before)
        return Phrase(told.indicator, told.entity or phrase.entity, phrase.refers)
    return phrase


def _told(sentence: Sentence, before: list[Draft]) -> Draft:
    """The figure that a continuation goes on from: of ``1.2 million visits from 30 countries`` the visits."""
    last = before[-1]
    circumstance = last.kind == "count" and sentence.nodes[last.node - 1].label in CIRCUMSTANCES
    earlier = [d for d in before[:-1] if d.indicator and sentence.piece_of(d.node) is sentence.piece_of(last.node)]
    return earlier[-1] if circumstance and earlier else last


#: before things that were not done to, but from or for which something was done
CIRCUMSTANCES = frozenset(("from", "for", "across", "in", "among"))


def _owned_by_antecedent(sentence: Sentence, piece: Piece, phrase: Phrase) -> Phrase:
    """``High-tech manufacturing, whose added value accounted for``: the added value of what stands before."""
    opener = sentence.nodes[piece.first - 1].text.lower() if piece.first else ""
    at = piece.number
    if opener != "whose" or not at:
        return phrase
    owner = noun_phrase(sentence.nodes[sentence.pieces[at - 1].first : sentence.pieces[at - 1].last], sentence.text)
    return replace(phrase, text=f"{phrase.text} of {owner.text}" if owner.text else phrase.text, entity=owner.entity)


def _same_subject_object(last: Draft, sentence: Sentence, piece: Piece) -> bool:
    """A continuation (``, up 7.2%``) is about the figure right before it, not about the clause's subject."""
    gap = sentence.nodes[last.node + 1 : piece.first]
    return (
        all(node.label not in VERBS or node.label in ("RISE", "FALL", "SHARE", "REACH", "BE") for node in gap)
        and last.kind != "rank"
    )


def _gapped_subject(sentence: Sentence, piece: Piece, before: list[Draft]) -> Phrase | None:
    """``; private enterprises, 31.05 billion yuan``: the words before the comma, with the last indicator's head."""
    at = piece.number
    lead = sentence.pieces[at - 1] if at else None
    named = lead is not None and piece.opener == ":" and lead.verb < 0 and sentence.nodes[piece.first].label == "Q"
    if lead is not None and named:
        return noun_phrase(sentence.nodes[lead.first : lead.last], sentence.text)
    if (
        lead is None
        or not before
        or sentence.nodes[piece.first].label != "Q"
        or piece.opener != ","
        or lead.opener not in (";", "SUBORD", "and")
    ):
        return None
    nodes = sentence.nodes[lead.first : lead.last]
    if (
        lead.verb < 0
        and len(nodes) > 1
        and (nodes[0].label == "THAT_OF" or (nodes[0].label in ("that", "those") and nodes[1].label in JOINTS))
    ):
        return that_of(sentence, nodes, before, Memory())
    if lead.verb >= 0 or any(n.label != "W" for n in nodes[nodes[0].label == "the" :]):
        return None
    head = before[-1].indicator.partition(" of ")[0]
    phrase = noun_phrase(nodes, sentence.text)
    return replace(phrase, text=f"{head} of {phrase.text}") if phrase.text and head else None


def _verbless_subject(sentence: Sentence, piece: Piece, before: list[Draft], memory: Memory) -> Phrase | None:
    """``and autumn grain 948.7``: the words right before a number, in a piece that has no verb."""
    nodes = sentence.nodes[piece.first : piece.last]
    number = next((i for i, n in enumerate(nodes) if n.label == "Q"), 0)
    lead = nodes[:number]
    if len(lead) > 1 and (
        lead[0].label == "THAT_OF" or (lead[0].label in ("that", "those", "SUBORD") and lead[1].label in JOINTS)
    ):
        return that_of(sentence, lead, before, memory)
    if len(lead) > 1 and lead[-1].label in ("to", "at", "for") and lead[-2].label == "W" and piece.opener == "and":
        lead = lead[:-1]  # ``exports came to 17.9 billion and the surplus to 2.7 billion``
    if (
        not lead
        or lead[-1].label not in ("W", ":")
        or any(n.cue and n.label != "W" for n in lead)
        or lead[0].label in PREPOSITIONS | {"ADDED"}
    ):
        return None
    return noun_phrase(lead, sentence.text)


JOINTS = frozenset({"of", "in", "for", "on", "from", "to", "with"})


def that_of(sentence: Sentence, nodes: Sequence[Node], before: list[Draft], memory: Memory) -> Phrase:
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


#: ``the highest share``: of what was a share before
_SHARE = re.compile(r"(?:by )?(?:far )?(?:the )?(?:highest |lowest |largest |smallest )?(?:share|proportion)s?")
_THESE = re.compile(r"\b(?:these|those|such)\s+([\w-]+)$")
_CHANGE_NOUNS = words("change_noun")
_GENERIC = words("generic_noun")
_TOTALS = _GENERIC | {"total"}
_OF_AREAS = words("of_area")


def recalled(draft: Draft, drafts: list[Draft], memory: Memory) -> str:
    """An indicator that points back: ``profits of these enterprises``, ``the rate``, ``the drop``."""
    indicator, lower = draft.indicator, draft.indicator.lower()
    earlier = next(
        (d.indicator for d in reversed(drafts) if d.node < draft.node and d.indicator != indicator), memory.indicator
    )
    if memory.share and _SHARE.fullmatch(lower):
        return memory.share
    if lower in _CHANGE_NOUNS and earlier.lower().startswith(lower):
        return earlier
    if lower in _CHANGE_NOUNS and earlier:
        return f"{indicator} of {earlier}"
    if earlier and lower in _OF_AREAS:
        # ``higher than the national growth rate of 6.5 percent``
        return earlier.removeprefix("growth of ") if draft.kind == "growth_rate" else earlier
    if earlier and draft.kind == "rank" and set(lower.split()) <= _TOTALS:
        return earlier  # ``with the total number ranking fifth``
    if lower in _GENERIC:
        return earlier if lower in earlier.lower().split() or lower in ("figure", "figures") else indicator
    match = _THESE.search(indicator)
    if match is None:
        return indicator
    for phrase in reversed(memory.phrases):
        place = re.search(rf"(?:^|\bof )((?:[\w-]+ )+{re.escape(match[1])}\b.*)$", phrase)
        if place and "these" not in phrase:
            last = place[1].rpartition(" of ")[2]
            return f"{indicator[: match.start()]}{last if match[1] in last else place[1]}"
    return indicator
