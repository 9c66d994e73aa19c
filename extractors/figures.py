"""Assembles the figures of one sentence: what each quantity measures, of whom, compared with what.

A :class:`Draft` is a figure that still lacks what its sentence does not say (period, entity, the noun of a bare
number); ``extractors.discourse`` fills these from the document. Which construction a quantity stands in is told by
``rules/constructions.toml``; what its row names is carried out here and in ``extractors.measured``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from extractors.clauses import VERBS, Node, Sentence
from extractors.comparisons import basis_of, rank_basis, series_basis, shared_basis, whole_before, whole_of
from extractors.constructions import Construction, candidates, construction_of, constructions
from extractors.cues import rows as cue_rows
from extractors.drafts import Draft, Memory
from extractors.entities import unions
from extractors.indicators import head_of
from extractors.lexicon import words
from extractors.lists import LINKS, distribute, joined
from extractors.measured import AGED, INDICATORS, aged, aged_people, bracketed
from extractors.model import Direction, Quantity
from extractors.owners import about_it, goes_on, owner_beside, owner_where, topic_of
from extractors.phrases import Phrase, noun_phrase
from extractors.subjects import recalled
from extractors.timing import moved_to, time_of


def assemble(sentence: Sentence, memory: Memory) -> list[Draft]:
    """The drafts of a sentence's quantities, in text order. ``memory`` is brought up to date."""
    drafts: list[Draft] = []
    for position, node in enumerate(sentence.nodes):
        if node.label == "Q":
            drafts.append(_draft(sentence, position, drafts, memory))
    distribute(sentence, drafts)
    for draft in drafts:
        if draft.entity is None and memory.topic and (goes_on(sentence) or about_it(sentence, draft.node)):
            draft.entity = memory.topic
        draft.entity = draft.entity or memory.union
        if draft.entity in unions().values():
            memory.union = draft.entity
        draft.indicator = draft.indicator or _called(draft, memory)
        own = draft.indicator
        draft.indicator = recalled(draft, drafts, memory)
        told = draft.indicator != own or draft.indicator == memory.indicator
        if told and draft.rule in _BY_SUBJECT and draft.kind == "level" and memory.kind == "share":
            draft.kind = "share"  # ``the figures ranged from 1.4% to 22.5%``: of what was a share before
        if draft.kind == "growth_rate" and draft.indicator.startswith("growth of "):
            draft.indicator = _grown(draft.indicator)  # ``with growth averaging 5.8 percent``
        _finish(sentence, draft, drafts)
    for following, draft in pairwise(reversed(drafts)):
        other = any(node.label == "or" for node in sentence.nodes[draft.node : following.node])  # told in another way
        if draft.basis is None and draft.kind == following.kind and joined(sentence, draft, following) and not other:
            draft.basis = following.basis  # the last member of a series may carry what it is compared with
    if drafts:
        base = _told_first(sentence, drafts)
        memory.indicator, memory.kind = base.indicator or memory.indicator, base.kind
        memory.entity = base.entity
    memory.topic = topic_of(sentence, memory.topic)
    if drafts:
        memory.phrases.extend(d.indicator for d in drafts if d.indicator)
        memory.share = next((d.indicator for d in drafts if d.kind == "share" and d.indicator), memory.share)
    return drafts


def _called(draft: Draft, memory: Memory) -> str:
    """The name beside a number that is all the text says of it: ``Hunter Maldonado (15.3 points)``."""
    return draft.entity or "" if not memory.indicator and not draft.refers else ""


_BY_SUBJECT = frozenset({"percent.subject", "named_value"})


def _told_first(sentence: Sentence, drafts: list[Draft]) -> Draft:
    """The first figure that the sentence tells, rather than one that stands in its subject: ``218 zones had``."""
    named = [draft for draft in drafts if draft.indicator]
    told = (d for d in named if sentence.piece_of(d.node).verb < d.node and sentence.piece_of(d.node).verb >= 0)
    first = next(told, named[0] if named else drafts[0])
    parted = bool(named) and first.indicator.startswith(f"{named[0].indicator} ")
    return named[0] if parted else first  # ``The budget of 9 million is made up of 5 million for schools``: the budget


