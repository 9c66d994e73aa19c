"""What a figure is compared with: a usual basis, a named period, a whole, a set of ranks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.clauses import VERBS, Node, Sentence
from extractors.cues import rows as cue_rows
from extractors.drafts import Draft
from extractors.lists import joined
from extractors.model import PeriodMention
from extractors.phrases import noun_phrase
from extractors.timing import STRETCHES

SET_NOUNS = re.compile(
    r"\b(?:province|country|county|city|nation|region|world|prefecture|delta|area|district|record|china|globe|state|year|mainland|continent)\b",
    re.I,
)


def basis_of(sentence: Sentence, draft: Draft) -> str | None:
    """What a change is compared with: a basis cue in its piece or after it, ``than in 2015``, an average per year."""
    nodes = sentence.nodes
    piece = sentence.piece_of(draft.node)
    cues = cue_rows()
    end = next((i for i in range(draft.node + 1, len(nodes)) if nodes[i].label in ("Q", ";", "SUBORD")), len(nodes))
    inside = list(range(draft.node + 1, end)) + list(range(piece.first, draft.node))[::-1]
    comma = next((i for i in range(draft.node + 1, end) if nodes[i].label == ","), end)
    for i in inside:
        if nodes[i].label in ("BASIS", "AVERAGE") and not (
            nodes[i].label == "AVERAGE" and (draft.unit_kind != "percent" or i > comma)
        ):
            return str(cues[nodes[i].cue]["value"])
    if draft.kind == "growth_rate" and [n.text for n in nodes[draft.node + 1 : draft.node + 3]] in _A_YEAR:
        return "average_annual"  # ``growth of 5.8 percent a year``
    if outdone := _outdone(sentence, draft):
        return outdone
    return _compared_with(sentence, draft.node + 1, end)


_A_YEAR = (["a", "year"], ["per", "year"], ["each", "year"], ["every", "year"])


def _outdone(sentence: Sentence, draft: Draft) -> str | None:
    """``surpassing the national average by 0.4 points``: what stands between the verb and ``by``."""
    nodes = sentence.nodes
    by = draft.node - 1
    if by < 2 or nodes[by].label != "by":
        return None
    verb = next((i for i in range(by - 1, max(-1, by - 10), -1) if nodes[i].label in ("OUTDO", "MISS")), -1)
    if verb < 0:
        return None
    phrase = noun_phrase(nodes[verb + 1 : by], sentence.text)
    return phrase.text or phrase.entity


_BASIS_STARTS = frozenset({"than", "over", "from", "on", "COMPARED", "MORE", "LESS"})


def _compared_with(sentence: Sentence, first: int, end: int) -> str | None:
    nodes = sentence.nodes
    for i in range(first, end):
        if (
            nodes[i].label in _BASIS_STARTS
            or nodes[i].text.lower() == "compared"
            or (i == first and nodes[i].label in ("THAT_OF", "that", "the"))
        ):
            named = _named_basis(sentence, i, end)
            if named:
                return named
    return None


def _year_of_amount(sentence: Sentence, lead: int) -> str | None:
    """``more than the 164.95 billion of 2015``: the year that the amount compared with has to itself."""
    nodes = sentence.nodes
    at = lead + 1
    while at < len(nodes) and nodes[at].label in ("than", "the", "over", "on"):
        at += 1
    following = nodes[at : at + 3]
    if [n.label for n in following] != ["Q", "of", "P"]:
        return None
    period = sentence.periods[following[2].period]
    return period.text if period.first is not None else None


def _named_basis(sentence: Sentence, lead: int, end: int) -> str | None:
    nodes = sentence.nodes
    if lead < end and (year := _year_of_amount(sentence, lead)):
        return year
    for node in nodes[lead + 1 : min(end, lead + 8)]:
        if node.label == "P":
            if nodes[lead].text.lower() == "from" and sentence.periods[node.period].rule in STRETCHES:
                return None  # ``increased by 19.8 percent from January to October``
            return basis_of_period(sentence.periods[node.period])
        if node.label in (",", ";", "Q") or node.label in VERBS:
            break
    stop = next(
        (
            i
            for i in range(lead + 1, end)
            if nodes[i].label in (",", ";", ".", "(", "and", "Q") or nodes[i].label in VERBS
        ),
        end,
    )
    if nodes[lead].label == "on":
        return None
    words = [
        n for n in nodes[lead + 1 : stop] if n.label not in ("THAT_OF", "that", "those", "in", "of", "ADV", "than")
    ]
    text = noun_phrase(words, sentence.text)
    return text.text or text.entity


def basis_of_period(period: PeriodMention) -> str | None:
    """A time expression as a basis: ``last year`` -> year_on_year, ``2015`` -> 2015."""
    kind, _, year = (period.relative or "").partition("|")
    if kind == "same":
        return period.text if year.isdigit() else "year_on_year"
    if kind == "prev" or (kind == "-1" and not year):
        return "year_on_year"
    return period.text


def series_basis(sentence: Sentence, draft: Draft, drafts: list[Draft]) -> str | None:
    """The basis of the first member serves a series: ``an average of 15.9 percent, 7.5 percent and 7.5 percent``."""
    before = next((d for d in reversed(drafts) if d.node < draft.node), None)
    return (
        before.basis if before is not None and before.kind == draft.kind and joined(sentence, before, draft) else None
    )


def shared_basis(sentence: Sentence, draft: Draft) -> str | None:
    """One mention of a usual basis serves its whole sentence, for growth rates."""
    if draft.kind != "growth_rate":
        return None
    cues = cue_rows()
    return next((str(cues[n.cue]["value"]) for n in sentence.nodes if n.label == "BASIS"), None)


def rank_basis(sentence: Sentence, draft: Draft) -> str | None:
    if fronted := _fronted_set(sentence, draft):
        return fronted
    nodes = sentence.nodes[draft.node + 1 :]
    for i, node in enumerate(nodes[:6]):
        if node.label in ("in", "among", "of", "on", "nationwide") and i + 1 < len(nodes):
            ends = (",", ";", ".", "and", "Q", "P", "(", "IN_TERMS", "for", "with")
            members = i + 1  # ``among the 14 cities in the province``: their number is a part of the set
            while members < len(nodes) and nodes[members].label in ("the", "Q"):
                members += 1
            stop = next(
                (j for j in range(members, len(nodes)) if nodes[j].label in ends or nodes[j].label in VERBS), len(nodes)
            )
            words = [n for n in nodes[i + 1 : stop] if n.label != "the"]
            while words and words[-1].label in ("in", "of", "at", "on", "by"):
                words.pop()
            text = sentence.text[words[0].start : words[-1].end] if words else ""
            named = bool(words) and (words[0].is_name or text.isupper())
            group, _, field = text.rpartition(" in ")
            if node.label == "among" and group and not SET_NOUNS.search(field) and field.islower():
                text = group  # ``11th among the ports of the country in container traffic``
            if SET_NOUNS.search(text) or node.label == "among" or named:
                return text.partition(" for ")[0]
    return None


def whole_before(sentence: Sentence, position: int) -> str | None:
    """The whole in front of its share: ``accounting for the city's revenue of 22.7%``."""
    nodes = sentence.nodes
    shares = next((i for i in range(position, -1, -1) if nodes[i].label == "SHARE"), position)
    of = next((i for i in range(position - 1, shares, -1) if nodes[i].label == "of"), shares)
    if [n.text.lower() for n in nodes[of - 2 : of]] == ["of", "the"]:
        of -= 2
    phrase = noun_phrase(nodes[shares + 1 : of], sentence.text)
    return phrase.text or phrase.entity


