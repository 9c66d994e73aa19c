"""The table ``figures``: a row a mention of a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa

from extractors import model
from extractors.model import Extraction
from schemas.keys import figure_ids
from schemas.records import figure_record, raw_quotes
from schemas.row_checks import HARD
from schemas.table import (
    DAY,
    INTEGER,
    NUMBER,
    TEXT,
    TEXTS,
    Table,
    at_least,
    check,
    column,
    is_hash,
    matches,
    one_of,
)
from schemas.vocabulary import by_distinct, kind_of_unit, kinds

_ID = is_hash(24)
_DECIMAL = matches(r"-?\d+(\.\d+)?", "is a decimal number written out")


SCHEMA = pandera.DataFrameSchema(
    {
        "figure_id": column(
            TEXT,
            "Id of the figure: a hash of source, raw quote and which of the equal quotes it is. It survives edits "
            "elsewhere in the document.",
            example="0b7f5c1de2a94f3c8a6d1e20",
            checks=[_ID],
        ),
        "doc_id": column(
            TEXT,
            "The document: a hash of the file's bytes, its reader and its sidecar. Joins documents and edits.",
            example="5d0c6ab4f1e39c7d82b6a410",
            checks=[_ID],
        ),
        "source": column(
            TEXT,
            "Path of the document below the raw folder; of several identical files the first in byte order.",
            example="city/2021-report.txt",
        ),
        "quote": column(
            TEXT,
            "The figure as written in the clean text: bound words, currency sign, number, scale and unit; for counted "
            "things up to the head noun.",
            example="more than 8.5 billion yuan",
        ),
        "sentence": column(
            TEXT,
            "The sentence or table row of the clean text that holds the figure. Null in editions without texts.",
            example="The city has cumulatively invested more than 8.5 billion yuan.",
            nullable=True,
        ),
        "start": column(
            INTEGER, "Start of the quote in documents.clean_text.", example=812, checks=[at_least(0)], unit="characters"
        ),
        "end": column(
            INTEGER, "End of the quote there (half-open).", example=838, checks=[at_least(1)], unit="characters"
        ),
        "raw_start": column(
            INTEGER, "Start of the quote in documents.text.", example=815, checks=[at_least(0)], unit="characters"
        ),
        "raw_end": column(
            INTEGER, "End of the quote there (half-open).", example=841, checks=[at_least(1)], unit="characters"
        ),
        "value": column(
            NUMBER,
            "The number with scale words multiplied out and no unit converted; negative for a fall. Null for ranges "
            "and vague numbers.",
            example=8500000000.0,
            nullable=True,
            unit="the row's unit",
        ),
        "value_text": column(
            TEXT, "The value as an exact decimal.", example="8500000000", checks=[_DECIMAL], nullable=True
        ),
        "low": column(
            NUMBER,
            "Lower end of a range, or of a bound such as more than. Null when there is none.",
            example=8500000000.0,
            nullable=True,
            unit="the row's unit",
        ),
        "high": column(
            NUMBER,
            "Upper end of a range, or of a bound such as less than. Null when there is none.",
            example=None,
            nullable=True,
            unit="the row's unit",
        ),
        "unit": column(
            TEXT,
            "Unit of value, low and high: an ISO 4217 currency, percent, percentage_point, multiple, rank, index, "
            "count:<noun>, 1, or the usual symbol; ratios with a slash. See the table units.",
            example="CNY",
            checks=[
                check(
                    lambda values: by_distinct(values, lambda unit: kind_of_unit(unit) is not None),
                    "known_unit",
                    "is a unit of the table units, count:<noun>, or a ratio of such",
                )
            ],
        ),
        "unit_kind": column(
            TEXT,
            "Family of the unit: money, share, length, area … See the table units.",
            example="currency",
            checks=[one_of(*kinds())],
        ),
        "bound": column(
            TEXT,
            "How exact the figure claims to be.",
            example="more_than",
            checks=[one_of(*get_args(model.Bound))],
        ),
        "kind": column(
            TEXT,
            "What the number says of the indicator: its level, a change, a growth rate, a share, a multiple, a rank or "
            "a count.",
            example="level",
            checks=[one_of(*get_args(model.Kind))],
        ),
        "direction": column(
            TEXT,
            "up or down, for changes, growth and verbs of change.",
            example=None,
            checks=[one_of(*get_args(model.Direction))],
            nullable=True,
        ),
        "status": column(
            TEXT,
            "actual (also estimates) or projected (targets, plans, forecasts).",
            example="actual",
            checks=[one_of(*get_args(model.Status))],
        ),
        "indicator": column(
            TEXT, "What is measured, in the words of the text.", example="cumulative investment in Talent Island"
        ),
        "indicator_key": column(
            TEXT,
            "The indicator under one name for its synonyms: GDP and gross domestic product are both gdp.",
            example="investment",
        ),
        "entity": column(
            TEXT, "The place, organisation or facility that owns the figure.", example="Jiangmen", nullable=True
        ),
        "entity_from": column(
            TEXT,
            "Where the entity was found: stated beside the figure, subject of the document, its masthead, or none.",
            example="subject",
            checks=[one_of(*get_args(model.EntityFrom))],
        ),
        "period_start": column(
            DAY,
            "First day the figure holds for; null when the text does not date it.",
            example="2016-01-01",
            nullable=True,
        ),
        "period_end": column(
            DAY, "Last day the figure holds for; for stocks the day itself.", example="2020-12-31", nullable=True
        ),
        "period_from": column(
            TEXT,
            "Where the period was found: stated, inherited from the paragraph or header, scope of the document, its "
            "date line, or none.",
            example="scope",
            checks=[one_of(*get_args(model.PeriodFrom))],
        ),
        "basis": column(
            TEXT,
            "What a change, share, multiple or rank refers to: year_on_year, quarter_on_quarter, month_on_month, "
            "average_annual, a period or a phrase.",
            example=None,
            nullable=True,
        ),
        "rule": column(TEXT, "Id of the pattern that read the figure.", example="level.verb"),
        "repaired": column(
            TEXTS, "Ids of the fixes that changed something inside the quote.", example=["hyphen.space"]
        ),
        "flags": column(
            TEXTS,
            "What is odd about the row, though it may be true: ids of the soft checks, and doubts of the extraction.",
            example=[],
        ),
    },
    checks=HARD,
    strict=True,
    ordered=True,
)

FIGURES = Table(
    "figures",
    "one mention of a figure in a text",
    SCHEMA,
    order=("source", "start", "end", "figure_id"),
    start=("indicator", "entity", "period_end", "value", "unit", "bound", "kind", "quote", "source"),
)


def rows(extraction: Extraction) -> Iterator[dict[str, Any]]:
    """The rows of one document."""
    document = extraction.document
    ids = figure_ids(document.source, raw_quotes(extraction))
    for figure_id, figure in zip(ids, extraction.figures, strict=True):
        record = figure_record(figure)
        for name in ("value", "low", "high"):
            record[name] = None if record[name] is None else float(record[name])
        record |= {"figure_id": figure_id, "doc_id": document.doc_id, "source": document.source}
        yield record


def add_flags(rows: pa.Table, flags: Mapping[str, pd.Series]) -> pa.Table:
    """The rows with the ids of soft checks appended to ``flags`` where their mask is true."""
    added: dict[int, list[str]] = defaultdict(list)
    for name, mask in flags.items():
        for position in mask.to_numpy(dtype=bool, na_value=False).nonzero()[0].tolist():
            added[position].append(name)
    before = rows["flags"].combine_chunks()
    flagged = pa.array([before[position].as_py() + names for position, names in added.items()], TEXTS)
    places = list(range(len(before)))
    for place, position in enumerate(added, len(before)):
        places[position] = place
    after = pa.concat_arrays([before, flagged]).take(pa.array(places, pa.int64()))
    return rows.set_column(rows.schema.get_field_index("flags"), rows.schema.field("flags"), after)
