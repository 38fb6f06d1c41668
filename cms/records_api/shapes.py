"""What the records' endpoints take and give."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from ninja import Field, Schema

from cms.api import MoneyOut, Paged
from cms.money import Money
from cms.sources import Column

Value = MoneyOut | list[str] | bool | int | str | None


class ColumnOut(Schema):
    """A column: the name by which it is asked for, what people call it, and the kind of its values."""

    name: str
    label: str
    kind: str


class FilterOut(Schema):
    """A filter: the parameter that an address may hold."""

    name: str
    label: str


class KindOut(Schema):
    """A kind of record that the token may read today."""

    key: str
    label: str
    columns: list[ColumnOut]
    filters: list[FilterOut]


class KindsOut(Schema):
    items: list[KindOut]


class ViewOut(Schema):
    """A saved view that the token's owner may open, of a kind that the token may read."""

    id: int
    name: str
    kind: str


class ViewsOut(Schema):
    items: list[ViewOut]


class RecordOut(Schema):
    """A row: its key, and the values of the columns by name.

    Amounts as elsewhere in this API; dates and moments in ISO form, moments with their offset; decimal
    numbers as text; a choice as its stored code; another record by its name.
    """

    id: str
    values: dict[str, Value]


class RecordsOut(Schema):
    """Some rows, in order, the columns they show, and how many rows there are in all."""

    count: int
    columns: list[ColumnOut]
    items: list[RecordOut]


class Asking(Paged):
    """What may be asked of a list, in the words of the list's own address."""

    q: str = Field("", max_length=200, description="Words that each row must hold.")
    ordering: str = Field(
        "", max_length=100, description="Name of a column's order, with - before it for descending."
    )
    columns: str = Field("", max_length=2000, description="Names of columns, separated by commas.")


def column_out(column: Column) -> ColumnOut:
    return ColumnOut(name=column.name, label=str(column.label), kind=column.kind)


def record_out(row: Any, columns: Sequence[Column]) -> RecordOut:
    return RecordOut(id=str(row.pk), values={column.name: value_out(column.raw(row)) for column in columns})


def value_out(value: Any) -> Value:
    """A plain value of a column, as JSON holds it."""
    if isinstance(value, Money):
        return MoneyOut.of(value)
    if isinstance(value, datetime.datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
