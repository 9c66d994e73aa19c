"""Raw text to the text its author meant, every repair an edit on raw offsets.

``clean`` is all that other packages need; ``FIXES`` is the one place where fixes are listed, in their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractors.cleaning import encoding, furniture, joints, lines, numbers, spacing, words
from extractors.cleaning.engine import Draft, Fix, Proposal
from extractors.model import CleanText, Doubt, LayoutSpan

__all__ = ["FIXES", "Fix", "Proposal", "clean", "warm_up"]

FIXES: tuple[Fix, ...] = (
    Fix("encoding.newline", encoding.newlines),
    Fix("encoding.entity", encoding.entities),
    Fix("encoding.gbk", encoding.gbk_mojibake),
    Fix("encoding.utf8", encoding.utf8_mojibake),
    Fix("encoding.utf8", encoding.utf8_mojibake),  # some text was misread twice
    Fix("encoding.invisible", encoding.invisible),
    Fix("encoding.space", encoding.odd_spaces),
    Fix("encoding.full_width", encoding.full_width),
    Fix("encoding.full_stop", encoding.full_stop),
    Fix("spacing.run", spacing.runs),
    Fix("boilerplate", furniture.boilerplate, reads_layout=True),
    Fix("spacing.scale_unit", spacing.scale_units),
    Fix("number.decimal", numbers.broken_decimals),
    Fix("number.point", numbers.spaced_points),
    Fix("layout.line", lines.line_breaks, reads_layout=True),
    Fix("number.letter", numbers.letters_in_numbers),
    Fix("number.group", numbers.spaced_groups),
    Fix("number.group", numbers.broken_groups),
    Fix("number.split", numbers.split_percents),
    Fix("number.ratio", numbers.spaced_ratios),
    Fix("number.percent", numbers.percent_signs),
    Fix("spacing.year_range", spacing.year_ranges),
    Fix("spacing.hyphen", spacing.hyphens),
    Fix("spacing.hyphen", spacing.before_hyphens),
    Fix("spacing.before_mark", spacing.before_punctuation),
    Fix("spacing.moved_mark", spacing.moved_marks),
    Fix("spacing.after_mark", spacing.after_punctuation),
    Fix("spacing.quote", spacing.straight_quotes),
    Fix("spacing.quote", spacing.curly_quotes),
    Fix("spacing.bracket", spacing.glued_brackets),
    Fix("spacing.genitive", spacing.split_genitives),
    Fix("spacing.genitive", spacing.glued_genitives),
    Fix("spacing.word_number", spacing.words_before_numbers),
    Fix("spacing.number_unit", spacing.number_units),
    Fix("spacing.unit_word", spacing.words_after_units),
    Fix("word.hyphen", words.hyphen_remains),
    Fix("word.joint", joints.joints),
    Fix("word.shown", words.shown_wholes),
    Fix("word.gap", words.word_gaps),
)


def clean(text: str, layout: Sequence[LayoutSpan] = ()) -> CleanText:
    """The text its author meant, with its edits, typed blocks, boilerplate and doubts.

    >>> result = clean("the high- speed railway,worth 12. 6 billionyuan")
    >>> result.text
    'the high-speed railway, worth 12.6 billion yuan'
    >>> [(edit.raw_start, edit.replacement, edit.rule) for edit in result.edits][:2]
    [(9, '', 'spacing.hyphen'), (24, ' ', 'spacing.after_mark')]
    """
    draft = Draft(text)
    draft.run(FIXES, layout)
    return CleanText(
        raw=text,
        text=draft.text,
        edits=draft.edits(),
        blocks=lines.blocks(draft.text, draft.moved(layout)),
        boilerplate=tuple(sorted(draft.removed, key=lambda line: line.raw_start)),
        doubts=tuple(_doubts(draft)),
        clean_starts=draft.clean_starts(),
    )


def warm_up() -> None:
    """Loads the tables and word frequencies now, which the first text that needs them would wait for."""
    clean("thecity hasa high- speed rail, 12. 6 billionyuan\nof it")


def _doubts(draft: Draft) -> Iterator[Doubt]:
    """What looks like a damaged number and was kept; columns of a table are not damaged."""
    for start, end in numbers.doubtful(draft.text):
        if not lines.in_table_row(draft.text, start):
            yield Doubt(*draft.raw_span(start, end), draft.text[start:end], "number.unclear")
