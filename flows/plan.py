"""What a run has to do: the documents that lie in the raw folder, against those already published or staged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from extractors.reading import FoundFile, Orphan, Refusal, Refused, Skipped, document_id, load, walk
from flows.ledger import Changes, Item, Ledger
from flows.outcome import RefusedError

#: more than this share of the published documents gone from the raw folder is taken for an accident
SHRINK = 0.2
#: so many sidecars without a file are named, the others counted
_NAMED = 3
#: outcomes that say nothing lasting about a document
_PASSING = ("vanished", "unreadable")


@dataclass(slots=True)
class Inventory:
    """All that lies in the raw folder now. Only hashes, names and sizes are kept, on disk; no bytes."""

    ledger: Ledger = field(default_factory=Ledger)
    skipped: Counter[str] = field(default_factory=Counter)
    orphans: int = 0
    orphan_names: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.ledger.has_files or self.ledger.refused() or self.skipped)


def take_inventory(raw: str, *, follow_links: bool, max_bytes: int) -> Inventory:
    """Lists the raw folder and reads every file once, to know it by its hash.

    Raises:
        OSError: there is no such folder.
    """
    inventory = Inventory()
    for entry in walk(raw, follow_links=follow_links):
        match entry:
            case FoundFile():
                _add(inventory.ledger, entry, max_bytes)
            case Refused(source, refusal):
                inventory.ledger.add_refusal(source, refusal)
            case Skipped(_, suffix):
                inventory.skipped[suffix] += 1
            case Orphan(source):
                inventory.orphans += 1
                inventory.orphan_names = sorted([*inventory.orphan_names, source])[:_NAMED]
    return inventory


def _add(ledger: Ledger, found: FoundFile, max_bytes: int) -> None:
    try:
        fresh = ledger.add_file(found, document_id(load(found, max_bytes=max_bytes)))
    except Refusal as refusal:
        ledger.add_refusal(found.source, refusal)
        return
    if not fresh:
        detail = "another file has this name once what is no UTF-8 in it is written as escapes"
        ledger.add_refusal(found.source, Refusal("unreadable", detail))


def outcomes_to_try_again(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The outcomes of an earlier run that another run may better: what passes by itself, and limits that were moved.

    >>> limits = {"max_bytes": 10, "seconds_per_document": 5}
    >>> outcomes_to_try_again(limits, limits | {"max_bytes": 20})
    ['vanished', 'unreadable', 'too_large']
    """
    moved = {"too_large": "max_bytes", "too_slow": "seconds_per_document"}
    return [*_PASSING, *(outcome for outcome, limit in moved.items() if before.get(limit) != now[limit])]


def refuse_shrinking(changes: Changes, raw: str) -> None:
    """Stops a run that would empty the dataset because a folder was not mounted.

    Raises:
        RefusedError: of more than a fifth of the published documents neither a file nor a copy can be read in ``raw``.
    """
    if changes.gone > SHRINK * changes.published:
        raise RefusedError(
            f"{changes.gone} of the {changes.published} documents published are gone from {raw}; is it mounted? "
            "--allow-shrink publishes without them"
        )


def batches(items: Iterable[Item], cap: int) -> Iterator[list[Item]]:
    """Batches of documents that cost at most ``cap`` bytes each, or one document where that alone costs more.

    >>> files = [FoundFile(name, name, ".txt", 3000) for name in "abc"]
    >>> [len(batch) for batch in batches([Item(file.source, (file,)) for file in files], 10_000)]
    [2, 1]
    """
    batch: list[Item] = []
    cost = 0
    for item in items:
        if batch and cost + item.cost > cap:
            yield batch
            batch, cost = [], 0
        batch.append(item)
        cost += item.cost
    if batch:
        yield batch
