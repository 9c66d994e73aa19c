"""A published table: a strict Pandera schema, from which its Arrow schema and its documentation are derived."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
from pandera.errors import SchemaErrors

TEXT = pa.string()
INTEGER = pa.int64()
NUMBER = pa.float64()
DAY = pa.date32()
TEXTS = pa.list_(pa.string())
#: rows made columns together: of many more each would have left the processor's cache before its next column is taken
_AT_ONCE = 200


class SchemaError(ValueError):
    """The frame as a whole is not of this table: columns are missing, unknown or of another type."""

    in_own_words = True


class Failure(NamedTuple):
    """What is wrong with one row: the ids of the checks it failed, and in words what must hold."""

    position: int
    checks: tuple[str, ...]
    message: str


def column(
    arrow: pa.DataType,
    description: str,
    *,
    example: object,
    checks: Sequence[pandera.Check] = (),
    nullable: bool = False,
    unit: str | None = None,
) -> pandera.Column:
    """A column of a table. ``example`` is a value as the column holds it, ``unit`` what its numbers count."""
    return pandera.Column(
        pd.ArrowDtype(arrow),
        list(checks),
        nullable=nullable,
        description=description,
        metadata={"arrow": arrow, "example": example, "unit": unit},
    )


def check(test: Any, name: str, sentence: str) -> pandera.Check:
    """A Pandera check with an id, and a sentence that says what must hold; missing values pass."""
    return pandera.Check(test, name=name, error=name, description=sentence, ignore_na=True)


def one_of(*allowed: str) -> pandera.Check:
    """The value is one of a closed vocabulary."""
    return check(lambda values: values.isin(allowed), "vocabulary", f"is one of {', '.join(allowed)}")


def matches(pattern: str, sentence: str) -> pandera.Check:
    """The whole text matches a regular expression. Each distinct value is matched once: columns repeat themselves."""

    def fits(values: pd.Series) -> pd.Series:
        distinct = pd.Series(values.unique(), dtype=values.dtype)
        return ~values.isin(distinct[~distinct.str.fullmatch(pattern).fillna(True)])

    return check(fits, "form", sentence)


def is_hash(digits: int) -> pandera.Check:
    """The text is a hash of so many digits; ten times as fast as the regular expression for it."""
    return check(
        lambda values: (values.str.len() == digits) & values.str.isalnum() & values.str.isascii(),
        "form",
        f"is a hash of {digits} hexadecimal digits",
    )


def at_least(least: float) -> pandera.Check:
    """The number is not smaller."""
    return check(lambda values: values >= least, "at_least", f"is at least {least:g}")


@dataclass(frozen=True)
class Table:
    """A table's name, what one row of it is, its schema, the columns it is sorted by, and those to start with.

    ``sharded`` tables are split by a hash of their document's source; the others are one file.
    """

    name: str
    row: str
    schema: pandera.DataFrameSchema
    order: tuple[str, ...]
    start: tuple[str, ...]
    sharded: bool = True

    def __post_init__(self) -> None:
        if unknown := {*self.order, *self.start} - set(self.columns):
            raise ValueError(f"the table {self.name!r} has no column {sorted(unknown)[0]!r}")

    @property
    def columns(self) -> list[str]:
        return list(self.schema.columns)

    @cached_property
    def arrow(self) -> pa.Schema:
        """The Arrow schema; each field carries description, example and unit as metadata."""
        fields = [_field(name, spec) for name, spec in self.schema.columns.items()]
        return pa.schema(fields, metadata={"table": self.name, "row": self.row})

    def arrow_table(self, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
        """Rows as an Arrow table of exactly this schema; none give an empty table.

        Raises:
            SchemaError: a value is of another type than its column.
        """
        columns: dict[str, list[Any]] = {name: [] for name in self.columns}
        picked = map(itemgetter(*self.columns), rows)
        try:
            while some := list(islice(picked, _AT_ONCE)):
                for column, values in zip(columns.values(), zip(*some, strict=True), strict=True):
                    column.extend(values)
        except KeyError as error:
            raise SchemaError(f"the column {error} is missing in a row of the table {self.name!r}") from error
        return self.of_columns(columns)

    def of_columns(self, columns: Mapping[str, Sequence[Any]]) -> pa.Table:
        """The values of each column as an Arrow table of exactly this schema.

        Raises:
            SchemaError: a value is of another type than its column.
        """
        return pa.table([self._array(name, columns[name]) for name in self.columns], schema=self.arrow)

    def _array(self, name: str, values: Sequence[Any]) -> pa.Array:
        arrow = self.arrow.field(name).type
        try:
            _refuse_coercion(values, arrow)
            return pa.array(values, arrow)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise SchemaError(  # without the error's words, which quote the value
                f"the column {name!r} of a row does not fit the table {self.name!r}: {type(error).__name__}"
            ) from None

    def frame(self, table: pa.Table) -> pd.DataFrame:
        """An Arrow table as the pandas frame the schema checks: Arrow types throughout."""
        frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
        return frame

    def to_arrow(self, frame: pd.DataFrame) -> pa.Table:
        """A checked frame as Arrow, with this table's metadata and none of pandas'."""
        return pa.Table.from_pandas(
            frame[self.columns], schema=self.arrow, preserve_index=False
        ).replace_schema_metadata(self.arrow.metadata)

    def failures(self, frame: pd.DataFrame) -> list[Failure]:
        """What is wrong with the rows of a frame, by position. The index of the frame is not looked at.

        Raises:
            SchemaError: columns are missing, unknown, in another order or of another type.
        """
        numbered = frame.reset_index(drop=True)
        try:
            self.schema.validate(numbered, lazy=True)
        except SchemaErrors as errors:
            return _by_row(errors.failure_cases, self.name, self._sentences)
        return []

    @cached_property
    def _sentences(self) -> dict[tuple[str, str], str]:
        of_columns = {
            (name, str(check.name)): f"{name} {check.description}"
            for name, spec in self.schema.columns.items()
            for check in spec.checks
        }
        return of_columns | {("", str(check.name)): str(check.description) for check in self.schema.checks}


def _refuse_coercion(values: Sequence[Any], arrow: pa.DataType) -> None:
    """Arrow cuts 35.5 to 35 and takes a text for a list of its characters without a word."""
    allowed = {int} if pa.types.is_integer(arrow) else {list, tuple} if pa.types.is_list(arrow) else None
    if allowed and (wrong := set(map(type, values)) - allowed - {type(None)}):
        raise pa.ArrowTypeError(f"{', '.join(sorted(kind.__name__ for kind in wrong))} for {arrow}")


def _field(name: str, spec: pandera.Column) -> pa.Field:
    metadata = spec.metadata or {}
    shown = {"description": spec.description, "example": json.dumps(metadata["example"], ensure_ascii=False)}
    if metadata["unit"]:
        shown["unit"] = metadata["unit"]
    return pa.field(name, metadata["arrow"], nullable=spec.nullable, metadata=shown)


def _by_row(cases: pd.DataFrame, table: str, sentences: Mapping[tuple[str, str], str]) -> list[Failure]:
    """Pandera reports a check over the whole frame once a column, and a fault of the frame without an index."""
    if cases["index"].isna().any():
        fault = cases[cases["index"].isna()].iloc[0]
        raise SchemaError(
            f"no frame of the table {table!r}: {fault['check']} {fault['column']} {fault['failure_case']}"
        )
    found: dict[int, dict[str, str]] = {}
    for index, context, name, failed in zip(
        cases["index"], cases["schema_context"], cases["column"], cases["check"], strict=True
    ):
        where = str(name) if context == "Column" else ""
        sentence = sentences.get((where, str(failed)), f"{where} is filled")
        found.setdefault(int(index), {})[f"{where}.{failed}".lstrip(".")] = sentence
    return [
        Failure(index, tuple(sorted(failed)), "; ".join(failed[key] for key in sorted(failed)))
        for index, failed in sorted(found.items())
    ]
