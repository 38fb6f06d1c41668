"""Columns of other records, which go out under the name by which the import looks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from cms.sources import Column
from cms.sources.hidden import any_hidden
from cms.spreadsheets.fields import SheetField
from cms.spreadsheets.resources import resources


@dataclass(frozen=True)
class ReferenceColumn:
    """A column of a list whose cells name another record, or several."""

    column: Column
    field: SheetField

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def label(self) -> Any:
        return self.column.label

    def for_sheet(self, row: Any) -> Any:
        found = getattr(row, str(self.field.attribute))
        if self.field.is_many:
            return [self.field.refers_to.text(record) for record in found.all()]
        return None if found is None else self.field.refers_to.text(found)


def returning(model: type[Model], user: Any, columns: Sequence[Column]) -> list[Column | ReferenceColumn]:
    """The columns of a list as they go out, so that the import finds again what they name.

    Who may not see by what a record is known gets its name, as on the screen.
    """
    fields = _references(model, user)
    return [
        ReferenceColumn(column, fields[column.name]) if column.name in fields else column
        for column in columns
    ]


def with_names(rows: QuerySet, user: Any, columns: Sequence[Column]) -> QuerySet:
    """The rows with what the names of other records need."""
    fields = _references(rows.model, user)
    named = [fields[column.name] for column in columns if column.name in fields]
    needed = [
        f"{field.attribute}__{path}"
        for field in named
        for path in field.refers_to.related
        if not field.is_many
    ]
    return rows.select_related(*needed) if needed else rows


def _references(model: type[Model], user: Any) -> dict[str, SheetField]:
    """Attribute -> column of a sheet that names other records."""
    resource = resources.get(model._meta.label_lower)
    return {
        str(field.attribute): field
        for field in (resource.fields.values() if resource else ())
        if isinstance(field, SheetField)
        and field.refers_to
        and not any_hidden(user, model, [f"{field.attribute}__{path}" for path in field.refers_to.reads])
    }
