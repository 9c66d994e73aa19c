"""What a level or a count measures: the counted noun, the object around the number, the verb, else the subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from extractors.clauses import PREPOSITIONS, VERBS, Node, Piece, Sentence, behind_equivalent
from extractors.drafts import Draft, Memory
from extractors.entities import place_nouns
from extractors.indicators import indicator_key, known_keys
from extractors.inflection import words_of
from extractors.lexicon import Row, load, words
from extractors.model import Quantity
from extractors.phrases import Phrase, is_size, noun_phrase
from extractors.subjects import CIRCUMSTANCES, clause_subject


def local(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Phrase:
    """Of a level or count: the noun it counts, the phrase before ``of Q`` or after ``Q of``, else the subject."""
    quantity = sentence.quantities[sentence.nodes[position].quantity]
    if again := _again(sentence, position, quantity, before):
        return again
    if of_others := _times_that_of(sentence, position, before):
        return of_others
    for find in (
        _raised_from,
        _counted,
        _object_of,
        _of_object,
        _modified,
        _named_behind,
        _bounded,
        _in_object,
        _contributed,
        _stated_object,
        _by_verb,
        _in_money,
    ):
        phrase = find(sentence, position, quantity)
        if phrase.text:
            return phrase if phrase.entity or phrase.refers else _owned(sentence, position, phrase)
    if before and _in_all(sentence, position):
        return Phrase(before[-1].indicator, before[-1].entity, before[-1].refers)
    phrase = _worth(sentence, position)
    phrase = phrase if phrase.text else _apposed(sentence, position)
    phrase = phrase if phrase.text else _done(sentence, position, quantity)
    phrase = phrase if phrase.text else clause_subject(sentence, position, before, memory)
    if before and phrase.text and quantity.unit == before[-1].unit and _is_divided(sentence, position):
        whole = next((d.indicator for d in before if phrase.text.startswith(d.indicator)), phrase.text)
        phrase = replace(phrase, text=f"{whole}{_tail(sentence, position)}")
    return phrase if phrase.text else _adjacent(sentence, position, phrase)


def _in_all(sentence: Sentence, position: int) -> bool:
    """``47 vessels with a total of 1.92 million dwt``: what the things counted before have together."""
    lead = sentence.nodes[max(0, position - 5) : position]
    return [n.label if n.label != "W" else n.text for n in lead] == ["Q", "with", "a", "total", "of"]


def _again(sentence: Sentence, position: int, quantity: Quantity, before: list[Draft]) -> Phrase | None:
    """``opened seven branches, closed two``: the things of the figure before, with another verb."""
    lead = position - 1
    while lead > 0 and sentence.nodes[lead].label in ("ADDED", "ADV", "a", "W") and sentence.nodes[lead].text != "the":
        if sentence.nodes[lead].label == "W" and sentence.nodes[lead].text not in ("another", "further"):
            break
        lead -= 1
    verb = sentence.nodes[lead]
    if not before or before[-1].unit_kind != "count" or verb.label != "VERB":
        return None
    if quantity.unit not in ("1", before[-1].unit) or sentence.text[quantity.numeral_end : quantity.end].strip():
        return None
    things, _, done = before[-1].indicator.rpartition(" ")
    if not things or not done.endswith("ed") or not verb.text.endswith("ed"):
        return None
    return Phrase(f"{things} {verb.text}", before[-1].entity, before[-1].refers)


def _times_that_of(sentence: Sentence, position: int, before: list[Draft]) -> Phrase | None:
    """``the income of urban residents was 48,920 yuan, 1.86 times the 26,300 yuan of rural residents``."""
    nodes = sentence.nodes
    if (
        not before
        or before[-1].kind != "multiple"
        or [n.label for n in nodes[position + 1 : position + 3]] != ["of", "W"]
    ):
        return None
    head, joint, _ = before[-1].indicator.rpartition(" of ")
    end = next((i for i in range(position + 2, len(nodes)) if nodes[i].label not in ("W", "the")), len(nodes))
    other = noun_phrase(nodes[position + 2 : end], sentence.text)
    return Phrase(f"{head}{joint}{other.text}", before[-1].entity) if head and other.text else None


_DIVIDED = re.compile(
    r"\b(?:made up of|divided into|split into|broken down into|composed of"
    r"|consist(?:s|ed|ing) of|compris(?:es|ed|ing))\b"
)


def _is_divided(sentence: Sentence, position: int) -> bool:
    """``is made up of 201 million for cement and 85 million for concrete``: a part, told by what it is for."""
    return _DIVIDED.search(sentence.text, 0, sentence.nodes[position].start) is not None


def _raised_from(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``raised its capacity from 5 to 8 million TEU``: what stands between the verb and ``from``."""
    nodes = sentence.nodes
    if position < 3 or nodes[position - 1].label not in ("from", "to"):
        return Phrase()
    start = next((i for i in range(position - 1, max(0, position - 7), -1) if nodes[i].label == "from"), 0)
    verb = next((i for i in range(start - 1, max(-1, start - 8), -1) if nodes[i].label in VERBS | {"PROJECTED"}), -1)
    if verb < 0 or nodes[verb].label not in ("RISE", "FALL") or any(n.label == "," for n in nodes[verb + 1 : start]):
        return Phrase()
    return noun_phrase(nodes[verb + 1 : start], sentence.text)


