"""Scores on annotated documents: is every figure found, with the right value, unit, period and indicator?

A folder holds ``NN.txt`` (raw), ``NN.clean.txt`` and ``NN.json``. Figures are matched one to one where they cover the
same numeral with the same value; then each field is scored by itself.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

Record = Mapping[str, Any]
Token = tuple[str, int, int]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|\S")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W_]+")
_SAME_PERIOD = re.compile(r"(the )?(same|corresponding) period")
FIELDS = (
    *("quote", "unit", "bound", "limits", "kind", "direction", "status"),
    *("period_end", "period", "basis", "indicator", "entity"),
)
#: a row a user can trust has all of these right
ROW = ("unit", "bound", "limits", "kind", "period_end", "indicator")
#: words that do not tell two indicators apart
_EMPTY = frozenset(
    [
        *("the", "a", "an", "of", "in", "on", "for", "to", "at", "by", "from", "with", "and", "its", "their"),
        *("city", "province", "total", "number", "amount", "value"),
    ]
)
_ENUMERATED = frozenset(["year_on_year", "quarter_on_quarter", "month_on_month", "average_annual"])


@dataclass(frozen=True, slots=True)
class Annotated:
    """One annotated document."""

    name: str
    raw: str
    clean: str
    figures: Sequence[Record]
    not_figures: Sequence[Record]


@dataclass(slots=True)
class Tally:
    """What the scores are counted from."""

    documents: int = 0
    gold: int = 0
    predicted: int = 0
    found: int = 0
    with_unit: int = 0
    rows: int = 0
    right: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    blocks: int = 0
    blocks_right: int = 0
    numbers: int = 0
    numbers_kept: int = 0
    numbers_invented: int = 0
    unanswered: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def load(folder: str | Path) -> list[Annotated]:
    """The annotated documents of a folder, by name."""
    found = []
    for path in sorted(Path(folder).glob("*.json")):
        raw, clean = path.with_suffix(".txt"), path.with_suffix(".clean.txt")
        if raw.exists() and clean.exists():
            notes = json.loads(path.read_text("utf-8"))
            texts = raw.read_text("utf-8"), clean.read_text("utf-8")
            found.append(Annotated(path.stem, *texts, notes["figures"], notes.get("not_figures", [])))
    return found


def score(documents: Iterable[Annotated], answers: Mapping[str, Record]) -> Tally:
    """Compares the answers ``{text, figures}``, by document name, with the annotations."""
    tally = Tally()
    for document in documents:
        answer = answers.get(document.name, {"error": "no answer"})
        if "error" in answer:
            tally.unanswered.append(f"{document.name} answered with an error: {answer['error']}")
        _score_document(document, str(answer.get("text", "")), answer.get("figures", []), tally)
    return tally


def _score_document(document: Annotated, text: str, figures: Sequence[Record], tally: Tally) -> None:
    exact = [figure for figure in figures if figure.get("bound") != "vague"]
    gold_tokens, tokens, pairs = _aligned(document.clean, text)
    match = _pair_up(document.figures, exact, gold_tokens, tokens, pairs)
    tally.documents += 1
    tally.gold += len(document.figures)
    tally.predicted += len(exact)
    tally.found += len(match)
    for number, gold in enumerate(document.figures):
        _score_figure(document.name, gold, exact[match[number]] if number in match else None, tally)
    extra = [figure for number, figure in enumerate(exact) if number not in match.values()]
    _count_alarms(document, text, extra, (gold_tokens, tokens, pairs), tally)
    _score_text(document, text, tally)


def _score_figure(name: str, gold: Record, got: Record | None, tally: Tally) -> None:
    tally.kinds[gold["kind"]] += 1
    if got is None:
        tally.missed[gold["kind"]] += 1
        tally.errors.append(f"{name} MISSED  {gold['quote']!r} ({gold['kind']}, {gold['unit']})")
        return
    right = {each for each in FIELDS if _field_right(each, gold, got)}
    tally.right.update(right)
    tally.with_unit += "unit" in right
    tally.rows += right.issuperset(ROW)
    for wrong in (each for each in FIELDS if each not in right):
        want, have = _shown(wrong, gold), _shown(wrong, got)
        tally.errors.append(f"{name} {wrong.upper():10s} {gold['quote']!r}: want {want!r}, got {have!r}")


def _count_alarms(
    document: Annotated,
    text: str,
    extra: Sequence[Record],
    alignment: tuple[list[Token], list[Token], dict[int, int]],
    tally: Tally,
) -> None:
    gold_tokens, tokens, pairs = alignment
    inverse = {j: i for i, j in pairs.items()}
    traps = [
        (_inside(gold_tokens, *place), note["why"])
        for note in document.not_figures
        if (place := _place(document.clean, note))
    ]
    golds = [_inside(gold_tokens, gold["start"], gold["end"]) for gold in document.figures]
    for figure in extra:
        span = {inverse[token] for token in _inside(tokens, figure["start"], figure["end"]) if token in inverse}
        why = "wrong value" if any(span & gold for gold in golds) else None
        why = why or next((reason for trap, reason in traps if trap & span), "other")
        tally.alarms[why] += 1
        quote = text[figure["start"] : figure["end"]]
        tally.errors.append(f"{document.name} FALSE   {quote!r} value {figure.get('value')} ({why})")


def _score_text(document: Annotated, text: str, tally: Tally) -> None:
    want, have = Counter(_blocks(document.clean)), Counter(_blocks(text))
    tally.blocks += want.total()
    tally.blocks_right += (want & have).total()
    wanted, got = (Counter(_NUMBER.findall(version)) for version in (document.clean, text))
    tally.numbers += wanted.total()
    tally.numbers_kept += (wanted & got).total()
    tally.numbers_invented += (got - wanted - Counter(_NUMBER.findall(document.raw))).total()


def _tokens(text: str) -> list[Token]:
    return [(match.group().lower(), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def _aligned(gold_text: str, text: str) -> tuple[list[Token], list[Token], dict[int, int]]:
    """The tokens of both texts, and for those that read the same the index in one by the index in the other."""
    gold, got = _tokens(gold_text), _tokens(text)
    matcher = SequenceMatcher(None, [token[0] for token in gold], [token[0] for token in got], autojunk=False)
    pairs: dict[int, int] = {}
    for block in matcher.get_matching_blocks():
        pairs.update((block.a + k, block.b + k) for k in range(block.size))
    return gold, got, pairs


def _inside(tokens: Sequence[Token], start: int, end: int) -> set[int]:
    return {i for i, (_, first, last) in enumerate(tokens) if first < end and last > start}


def _pair_up(
    gold: Sequence[Record],
    got: Sequence[Record],
    gold_tokens: Sequence[Token],
    tokens: Sequence[Token],
    pairs: Mapping[int, int],
) -> dict[int, int]:
    """One to one: an annotated figure with the one that covers most of its tokens and has its value."""
    spans = [_inside(tokens, figure["start"], figure["end"]) for figure in got]
    taken: set[int] = set()
    match: dict[int, int] = {}
    for number, wanted in enumerate(gold):
        mapped = {pairs[token] for token in _inside(gold_tokens, wanted["start"], wanted["end"]) if token in pairs}
        options = [
            (len(mapped & span), -j)
            for j, span in enumerate(spans)
            if j not in taken and mapped & span and _same_value(wanted, got[j])
        ]
        if options:
            match[number] = -max(options)[1]
            taken.add(match[number])
    return match


def _close(x: float | None, y: float | None) -> bool:
    if x is None or y is None:
        return x is None and y is None
    return abs(float(x) - float(y)) <= 1e-9 + 1e-3 * abs(float(y))


def _same_value(gold: Record, got: Record) -> bool:
    if gold["value"] is None:
        return got.get("value") is None and _limits_right(gold, got)
    return got.get("value") is not None and _close(got["value"], gold["value"])


def _limits_right(gold: Record, got: Record) -> bool:
    return _close(got.get("low"), gold["low"]) and _close(got.get("high"), gold["high"])


def _content(phrase: str | None) -> set[str]:
    words = [_singular(word) for word in _WORD.findall((phrase or "").lower())]
    return {word for word in words if word not in _EMPTY} or set(words)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _alike(gold: str | None, got: str | None) -> bool:
    """Half of all content words are common, or one phrase holds all (two or more) words of the other."""
    a, b = _content(gold), _content(got)
    if not a or not b:
        return a == b
    return len(a & b) / len(a | b) >= 0.5 or (min(len(a), len(b)) >= 2 and (a <= b or b <= a))


def _same_unit(gold: str, got: str) -> bool:
    """Equal codes; counted nouns agree on the noun, whatever its number or what it is counted per."""
    if gold.startswith("count:") and got.startswith("count:"):
        a, b = (_content(unit[6:].split("/")[0].replace("_", " ")) for unit in (gold, got))
        return bool(a & b)
    return gold == got


def _same_basis(gold: str | None, got: str | None) -> bool:
    if not gold or gold in _ENUMERATED:
        return gold == got
    return _alike(gold, got) or bool(_SAME_PERIOD.match(gold) and got == "year_on_year")


def _field_right(name: str, gold: Record, got: Record) -> bool:
    if name.startswith("period") and gold["period_end"] is None and got.get("period_from") == "dateline":
        return True
    if name == "quote":
        return [token[0] for token in _tokens(gold["quote"])] == [token[0] for token in _tokens(got.get("quote") or "")]
    if name == "limits":
        return _limits_right(gold, got)
    if name == "period":
        return all(gold[end] == got.get(end) for end in ("period_start", "period_end"))
    if name in ("indicator", "entity"):
        return _alike(gold[name], got.get(name))
    if name == "unit":
        return _same_unit(str(gold["unit"]), str(got.get("unit")))
    if name == "basis":
        return _same_basis(gold["basis"], got.get("basis"))
    if name == "status":
        return bool(gold.get("status", "actual") == (got.get("status") or "actual"))
    return bool(gold[name] == got.get(name))


def _shown(name: str, figure: Record) -> Any:
    pairs = {"period": ("period_start", "period_end"), "limits": ("low", "high")}
    return tuple(figure.get(key) for key in pairs[name]) if name in pairs else figure.get(name)


def _place(clean: str, note: Record) -> tuple[int, int] | None:
    start = note.get("start", clean.find(note["quote"]))
    return (start, start + len(note["quote"])) if start >= 0 else None


def _blocks(text: str) -> list[str]:
    return [" ".join(block.split()) for block in re.split(r"\n\s*\n", text) if block.strip()]


def _rates(right: int, gold: int, predicted: int) -> dict[str, float]:
    precision = right / predicted if predicted else 0.0
    recall = right / gold if gold else 0.0
    both = precision + recall
    return {"p": precision, "r": recall, "f1": 2 * precision * recall / both if both else 0.0}


def report(tally: Tally) -> dict[str, Any]:
    """The scores as numbers, for a program to read and for floors."""
    found = {"found": tally.found, "found+unit": tally.with_unit, "row": tally.rows}
    return (
        {"documents": tally.documents, "gold": tally.gold, "predicted": tally.predicted}
        | {name: _rates(count, tally.gold, tally.predicted) for name, count in found.items()}
        | {name: tally.right[name] / tally.found if tally.found else 0.0 for name in FIELDS}
        | {
            "text": tally.blocks_right / tally.blocks if tally.blocks else 1.0,
            "numbers_kept": tally.numbers_kept / tally.numbers if tally.numbers else 1.0,
            "numbers_invented": tally.numbers_invented,
        }
    )


def lines(tally: Tally, *, errors: bool = False) -> Iterator[str]:
    """The scores as a person reads them; first every error, if asked."""
    yield from tally.unanswered
    if errors:
        yield from tally.errors
    scores = report(tally)
    yield f"documents {tally.documents}   gold figures {tally.gold}   predicted {tally.predicted}\n"
    for name in ("found", "found+unit", "row"):
        rates = scores[name]
        yield f"{name:18s} P {100 * rates['p']:5.1f}  R {100 * rates['r']:5.1f}  F1 {100 * rates['f1']:5.1f}"
    yield ""
    for name in FIELDS:
        yield f"{name:18s} {100 * scores[name]:5.1f} % of found"
    yield f"\n{'text':18s} {100 * scores['text']:5.1f} % of {tally.blocks} blocks exact"
    yield f"{'numbers kept':18s} {100 * scores['numbers_kept']:5.1f} % of {tally.numbers}"
    yield f"{'numbers invented':18s} {tally.numbers_invented}"
    missed = ", ".join(f"{kind} {tally.missed[kind]}/{tally.kinds[kind]}" for kind in sorted(tally.kinds))
    yield "\nmissed, by kind     " + missed
    alarms = ", ".join(f"{why} {count}" for why, count in tally.alarms.most_common())
    yield "false alarms, by why " + (alarms or "none")


def measured(tally: Tally) -> dict[str, float]:
    """The scores that floors are set on, in percent to one decimal; ``numbers_invented`` as a count."""
    scores = report(tally)
    named = {f"{name} F1": scores[name]["f1"] for name in ("found", "found+unit", "row")}
    named |= {name: scores[name] for name in (*FIELDS, "text", "numbers_kept")}
    return {name: round(100 * value, 1) for name, value in named.items()} | {"numbers_invented": tally.numbers_invented}


def below(scores: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """What fell below its floor; for ``numbers_invented`` the floor is a ceiling.

    >>> below({"text": 94.0, "numbers_invented": 1}, {"text": 95.0, "numbers_invented": 0})
    ['text is 94.0, its floor 95.0', 'numbers_invented is 1, its ceiling 0']
    """
    return [
        f"{name} is {scores.get(name, 0)}, its {'ceiling' if name == 'numbers_invented' else 'floor'} {floor}"
        for name, floor in floors.items()
        if (scores.get(name, 0) > floor if name == "numbers_invented" else scores.get(name, 0) < floor)
    ]


def raised(
    scores: Mapping[str, float], floors: Mapping[str, float], *, margin: float = 1.0, allow_lower: bool = False
) -> dict[str, float]:
    """New floors, at most ``margin`` points under the scores. A floor never sinks unless that is allowed.

    >>> raised({"text": 97.0}, {"text": 96.5}), raised({"text": 97.0}, {"text": 96.5}, allow_lower=True)
    ({'text': 96.5}, {'text': 96.0})
    """
    new = {
        name: float(value) if name == "numbers_invented" else round(max(0.0, value - margin), 1)
        for name, value in scores.items()
    }
    if allow_lower:
        return new
    better = {name: min if name == "numbers_invented" else max for name in new}
    return {name: better[name](value, floors.get(name, value)) for name, value in new.items()}
