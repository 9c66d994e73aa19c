"""Cue words: the verbs, comparatives and phrases that say what a number does in its sentence."""

from __future__ import annotations

from functools import cache

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from spacy.vocab import Vocab

from extractors.lexicon import Row, load


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

        tokenizer = English(vocab=vocab).tokenizer
        matcher = _MATCHERS[id(vocab)] = PhraseMatcher(vocab, attr="LOWER")
        for row in rows().values():
            matcher.add(row.id, [tokenizer(phrase) for phrase in row["phrases"]])
    return matcher


def find_cues(doc: Doc) -> list[Span]:
    """The cues of a doc, longest first where they overlap, in order; ``span.label_`` is the id of the row."""
    return sorted(filter_spans(_matcher(doc.vocab)(doc, as_spans=True)), key=lambda span: span.start)
