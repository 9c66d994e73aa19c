"""What each construction measures: the functions that ``indicator`` in ``rules/constructions.toml`` names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from extractors.clauses import PREPOSITIONS, VERBS, Node, Piece, Sentence
from extractors.comparisons import SET_NOUNS
from extractors.drafts import Draft, Memory
from extractors.entities import place_nouns
from extractors.indicators import head_of
from extractors.lexicon import words
from extractors.objects import local, nominal_verbs, phrase_start
from extractors.phrases import Phrase, noun_phrase
from extractors.subjects import clause_subject, subject_phrase, that_of


def same(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    if not before:
        return clause_subject(sentence, position, before, memory)
    return Phrase(before[-1].indicator, before[-1].entity, before[-1].refers)


def _part_before(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``412,000 of the 1.18 million guests, a share of 34.9%``: what the first of the two numbers counts."""
    return same(sentence, position, before[:-1] or before, memory)


_WEAK = words("weak_adjective")


def _changed(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``revenue growth of 8%`` -> revenue; ``an increase of 5% in exports`` -> exports; else the subject."""
    nodes = sentence.nodes
    near = range(max(0, position - 5), min(len(nodes), position + 4))
    noun = next(
        (i for i in sorted(near, key=lambda i: abs(i - position)) if nodes[i].label in ("RISE_N", "FALL_N")), None
    )
    if noun is not None and noun < position:
        first = phrase_start(nodes, noun)
        lead = [n for n in nodes[first:noun] if n.label == "W" and n.text.lower() not in _WEAK]
        described = len(lead) == 1 and nodes[first].label in ("a", "an") and _told_behind(nodes, position)
        phrase = noun_phrase(nodes[first:noun], sentence.text) if lead and not described else Phrase()
        if phrase.text and lead[-1] is nodes[noun - 1]:
            return phrase
    between = nodes[position + 1 : noun] if noun is not None and noun > position else []
    if any(n.text.lower() not in _WEAK for n in between) and all(n.label == "W" for n in between):
        phrase = noun_phrase(between, sentence.text)
        if phrase.text and not _told_behind(nodes, noun or 0):
            return phrase  # ``the 7% share price increase``
    if noun is not None and noun + 2 < position and nodes[noun + 1].label in ("in", "for"):
        phrase = noun_phrase(nodes[noun + 2 : position], sentence.text)
        if phrase.text:
            return phrase  # ``an increase in real GDP by 7.2%``
    after = max(noun or 0, position) + 1
    if after + 1 < len(nodes) and nodes[after].label == "in" and nodes[after + 1].label in ("W", "the", "its"):
        end = next(
            (i for i in range(after + 1, len(nodes)) if nodes[i].label not in ("W", "the", "its", "of")), len(nodes)
        )
        phrase = noun_phrase(nodes[after + 1 : end], sentence.text)
        told = phrase.text.split(" ")
        if phrase.text and told[0].lower() not in place_nouns() and told[-1] not in ("terms", "prices", "total"):
            return phrase
    return clause_subject(sentence, position, before, memory)


def _told_behind(nodes: Sequence[Node], position: int) -> bool:
    """``a substantial rise of 8% in the number of``: what rose is named behind, the word before only describes it."""
    labels = [n.label for n in nodes[position + 1 : position + 3]]
    return len(labels) == 2 and labels[0] == "in" and labels[1] in ("the", "its", "their", "W")


def _gapped(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    piece = sentence.piece_of(position)
    by = next((i for i in range(piece.first, position) if sentence.nodes[i].label in ("by", "for")), position)
    group = aged(sentence, by)
    if group and before:
        return Phrase(f"{AGED.split(before[-1].indicator)[0]} {group}", before[-1].entity, before[-1].refers)
    lead = sentence.nodes[max(piece.first, phrase_start(sentence.nodes, by)) : by]
    while lead and lead[0].label in ("RISE_N", "FALL_N", "PROJECTED"):
        lead = lead[1:]
    if lead and lead[0].label == "THAT_OF":
        return that_of(sentence, lead, before, memory)
    phrase = noun_phrase(lead, sentence.text)
    return phrase if phrase.text else clause_subject(sentence, position, before, memory)


def _beside(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``Brindle +0.2% Corran Mining +0.3%``: the words between the number before and this one."""
    nodes = sentence.nodes
    first = position
    while first and nodes[first - 1].label in ("W", "-", "&", "of", "the"):
        first -= 1
    phrase = noun_phrase(nodes[first:position], sentence.text)
    if first == position or first == 0 or nodes[first - 1].label != "Q":
        return local(sentence, position, before, memory)
    return phrase if phrase.text else replace(phrase, text=phrase.entity or "")


AGED = re.compile(r"\s+(?=aged\b)")


def aged(sentence: Sentence, by: int) -> str:
    """``aged 60 and over`` right before the node: a group that goes on with the name before it."""
    first = by - 1
    while first >= 0 and sentence.nodes[first].label not in ("Q", ",", ";"):
        if sentence.nodes[first].text == "aged":
            return sentence.text[sentence.nodes[first].start : sentence.nodes[by - 1].end]
        first -= 1
    return ""


def aged_people(sentence: Sentence, by: int) -> str:
    """The noun before ``aged 60 and over``, where one stands there: ``people``."""
    nodes = sentence.nodes[:by]
    mark = next((n.at for n in reversed(nodes) if n.text == "aged"), 0)
    return nodes[mark - 1].text if mark and nodes[mark - 1].label == "W" else ""


def _part(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """Of ``72 percent of its output``: the clause's subject; where the share itself is the subject, its group."""
    piece = sentence.piece_of(position)
    nodes = sentence.nodes[position + 1 : clause_end(sentence, position)]
    verb = next((i for i, n in enumerate(nodes) if n.label in VERBS), len(nodes))
    if verb == len(nodes) and _is_listed(sentence, position, len(nodes)):
        group = noun_phrase(nodes, sentence.text)
        return replace(group, text=f"share of {group.text}") if group.text else group
    if 0 <= piece.verb < position or (verb == len(nodes) and before):
        return _spent_on(sentence, position, piece) or clause_subject(sentence, position, before, memory)
    group = noun_phrase(nodes[:verb], sentence.text)
    predicate = [n for n in nodes[verb:] if n.label not in ("BE", "HAVE", "ADV")]
    rest = noun_phrase(predicate, sentence.text).text if predicate else ""
    name = group.text or (before[-1].indicator if before else memory.indicator)
    if not name:
        return clause_subject(sentence, position, before, memory)
    return Phrase(f"share of {name} {rest}".strip(), group.entity, group.refers)


def _is_listed(sentence: Sentence, position: int, size: int) -> bool:
    """``found 81% of makers and 70% of shops reported``: one of several that the clause is about."""
    nodes = sentence.nodes
    ahead = [n.label for n in nodes[position + 1 + size - 1 : position + 1 + size + 2]]
    following = [n.label for n in nodes[position + 1 : position + 2]]
    opens = sentence.piece_of(position).first == position and following == ["of"]
    return opens and ahead == ["and", "Q", "of"] and any(n.label in VERBS for n in nodes[position + 1 + size :])


def _spent_on(sentence: Sentence, position: int, piece: Piece) -> Phrase | None:
    """``spent 2.51 percent of its GDP on R&D``: the part is what it was spent on."""
    nodes = sentence.nodes[position + 1 : piece.last]
    mark = next((i for i, n in enumerate(nodes) if n.label == "on"), -1)
    if mark < 0 or nominal_verbs().get(sentence.nodes[piece.verb].text.lower()) is None:
        return None
    phrase = noun_phrase(nodes[mark + 1 :], sentence.text)
    return phrase if phrase.text else None


def clause_end(sentence: Sentence, position: int) -> int:
    """Where the predicate of a clause that begins with a number ends."""
    stops = (",", ";", "SUBORD", ".", "Q")
    return next(
        (i for i in range(position + 1, len(sentence.nodes)) if sentence.nodes[i].label in stops), len(sentence.nodes)
    )


def _ranked(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """What is ranked: ``1st in population growth`` -> population growth; else the subject."""
    nodes = sentence.nodes[position + 1 :]
    piece = sentence.piece_of(position)
    fronted = _fronted(sentence, piece)
    if fronted.text:
        return fronted
    if named := _superlative_of(nodes, sentence.text):
        return Phrase(named, clause_subject(sentence, position, before, memory).entity)
    terms = next((i for i, n in enumerate(nodes[:9]) if n.label == "IN_TERMS"), -1)
    if terms >= 0:
        inside = ("W", "of", "the", "RISE_N", "FALL_N")
        stop = next((i for i in range(terms + 1, len(nodes)) if nodes[i].label not in inside), len(nodes))
        return noun_phrase(nodes[terms + 1 : stop], sentence.text)
    if len(nodes) > 3 and nodes[0].label == "on" and nodes[2].text == "list":
        end = next(
            (i for i, n in enumerate(nodes[3:], 3) if n.label in (",", ";", ".", "P", "RISE", "FALL")), len(nodes)
        )
        return Phrase(sentence.text[nodes[2].start : nodes[end - 1].end].replace("list", "ranking", 1))
    if (by := _ranked_for(nodes, sentence)) is not None:
        return replace(by, entity=clause_subject(sentence, position, before, memory).entity)
    if before and before[-1].kind == "rank" and sentence.nodes[position - 1].label == "from":
        return same(sentence, position, before, memory)  # ``14th, from 21st in 2022``
    if before and before[-1].rule == "rank.moved" and sentence.nodes[position - 1].label == "from":
        return same(sentence, position, before, memory)
    if len(nodes) > 1 and nodes[0].label in ("in", "for", "by"):
        end = next(
            (i for i, n in enumerate(nodes[1:], 1) if n.label not in ("W", "the", "of", "RISE_N", "its", "and")),
            len(nodes),
        )
        if end < len(nodes) and nodes[end].label == "Q":  # ``26th in the UK and joint 187th in the world``
            end = next((i for i in range(1, end) if nodes[i].label == "and"), end)
        phrase = noun_phrase(nodes[1:end], sentence.text)
        if phrase.text and not SET_NOUNS.search(phrase.text) and not phrase.text.isupper():
            return replace(phrase, entity=clause_subject(sentence, position, before, memory).entity)
    return _itself(clause_subject(sentence, position, before, memory), sentence, position)


def _itself(phrase: Phrase, sentence: Sentence, position: int) -> Phrase:
    """``The zone ranked 31st``: the place by its noun, where its clause names nothing that it is ranked for."""
    piece = sentence.piece_of(position)
    if piece.subject is None or not piece.own_subject or sentence.nodes[piece.verb].label != "RANK_V":
        return phrase
    subject = noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text)
    named = subject.refers and not subject.text and place_nouns().get(subject.noun) is not None
    return replace(subject, text=subject.noun) if named else phrase


def _fronted(sentence: Sentence, piece: Piece) -> Phrase:
    """``In container traffic it ranked third``, ``In punctuality the airport came second``: in what."""
    nodes = sentence.nodes[piece.first : max(piece.verb, piece.first)]
    if len(nodes) < 3 or nodes[0].label != "in":
        return Phrase()
    known = [n.label for n in nodes[-2:-1]] == ["the"] and nodes[-1].text.lower() in place_nouns()
    if not known and nodes[-1].label not in ("it", "we", "they", "he", "she"):
        return Phrase()
    return noun_phrase(nodes[1 : -2 if known else -1], sentence.text)


def _ranked_for(nodes: Sequence[Node], sentence: Sentence) -> Phrase | None:
    """``14th in the state for job growth``, ``second place in Scotland for student experience``: by what."""
    among = bool(nodes) and nodes[0].label in ("among", "of")  # ``11th among the ports of the country in tonnage``
    joints = ("for", "by", "in") if among else ("for", "by")
    mark = next((i for i, n in enumerate(nodes[:10]) if n.label in joints), -1)
    if mark < 1 or any(n.label not in ("W", "Q", "in", "among", "the", "of", "place") for n in nodes[:mark]):
        return None
    inside = ("W", "of", "the", "RISE_N", "FALL_N")
    end = next((i for i in range(mark + 1, len(nodes)) if nodes[i].label not in inside), len(nodes))
    if end == mark + 1:
        return None
    text = sentence.text[nodes[mark + 1].start : nodes[end - 1].end]
    if nodes[mark].label == "in" and (SET_NOUNS.search(text) or not text.islower()):
        return None
    return Phrase(text.removeprefix("the "))


def _moved(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``14th for job growth, up seven places``: what the place before is one of."""
    place = next((draft for draft in reversed(before) if draft.kind == "rank"), None)
    if place is not None:
        return Phrase(place.indicator, place.entity, place.refers)
    return clause_subject(sentence, position, before, memory)


def _superlative_of(nodes: Sequence[Node], text: str) -> str:
    """``third largest employer in the city`` -> employer; empty where no noun follows."""
    if len(nodes) < 2 or not nodes[0].text.lower().endswith(("est", "most")) or nodes[0].label != "W":
        return ""
    end = next((i for i, n in enumerate(nodes[1:], 1) if n.label != "W" or n.is_name), len(nodes))
    return noun_phrase(nodes[1:end], text).text if end > 1 else ""


def _altitude(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    return Phrase("altitude", clause_subject(sentence, position, before, memory).entity)


def _distance(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``28 kilometers away from the airport`` -> distance from airport."""
    nodes = sentence.nodes[position + 1 :]
    marks = [i for i, n in enumerate(nodes) if n.label == "from"]
    if len(nodes) > 1 and nodes[1].label == "of":
        marks = [1]  # ``12 km east of the city, 35 minutes from the airport``
    start = marks[0] if marks else 0
    end = next(
        (
            i
            for i, n in enumerate(nodes[start + 1 :], start + 1)
            if n.label in (",", ";", "and", ".", "Q", "by", "SUBORD") or n.label in VERBS
        ),
        len(nodes),
    )
    words = [n for n in nodes[start + 1 : end] if n.label != "the"]
    place = sentence.text[words[0].start : words[-1].end] if words else ""
    return Phrase(f"distance from {place}".strip(), clause_subject(sentence, position, [], Memory()).entity)


_DIMENSIONS = {"long": "length", "wide": "width", "high": "height", "deep": "depth", "tall": "height"}


def _dimension(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``Runway 2, 3,600 m long`` -> length of Runway 2."""
    word = sentence.nodes[position + 1].label
    piece = sentence.piece_of(position)
    at = piece.number
    if piece.first == position and at and piece.opener == "," and sentence.pieces[at - 1].verb < 0:
        before_comma = sentence.pieces[at - 1]
        subject = noun_phrase(sentence.nodes[before_comma.first : before_comma.last], sentence.text)
    else:
        subject = subject_phrase(sentence, piece, [], memory)
    owner = subject.text or subject.entity or (before[-1].indicator.partition(" of ")[2] if before else "")
    return Phrase(f"{_DIMENSIONS.get(word, word)} of {owner}" if owner else _DIMENSIONS.get(word, word), subject.entity)


def _members_of(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``of which 1.74 million lived in urban areas``: the group before, and what these do."""
    mark = next((n.at for n in reversed(sentence.nodes[:position]) if n.label == "OF_WHICH"), position)
    last = next((d for d in reversed(before) if d.node < mark), before[-1] if before else None)
    base = last.indicator if last else memory.indicator
    piece = sentence.piece_of(position)
    if 0 <= piece.verb < position and piece.own_subject and _is_of_this(sentence, position):
        return clause_subject(sentence, position, before, memory)
    if sentence.nodes[position + 1 : position + 2] and sentence.nodes[position + 1].label == "OF_WHICH":
        piece = next((p for p in sentence.pieces if p.first == position + 2), piece)
    quantity = sentence.quantities[sentence.nodes[position].quantity]
    things = sentence.text[quantity.numeral_end : quantity.end].strip() if quantity.unit_kind == "count" else ""
    if things and sentence.nodes[position - 1].label == "OF_WHICH" and things.split()[-1] not in base.split():
        return Phrase(things, last.entity if last else None, last.refers if last else False)  # ``among them 74 women``
    said = sentence.nodes[max(piece.first, position + 1) : piece.last]
    if len(said) > 1 and said[0].label == "BE" and (named := _named_by(said[1:], sentence.text, base)):
        return Phrase(named, last.entity if last else None, last.refers if last else False)
    if len(said) > 1 and said[0].label == "HAVE":
        behind = [n for n in said[1:] if n.text not in ("each", ".")]
        predicate = f"with {sentence.text[behind[0].start : behind[-1].end]}" if behind else ""
    else:
        predicate = noun_phrase([n for n in said if n.label not in ("BE", "HAVE", "ADV")], sentence.text).text
    return Phrase(f"{base} {predicate}".strip(), last.entity if last else None, last.refers if last else False)


def _is_of_this(sentence: Sentence, position: int) -> bool:
    """``Meals contributed 236.4 million of this total``: the clause says itself what part it is."""
    following = sentence.nodes[position + 1] if position + 1 < len(sentence.nodes) else None
    return following is not None and following.label == "OF_WHICH" and following.text.lower().startswith("of th")


def _named_by(predicate: Sequence[Node], text: str, base: str) -> str:
    """``were expressways`` names the members, ``were from abroad`` says more of them; empty where it does neither."""
    words = [n for n in predicate if n.label != "."]
    if not words:
        return ""
    if words[0].label in PREPOSITIONS:
        return f"{base} {text[words[0].start : words[-1].end]}"
    plural = words[-1].text.endswith("s") and all(n.label in ("W", "-") for n in words)
    return noun_phrase(words, text).text if plural else ""


def _leading(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``Of the total population, 51.3 percent were female``: the group named first, and what is said of the number."""
    nodes = sentence.nodes
    comma = next((i for i in range(position) if nodes[i].label == ","), position)
    group = noun_phrase([n for n in nodes[1:comma] if n.label != "Q"], sentence.text)
    counted = next((sentence.quantities[n.quantity] for n in nodes[1:comma] if n.label == "Q"), None)
    name = sentence.text[counted.numeral_end : counted.end].strip() if counted else group.text
    if counted and counted.unit_kind != "count":
        name = memory.indicator  # ``Of the 14.6 million tonnes``: of what was told before
    predicate = [
        n for n in nodes[position + 1 : clause_end(sentence, position)] if n.label not in ("BE", "HAVE", "ADV")
    ]
    stop = next((i for i, n in enumerate(predicate) if n.label == "and"), len(predicate))
    rest = noun_phrase(predicate[:stop], sentence.text).text
    lead = "share of " if sentence.quantities[nodes[position].quantity].unit_kind == "percent" else ""
    told = memory.indicator.split(" ")  # ``Of the passengers``: of whom the sentence before told
    entity = group.entity or (memory.entity if group.text and group.text in (told[0], memory.indicator) else None)
    return Phrase(f"{lead}{name} {rest}".strip(), entity)


def _named(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``Livia (24.1%)``: the clause's indicator, for the name before the bracket."""
    first = position - 1
    stops = {",", ";", "and", "Q", "P", ")", "or", ":", "MORE", "LESS"} | VERBS | PREPOSITIONS
    while first > 0 and sentence.nodes[first - 1].label not in stops:
        first -= 1
    if before and _is_of_number(sentence.nodes, position - 1):
        return same(sentence, position, before, memory)
    if behind := _rate_behind(sentence, position):
        name = sentence.nodes[first : position - 1]
        owner = sentence.text[name[0].start : name[-1].end] if name else None
        return Phrase(behind, owner if name and all(n.text[0].isupper() for n in name if n.label == "W") else None)
    if _is_in_subject(sentence.nodes, position - 1):
        return _named_subject(sentence, position, before, memory)
    first = _with_pair(sentence, first)
    if any(n.label in ("RISE_N", "FALL_N") for n in sentence.nodes[first : position - 1]):
        return _changed(sentence, position, before, memory)
    told = any(p.own_subject and p.verb < first for p in sentence.pieces if p.verb >= 0)
    if not told and not before and first and sentence.nodes[first - 1].label in ("for", "of", "in", "among"):
        first = phrase_start(sentence.nodes, first)  # ``rates for men (3.4%)``: no clause says it yet
    lead = noun_phrase(sentence.nodes[first : position - 1], sentence.text)
    if lead.text and first and sentence.nodes[first - 1].label in ("BE", "REACH"):
        return clause_subject(sentence, position, before, memory)  # ``Cargo remained stable (4 million tonnes)``
    piece = next((p for p in sentence.pieces if p.own_subject and p.verb < first), None)
    subject = noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text) if piece and piece.subject else Phrase()
    listed = bool(lead.text) and bool(before) and before[-1].rule == "named_value"
    if listed and not subject.text and (base := _FOR.match(before[-1].indicator)):
        return Phrase(f"{base[1]}{lead.text}", before[-1].entity, before[-1].refers)
    if lead.text and piece and sentence.nodes[piece.verb].label == "HAVE" and not before:
        return replace(lead, entity=subject.entity)  # ``Livia had the highest share (68.6%)``
    if piece and piece.subject and sentence.nodes[piece.subject[0]].label in PREPOSITIONS:
        subject = Phrase()  # ``At the other end of the scale were Livia (5.2%)``
    if before and _follows(sentence, first) and (other := _followed_by(sentence, position, lead, before)):
        return other
    if not subject.text and lead.entity:
        return Phrase((before[-1].indicator if before else "") or memory.indicator or lead.entity, lead.entity)
    if not subject.text:
        return lead if lead.text else Phrase(memory.indicator, lead.entity)
    if lead.entity:
        again = bool(before) and before[-1].rule == "named_value"
        return Phrase(before[-1].indicator if again else subject.text, lead.entity)
    if lead.text and head_of(subject.text).kind == "growth_rate":
        return Phrase(f"growth of {lead.text}", subject.entity, subject.refers)
    if listed and (base := _FOR.match(before[-1].indicator)):
        return Phrase(f"{base[1]}{lead.text}", before[-1].entity, before[-1].refers)
    return Phrase(f"{subject.text} of {lead.text}" if lead.text else subject.text, subject.entity, subject.refers)


def _is_of_number(nodes: Sequence[Node], bracket: int) -> bool:
    """Whether the bracket stands behind a number and its noun: ``18.7 million tonnes of cargo (+5.6%)``."""
    first = bracket - 1
    while first > 0 and nodes[first].label == "W" and not nodes[first].is_name:
        first -= 1
    return nodes[first].label == "Q" or (nodes[first].label == "of" and first > 0 and nodes[first - 1].label == "Q")


def _follows(sentence: Sentence, first: int) -> bool:
    """Whether a name is one of those ``followed by`` which others were told of."""
    for piece in [sentence.piece_of(first), *sentence.pieces_before(sentence.piece_of(first))]:
        opens = [n.text.lower() for n in sentence.nodes[piece.first : piece.first + 2]]
        if opens == ["followed", "by"] or piece.verb >= 0 or piece.opener == ";":
            return opens == ["followed", "by"]
    return False


_OWNED = re.compile(r" (?:of|from|with|to|by) ")


def _followed_by(sentence: Sentence, position: int, lead: Phrase, before: list[Draft]) -> Phrase | None:
    """``Exports to Livia were 5 million, followed by Latgal (3 million)``: what was told first, of another."""
    unit = sentence.quantities[sentence.nodes[position].quantity].unit
    told = next((draft for draft in before if draft.unit == unit), before[0])
    joint = next(iter([*_OWNED.finditer(told.indicator)][::-1]), None)
    if joint is not None:
        return Phrase(f"{told.indicator[: joint.end()]}{lead.text or lead.entity}", told.entity, told.refers)
    return Phrase(lead.text, told.entity, told.refers) if lead.text else None


def bracketed(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``on food (50.3% of total)``: the words right before the bracket alone."""
    nodes = sentence.nodes
    first = position - 1
    while first > 0 and nodes[first - 1].label in ("W", "-", "&"):
        first -= 1
    phrase = noun_phrase(nodes[first : position - 1], sentence.text)
    return phrase if phrase.text else Phrase(phrase.entity or memory.indicator)


def _is_in_subject(nodes: Sequence[Node], first: int) -> bool:
    """Whether the verb of the clause is still to come: ``spending of visitors from Livia (5 euros) rose``."""
    stop = next((i for i in range(first, len(nodes)) if nodes[i].label in (";", "SUBORD", ".")), len(nodes))
    if not any(node.label in VERBS for node in nodes[first:stop]):
        return False
    for i in range(first - 1, -1, -1):
        if nodes[i].label in VERBS:
            return False
        if nodes[i].label in (";", ":", "SUBORD") or (nodes[i].label == "," and nodes[i - 1].label != ")"):
            return True
    return True


_ENDS = {",", ";", ":", "SUBORD", "and", "or", ")", "Q", "P", "BASIS"}


def _named_subject(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """What stands before the bracket; of a list the shared head, with each of its members."""
    nodes = sentence.nodes
    first = position - 1
    while first > 0 and nodes[first - 1].label not in _ENDS:
        first -= 1
    lead = nodes[first : position - 1]
    if lead and lead[0].label in ("THAT_OF", "that", "those"):
        return that_of(sentence, lead, before, memory)
    phrase = noun_phrase(lead, sentence.text)
    behind = [node.label for node in nodes[max(0, first - 3) : max(0, first - 1)]]
    listed = first > 1 and nodes[first - 1].label in ("and", ",") and ")" in behind
    head = _HEAD.match(before[-1].indicator) if listed and before and before[-1].rule == "named_value" else None
    if head is not None and lead:
        return Phrase(f"{head[0]}{sentence.text[lead[0].start : lead[-1].end]}", before[-1].entity, before[-1].refers)
    return phrase if phrase.text else Phrase(phrase.entity or memory.indicator, phrase.entity)


#: the shared head of a list: ``spending of visitors from Livia (5 euros) and Latgal (6 euros)``
_HEAD = re.compile(r".+ (?:of|for|from|in|among|on|to|at) ")
#: what a list of names in brackets goes on with: ``rates for men (3.4%), teenagers (10.1%)``
_FOR = re.compile(r"(.+ (?:for|among|in) )\S+")


def _rate_behind(sentence: Sentence, position: int) -> str:
    """``Malta (91%) and Livia (87%) recorded the largest share of stays``: the rate that the verb behind tells."""
    nodes = sentence.nodes
    if any(n.label in VERBS for n in nodes[:position]):
        return ""
    verb = next((n.at for n in nodes[position:] if n.label in VERBS), -1)
    if verb < 0 or nodes[verb].label not in ("HAVE", "VERB", "REACH") or nodes[verb + 1 : verb + 2] == []:
        return ""
    end = next(
        (i for i in range(verb + 1, len(nodes)) if nodes[i].label in (",", ";", ".", "P", "(", "Q", "at")), len(nodes)
    )
    rest = [n for n in nodes[verb + 1 : end] if not n.text.endswith("est") and n.text != "the"]
    text = noun_phrase(rest, sentence.text).text if rest else ""
    return text if head_of(text).kind in ("share", "level", "growth_rate") else ""


def _with_pair(sentence: Sentence, first: int) -> int:
    """``), hotels and restaurants (``: a name of two, where the break before it stands right behind a bracket."""
    nodes = sentence.nodes
    if not first or nodes[first - 1].label != "and":
        return first
    lead = first - 2
    while lead > 0 and nodes[lead].label == "W":
        lead -= 1
    parts = lead < first - 2 and nodes[lead].label in ("and", ",") and lead > 0 and nodes[lead - 1].label == ")"
    return lead + 1 if parts else first


def _in_turn(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``rose 69,000 at hotels, 45,000 in health care``: what was told before, in another place or by another hand."""
    nodes = sentence.nodes
    stops = (",", ";", ".", "Q", "P", "(", "SUBORD")
    end = next((i for i in range(position + 2, len(nodes)) if nodes[i].label in stops), len(nodes))
    if end < len(nodes) and nodes[end].label == "Q" and nodes[end - 1].label == "and":
        end -= 1
    tail = sentence.text[nodes[position + 1].start : nodes[end - 1].end]
    if not before:
        return clause_subject(sentence, position, before, memory)
    head = _PLACED.split(before[-1].indicator)[0]
    return Phrase(f"{head} {tail}", before[-1].entity, before[-1].refers)


_PLACED = re.compile(r" (?:in|at|for|among|by|from|to|on|with) ")


def _doubled(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``to double the throughput of the port to 40 million tons``: what stands behind the verb."""
    nodes = sentence.nodes
    end = next(
        (i for i in range(position + 1, len(nodes)) if nodes[i].label not in ("W", "the", "its", "of")), len(nodes)
    )
    phrase = noun_phrase(nodes[position + 1 : end], sentence.text)
    return phrase if phrase.text else clause_subject(sentence, position, before, memory)


def _contribution(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``contributed 3.3 percentage points to the growth`` -> contribution of X to growth."""
    subject = clause_subject(sentence, position, before, memory)
    if subject.text.startswith("contribution of "):
        return subject
    return replace(subject, text=f"contribution of {subject.text} to growth")


def _gained(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """``health care added 5,100 jobs and government 1,900``: the things, in what stands before the verb or number."""
    quantity = sentence.quantities[sentence.nodes[position].quantity]
    things = sentence.text[quantity.numeral_end : quantity.end].strip() if quantity.unit_kind == "count" else ""
    if not things and before:
        things = before[-1].indicator.partition(" in ")[0]
    piece = sentence.piece_of(position)
    where = subject_phrase(sentence, piece, [], memory)
    if piece.verb < 0 and not where.text:
        where = noun_phrase(sentence.nodes[piece.first : position], sentence.text)
    return Phrase(f"{things} in {where.text}" if things and where.text else things or where.text, where.entity)


INDICATORS: dict[str, Callable[[Sentence, int, list[Draft], Memory], Phrase]] = {
    "subject": clause_subject,
    "local": local,
    "beside": _beside,
    "same": same,
    "part_before": _part_before,
    "changed": _changed,
    "doubled": _doubled,
    "in_turn": _in_turn,
    "gained": _gained,
    "gapped": _gapped,
    "part": _part,
    "ranked": _ranked,
    "moved": _moved,
    "contribution": _contribution,
    "altitude": _altitude,
    "distance": _distance,
    "dimension": _dimension,
    "members": _members_of,
    "named": _named,
    "bracketed": bracketed,
    "leading": _leading,
}