def _draft(sentence: Sentence, position: int, before: list[Draft], memory: Memory) -> Draft:
    quantity = _spread(sentence, position)
    sibling = _sibling(sentence, position, before)
    if sibling is not None:
        return _copied(sibling, quantity, position)
    construction = construction_of(sentence, position)
    if construction.row.id in _OF_AN_AMOUNT and _is_told_again(sentence, quantity, before):
        construction = next(each for each in constructions() if each.row.id == "equivalent")
    if _counts_others(construction, quantity, before):
        construction = next(each for each in candidates("count", quantity.form) if each.row.id == "amount.count")
    draft = Draft(quantity, position, "level", construction.row.id, unit=quantity.unit, unit_kind=quantity.unit_kind)
    draft.timeless = construction.row.get("timeless", False)
    phrase = INDICATORS[construction.row["indicator"]](sentence, position, before, memory)
    draft.indicator, draft.entity, draft.refers, draft.noun = phrase.text, phrase.entity, phrase.refers, phrase.noun
    draft.indicator = _as_before(sentence, draft, before)
    beside = owner_beside(sentence, position, quantity.unit_kind)
    lived = owner_where(sentence, position)
    if lived or (beside and (draft.entity is None or construction.row["indicator"] == "same")):
        draft.entity = lived or beside
    if before and draft.entity is None and not draft.refers and sentence.piece_of(position).opener == "(":
        draft.entity = before[-1].entity  # ``1.2 billion (623 million males)`` are of the same owner
    _set_kind(sentence, draft, construction, before)
    if _is_following_share(sentence, draft, before):
        draft.kind, draft.basis = "share", next(d.basis for d in before if d.kind == "share" and d.unit == draft.unit)
    elif _goes_on_with_shares(sentence, draft, before):
        _share_whole_of(draft, before[-1], bracketed(sentence, position, before, memory))
    elif construction.row.get("basis") == "whole_before":
        draft.basis = whole_before(sentence, position)
    elif construction.row.get("basis") == "whole":
        draft.basis = whole_of(sentence, position) if not draft.indicator.startswith("share of ") else None
        draft.basis = draft.basis or _divided_whole(sentence, draft, before)
        if draft.basis and _is_about_entity(sentence, position):
            draft.indicator = draft.basis  # ``it contributes 71 percent of the county's industrial output``
    return draft


def _divided_whole(sentence: Sentence, draft: Draft, before: list[Draft]) -> str | None:
    """``expenditure was 22,960 yuan, of which food took up 31%``: the whole is what was told before."""
    piece = sentence.piece_of(draft.node)
    if not before or not piece.relative or not piece.own_subject or draft.kind != "share":
        return None
    told = before[-1]
    if sentence.nodes[piece.first - 1].label != "OF_WHICH" or told.kind not in ("level", "count"):
        return None
    return told.indicator or None


def _is_following_share(sentence: Sentence, draft: Draft, before: list[Draft]) -> bool:
    """``accounted for 60.9 percent, followed by foreign firms (28.8 percent)``: shares of one whole."""
    told = next((d for d in before if d.unit == draft.unit), None)
    if draft.rule != "named_value" or told is None or told.kind != "share" or draft.unit != "percent":
        return False
    return "followed by" in sentence.text[told.quantity.end : draft.quantity.start].lower()


def _goes_on_with_shares(sentence: Sentence, draft: Draft, before: list[Draft]) -> bool:
    """``on food (50.3% of total), housing (24.2%)``: shares of one whole, each in brackets behind its part."""
    if draft.rule != "named_value" or not before or before[-1].rule != "share.in_bracket":
        return False
    between = [node.label for node in sentence.nodes[before[-1].node + 1 : draft.node]]
    return draft.unit == "percent" and VERBS.isdisjoint(between)


def _share_whole_of(draft: Draft, last: Draft, phrase: Phrase) -> None:
    draft.indicator, draft.entity, draft.refers = phrase.text, phrase.entity, False
    draft.kind, draft.basis, draft.rule = "share", last.basis, last.rule


def _as_before(sentence: Sentence, draft: Draft, before: list[Draft]) -> str:
    """``sold 412,000 tickets, double the 164,000 tickets of 2021``: of what was done with those counted first."""
    if draft.rule == "amount.count" and draft.node and sentence.nodes[draft.node - 1].label == "the":
        for other in reversed(before):
            part = sentence.nodes[draft.node - 2].label == "of"  # ``412,000 of the 1.18 million guests``
            again = not part and other.indicator.endswith(f" {draft.indicator}")
            if other.unit == draft.unit and (again or other.indicator.startswith(f"{draft.indicator} ")):
                return other.indicator
    return draft.indicator


