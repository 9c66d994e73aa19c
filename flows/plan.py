"""What a run has to do: the documents that lie in the raw folder, against those already published or staged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from extractors.reading import FoundFile, Refusal, discover, document_id, load
from flows.outcome import RefusedError
from schemas.keys import shard_of

#: more than this share of the published documents gone from the raw folder is taken for an accident
SHRINK = 0.2
#: what a document costs besides its bytes, in bytes: opening, cleaning set-up, its rows
_OVERHEAD = 2_000


@dataclass(frozen=True, slots=True)
class Item:
    """One document: its id, and the files that are this document, in byte order of their source."""

    doc_id: str
    files: tuple[FoundFile, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(file.source for file in self.files)

    @property
    def cost(self) -> int:
        return self.files[0].size + _OVERHEAD


@dataclass(frozen=True, slots=True)
class Known:
    """A document, or a file that was refused, as the index of a snapshot remembers it."""

    doc_id: str | None
    sources: tuple[str, ...]
    outcome: str


@dataclass(slots=True)
class Inventory:
    """All that lies in the raw folder now. Paths below it are known; only hashes and sizes are kept, no bytes."""

    items: list[Item] = field(default_factory=list)
    refused: list[tuple[str, Refusal]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    orphans: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.items or self.refused or self.skipped)


@dataclass(slots=True)
class Plan:
    """``todo`` is to be read; ``kept`` is published already; ``dropped`` are ids whose rows are to go."""

    todo: list[Item]
    kept: list[Known]
    dropped: list[Known]
    new: int = 0
    changed: int = 0
    stale: int = 0
    removed: int = 0


def take_inventory(raw: str, *, follow_links: bool, max_bytes: int) -> Inventory:
    """Lists the raw folder and reads every file once, to know it by its hash.

    Raises:
        OSError: there is no such folder.
    """
    listing = discover(raw, follow_links=follow_links)
    refused = list(listing.refused)
    same: defaultdict[str, list[FoundFile]] = defaultdict(list)
    for found in listing.files:
        try:
            same[document_id(load(found, max_bytes=max_bytes))].append(found)
        except Refusal as refusal:
            refused.append((found.source, refusal))
    items = [Item(doc_id, tuple(files)) for doc_id, files in same.items()]
    items.sort(key=lambda item: (shard_of(item.sources[0]), item.sources[0].encode()))
    return Inventory(items, sorted(refused, key=lambda entry: entry[0]), listing.skipped, listing.orphans)


def make_plan(inventory: Inventory, known: Sequence[Known], *, same_version: bool) -> Plan:
    """Compares what lies there with what is published. Other code or rules make everything stale."""
    published = {(entry.doc_id, entry.sources): entry for entry in known if entry.doc_id}
    wanted = {(item.doc_id, item.sources) for item in inventory.items}
    kept = [entry for key, entry in published.items() if key in wanted] if same_version else []
    done = {(entry.doc_id, entry.sources) for entry in kept}
    todo = [item for item in inventory.items if (item.doc_id, item.sources) not in done]
    dropped = [entry for key, entry in published.items() if key not in done]
    plan = Plan(todo, kept, dropped)
    _count(plan, inventory, known, same_version)
    return plan


def _count(plan: Plan, inventory: Inventory, known: Sequence[Known], same_version: bool) -> None:
    before = {source: entry.doc_id for entry in known if entry.doc_id for source in entry.sources}
    now = {source for item in inventory.items for source in item.sources} | {source for source, _ in inventory.refused}
    for item in plan.todo:
        old = [before.get(source) for source in item.sources]
        plan.stale += item.doc_id in old and not same_version
        plan.changed += any(old) and item.doc_id not in old
        plan.new += not any(old)
    plan.removed = len(before.keys() - now)


def refuse_shrinking(plan: Plan, known: Sequence[Known], raw: str) -> None:
    """Stops a run that would empty the dataset because a folder was not mounted.

    Raises:
        RefusedError: more than a fifth of what is published left the raw folder.
    """
    before = sum(len(entry.sources) for entry in known if entry.doc_id)
    if plan.removed > SHRINK * before:
        raise RefusedError(
            f"{plan.removed} of the {before} documents published are gone from {raw}; is it mounted? "
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


def by_reason(refused: Iterable[tuple[str, Refusal]]) -> Mapping[str, int]:
    """How many files were refused, by reason."""
    return Counter(refusal.reason for _, refusal in refused)
