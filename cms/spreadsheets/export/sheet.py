"""A source's answer as rows of plain values, fetched in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone

from cms.money import Money
from cms.sources import Column

if TYPE_CHECKING:
    from cms.spreadsheets.export.references import ReferenceColumn

# Rows fetched at once: with what their columns need of other tables, some 2 MB.
PIECE = 1000


class Unwritable(ValueError):
    """A value that a format cannot hold; str() is a sentence for people."""


@dataclass(frozen=True)
class Sheet:
    """rows: in their order. columns: of a source, in theirs."""

    title: str
    rows: QuerySet
    columns: Sequence[Column | ReferenceColumn]

    @cached_property
    def count(self) -> int:
        return self.rows.order_by().count()

    def names(self) -> list[str]:
        """The header, as on the screen."""
        return [str(column.label) for column in self.columns]

    def records(self) -> Iterator[list[Any]]:
        """The values of each row: None, str, bool, int, Decimal, Money, date, moment in local time.

        Constant memory; a constant number of queries for each PIECE of rows.
        """
        for row in self.rows.iterator(chunk_size=PIECE):
            yield [value_of(column, row) for column in self.columns]


def value_of(column: Column | ReferenceColumn, row: Any) -> Any:
    """What a cell holds; several values with semicolons."""
    value = column.for_sheet(row)
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value, timezone.get_default_timezone()).replace(tzinfo=None)
    if isinstance(value, Money) and value.currency == "EUR":
        return value
    return value.format() if isinstance(value, Money) else value