def _counts_others(construction: Construction, quantity: Quantity, before: list[Draft]) -> bool:
    """``1.2 million visits from 30 countries`` is no move from one number of visits to another."""
    goes_back = construction.row.id == "former.from" and quantity.unit_kind == "count"
    return goes_back and bool(before) and before[-1].unit_kind == "count" and before[-1].unit != quantity.unit


#: constructions of an amount that may be one told before in another currency
_OF_AN_AMOUNT = frozenset({"amount", "alternative", "share.of_whole"})
_TOLD_AGAIN = re.compile(
    r"^\W*(?:in (?:19|20)\d\d\W*)?(?:or|i\.e\.|that is|which is|equivalent to|equal to|equalling|the equivalent of)\s*$"
)


def _is_told_again(sentence: Sentence, quantity: Quantity, before: list[Draft]) -> bool:
    """``78,410 yuan in 2021, equivalent to US$12,154``: one amount in two currencies, without brackets."""
    last = before[-1].quantity if before else quantity
    if not last.unit_kind == quantity.unit_kind == "currency" or last.unit == quantity.unit:
        return False
    return _TOLD_AGAIN.match(sentence.text[last.end : quantity.start]) is not None


_SPREADING = words("spreading")


def _spread(sentence: Sentence, position: int) -> Quantity:
    """``extends over 187 km2``: spread over it, and not more than it."""
    quantity = sentence.quantities[sentence.nodes[position].quantity]
    verb = sentence.nodes[position - 1].text.lower() if position else ""
    if quantity.bound != "more_than" or quantity.unit_kind not in ("area", "length") or verb not in _SPREADING:
        return quantity
    if not sentence.text[quantity.start : quantity.end].lower().startswith("over "):
        return quantity
    return replace(quantity, bound="exact", low=None, start=quantity.numeral_start)


def _is_about_entity(sentence: Sentence, position: int) -> bool:
    """Whether the clause's own subject is a pronoun or a name, so that only the whole says what is measured."""
    piece = sentence.piece_of(position)
    if not piece.own_subject or piece.subject is None:
        return False
    nodes = sentence.nodes[slice(*piece.subject)]
    if nodes[-1].text.lower() in ("that", "this", "which"):  # what was told before
        return False
    return not any(node.label == "Q" for node in nodes) and not noun_phrase(nodes, sentence.text).text


