"""Figures that cannot all be true, and what is known once mentions of one thing are reconciled.

``check`` takes rows of the table ``figures``; figures without a known entity are left alone. It goes through them
entity by entity: nothing is compared with everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.consistency.corpus import Corpus
from schemas.consistency.findings import Finding, ordered
from schemas.consistency.kinds import KINDS, KINDS_OF_ALL
from schemas.consistency.mentions import COLUMNS, Mention, Row, mention
from schemas.consistency.reconciling import Observation, observations

__all__ = ["COLUMNS", "Checked", "Finding", "Observation", "Row", "check", "check_entities", "check_rates"]


@dataclass(frozen=True, slots=True)
class Checked:
    """All findings, conflicts first, and all observations, in the order of entity, indicator and period."""

    findings: list[Finding]
    observations: list[Observation]


def check(rows: Iterable[Mapping[str, Any]]) -> Checked:
    """Compares figures with each other: within documents, and across those of one entity.

    >>> from extractors.model import Document
    >>> from extractors.pipeline import extract
    >>> from schemas.figures import rows
    >>> text = "Lanhe City\\n\\nIn 2020, the GDP of Lanhe was 15.2 billion yuan. Its GDP was 12.5 billion yuan in 2020."
    >>> [(each.kind, each.quotes) for each in check(rows(extract(Document("a.txt", text)))).findings]
    [('conflict', ['15.2 billion yuan', '12.5 billion yuan'])]
    """
    listed = [Row.of(row) for row in rows]
    checked = check_entities(listed)
    findings = ordered([*checked.findings, *check_rates(listed)])
    return Checked(findings, sorted(checked.observations, key=_order))


def check_rates(rows: Iterable[Row]) -> Iterator[Finding]:
    """Rates of exchange, over all entities: only sentences that give an equivalent are looked at."""
    money = [row for row in rows if len(row.unit) == 3 and row.unit.isupper()]
    paired = {(row.source, row.sentence) for row in money if row.rule.startswith("equivalent")}
    beside = (row for row in money if (row.source, row.sentence) in paired)
    mentions = [each for row in beside if (each := mention(row)) is not None]
    for kind in KINDS_OF_ALL.values():
        yield from kind(mentions)


def check_entities(rows: Iterable[Row]) -> Checked:
    """All but rates of exchange; ``rows`` must hold all figures of the entities they name.

    Observations come entity by entity: who publishes them sorts them anyway.
    """
    by_entity = defaultdict(list)
    for row in rows:
        each = mention(row) if row.entity is not None else None
        if each is not None and each.entity is not None:
            by_entity[each.entity].append(each)
    found: list[Finding] = []
    known: list[Observation] = []
    for mentions in by_entity.values():
        corpus = Corpus(mentions)
        found += _of_entity(corpus)
        known += observations(corpus)
    return Checked(ordered(found), known)


def _of_entity(corpus: Corpus) -> Iterator[Finding]:
    """One fault gives one finding: what only fails because of a number already found wrong is left out."""
    found = {finding.finding_id: finding for kind in KINDS.values() for finding in kind(corpus)}.values()
    wrong = {figure.figure_id for each in found if each.kind in ("conflict", "magnitude") for figure in _odd(each)}
    for each in found:
        if each.kind in ("conflict", "magnitude") or wrong.isdisjoint(figure.figure_id for figure in each.figures):
            yield each


def _odd(finding: Finding) -> list[Mention]:
    """The figures of a disagreement that fewer others bear out; all of them where none has more support."""
    support = {
        each.figure_id: sum(each.narrow.meets(other.narrow) for other in finding.figures) for each in finding.figures
    }
    most = max(support.values())
    odd = [each for each in finding.figures if support[each.figure_id] < most]
    return odd or list(finding.figures)


def _order(each: Observation) -> tuple[str, ...]:
    return (
        each.entity,
        each.indicator_key,
        str(each.period_end),
        str(each.period_start),
        each.unit,
        each.kind,
        str(each.basis),
        each.status,
        str(each.formula),
    )