def _done(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``120 million TEUs were moved``, ``5 billion yuan was invested in roads``: what is done with an amount."""
    nodes = sentence.nodes
    piece = sentence.piece_of(position)
    verb = position + 2
    if verb >= len(nodes) or nodes[position + 1].label != "BE" or nodes[verb].label != "VERB" or piece.verb < position:
        return Phrase()
    row = nominal_verbs().get(nodes[verb].text.lower())
    if row is not None and quantity.unit_kind == "currency":
        return Phrase(f"{row['noun']}{_tail(sentence, verb)}")
    unit = sentence.text[quantity.numeral_end : quantity.end].split()
    if not unit or unit[-1].rstrip("s") != quantity.unit or not quantity.unit.isupper():
        return Phrase()  # ``meters`` say nothing of what was made; ``TEUs`` are things
    return Phrase(f"{unit[-1]} {nodes[verb].text}")


def _worth(sentence: Sentence, position: int) -> Phrase:
    """``45 kilos of tea worth Q``, ``a bonus worth Q``: what is worth it stands right before."""
    nodes = sentence.nodes
    worth = next((i for i in range(position - 1, max(0, position - 4), -1) if nodes[i].text == "worth"), 0)
    if (
        not worth
        or nodes[worth - 1].label not in ("W", "RISE_N", "FALL_N")
        or any(n.label == "Q" for n in nodes[worth:position])
    ):
        return Phrase()
    first = worth
    while first and nodes[first - 1].label in ("W", "RISE_N", "FALL_N"):
        first -= 1
    return noun_phrase(nodes[first:worth], sentence.text)


def _apposed(sentence: Sentence, position: int) -> Phrase:
    """``Proven reserves of fluorite, over 9 million tons, rank second``: an amount between its subject and the verb."""
    nodes = sentence.nodes
    if position < 2 or position + 2 >= len(nodes) or nodes[position + 1].label != ",":
        return Phrase()
    comma = position - 1 - (nodes[position - 1].label == "at")
    follows = nodes[position + 2].label in VERBS or nodes[position + 2].text.endswith("ed")
    if nodes[comma].label != "," or not follows:
        return Phrase()
    return noun_phrase(nodes[phrase_start(nodes, comma) : comma], sentence.text)


def _owned(sentence: Sentence, position: int, phrase: Phrase) -> Phrase:
    """The object of a clause whose subject is a name: ``The Port of Velmora handled 31 million tonnes of goods``."""
    piece = sentence.piece_of(position)
    if not piece.subject or piece.verb < 0:
        return phrase
    subject = noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text)
    return replace(phrase, entity=subject.entity) if subject.entity and not subject.text else phrase


_MIDDLES = frozenset(("average", "mean", "median"))


def _subject_of(sentence: Sentence, position: int) -> str:
    """What the clause of a number is about, where that has a name of its own."""
    piece = sentence.piece_of(position)
    if not piece.subject or not piece.own_subject or not 0 <= piece.verb < position:
        return ""
    return noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text).text


def _object_of(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``a built-up area of Q``, ``investment of Q in transportation``."""
    nodes = sentence.nodes
    i = position - 1
    while i >= 0 and nodes[i].label in ("ADV", "a", "the", "BASIS"):
        i -= 1
    owner = nodes[i - 1].text.lower() if i > 0 and nodes[i].label == "of" else ""
    if quantity.unit_kind == "area" and place_nouns().get(owner) == "place":
        return Phrase("area", refers=True, noun=owner)  # ``the city of 6,318 square kilometers``
    if i > 1 and nodes[i].label == "to" and (brought := _brought(sentence, i)).text:
        return brought
    if (
        i < 1
        or nodes[i].label not in ("of", "at")
        or (nodes[i].label == "at" and nodes[i - 1].label in VERBS | {"MORE", "LESS", "PROJECTED", ","})
    ):
        return Phrase()
    first = phrase_start(nodes, i)
    lead = nodes[first:i]
    if nodes[i].label == "at" and lead and nodes[i - 1].text in _GOING:
        going = noun_phrase(nodes[first : i - 1], sentence.text) if i - 1 > first else Phrase()
        return replace(going, text=going.text or going.entity or "")
    if nodes[i].label == "at" and lead and _is_said(nodes, first, i):
        return Phrase()
    if _POINT.fullmatch(" ".join(n.text.lower() for n in lead)):
        return Phrase()  # ``rose to a record high of Q``
    if first and nodes[first - 1].label in ("REACH", "OUTDO") and all(n.text.lower() in _BARE | _MARKS for n in lead):
        return Phrase()  # ``exceeding the value of Q``
    if not lead or all(n.text.lower() in _BARE for n in lead):
        return Phrase()
    phrase = noun_phrase(lead, sentence.text)
    if phrase.text in _MIDDLES and (owner := _subject_of(sentence, position)):
        return replace(phrase, text=f"{phrase.text} of {owner}")  # ``Flats sold for a median of $254,500``
    whole = _had_by(sentence, first) or _of_sector(sentence, position, phrase) if not _tail(sentence, position) else ""
    text = phrase.text.removesuffix(" in the amount").removesuffix(" in the sum")
    return replace(phrase, text=f"{text}{_tail(sentence, position)}{whole}") if text else Phrase()


def _is_said(nodes: Sequence[Node], first: int, at: int) -> bool:
    """Whether what stands before ``at`` says something of the subject: ``to settle at``, ``was impressive at``."""
    before = nodes[first - 1].label if first else ""
    infinitive = before in ("to", "PROJECTED") and at - first == 1
    participle = nodes[first].text.endswith("ing") and (before == "," or not before)
    described = (before == "BE" or nodes[first - 1].text in ("sat", "stood", "lay")) and nodes[first].label in (
        "W",
        "ADV",
        "as",
    )
    return infinitive or participle or described


#: how a thing is or goes that has a price: ``a mirror starting at $448``
_GOING = words("going_at")
#: a point that something reached, which is no name of it: ``a two-month high``
_POINT = re.compile(
    r"(?:(?:a|the|its|new|record|session|all - time|\w+ - (?:day|week|month|year)) )*"
    rf"(?:{'|'.join(words('point_reached'))})"
)
#: nouns around a number that say nothing of what it is
_BARE = words("bare_amount") | {"the", "a", "an"}


#: what a number is called that something reaches
_MARKS = words("passed_mark")


def _brought(sentence: Sentence, to: int) -> Phrase:
    """``bringing the total cost to Q``."""
    first = phrase_start(sentence.nodes, to)
    raised = (
        first and first < to and (sentence.nodes[first - 1].label in ("RISE", "FALL") or _folds(sentence, first - 1))
    )
    if not first or not (raised or _is_gerund(sentence.nodes, first - 1)) or sentence.nodes[to - 1].text.endswith("ly"):
        return Phrase()
    return noun_phrase(sentence.nodes[first:to], sentence.text)


def _of_sector(sentence: Sentence, position: int, made: Phrase) -> str:
    """`` of the first industry``: a sector that makes an amount of its own is a part of what is measured."""
    piece = sentence.piece_of(position)
    if not piece.own_subject or piece.subject is None or not 0 <= piece.verb < position or " of " in made.text:
        return ""
    subject = noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text)
    return f" of {subject.text}" if subject.text.lower().endswith(_SECTORS) and not subject.entity else ""