def _sibling(sentence: Sentence, position: int, before: list[Draft]) -> Draft | None:
    """The draft that this quantity continues as a series: ``15.9 percent, 7.5 percent and 7.5 percent``."""
    if not before:
        return None
    last = before[-1]
    between = sentence.nodes[last.node + 1 : position]
    quantity = sentence.quantities[sentence.nodes[position].quantity]
    alike = quantity.unit_kind == last.unit_kind or quantity.form == "ratio"
    links = LINKS | {":", "BASIS"} if quantity.unit_kind == "percent" else LINKS | {":"}
    links = links | {"by"} if last.kind in ("growth_rate", "change_abs") else links
    plain = all(node.label in links for node in between)
    if not (alike and plain and len(between) <= 3):
        return None
    if sentence.nodes[0].label == "of" and all(n.label in ("of", "the", "its") for n in sentence.nodes[: last.node]):
        return None  # ``Of the 14.6 million tonnes, 6.4 million tonnes were bulk``: a part of it
    if quantity.unit == "rank" and last.kind != "rank" and quantity.form == "ordinal":
        return None  # ``third, up one place, and fifth in exports``
    after = sentence.nodes[position + 1].label if position + 1 < len(sentence.nodes) else ""
    if (
        quantity.unit_kind == "count"
        or after in ("MORE", "LESS")
        or (quantity.unit_kind != "percent" and after == "of")
    ):
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
        draft.kind, draft.direction = (
            ("change_abs", before[-1].direction) if before and before[-1].direction else ("level", None)
        )
        return
    if kind == "gained":
        draft.kind = "growth_rate" if draft.unit_kind in ("percent", "permille") else "change_abs"
        draft.direction = _direction(sentence, draft, "left")
        return
    if kind == "bracket":
        counted = bool(before) and (
            before[-1].unit_kind in ("count", "number") or before[-1].rule.startswith("members.")
        )
        draft.kind = "share" if counted else "level"
        return
    if kind == "same":
        # ``92.35 billion yuan, down 4.6 percent from 96.80 billion yuan`` goes back to the amount
        alike = [each for each in before if each.unit == draft.unit]
        if construction.row.id == "former.from" and before and before[-1].kind in ("change_abs", "multiple"):
            alike = [each for each in alike if each.kind not in ("change_abs", "multiple", "growth_rate")]
            if not alike:  # ``doubled from 4.6 billion yuan in 2016 to 9.2 billion yuan``
                _kind_of_level(draft)
                return
        last = alike[-1] if alike else before[-1] if before else draft
        draft.kind, draft.direction = last.kind, last.direction
        if last.unit_kind == "count" and draft.unit_kind == "number":
            draft.unit, draft.unit_kind = last.unit, last.unit_kind
        return
    if kind == "by_subject" and (shared := _gapped_share(sentence, draft, before)):
        draft.kind, draft.basis = shared.kind, shared.basis
        if group := aged(sentence, draft.node):  # ``those aged 15-64 63.9 percent``
            draft.indicator = f"{aged_people(sentence, draft.node) or AGED.split(shared.indicator)[0]} {group}"
        return
    if kind in ("by_subject", "points"):
        _kind_by_subject(draft, kind)
    else:
        draft.kind = kind
        if kind == "growth_rate" and construction.row["indicator"] == "named":
            draft.indicator = _grown(draft.indicator)
    counts = draft.kind in ("count", "level") and draft.unit_kind in ("count", "number")
    if counts and sentence.text[draft.quantity.start] == "+":
        draft.kind, draft.direction = "change_abs", "up"
        return
    if draft.rule == "share.of" and _NAMED_RATE.search(draft.indicator):
        draft.kind = "level"  # ``an unemployment rate of 7.9% of the active population``
    draft.direction = _direction(sentence, draft, construction.row.get("direction"))
    if (draft.kind == "count" and "/" in draft.unit) or (draft.kind == "share" and draft.unit == "percentage_point"):
        draft.kind = "level"


def _kind_of_level(draft: Draft) -> None:
    if draft.unit_kind == "percent":
        _kind_by_subject(draft, "by_subject")
    else:
        draft.kind = "count" if draft.unit_kind == "count" else "level"


_SHARED_BY = frozenset({",", "and", "the", "W", "in", "of", "P", "while", "those", "-", "–", "over", "MORE"})


def _gapped_share(sentence: Sentence, draft: Draft, before: list[Draft]) -> Draft | None:
    """``Farming made 2.1% of output, industry 28.4%``: the share before, where its verb is left out."""
    last = before[-1] if before else None
    if last is None or last.kind != "share" or last.unit != draft.unit or sentence.piece_of(draft.node).verb >= 0:
        return None
    if last.rule.startswith("alternative") or last.node >= draft.node - 1:
        return None
    gap = sentence.nodes[last.node + 1 : draft.node]
    named = gap[-1].label in ("W", "over", "MORE") and sentence.piece_of(draft.node).first > last.node
    return last if named and all(node.label in _SHARED_BY for node in gap) else None


#: a rate with a name of its own, which stays one where its whole is told too
_NAMED_RATE = re.compile(r"^(?!share of )(?:[\w’'-]+ )+rate\b")


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
    thing = re.sub(
        r"^(?:(?:annual|average|average annual|year-on-year|nominal|real)\s+)*"
        r"(?:growth|growth rate|increase|decline|decrease)s?\s+(?:rate\s+)?(?:of|in)\s+(?:(?:the|its|their)\s+)?",
        "",
        indicator,
    )
    thing = re.sub(r"\s+(?:annual\s+)?(?:growth|growth rate|increase|decline|decrease|drop|fall)s?$", "", thing)
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


def _cue_direction(nodes: Iterable[Node]) -> Direction | None:
    cues = cue_rows()
    for node in nodes:
        if node.cue and cues[node.cue].get("direction"):
            return cues[node.cue]["direction"]  # type: ignore[no-any-return]
    return None


