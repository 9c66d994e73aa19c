"""From a document to its figures: clean, find what can hold a figure, read it with spaCy, and look across sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from spacy.attrs import LOWER  # type: ignore[import-not-found]
from spacy.lang.en import English
from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from extractors.clauses import Sentence, parse
from extractors.cleaning import clean as clean_text
from extractors.cleaning import warm_up as warm_up_cleaning
from extractors.discourse import Dated, Read, adopt_headlines, date_periods, label_items
from extractors.drafts import Draft, Memory
from extractors.entities import Names, find_names, same_entity
from extractors.figures import assemble
from extractors.indicators import indicator_key
from extractors.model import Block, CleanText, Document, EntityFrom, Extraction, Figure, NotFigure, Why
from extractors.owners import topic_of
from extractors.periods import find_periods
from extractors.quantities import read_text
from extractors.sentences import may_hold_figure, sentences
from extractors.tables import Table, drafts_of, find_tables, read_profile, rows_of, whole_of_profile


@cache
def build() -> Language:
    """The pipeline: spaCy's blank English; no trained model is needed or downloaded.

    Of a new word only what the matchers ask for is worked out: its small letters. The rest costs a third of tokenising.
    """
    nlp = English(create_tokenizer=_tokenizer)
    getters = nlp.vocab.lex_attr_getters  # type: ignore[attr-defined]
    for attribute in set(getters) - {LOWER}:
        del getters[attribute]
    return nlp


#: What spaCy's rules leave whole: most words that are new to its cache, each of which it would try four patterns on.
_WHOLE = re.compile(r"[A-Za-z]+|[0-9]+(?:[.,][0-9]+)*").fullmatch
#: How many different words are kept with their parts; a text of many numbers has filled spaCy's 10,000 in a moment.
_KEPT = 100_000


def _tokenizer(nlp: Language) -> Tokenizer:
    """spaCy's tokeniser for English; only words that may have parts are tried on its patterns.

    >>> [token.text for token in build()("It's 5.2% (or $4-5) at www.example.org.")]
    ['It', "'s", '5.2', '%', '(', 'or', '$', '4', '-', '5', ')', 'at', 'www.example.org', '.']
    """
    rules: Any = nlp.Defaults
    prefix, suffix = compile_prefix_regex(rules.prefixes).search, compile_suffix_regex(rules.suffixes).search
    infixes, url = compile_infix_regex(rules.infixes).finditer, rules.url_match
    return Tokenizer(
        nlp.vocab,
        rules.tokenizer_exceptions,
        prefix_search=lambda word: None if _WHOLE(word) else prefix(word),
        suffix_search=lambda word: None if _WHOLE(word) else suffix(word),
        infix_finditer=lambda word: () if _WHOLE(word) else infixes(word),
        url_match=lambda word: url(word) if "." in word else None,
        max_cache_size=_KEPT,
    )


def extract(document: Document) -> Extraction:
    """The clean text of a document, its figures, and its numerals that are no figures.

    >>> result = extract(Document("demo", "In 2020, the city's GDP reached 320.1 billion yuan, up 5.9 % year on year."))
    >>> [(f.indicator, str(f.value), f.unit, f.kind, str(f.period_end)) for f in result.figures]
    [('GDP', '320100000000.0', 'CNY', 'level', '2020-12-31'), ('GDP', '5.9', 'percent', 'growth_rate', '2020-12-31')]
    """
    clean = clean_text(document.text, document.layout)
    if not may_hold_figure(clean.text) and not _opens_document(len(clean.blocks)):
        return Extraction(document, clean, (), ())
    reads: list[Read] = []
    not_figures: list[NotFigure] = []
    memory, names = Memory(), find_names(clean, document.title)
    tables = dict(rows_of(find_tables(clean)))
    for number, block in enumerate(clean.blocks):
        if number in tables:
            read, others = _read_row(clean, number, block, tables[number])
            reads.append(read)
            not_figures.extend(others)
            continue
        for read, others in _read_block(clean, number, block, memory, names):
            reads.append(read)
            not_figures.extend(others)
    figures = tuple(_figures(reads, document, clean, names)) if reads else ()
    return Extraction(document, clean, figures, tuple(not_figures))


def warm_up() -> None:
    """Builds the pipeline and loads the tables now, which the first text would wait for."""
    warm_up_cleaning()
    extract(Document("", "In 2020, the GDP of Lanhe City was about 3.5 billion yuan, up 5.9%, with 12 schools."))


def _read_block(
    clean: CleanText, number: int, block: Block, memory: Memory, names: Names
) -> Iterator[tuple[Read, list[NotFigure]]]:
    if block.kind == "heading" and not may_hold_figure(clean.text[block.start : block.end]):
        yield _plain_heading(clean.text, number, block), []
        return
    if not may_hold_figure(clean.text[block.start : block.end]) and not _opens_document(number):
        return
    opens = True
    if block.kind in ("list_item", "heading") and (whole := whole_of_profile(clean.text[block.start : block.end])):
        memory.whole = whole
    if _may_be_profile(clean.text, block) and (profile := read_profile(clean.text, block)):
        if memory.whole and profile.unit == "percent" and profile.kind == "level":
            profile.kind, profile.basis = "share", memory.whole
        else:
            memory.whole = ""
        yield (
            Read(
                Sentence(clean.text[block.start : block.end], [], [], []),
                [profile],
                block.start,
                number,
                "list_item",
                True,
            ),
            [],
        )
        return
    for start, end in sentences(clean.text, block.start, block.end):
        if may_hold_figure(clean.text[start:end]) or (opens and _opens_document(number)):
            yield _read_sentence(clean.text, start, end, number, block, opens, memory, names)
        opens = False


def _may_be_profile(text: str, block: Block) -> bool:
    """Whether a line may be ``Land Area: 5,871 km2``: an item of a list, or what has a colon where a heading stands."""
    return block.kind == "list_item" or (block.kind == "heading" and ": " in text[block.start : block.end])


def _read_row(clean: CleanText, number: int, block: Block, table: Table) -> tuple[Read, list[NotFigure]]:
    """A table's row: its cells are figures, every other numeral of it (years, units) only defines."""
    text = clean.text[block.start : block.end]
    drafts = drafts_of(table, number)
    for draft in drafts:
        quantity = draft.quantity
        draft.quantity = replace(
            quantity,
            start=quantity.start - block.start,
            end=quantity.end - block.start,
            numeral_start=quantity.numeral_start - block.start,
            numeral_end=quantity.numeral_end - block.start,
        )
    taken = [(d.quantity.start, d.quantity.end) for d in drafts]
    others = [m for m in re.finditer(r"\d[\d,.]*", text) if not any(a < m.end() and m.start() < b for a, b in taken)]
    return Read(Sentence(text, [], [], []), drafts, block.start, number, block.kind, True), [
        NotFigure(block.start + m.start(), block.start + m.end(), m[0], _why_in_table(m[0]), "table.header")
        for m in others
    ]


