"""Cue words: the verbs, comparatives and phrases that say what a number does in its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from extractors.lexicon import Row, load

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab


@cache
def rows() -> dict[str, Row]:
    """The rows of ``rules/cues.toml`` by id."""
    columns = {"label": str, "phrases": list}
    return {row.id: row for row in load("cues", columns, {"direction": str, "value": str})}


_MATCHERS: dict[int, PhraseMatcher] = {}


def _matcher(vocab: Vocab) -> PhraseMatcher:
    matcher = _MATCHERS.get(id(vocab))
    if matcher is None:
        from spacy.lang.en import English
        from spacy.matcher import PhraseMatcher

        tokenizer = English(vocab=vocab).tokenizer
        matcher = PhraseMatcher(vocab, attr="LOWER")
        for row in rows().values():
            matcher.add(row.id, [tokenizer(phrase) for phrase in row["phrases"]])
        _MATCHERS[id(vocab)] = matcher
    return matcher


class Cue(NamedTuple):
    """A cue in a doc: the characters it spans and its row."""

    start: int
    end: int
    row: Row


def find_cues(doc: Doc, offsets: Sequence[Sequence[int]] | None = None) -> list[Cue]:
    """The cues of a doc in order, longest first where they overlap.

    ``offsets`` are the (start, length) of its tokens, where the caller has them already (:func:`token_offsets`).
    """
    matches = _matcher(doc.vocab)(doc)
    if not matches:
        return []
    offsets = token_offsets(doc) if offsets is None else offsets
    by_id = rows()
    kept: list[tuple[int, int, int]] = []
    taken: set[int] = set()
    for rule, first, last in sorted(matches, key=lambda m: (m[1] - m[2], m[1])):
        if taken.isdisjoint(range(first, last)):
            taken.update(range(first, last))
            kept.append((first, last, rule))
    strings = doc.vocab.strings
    return [
        Cue(offsets[first][0], offsets[last - 1][0] + offsets[last - 1][1], by_id[strings[rule]])
        for first, last, rule in sorted(kept)
    ]


def token_offsets(doc: Doc) -> list[list[int]]:
    """The (start, length) of every token, in characters: as one array, since looking at each token costs far more."""
    return doc.to_array(["IDX", "LENGTH"]).tolist()  # type: ignore[no-any-return]