def _finish(sentence: Sentence, draft: Draft, drafts: list[Draft]) -> None:
    draft.time = time_of(sentence, draft)
    if draft.kind in _DIRECTED and (later := moved_to(sentence, draft.node)):
        draft.time = later
    if draft.time is not None and draft.time.role == "since" and draft.kind in _DIRECTED:
        compared = [node.label for node in sentence.nodes[draft.node + 1 : draft.node + 3]]
        draft.basis = None if compared in (["MORE", "than"], ["LESS", "than"]) else draft.time.text
        draft.time = replace(draft.time, first=None, relative=None, role="time")
    draft.past = _is_past(sentence, draft)
    if draft.kind in ("growth_rate", "change_abs", "multiple"):
        draft.basis = (
            draft.basis
            or basis_of(sentence, draft)
            or series_basis(sentence, draft, drafts)
            or shared_basis(sentence, draft)
        )
    if draft.kind == "level":
        draft.basis = head_of(draft.indicator).basis
    if draft.kind == "rank":
        draft.basis = rank_basis(sentence, draft)
    if draft.kind == "change_abs" and draft.unit_kind == "percentage_point":
        draft.indicator = _rate_of_change(sentence, draft, drafts)
    if draft.kind == "growth_rate" and draft.indicator.lower() in words("economy"):
        draft.indicator = "GDP"
    if draft.direction == "down":
        draft.quantity = _negated(draft)
    _fill_unit(sentence, draft, drafts)
    if _is_projected(sentence, draft):
        draft.status = "projected"
    draft.stock = _is_stock(sentence, draft)


def _rate_of_change(sentence: Sentence, draft: Draft, drafts: list[Draft]) -> str:
    """Points against a growth rate are about that rate: ``growth of exports``."""
    earlier = [d for d in drafts if d.node < draft.node]
    if earlier and earlier[-1].unit == draft.unit and joined(sentence, earlier[-1], draft):
        same = earlier[-1].indicator == f"growth of {draft.indicator}"
        return earlier[-1].indicator if same else draft.indicator  # ``by 1.1 and 3.1 percentage points``
    if not earlier or earlier[-1].kind != "growth_rate" or earlier[-1].indicator != draft.indicator:
        return draft.indicator
    return f"growth of {draft.indicator}"


def _negated(draft: Draft) -> Quantity:
    q = draft.quantity
    if draft.kind == "multiple" or (q.value is not None and q.value <= 0) or (q.low is not None and q.low < 0):
        return replace(q, low=q.high, high=q.low) if draft.kind == "multiple" and q.low != q.high else q
    value = -q.value if q.value is not None else None
    return replace(
        q, value=value, low=-q.high if q.high is not None else None, high=-q.low if q.low is not None else None
    )