def _why_in_table(numeral: str) -> Why:
    return "period" if re.fullmatch(r"(?:19|20)\d\d", numeral) else "definition"


def _plain_heading(text: str, number: int, block: Block) -> Read:
    """A heading without a number begins a section; nothing in it has to be read by spaCy."""
    heading = text[block.start : block.end]
    return Read(Sentence(heading, [], find_periods(heading), []), [], block.start, number, block.kind, True)


def _opens_document(number: int) -> bool:
    """The first blocks are read whatever they hold: title and first sentence may set the scope."""
    return number < 3


def _read_sentence(
    text: str, start: int, end: int, number: int, block: Block, opens: bool, memory: Memory, names: Names
) -> tuple[Read, list[NotFigure]]:
    words = _LIST_MARK.sub(lambda mark: " " * len(mark[0]), text[start:end])
    periods = find_periods(words)
    quantities, others = read_text(words, periods)
    if quantities or periods:
        sentence = parse(build().make_doc(words), words, quantities, periods, names.words)
    else:
        sentence = Sentence(words, [], [], [])
    if memory.block != number:
        memory.block, memory.topic, memory.union = number, None, None
    if quantities:
        drafts = assemble(sentence, memory)
    else:
        drafts, memory.topic = [], topic_of(sentence, memory.topic)
    return Read(sentence, drafts, start, number, block.kind, opens), [_moved(other, start) for other in others]