_SECTORS = tuple(words("sector_noun"))


def _folds(sentence: Sentence, at: int) -> bool:
    """Whether a node is a number that is a verb: ``double its throughput to Q``."""
    node = sentence.nodes[at]
    return node.label == "Q" and sentence.quantities[node.quantity].form == "fold"


def _had_by(sentence: Sentence, first: int) -> str:
    """`` of five industrial parks``, where ``with a total area of Q`` follows the counted things it belongs to."""
    nodes = sentence.nodes
    if first < 2 or nodes[first - 1].label != "with" or nodes[first - 2].label != "Q":
        return ""
    quantity = sentence.quantities[nodes[first - 2].quantity]
    if any(n.label == "Q" for n in nodes[max(0, first - 6) : first - 2]):
        return ""  # the last of several: ``12 towns and 178 villages with a total population of``
    return f" of {nodes[first - 2].text}" if quantity.unit_kind == "count" else ""


_TRADE = frozenset({"import", "imports", "export", "exports"})


#: what a new phrase with its own article follows: ``leased it at a rate of``, ``poured it in a solution of``
_BEFORE_ARTICLE = PREPOSITIONS - {"of"} | {"W"}


#: what a noun phrase stands behind
_PHRASE_STOPS = VERBS | {
    ",",
    ";",
    ":",
    "(",
    ")",
    "with",
    "Q",
    "P",
    "SUBORD",
    "OF_WHICH",
    "RESP",
    "BASIS",
    "by",
    "to",
    "and",
    "from",
    "COMPARED",
    "MORE",
    "LESS",
    "than",
}


