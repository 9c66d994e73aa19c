"""When a figure holds: which time expression of its sentence belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.clauses import Node, Piece, Sentence, behind_equivalent
from extractors.cues import rows as cue_rows
from extractors.drafts import Draft
from extractors.lexicon import words
from extractors.model import PeriodMention


def time_of(sentence: Sentence, draft: Draft) -> PeriodMention | None:
    """The time of a figure: right after it, else in its piece, else of an earlier piece that says when."""
    nodes, position = sentence.nodes, draft.node
    if draft.rule == "former_value":
        return next(sentence.periods[n.period] for n in reversed(nodes[:position]) if n.label == "P")
    behind = behind_equivalent(nodes, position)
    following = [n for n in nodes[behind : behind + 4] if n.label not in ("ADV", ")", "the")]
    led = len(following) > 1 and following[0].label in ("in", "at", "by", "during", "as")
    bracketed = len(following) > 1 and [following[0].label, following[1].label] == ["(", "P"]
    if bracketed and _fills_bracket(sentence, following[1]):
        return sentence.periods[following[1].period]
    if led and following[1].label == "P" and is_time(sentence, following[1]):
        return sentence.periods[following[1].period]
    if position > 1 and [nodes[position - 2].label, nodes[position - 1].label] == ["P", "("]:
        return _replaced(sentence, nodes[position - 2])
    if led and following[1].label == "P" and _is_same_in(sentence, following[1]):
        return _replaced(sentence, following[1])
    if own := _own_time(sentence, position):
        return replace(own, rule=OF_AMOUNT)
    if shifted := _shifted(sentence, position):
        return shifted
    moved = position > 0 and nodes[position - 1].label == "from" and draft.rule != "amount.count"
    if moved and _moves(sentence, position):
        return _FORMER
    piece = sentence.piece_of(position)
    inside = [i for i in range(piece.first, piece.last) if _may_date(sentence, nodes[i])]
    if not inside and (then := _when(sentence, piece)):
        return then
    before = [i for i in inside if i < position and not _is_former_time(nodes, i)]
    after = [i for i in inside if i > position and not _parted(nodes, position, i)]
    if before or after:
        return sentence.periods[nodes[before[-1] if before else after[0]].period]
    return _earlier_time(sentence, piece) or _later_time(sentence, piece)


def moved_to(sentence: Sentence, position: int) -> PeriodMention | None:
    """The time of the level that a change led to: ``rose by 5.1 points from 38.2 percent in 2016 to 43.3 in 2021``."""
    nodes = sentence.nodes
    position += nodes[position + 1 : position + 2] != [] and nodes[position + 1].label == ","
    if [n.label for n in nodes[position + 1 : position + 3]] != ["from", "Q"]:
        return None
    last = sentence.piece_of(position + 1).last
    to = next((i for i in range(position + 3, last - 1) if nodes[i].label == "to" and nodes[i + 1].label == "Q"), last)
    time = next((nodes[i] for i in range(to + 2, last) if nodes[i].label == "P"), None)
    return sentence.periods[time.period] if time and is_time(sentence, time) else None


def _parted(nodes: Sequence[Node], position: int, time: int) -> bool:
    """Whether another number stands between, but the level that a change led to: ``fell 6% to 43.7 million in May``."""
    led = ("to", "REACH")  # ``to 43.7 million``, ``to reach 43.7 million``
    return any(nodes[i].label == "Q" and nodes[i - 1].label not in led for i in range(position + 1, time))


#: the rule of a time that belongs to one amount alone, and dates nothing else: ``the 131.6 million tons of 2019``
OF_AMOUNT = "of_amount"


def _own_time(sentence: Sentence, position: int) -> PeriodMention | None:
    """``the 131.6 million tons of 2019``: the time that an amount has to itself."""
    nodes = sentence.nodes
    if position + 2 >= len(nodes) or nodes[position + 1].label != "of" or nodes[position + 2].label != "P":
        return None
    rate = sentence.quantities[nodes[position].quantity].unit_kind in ("percent", "permille", "percentage_point")
    if rate and (not position or nodes[position - 1].label != "the"):  # but ``below the 6.7% of 2021``
        return None
    following = nodes[position + 3].label if position + 3 < len(nodes) else "."
    period = sentence.periods[nodes[position + 2].period]
    return period if period.role == "time" and period.first is not None and following != "W" else None


def _when(sentence: Sentence, piece: Piece) -> PeriodMention | None:
    """``4.5 times the number at the end of 2015, when there were only 152``: the time that the clause goes on from."""
    nodes = sentence.nodes
    while piece.opener == "and" and piece.number and piece.verb != piece.first:
        piece = sentence.pieces[piece.number - 1]  # ``when 1.3 million passengers and 78 calls were registered``
    i = next((i for i in (piece.first, piece.first - 1) if i > 0 and nodes[i].text.lower() == "when"), 0)
    while i > 0 and nodes[i - 1].label == ",":
        i -= 1
    if i > 0 and nodes[i - 1].label == "BASIS":  # ``640 more than a year earlier, when there were 7,820``
        months = _SHIFTS.get(str(cue_rows()[nodes[i - 1].cue]["value"]), 0)
        return (
            PeriodMention(0, 0, nodes[i - 1].text, None, None, "time", "shifted", f"shift|{months}") if months else None
        )
    return _replaced(sentence, nodes[i - 1]) if i > 0 and nodes[i - 1].label == "P" else None


def _is_same_in(sentence: Sentence, node: Node) -> bool:
    """``up from 288.9 billion in the same quarter of 2018``: a period that another year tells."""
    kind, _, year = (sentence.periods[node.period].relative or "").partition("|")
    return kind == "same" and year.isdigit()


def _replaced(sentence: Sentence, node: Node) -> PeriodMention:
    """``more than in 2021 (30.5 million tonnes)``: the amount of the year that it stands behind."""
    return replace(sentence.periods[node.period], rule=OF_AMOUNT)


def _may_date(sentence: Sentence, node: Node) -> bool:
    """Whether a time expression may date the figures around it."""
    if node.label != "P" or not is_time(sentence, node) or _is_compared(sentence, node):
        return False
    owner = node.at - 2
    return owner < 0 or sentence.nodes[owner].label != "Q" or _own_time(sentence, owner) is None


def _is_compared(sentence: Sentence, node: Node) -> bool:
    """``down from 7.9% in 2015``: dates the level compared with alone."""
    nodes, i = sentence.nodes, node.at - 2
    former = i > 0 and nodes[i].label == "Q" and nodes[i + 1].label == "in"
    return former and nodes[i - 1].label in ("MORE", "LESS") and nodes[i - 1].text.lower().endswith(" from")


def _is_former_time(nodes: Sequence[Node], at: int) -> bool:
    """The time of a former level: ``fell from 6.1% in the second quarter of 2021 to 5.4%``."""
    i = at - 1
    while i > 0 and nodes[i].label in ("in", "at", "of", "the", "during"):
        i -= 1
    if i < 1 or nodes[i].label != "Q":
        return False
    lead = nodes[i - 1]
    return lead.label == "from" or (lead.label in ("MORE", "LESS") and lead.text.lower().endswith(" from"))


#: How far back a figure lies that is said to hold ``a year earlier``, in months.
_SHIFTS = {"year_on_year": 12, "quarter_on_quarter": 3, "month_on_month": 1}


def _shifted(sentence: Sentence, position: int) -> PeriodMention | None:
    """``25.9% a year earlier``: a former level dated by the period of the figure it is compared with."""
    nodes = sentence.nodes
    if len(nodes) > 1 and nodes[0].label == "BASIS" and nodes[1].label == ",":  # ``A year earlier, the rate was 3.4%``
        months = _SHIFTS.get(str(cue_rows()[nodes[0].cue]["value"]), 0)
        return PeriodMention(0, nodes[0].end, nodes[0].text, None, None, "time", "shifted", f"shift|{months}")
    after = next((n for n in nodes[position + 1 : position + 4] if n.label not in ("ADV", "in", "the", "for")), None)
    lead = nodes[position - 1].label if position else ""
    if after is None or (
        lead not in ("from", "COMPARED", "MORE", "LESS") and not (after.label == "P" and _is_previous(sentence, after))
    ):
        return None
    if after.label == "BASIS":
        months = _SHIFTS.get(str(cue_rows()[after.cue]["value"]), 0)
    else:
        months = 12 if after.label == "P" and _is_previous(sentence, after) else 0
    return (
        PeriodMention(after.start, after.end, after.text, None, None, "time", "shifted", f"shift|{months}")
        if months
        else None
    )


def _is_previous(sentence: Sentence, node: Node) -> bool:
    return (sentence.periods[node.period].relative or "") == "prev|"


def _later_time(sentence: Sentence, piece: Piece) -> PeriodMention | None:
    """A time at the end of a list that the figure belongs to: ``120 schools and 45 kindergartens by 2025``."""
    for other in sentence.pieces_after(piece):
        if other.verb >= 0 or other.opener not in ("and", "or", ","):
            return None
        nodes = sentence.nodes[other.first : other.last]
        if nodes[0].label in ("COMPARED", "against", "from", "MORE", "LESS") or nodes[0].text == "compared":
            return None  # the time of what is compared with
        if times := [n for n in nodes if _may_date(sentence, n)]:
            return sentence.periods[times[0].period] if any(n.label in ("Q", "RESP") for n in nodes) else None
    return None


def _is_fold(sentence: Sentence, lead: Node, passed: set[str]) -> bool:
    """``tripled in 2016``: the time of a fold stands right behind it."""
    return sentence.quantities[lead.quantity].form == "fold" and passed <= {"in", "the", "during"}


def _fills_bracket(sentence: Sentence, node: Node) -> bool:
    """``(2012)``, but not ``(April 2018=100)``."""
    return sentence.text[node.end : node.end + 1] == ")"


def _moves(sentence: Sentence, position: int) -> bool:
    """Whether ``from Q`` is the former level of something that moved: ``from A to B``, ``rose to B from A``."""
    piece = sentence.piece_of(position)
    around = sentence.nodes[max(piece.first, position - 8) : position + 4]
    return any(n.label == "to" for n in around) or any(n.label in ("RISE", "FALL", "MORE", "LESS") for n in around)


#: The first level of ``from A to B``: it held at an earlier time that the sentence does not name.
_FORMER = PeriodMention(0, 0, "", None, None, "time", "former")


def _earlier_time(sentence: Sentence, piece: Piece) -> PeriodMention | None:
    """A time in an earlier piece that only says when (``In 2020,``) or that states figures of the same chain."""
    for other in sentence.pieces_before(piece):
        nodes = sentence.nodes[other.first : other.last]
        times = [n for n in nodes if _may_date(sentence, n)]
        main = other.own_subject and other.subject is not None and other.subject[0] >= other.first
        says_when = other.verb < 0 or any(n.label == "Q" for n in nodes) or main
        lone = all(n.label == "P" and _fills_bracket(sentence, n) for n in nodes)
        lone = lone and sentence.pieces[other.number + 1].opener != ":"
        if nodes and (nodes[0].label in ("COMPARED", "against") or nodes[0].text == "compared"):
            continue  # ``it was 5 million, compared with 4 million in 2021, an increase of 25 percent``
        if times and says_when and (lone or other.opener not in ("(", "–", "—")):
            return sentence.periods[times[-1].period]
    return None


#: from one time to another: when it was, not what it is compared with
STRETCHES = frozenset({"months_range", "year_months_range", "days_range"})
BASIS_LEADS = frozenset({"than", "over", "compared", "on", "MORE", "LESS", "COMPARED", "RISE_N", "FALL_N", "between"})
_PASSED = frozenset({"the", "that", "in", "at", "of", "with", "THAT_OF", "for", "those", "PROJECTED", "a", "during"})
_PASSED_WORDS = words("passed_to_basis")


_FOUNDING = words("founding")


def _founds(sentence: Sentence, node: Node) -> bool:
    """``Founded in 1897, the university has five faculties``: when it began, not when the rest holds."""
    first = sentence.nodes[0]
    lead = sentence.nodes[max(0, node.at - 3) : node.at]
    if len(lead) > 1 and lead[-1].label == "in" and lead[-2].text.lower() in _FOUNDING:
        counted = any(n.label == "Q" for n in sentence.nodes[sentence.piece_of(node.at).first : node.at])
        return not counted  # ``The zone was founded in 1993 and has``, not ``12 schools were founded in 1993``
    ahead = sentence.nodes[node.at + 1].label if node.at + 1 < len(sentence.nodes) else "."
    if first.text.lower() not in _FOUNDING:
        return False
    comma = next((n.at for n in sentence.nodes if n.label in (",", "Q")), 0)
    return node.at < comma and (ahead == "," or sentence.nodes[node.at + 1].label == "and")


#: How far before a time a comparison stands that it belongs to: ``over the revised estimate for 2021``.
_NEAR = 5


def _measures(sentence: Sentence, at: int) -> bool:
    """Whether ``Q over the revised estimate for P``, ``as much as in P`` ends at a node before the time."""
    nodes = sentence.nodes
    if nodes[at].text.lower() == "as" or nodes[at].text.lower().endswith(" as"):
        return at > 1 and nodes[at - 1].label != ","
    for i in range(at, max(1, at - _NEAR), -1):
        if nodes[i].text.lower() in ("figure", "level", "number", "volume", "amount") and nodes[i - 1].label == "the":
            return [n.label for n in nodes[i - 3 : i - 1]] == ["Q", "of"]  # ``80 percent of the figure in 2019``
    for i in range(at, max(0, at - _NEAR), -1):
        if nodes[i].label in ("than", "over") and (nodes[i].label == "than" or nodes[i - 1].label in ("Q", "MORE")):
            return True
        if nodes[i].label in ("MORE", "LESS") and nodes[i].text.endswith((" from", " on", " over")):
            return nodes[i - 1].label == "Q"  # ``12 points up from the festival of 2017``
        if nodes[i].label not in ("W", "the", "of", "for", "in"):
            return False
    return False


def is_time(sentence: Sentence, node: Node) -> bool:
    """Whether a time expression says when, not what something is compared with or how long it took."""
    period = sentence.periods[node.period]
    dated = period.role in ("time", "since") or (period.relative or "").startswith("past")
    if period.rule == "same_period" and period.text.lower() in ("same year", "that year"):
        return True
    if not dated or (period.relative or "").startswith(("same", "prev")):
        return False
    i, passed = node.at - 1, set()
    while i >= 0 and (sentence.nodes[i].label in _PASSED or sentence.nodes[i].text.lower() in _PASSED_WORDS):
        passed.add(sentence.nodes[i].label if sentence.nodes[i].label != "W" else sentence.nodes[i].text)
        i -= 1
    if i < 0:
        return True
    lead = sentence.nodes[i]
    if _founds(sentence, node) or (period.role != "duration" and _measures(sentence, i)):
        return False
    if lead.label == "on" and (period.first is None or period.first == period.last):
        return True
    if lead.label == "from" and period.rule in STRETCHES:
        return not any(n.label in ("MORE", "LESS", "than", "COMPARED") for n in sentence.nodes[max(0, i - 3) : i])
    if lead.label == "from" and period.first and period.last and period.first.year < period.last.year:
        return True
    if lead.label == "from":
        return not any(n.label in ("Q", "RISE", "FALL", "MORE", "LESS") for n in sentence.nodes[max(0, i - 3) : i])
    if lead.label == "over" and (period.role == "duration" or period.rule in ("first_n_months", "months_range")):
        return True
    if lead.label == "Q":
        kind = sentence.quantities[lead.quantity].unit_kind
        return not (
            (kind == "multiple" and not _is_fold(sentence, lead, passed))
            or "THAT_OF" in passed
            or "those" in passed
            or (kind == "percent" and "of" in passed and "in" not in passed)
        )
    return lead.label not in BASIS_LEADS