def _fill_unit(sentence: Sentence, draft: Draft, drafts: list[Draft]) -> None:
    """The noun of a bare number: that of the series or the figure it is compared with, else of the indicator."""
    if draft.unit.startswith("1/") and (noun := plural_head(draft.indicator)):
        draft.unit = f"count:{noun}{draft.unit[1:]}"  # ``the number of beds was 5.6 per 1,000 people``
    if draft.kind == "change_abs" and draft.unit_kind == "currency":  # ``12 yuan lower than the 40 yuan per ton``
        prices = [d for d in drafts if d.indicator == draft.indicator and d.unit.startswith(f"{draft.unit}/")]
        if prices and not any(
            d.unit == draft.unit for d in drafts if d.indicator == draft.indicator and d is not draft
        ):
            draft.unit, draft.unit_kind = prices[0].unit, prices[0].unit_kind
    if draft.unit != "1" or draft.quantity.form == "ratio":
        return
    group = _LEADING_GROUP.match(sentence.text) if draft.rule == "members.leading" else None
    if group and (noun := plural_head(group[1])):
        draft.unit, draft.unit_kind = f"count:{noun}", "count"
        draft.kind = "count" if draft.kind == "level" else draft.kind
        return
    if draft.kind == "growth_rate":
        return
    earlier = [d for d in drafts if d.node < draft.node]
    later = [d for d in drafts if d.node > draft.node]
    counted = next((d for d in reversed(earlier) if d.unit_kind == "count"), None)
    compared = counted or next((d for d in reversed(earlier) if d.unit_kind not in ("percent", "currency")), None)
    if draft.kind == "change_abs" and earlier and _adjoins(earlier[-1], draft):
        draft.unit, draft.unit_kind = earlier[-1].unit, earlier[-1].unit_kind
        return
    if draft.kind == "change_abs" and compared is not None:
        draft.unit, draft.unit_kind = compared.unit, compared.unit_kind
        if not sentence.piece_of(draft.node).own_subject and draft.rule != "change.in_turn":
            draft.indicator = compared.indicator
        return
    for other in [*reversed(earlier), *later] if draft.indicator else []:
        if (
            other.indicator == draft.indicator
            and other.kind in ("level", "count")
            and other.unit not in ("1", "percent")
            and not (other.unit_kind == "currency" and (_is_subject(sentence, draft) or _far(other, draft)))
            and not (other.unit_kind == "count" and draft.quantity.value and draft.quantity.value % 1)
            and not (other.unit_kind == "currency" and _is_small_word(draft.quantity))
        ):
            draft.unit, draft.unit_kind = other.unit, other.unit_kind
            draft.kind = other.kind if draft.kind in ("level", "count") else draft.kind
            return
    head = head_of(draft.indicator)
    if head.unit:
        draft.unit, draft.unit_kind = head.unit, head.unit.partition(":")[0]
    elif (noun := plural_head(draft.indicator)) and not _is_broken_price(draft):
        draft.unit, draft.unit_kind = f"count:{noun}", "count"
    elif earlier and _continues(sentence, draft, earlier[-1]):
        draft.unit, draft.unit_kind = earlier[-1].unit, earlier[-1].unit_kind
    if draft.unit_kind == "count" and draft.kind == "level":
        draft.kind = "count"


#: the things that a sentence opens with: ``Of the passengers in 2023, 5.4 million had a pass``
_LEADING_GROUP = re.compile(
    r"of (?:the |its |all |these |those )([^,\d]+?)(?: (?:in|at|on|of|by|during)\b[^,]*)?,", re.I
)


def _is_broken_price(draft: Draft) -> bool:
    """``the bonds were priced at 99.75``: no part of a thing is counted, but for an average."""
    value = draft.quantity.value
    averaged = {"number", "average"}.intersection((draft.indicator or "").lower().split())
    return value is not None and value % 1 != 0 and not averaged


def _is_subject(sentence: Sentence, draft: Draft) -> bool:
    """``32 is the quantity``: the number is spoken of itself, and is no more of what was measured before."""
    after = sentence.nodes[draft.node + 1] if draft.node + 1 < len(sentence.nodes) else None
    return after is not None and after.label == "BE"


def _is_small_word(quantity: Quantity) -> bool:
    """``a family of four earning less than $25,000``: a sum of money is not written out and left without its unit."""
    return quantity.form == "words" and quantity.value is not None and quantity.value <= _SMALL


_SMALL = 12


def _adjoins(level: Draft, change: Draft) -> bool:
    """``143.80 yen, up 0.95``: the change follows the price that it leads to."""
    return level.kind == "level" and level.unit_kind == "currency" and change.node - level.node <= 3


def _far(one: Draft, other: Draft) -> bool:
    """``125 million`` and a bare ``50.94`` are no sums of the same kind."""
    known, bare = one.quantity.value, other.quantity.value
    if not known or not bare:
        return False
    return abs(known) > _FAR * abs(bare) or abs(bare) > _FAR * abs(known)


#: How many times more one sum of money can be than another that leaves its unit out.
_FAR = 1000


def _continues(sentence: Sentence, draft: Draft, last: Draft) -> bool:
    """``covered 1,200 hectares and winter wheat 3,400``: a piece without a verb repeats the unit of the one before."""
    if not last.kind == draft.kind == "level" or last.unit_kind in ("percent", "number"):
        return False
    piece = sentence.piece_of(draft.node)
    gap = sentence.pieces_before(piece)[:1]
    return piece.verb < 0 and bool(gap) and gap[0].first <= last.node < gap[0].last


#: what a number of things is called: ``output of cars`` counts cars
_AMOUNTS_OF = frozenset(
    [
        "number",
        "numbers",
        "stock",
        "stocks",
        "total",
        "total number",
        "output",
        "production",
        "sales",
        "deliveries",
        "registrations",
    ]
)


