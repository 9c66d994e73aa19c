"""One function a kind of finding, each over the figures of one entity; ``KINDS`` is where they are registered.

A relation is tested only when every key it needs is known, and only where the text leaves no choice of operands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from schemas.consistency.corpus import Corpus
from schemas.consistency.findings import Finding
from schemas.consistency.kinds.exchange import exchange
from schemas.consistency.kinds.movements import change, growth, multiple
from schemas.consistency.kinds.ratios import per_capita
from schemas.consistency.kinds.same import conflict, magnitude
from schemas.consistency.kinds.shares import share
from schemas.consistency.mentions import Mention

__all__ = ["KINDS", "KINDS_OF_ALL"]

#: what is registered is run over the figures of each entity
KINDS: Mapping[str, Callable[[Corpus], Iterator[Finding]]] = {
    "conflict": conflict,
    "magnitude": magnitude,
    "change": change,
    "growth": growth,
    "multiple": multiple,
    "share": share,
    "per_capita": per_capita,
}
#: and this over those of all entities
KINDS_OF_ALL: Mapping[str, Callable[[Iterable[Mention]], Iterator[Finding]]] = {"exchange": exchange}