#: The mark of a list item, which is no minus: ``- 12% growth in exports``; it is one before a number alone.
_LIST_MARK = re.compile(r"^[-–—•*]\s+(?=\S)(?![\d.,]+(?:\s*[a-zA-Z%]+)?$)")


def _moved(other: NotFigure, offset: int) -> NotFigure:
    return NotFigure(other.start + offset, other.end + offset, other.quote, other.why, other.rule)


def _figures(reads: list[Read], document: Document, clean: CleanText, names: Names) -> Iterator[Figure]:
    adopt_headlines(reads)
    label_items(reads)
    for read, periods in zip(reads, date_periods(reads, document, clean), strict=True):
        for draft, dated in zip(read.drafts, periods, strict=True):
            yield _figure(draft, dated, read, names, clean)


def _figure(draft: Draft, dated: Dated, read: Read, names: Names, clean: CleanText) -> Figure:
    quantity = draft.quantity
    start, end = read.offset + quantity.start, read.offset + quantity.end
    raw_start, raw_end = clean.to_raw(start, end)
    entity, entity_from = _entity(draft, names, start)
    is_owned = draft.entity is not None or names.owner(draft.indicator) in (None, names.subject)
    indicator = _without_owner(draft.indicator, entity) if is_owned else draft.indicator
    return Figure(
        quote=clean.text[start:end],
        sentence=read.sentence.text,
        start=start,
        end=end,
        raw_start=raw_start,
        raw_end=raw_end,
        value=quantity.value,
        low=quantity.low,
        high=quantity.high,
        unit=draft.unit,
        unit_kind=draft.unit_kind,
        bound=quantity.bound,
        kind=draft.kind,
        direction=draft.direction,
        status=draft.status,
        indicator=indicator,
        indicator_key=indicator_key(indicator),
        entity=entity,
        entity_from=entity_from,
        period_start=dated.first,
        period_end=dated.last,
        period_from=dated.source,
        basis=draft.basis,
        rule=draft.rule,
        repaired=clean.repairs(raw_start, raw_end),
        flags=(*quantity.flags, *draft.flags),
    )


def _without_owner(indicator: str, entity: str | None) -> str:
    """``GDP of Jiangmen`` is the GDP, of the entity Jiangmen."""
    if entity is None:
        return indicator
    for tail in (f" of {entity}", f" of the {entity}", f" in {entity}"):
        if indicator.endswith(tail):
            return indicator.removesuffix(tail)
    # ``GDP of Jiangmen at current prices``; a small letter, for ``of Jiangmen Port`` is another's
    return (
        re.sub(rf" (?:of|in) (?:the )?{re.escape(entity)}(?= [a-z])", "", indicator)
        if entity in indicator
        else indicator
    )


def _entity(draft: Draft, names: Names, offset: int) -> tuple[str | None, EntityFrom]:
    """The owner that the sentence names, the zone that ``the zone`` stands for, else the document's subject."""
    named = (
        draft.entity or (names.last_with(draft.noun, offset) if draft.noun else None) or names.owner(draft.indicator)
    )
    if named is None:
        return names.subject, names.found
    if names.subject and (same_entity(named, names.subject) or names.is_subject(named) or named == names.short):
        return names.subject, "stated"
    return named, "stated"


@Language.factory("numerate_figures")
def create_figures(nlp: Language, name: str) -> FigureTagger:
    """A spaCy component that puts the figures of a doc into ``doc.spans["numerate_figures"]``, labelled by kind."""
    return FigureTagger()


class FigureTagger:
    """Sets ``doc.spans["numerate_figures"]``; every span's label is the kind of its figure.

    The doc's text is read as it is: what is damaged should be cleaned before (``extractors.cleaning.clean``).
    """

    def __call__(self, doc: Doc) -> Doc:
        figures = extract(Document("doc", doc.text)).figures
        spans = (doc.char_span(f.raw_start, f.raw_end, label=f.kind, alignment_mode="expand") for f in figures)
        doc.spans["numerate_figures"] = [span for span in spans if span is not None]
        return doc