def _contributes(sentence: Sentence, position: int) -> bool:
    """``contributed 33.2 percent to the city's growth``."""
    verb = sentence.piece_of(position).verb
    return 0 <= verb < position and sentence.nodes[verb].text.lower().startswith("contribut")


def _fronted_set(sentence: Sentence, draft: Draft) -> str | None:
    """``Among the 21 cities, its growth was the 3rd``: the set named first."""
    nodes = sentence.nodes
    if draft.node < 3 or nodes[0].text.lower() not in ("among", "of"):
        return None
    comma = next((n.at for n in nodes[1:10] if n.label == ","), 0)
    words = [n for n in nodes[1:comma] if n.label != "the"]
    return sentence.text[words[0].start : words[-1].end] if words and comma < draft.node else None


def _ends_whole(nodes: Sequence[Node], at: int) -> bool:
    """``12 percent of the water supplied.``: a participle at the end says which water."""
    after = nodes[at + 1].label if at + 1 < len(nodes) else "."
    return nodes[at].text.endswith("ed") and at > 1 and nodes[at - 1].label == "W" and after in (".", ";")


def whole_of(sentence: Sentence, position: int) -> str | None:
    """The whole of a share: ``38 percent of the county's industrial total``."""
    nodes = sentence.nodes[position + 1 :]
    contributed = bool(nodes) and nodes[0].label == "to" and _contributes(sentence, position)
    held = bool(nodes) and nodes[0].label == "in" and sentence.nodes[position - 1].text.endswith("share of")
    if not nodes or not (nodes[0].label in ("of", "OF_WHICH") or contributed or held):
        return None
    if nodes[0].label == "OF_WHICH":
        return sentence.text[nodes[0].start + 3 : nodes[0].end].removeprefix("the ")
    stop = next(
        (
            i
            for i, n in enumerate(nodes[1:], 1)
            if n.label in (",", ";", ".", "(", ")", "and", "Q", "SUBORD", "in")
            or (n.label in VERBS and not _ends_whole(nodes, i))
        ),
        len(nodes),
    )
    counted = next((n for n in nodes[1:3] if n.label == "Q"), None)
    if counted is not None and nodes[0].label == "of":  # ``61.2% of the 2.12 million overnight visitors``
        quantity = sentence.quantities[counted.quantity]
        if quantity.unit_kind == "count":
            return sentence.text[quantity.numeral_end : quantity.end].strip(" -") or None
    named = next((n.text for n in nodes[1:3] if n.label == "P"), None)
    phrase = noun_phrase(nodes[1:stop], sentence.text)
    return named or phrase.text or phrase.entity
