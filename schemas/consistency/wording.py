"""What a sentence says between its figures: by it a list is complete, a part is one `of which`, a ratio is `a:b:c`."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.consistency.mentions import Mention


def between(before: Mention, after: Mention) -> str | None:
    """The words between two figures of one sentence; None where the sentence does not hold them so far apart.

    >>> from schemas.consistency.trying import mentions_in
    >>> whole, part = mentions_in("In 2020, it had 64 schools, of which 12 schools were new.")
    >>> between(whole, part)
    ', of which '
    """
    start = _start(before, after)
    return None if start is None else before.sentence[start + len(before.quote) : start + after.place - before.place]


def ahead(first: Mention, others: Sequence[Mention]) -> str:
    """The words of the sentence in front of a figure; the others show which of two equal quotes it is."""
    start = _start(first, others[0]) if others else first.sentence.find(first.quote)
    return first.sentence[: max(start or 0, 0)]


def behind(each: Mention, following: Mention | None) -> str:
    """The words from a figure to the next one, or to the end of the sentence."""
    if following is not None:
        return between(each, following) or ""
    return each.sentence[each.sentence.rfind(each.quote) + len(each.quote) :]


def _start(before: Mention, after: Mention) -> int | None:
    """Where the sentence has the first of two quotes: where the second stands as far behind as in the document."""
    apart = after.place - before.place
    place = before.sentence.find(before.quote)
    while place >= 0:
        if before.sentence.startswith(after.quote, place + apart):
            return place
        place = before.sentence.find(before.quote, place + 1)
    return None