def plural_head(indicator: str) -> str | None:
    """The singular of an indicator's head where that is a plural: ``high-tech enterprises`` -> ``enterprise``.

    >>> plural_head("stock of high-tech enterprises"), plural_head("inbound visits"), plural_head("GDP")
    ('enterprise', 'visit', None)
    """
    parts = re.split(r"\b(?:in|for|on|with|from|at|between)\b", indicator)[0].strip().split(" of ")
    parts = [re.split(r"\s(?:aged|who|with|over|under|funded|employed)\b", part)[0] for part in parts]
    head = parts[1] if len(parts) > 1 and parts[0].lower() in _AMOUNTS_OF else parts[0]
    counted = head.split()
    while len(counted) > 1 and (counted[-1].endswith("ing") or counted[-1] == "only"):
        counted.pop()  # ``persons only looking``
    word = counted[-1].lower() if counted else ""
    if not word.endswith("s") or word.endswith(("ss", "us", "is", "overseas")) or len(word) < 4:
        return None
    if word in words("no_counted_thing"):
        return None
    return (
        word[:-3] + "y"
        if word.endswith("ies")
        else word[:-2]
        if word.endswith(("ches", "shes", "xes", "sses"))
        else word[:-1]
    )


def _is_projected(sentence: Sentence, draft: Draft) -> bool:
    """Whether a plan or forecast is spoken of in the figure's piece, or in the clause that its piece continues."""
    piece = sentence.piece_of(draft.node)
    first = piece.first
    for other in sentence.pieces_before(piece) if piece.verb < 0 else []:
        first = other.first
        if other.verb >= 0 or other.opener in (";", "SUBORD"):
            break
    if any(n.label == "PROJECTED" and not _is_for(sentence, n) for n in sentence.nodes[first : draft.node]):
        return True
    return piece.verb > draft.node and _is_planned_subject(sentence, draft.node, piece.verb)


def _is_for(sentence: Sentence, node: Node) -> bool:
    """``the waiting time for a planned operation``: the plan is that of another thing."""
    lead = [n.label for n in sentence.nodes[max(0, node.at - 2) : node.at]]
    return node.text in words("adjective_of_plan") and "for" in lead


def _is_planned_subject(sentence: Sentence, position: int, verb: int) -> bool:
    """``60 million pumps will be needed``: what the number itself does is planned."""
    ahead = sentence.nodes[position + 1 : verb + 1]
    planned = ahead[-1:] != [] and (ahead[-1].label == "PROJECTED" or ahead[-1].text.lower().startswith("will "))
    return planned and not any(n.label in ("Q", ",") for n in ahead)


_PRESENT = re.compile(
    r"^(?:is|are|has|have|there are|there is|covers?|boasts?|governs|lies|costs?|owns|has been|have been|will be|be"
    r"|stands? at|contributes|employs|enjoys?|accounts? for|makes? up|takes? up|ranks|produces|generates?|includes?"
    r"|remains?|handles)$",
    re.IGNORECASE,
)


def _is_past(sentence: Sentence, draft: Draft) -> bool:
    """Whether the verb that governs the figure is not in the present or present perfect."""
    piece = sentence.piece_of(draft.node)
    before = [p.verb for p in sentence.pieces if p.first <= piece.first and p.verb >= 0]
    own = piece.verb if piece.verb >= 0 else (before[-1] if before else -1)
    verb = sentence.nodes[own] if own >= 0 else next((n for n in sentence.nodes if n.label in VERBS), None)
    return verb is None or not (_PRESENT.match(verb.text) or _is_third_person(verb.text))


def _is_third_person(verb: str) -> bool:
    """``extends over``, ``comprises``: the present of one."""
    first = verb.split()[0].lower()
    return first.endswith("s") and not first.endswith("ss") and first != "was"


def _is_stock(sentence: Sentence, draft: Draft) -> bool:
    """A figure that holds at a moment, so that a multi-year scope means its last day."""
    if draft.kind in ("growth_rate", "multiple"):
        return False
    piece = sentence.piece_of(draft.node)
    verb = sentence.nodes[piece.verb] if piece.verb >= 0 else None
    if head_of(draft.indicator).stock:
        return True
    return draft.kind == "count" and verb is not None and verb.label in ("BE", "HAVE")