def phrase_start(nodes: Sequence[Node], end: int) -> int:
    """Back from ``end`` to where the noun phrase begins: after a verb, a break, ``with`` or another number."""
    i = end
    if (
        end > 2
        and nodes[end - 2].label == "and"
        and {nodes[end - 1].text.lower(), nodes[end - 3].text.lower()} <= _TRADE
    ):
        i = end - 2  # ``imports and exports of 46.2 billion yuan``: one thing
    while (
        i > 0
        and nodes[i - 1].label not in _PHRASE_STOPS
        and not (i < end and nodes[i].label in ("a", "an") and nodes[i - 1].label in _BEFORE_ARTICLE)
        and not _is_gerund(nodes, i - 1)
        and not (nodes[i - 1].label == "PROJECTED" and nodes[i - 1].text not in _PLANNED)
    ):
        i -= 1
    return i


def _is_gerund(nodes: Sequence[Node], i: int) -> bool:
    """``leaving a surplus``: a participle that takes an object."""
    takes = i + 1 < len(nodes) and nodes[i + 1].label in ("a", "an", "the", "its")
    return nodes[i].text in _BRINGING or (nodes[i].text.endswith("ing") and takes)


#: participles that always take an object: ``bringing installed capacity to 7.9 GW``
_BRINGING = words("bringing")
_PLANNED = words("adjective_of_plan")


def _tail(sentence: Sentence, position: int) -> str:
    """`` in transportation``: what narrows the object after the number; places and times are no part of it."""
    nodes = sentence.nodes[position + 1 :]
    if len(nodes) < 2 or nodes[0].label not in ("in", "on", "for"):
        return ""
    run: list[Node] = []
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
    nodes = sentence.nodes[behind_equivalent(sentence.nodes, position) :]
    if nodes and nodes[0].text == "worth":
        nodes = nodes[1:]
    if len(nodes) < 2 or nodes[0].label != "of":
        return Phrase()
    if nodes[1].label == "Q" and nodes[2:3] and nodes[2].label == "W":
        nodes = nodes[1:]  # ``50 ml of 30% acid``
    end = _object_end(nodes)
    phrase = noun_phrase(nodes[1:end], sentence.text)
    piece = sentence.piece_of(position)
    if phrase.text == "land" and piece.verb >= 0 and sentence.nodes[piece.verb].label == "HAVE":
        return replace(phrase, text="land area")  # ``the city has 8,137 square kilometers of land``
    return _completed(phrase, nodes[end:], sentence.text)


