"""The ids of rows and the place of rows: hashes of what they say, so that they survive edits elsewhere."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

#: into how many shards each document-level table is split; recorded in every manifest, and never to change lightly
SHARDS = 64


def shard_of(source: str, shards: int = SHARDS) -> int:
    """The shard that holds a document's rows.

    >>> shard_of("a.txt"), shard_of("b.txt")
    (9, 29)
    """
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:4]) % shards


def figure_ids(source: str, raw_quotes: Iterable[str]) -> Iterator[str]:
    """The ids of a document's figures, from the raw form of their quotes in text order.

    The second figure with the same quote has another id than the first, and an edit elsewhere changes neither.

    >>> first, _, again = figure_ids("a.txt", ["5%", "7%", "5%"])
    >>> first != again, first == next(figure_ids("a.txt", ["5%"]))
    (True, True)
    """
    seen: Counter[str] = Counter()
    for quote in raw_quotes:
        parts = (source, quote, str(seen[quote]))
        seen[quote] += 1
        yield hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
