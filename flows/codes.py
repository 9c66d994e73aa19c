"""What the codes in columns of ``figures`` mean, in words."""

from __future__ import annotations

#: in ``entity_from``
ENTITY = {
    "stated": "the sentence says so",
    "subject": "the document is about it",
    "masthead": "the masthead names it",
    "none": "nothing in the text says so",
}
#: in ``period_from``
PERIOD = {
    "stated": "the sentence says so",
    "inherited": "an earlier sentence of the paragraph says so",
    "scope": "the title, heading, table header or first sentence sets it",
    "dateline": "the date of the page dates the expression",
    "none": "nothing in the text says so",
}
#: in both
SOURCES = ENTITY | PERIOD