def _in_money(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``customers with more than $7 million in deposits``, ``raised $5m in funding``: what the money is."""
    first = behind_equivalent(sentence.nodes, position)
    nodes = sentence.nodes[first : first + 5]
    if quantity.unit_kind != "currency" or not nodes or nodes[0].label != "in":
        return Phrase()
    noun = next((i for i, n in enumerate(nodes) if n.text.lower() in _MONEY), 0)
    if not noun or any(n.label != "W" for n in nodes[1 : noun + 1]):
        return Phrase()
    return noun_phrase(nodes[1 : noun + 1], sentence.text)


_MONEY = words("money_noun")


def _completed(phrase: Phrase, following: Sequence[Node], text: str) -> Phrase:
    """A bare noun with what is said of it: ``486 km of expressways are open to traffic``."""
    if not phrase.text or len(following) < 2 or following[0].label != "BE":
        return phrase
    if following[1].label == "VERB":
        return replace(phrase, text=f"{phrase.text} {following[1].text}")
    if len(phrase.text.split()) != 1:
        return phrase
    stop = next((i for i, n in enumerate(following[1:5], 1) if n.label not in ("W", "VERB", "to", "in", "under")), 5)
    predicate = text[following[1].start : following[min(stop, len(following)) - 1].end] if stop > 1 else ""
    return replace(phrase, text=f"{phrase.text} {predicate}".strip())


_OBJECT_STOPS = VERBS | {
    ",",
    ";",
    ":",
    ".",
    "(",
    ")",
    "Q",
    "P",
    "and",
    "with",
    "SUBORD",
    "in",
    "at",
    "by",
    "from",
    "to",
}


def _is_rate(node: Node) -> bool:
    return node.text in ("year", "month", "week", "day")  # ``tonnes of ice a year``


def _object_end(nodes: Sequence[Node]) -> int:
    """Where an object after ``of`` ends; ``imports and exports`` belongs to it, another clause does not."""
    for i, node in enumerate(nodes[1:], 1):
        pair = node.label == "and" and i + 2 <= len(nodes) and nodes[i + 1].label == "W"
        if pair and (i + 2 == len(nodes) or nodes[i + 2].label in _OBJECT_STOPS - {"Q"} - VERBS):
            continue
        if node.label in _OBJECT_STOPS or (
            node.label in ("a", "an") and nodes[i + 1 : i + 2] != [] and _is_rate(nodes[i + 1])
        ):
            return i
    return len(nodes)


def _named_behind(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``achieved 1.1 billion yuan gross industrial output value``: a known indicator right behind its amount."""
    if quantity.unit_kind != "currency":
        return Phrase()
    nodes = sentence.nodes[position + 1 :]
    end = next((i for i, n in enumerate(nodes) if n.label != "W"), len(nodes))
    phrase = noun_phrase(nodes[:end], sentence.text)
    return phrase if indicator_key(phrase.text) in known_keys() else Phrase()


def _bounded(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``reported exports above Q``, ``with exports exceeding Q``: the noun before the words of a bound."""
    nodes = sentence.nodes
    last = position - 1 if position and nodes[position - 1].end > nodes[position].start else position
    finite = last < position and not nodes[last].text.endswith("ing")
    if finite or quantity.numeral_start == quantity.start or quantity.bound in ("exact", "range"):
        return Phrase()
    first = phrase_start(nodes, last)
    led = first > 0 and nodes[first - 1].label in VERBS - {"BE", "RISE", "FALL"} | {"with"}
    if not led or first == last or any(n.label not in ("W", "the", "a", "an", "of", "-") for n in nodes[first:last]):
        return Phrase()
    return noun_phrase(nodes[first:last], sentence.text)


_NO_THINGS = frozenset({"count", "percent", "permille", "percentage_point", "multiple", "rank", "number"})


def _in_object(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``The province recorded Q in total imports and exports``: what an owner's amount is of stands behind ``in``."""
    nodes = sentence.nodes
    piece = sentence.piece_of(position)
    if quantity.unit_kind in _NO_THINGS or piece.subject is None or not 0 <= piece.verb < position:
        return Phrase()
    if nodes[piece.verb].label not in ("REACH", "HAVE", "VERB", "GAIN") or any(
        n.label not in ("ADV", "BE", "VERB", "PROJECTED", "REACH") for n in nodes[piece.verb + 1 : position]
    ):
        return Phrase()
    if [n.label for n in nodes[position + 1 : position + 2]] != ["in"] or nominal_verbs().get(
        nodes[position - 1].text.lower()
    ):
        return Phrase()
    owner = noun_phrase(nodes[slice(*piece.subject)], sentence.text)
    if owner.text or not (owner.entity or owner.refers):
        return Phrase()
    end = _object_end(nodes[position + 1 :]) + position + 1
    phrase = noun_phrase(nodes[position + 2 : end], sentence.text)
    first_word = phrase.text.split(" ")[0].lower()
    if not phrase.text or phrase.entity or first_word in place_nouns() or phrase.text[0].isupper():
        return Phrase()
    return replace(phrase, entity=owner.entity, refers=owner.refers, noun=owner.noun)


def _stated_object(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``completed industrial added value 96.1 billion yuan``: a known indicator between the verb and its amount."""
    nodes = sentence.nodes
    first = position
    while first > 0 and nodes[first - 1].label in ("W", "the", "a", "an", "of", "-"):
        first -= 1
    told = first > 0 and nodes[first - 1].label in VERBS - {"BE", "RISE", "FALL"}
    if quantity.unit_kind != "currency" or not told or first == position:
        return Phrase()
    phrase = noun_phrase(nodes[first:position], sentence.text)
    return phrase if phrase.text and indicator_key(phrase.text) in known_keys() else Phrase()


def _contributed(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``The private sector contributed Q to foreign trade``: foreign trade of the private sector."""
    nodes = sentence.nodes
    piece = sentence.piece_of(position)
    if quantity.unit_kind != "currency" or not position or not nodes[position - 1].text.lower().startswith("contribut"):
        return Phrase()
    if piece.subject is None or [n.label for n in nodes[position + 1 : position + 2]] != ["to"]:
        return Phrase()
    owner = noun_phrase(nodes[slice(*piece.subject)], sentence.text)
    end = _object_end(nodes[position + 1 :]) + position + 1
    things = noun_phrase(nodes[position + 2 : end], sentence.text)
    if not things.text:
        return Phrase()
    return replace(owner, text=f"{things.text} of {owner.text}" if owner.text else things.text)


def _modified(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``a 300,000-ton crude oil terminal``: a size in the modifier of one thing."""
    nodes = sentence.nodes
    if (
        quantity.unit_kind == "currency"
        and position
        and _determined(nodes, position)
        and nodes[position + 1 : position + 2]
    ):
        end = next((i for i in range(position + 1, len(nodes)) if nodes[i].label != "W"), len(nodes))
        if (
            position + 1 < end < len(nodes)
            and nodes[end].label == "of"
            and nodes[position - 1].label not in ("a", "an")
        ):
            end = next((i for i in range(end + 1, len(nodes)) if nodes[i].label not in ("W", "the")), len(nodes))
            return Phrase(sentence.text[nodes[position + 1].start : nodes[end - 1].end])
        return noun_phrase(nodes[position + 1 : end], sentence.text)
    mixed = position > 1 and [n.label for n in nodes[position - 2 : position]] == ["Q", "of"]  # ``50 ml of 30% acid``
    if quantity.unit_kind == "percent" and position and (mixed or nodes[position - 1].label in ("a", "an")):
        return _run_behind(sentence, position)  # ``a 9.5% stake``
    if quantity.unit_kind == "percent" and position and _takes_object(nodes[position - 1]):
        return _levied(sentence, position)
    if not _is_size(nodes, position) or quantity.unit_kind in ("percent", "currency"):
        return Phrase()
    first = behind_equivalent(nodes, position)
    if first >= len(nodes) or nodes[first].label not in ("W", "-") or nodes[first].text in words_of("boundary"):
        return Phrase()
    if quantity.unit in _AGES and "old" in nodes[position].text:
        return _aged_one(sentence, position)
    behind = _run_behind(sentence, position)
    thing = behind.text or behind.noun
    if quantity.unit_kind == "count":
        lead = quantity.unit.removeprefix("count:") + "s of "
    else:
        lead = _SIZES.get(quantity.unit_kind, "") if "-" in nodes[position].text else ""
    return Phrase(f"{lead}{thing}") if thing else Phrase()


#: what the size of a thing is called by the kind of its unit; other kinds have no name of their own
_SIZES = {
    "mass": "capacity of ",
    "power": "capacity of ",
    "volume": "capacity of ",
    "length": "size of ",
    "area": "size of ",
}
_AGES = frozenset(("a", "mo", "wk", "d"))
#: with its unit written out: ``1.6 liter``
_UNIT_WORD = re.compile(r".*\d [a-z]{3,}(?<!s)")


def _is_size(nodes: Sequence[Node], position: int) -> bool:
    """Whether a number is written as the size of what follows: ``a 1.6 liter engine``, ``a 6kW motor``."""
    if is_size(nodes[position].text):
        return True
    lead = [n.label for n in nodes[max(0, position - 3) : position]]
    return _UNIT_WORD.fullmatch(nodes[position].text) is not None and bool({"a", "an", "the"} & set(lead))


def _run_behind(sentence: Sentence, position: int) -> Phrase:
    """The words right behind a number, as far as they are one phrase."""
    nodes = sentence.nodes
    first = behind_equivalent(nodes, position)
    end = next((i for i in range(first, len(nodes)) if nodes[i].label not in ("W", "-")), len(nodes))
    if end > first + 1 and nodes[end - 1].text.endswith("ing") and end < len(nodes) and nodes[end].label == "Q":
        end -= 1  # ``a 2-litre engine producing 148 hp``
    return noun_phrase(nodes[first:end], sentence.text)


def _takes_object(node: Node) -> bool:
    return (
        node.label in ("VERB", "with") or node.text == "including" or (node.label == "W" and node.text.endswith("ing"))
    )


_LEVIED = words("levied_mass")


def _levied(sentence: Sentence, position: int) -> Phrase:
    """``imposed 25% tariffs on``, ``offering 95 percent mortgages``: a plural or a mass right behind its rate."""
    nodes = sentence.nodes
    end = next((i for i in range(position + 1, len(nodes)) if nodes[i].label not in ("W", "-")), len(nodes))
    last = nodes[end - 1].text
    ended = end == len(nodes) or nodes[end].label in ("on", "in", "for", "to", ",", ".", "and", "P")
    plural = last.endswith("s") or last in _LEVIED
    return (
        noun_phrase(nodes[position + 1 : end], sentence.text) if end > position + 1 and ended and plural else Phrase()
    )


def _aged_one(sentence: Sentence, position: int) -> Phrase:
    """``32-year-old Sarah Miller``, ``a 900-year-old bridge``: how old that one is."""
    phrase = _run_behind(sentence, position)
    owner = phrase.text or phrase.noun or phrase.entity
    return replace(phrase, text=f"age of {owner}" if owner else "age")


def _determined(nodes: Sequence[Node], position: int) -> bool:
    """Whether an article stands before a sum that describes a thing: ``the £26m acquisition``, ``a new £60m hall``."""
    lead = position - 1
    if lead and nodes[lead].text.lower() in ("new", "planned", "proposed", "further"):
        lead -= 1
    if lead > 2 and nodes[lead - 1].label == "-":
        lead -= 3  # ``a five-year $700,000 award``
    return nodes[lead].label in ("a", "an") or (
        nodes[lead].label in ("the", "its", "their", "our") and nodes[position].text[-1:].isalpha()
    )


def _counted(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """The counted noun of the quote, with the clause's participle: ``29 new schools`` -> ``new schools built``."""
    noun = sentence.text[quantity.numeral_end : quantity.end].strip(" -+").removeprefix("such ").removeprefix("of ")
    if not quantity.unit.startswith("count:") or not noun:
        return Phrase()
    if sentence.text[quantity.numeral_end] == "-" and (modified := _modified(sentence, position, quantity)).text:
        return modified
    piece = sentence.piece_of(position)
    subject = (
        noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text)
        if piece.subject and piece.verb >= 0
        else Phrase()
    )
    verb = sentence.nodes[_full_verb(sentence.nodes, piece.verb, position)] if 0 <= piece.verb < position else None
    states = verb is not None and (verb.label in ("BE", "REACH") or sentence.nodes[position - 1].label == "to")
    if "/" in quantity.unit:
        if position and sentence.nodes[position - 1].label == "of":
            return Phrase()  # ``a population density of 1,106 persons per sq. km``
        return subject if states and subject.text and piece.own_subject else _per(sentence, piece, noun)
    moved = verb is not None and verb.label in ("RISE", "FALL") and sentence.nodes[position - 1].label in ("to", "from")
    if moved and subject.text and piece.own_subject:
        return subject
    if states and subject.text and piece.own_subject and _generic(quantity.unit):
        return subject
    if quantity.unit in _PACKAGES and position and sentence.nodes[position - 1].label in ("from", "to", "of", "BE"):
        return Phrase()  # ``maize output fell from 4.2 million bags to 3.7 million bags``
    if (of := _of_things(sentence, position)) and (noun.split()[-1] in _CLASSIFIERS or of.islower()):
        return Phrase(f"{noun} of {of}", subject.entity, subject.refers, subject.noun)
    aged = _aged(sentence, position) or _above_size(sentence, quantity) or _for_each(sentence, quantity)
    return Phrase(
        f"{noun}{aged}{_participle(sentence, position, verb)}{_of_owner(sentence, position, noun, subject, verb)}",
        subject.entity,
        subject.refers,
        subject.noun,
    )


def _full_verb(nodes: Sequence[Node], at: int, position: int) -> int:
    """``has infected Q``: the participle behind an auxiliary, right before the number."""
    then = at + 1 + (at + 1 < len(nodes) and nodes[at + 1].label == "ADV")
    helps = nodes[at].text in ("has", "have", "had") and then < len(nodes) and nodes[then].label == "VERB"
    return then if helps and all(n.label == "ADV" for n in nodes[then + 1 : position]) else at


_ABOVE_SIZE = re.compile(r" above (?:the )?designated size\b")


def _above_size(sentence: Sentence, quantity: Quantity) -> str:
    """`` above designated size``: which of the enterprises are counted."""
    found = _ABOVE_SIZE.match(sentence.text, quantity.end)
    return found[0] if found else ""


_FOR_EACH = re.compile(r" per (?:household|family|capita|head|employee)\b")


def _for_each(sentence: Sentence, quantity: Quantity) -> str:
    """`` per household``: an average of the counted things, and not their number."""
    found = _FOR_EACH.match(sentence.text, quantity.end)
    return found[0] if found else ""


def _aged(sentence: Sentence, position: int) -> str:
    """`` aged 15-64``: of which age those counted are."""
    nodes = sentence.nodes[position + 1 : position + 6]
    if not nodes or nodes[0].text != "aged":
        return ""
    end = next((i for i, n in enumerate(nodes) if n.label in VERBS or n.label in (",", ".", ";", "SUBORD")), len(nodes))
    return f" {sentence.text[nodes[0].start : nodes[end - 1].end]}"


def _of_things(sentence: Sentence, position: int) -> str:
    """What a classifier classifies: ``3,100 species of plants``."""
    nodes = sentence.nodes[position + 1 :]
    if len(nodes) < 2 or nodes[0].label != "of":
        return ""
    end = next((i for i in range(1, len(nodes)) if nodes[i].label not in ("W", "the", "-")), len(nodes))
    end = next((i for i in range(2, end) if nodes[i].text.endswith("ing") and nodes[i - 1].text.endswith("s")), end)
    return noun_phrase(nodes[1:end], sentence.text).text  # ``categories of products leaving the country``


_CLASSIFIERS = words("classifier")


def _of_owner(sentence: Sentence, position: int, noun: str, subject: Phrase, verb: Node | None) -> str:
    """`` of star-rated hotels``: a bare noun (``8,316 rooms``) takes the things that have it."""
    if len(noun.split()) > 1:
        return ""
    if position > 1 and sentence.nodes[position - 1].label == "with" and sentence.nodes[position - 2].label == "Q":
        owner = sentence.quantities[sentence.nodes[position - 2].quantity]
        text = sentence.text[owner.numeral_end : owner.end].strip()
        return f" of {text}" if owner.unit_kind == "count" and text else ""
    owning = verb is not None and (verb.label in ("HAVE", "VERB", "RANK_V") or verb.text in words("registering"))
    owns = owning and sentence.nodes[position - 1].label != "among"
    if subject.text and owns and len(subject.text.split()) <= 3:
        opens = sentence.text.startswith(subject.text) and subject.text[1:2].islower()
        return f" of {subject.text[0].lower() if opens else subject.text[0]}{subject.text[1:]}"
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
    return unit in (
        "count:person",
        "count:unit",
        "count:household",
        "count:item",
        "count:piece",
        "count:set",
        "count:case",
    )


#: what goods are packed in, which says nothing of the goods
_PACKAGES = frozenset(f"count:{each}" for each in words("package"))

_IRREGULAR = words("irregular_participle")
#: what things are in or under that are there: ``87 projects were under construction``
_STATES = words("state_of_things")


def _participle(sentence: Sentence, position: int, verb: Node | None) -> str:
    """`` built``: the participle that says what was done with the counted things."""
    after = [n for n in sentence.nodes[position + 1 : position + 8] if n.label != "ADV"]
    if after and after[0].text == "aged":  # ``persons aged 15-64 were employed``
        after = after[next((i for i, n in enumerate(after) if n.label == "BE"), 0) :]
    done = len(after) >= 2 and (after[1].label in ("VERB", "REACH") or after[1].text in ("employed", "owned", "held"))
    if done and after[0].label == "BE":
        return f" {after[1].text}"
    if len(after) >= 3 and after[0].label == "BE" and after[1].label in ("under", "in"):
        return f" {after[1].label} {after[2].text}" if after[2].text in _STATES else ""
    if len(after) >= 2 and after[0].label == "VERB" and after[0].text.endswith("ed") and after[1].label in PREPOSITIONS:
        return f" {after[0].text}"
    if len(after) >= 2 and after[0].text in ("had", "have") and (had := _had(sentence, after[0].at)):
        return f" with {had}"
    done = verb is not None and verb.label == "VERB" and (verb.text.endswith("ed") or verb.text in _IRREGULAR)
    if done and verb is not None and sentence.nodes[position - 1].label not in CIRCUMSTANCES:
        return f" {verb.text.lower()}"
    return ""


def _had(sentence: Sentence, verb: int) -> str:
    """What counted things have, where no number says how much: ``6,847 enterprises had import and export records``."""
    nodes = sentence.nodes
    end = next((i for i in range(verb + 1, len(nodes)) if nodes[i].label not in ("W", "and", "-")), len(nodes))
    closes = end == len(nodes) or nodes[end].label in (",", ".", ";")
    return sentence.text[nodes[verb + 1].start : nodes[end - 1].end] if closes and end > verb + 1 else ""


@cache
def nominal_verbs() -> dict[str, Row]:
    rows = load("verbs", {"verbs": list, "noun": str}, {"joint": str, "unit_kinds": list})
    return {verb: row for row in rows for verb in row["verbs"]}


def _by_verb(sentence: Sentence, position: int, quantity: Quantity) -> Phrase:
    """``invested 6.72 billion yuan in environmental protection`` -> ``investment in environmental protection``."""
    i = position - 1
    while i >= 0 and sentence.nodes[i].label in ("ADV", "BASIS", "AVERAGE", "a", "the"):
        i -= 1
    row = nominal_verbs().get(sentence.nodes[i].text.lower()) if i >= 0 else None
    if row is None or quantity.unit_kind in ("percent", "rank", "multiple", "count"):
        return Phrase()
    if quantity.unit_kind not in row.get("unit_kinds", [quantity.unit_kind]):
        return Phrase()
    piece = sentence.piece_of(position)
    owner = noun_phrase(sentence.nodes[slice(*piece.subject)], sentence.text) if piece.subject else Phrase()
    before = sentence.nodes[i - 1] if i else None
    if sentence.nodes[i].text.endswith("ing") and before and before.label == "W" and not before.text.endswith("ly"):
        owner = noun_phrase(sentence.nodes[phrase_start(sentence.nodes, i) : i], sentence.text)  # ``people earning``
    tail = _tail(sentence, position)
    if tail.endswith(f" {row['noun'].split()[0]}") and tail.startswith(" in "):
        return Phrase(tail.removeprefix(" in "), owner.entity, owner.refers)  # ``attracted Q in foreign investment``
    lead = sentence.pieces[piece.number - 1] if piece.number else piece
    if not owner.text and sentence.nodes[i].text.endswith("ing") and lead.verb < 0 and piece.opener == ",":
        owner = noun_phrase(sentence.nodes[lead.first : lead.last], sentence.text)  # ``The terminal, costing``
    if owner.text and not owner.entity and (not tail or row.id == "cost"):
        tail = f" of {owner.text}{tail}"
    return Phrase(f"{row['noun']}{tail}", owner.entity, owner.refers)


#: what belongs to a verb: ``set aside $3 billion``
_PARTICLES = words("particle")


def _adjacent(sentence: Sentence, position: int, owner: Phrase) -> Phrase:
    """The words right before or after the number, where the clause names nothing else."""
    nodes = sentence.nodes
    if position and nodes[position - 1].label == "W" and nodes[position - 1].text not in _PARTICLES:
        return replace(noun_phrase(nodes[phrase_start(nodes, position) : position], sentence.text), refers=owner.refers)
    end = position + 1 + (position + 1 < len(nodes) and nodes[position + 1].label == "for")
    while end < len(nodes) and nodes[end].label in ("W", "of"):
        end += 1
    following = noun_phrase(nodes[position + 1 : end], sentence.text)
    return replace(following, entity=owner.entity, refers=owner.refers, noun=owner.noun)
