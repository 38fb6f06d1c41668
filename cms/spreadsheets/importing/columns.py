"""From staged values to the columns of the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Field

from cms import statements
from cms.spreadsheets.fields import SheetField
from cms.spreadsheets.importing.chunks import Line
from cms.spreadsheets.resources import SheetResource, Values

# These are in JSON as the database takes them; others go through the model's field.
AS_THEY_ARE = {
    "line", "text", "email", "url", "slug", "whole", "cents", "day", "yes_no", "choice", "reference",
}  # fmt: skip


class _Columns:
    def __init__(self, resource: SheetResource, fields: Mapping[str, SheetField], now: datetime) -> None:
        self.resource, self.by_name = resource, fields
        self.model = resource.model
        self.connection = statements.connection_for(self.model)
        self.own = {field.attname: field for field in self.model._meta.concrete_fields}
        self.now = now

    def ready(self, attname: str, value: Any) -> Any:
        """A value of Python as the driver takes it."""
        field = self.own[attname]
        if field.get_internal_type() == "JSONField":
            return json.dumps(value, ensure_ascii=False)
        return field.get_db_prep_save(value, self.connection)

    def translated(self, values: Values, current: Mapping[str, dict]) -> dict[str, Any]:
        """Columns and their contents for the staged values of one row; links to many records apart.

        current: what stands in the columns of JSON of which a part changes.
        """
        columns: dict[str, Any] = {}
        members: dict[str, dict] = {}
        for name, value in values.items():
            field = self.by_name[name]
            if field.is_many:
                continue
            if field.member:
                members.setdefault(field.attname, {})[field.member] = value
            elif field.kind in AS_THEY_ARE or value is None:
                columns[field.attname] = value
            else:
                columns[field.attname] = self.ready(field.attname, field.model_field.to_python(value))
        for attname, parts in members.items():
            whole = {**(current.get(attname) or {}), **parts}
            # A value that is taken off leaves no key behind, as when a form empties it.
            columns[attname] = self.ready(attname, {key: v for key, v in whole.items() if v is not None})
        return columns

    def derived(self, values: Values) -> dict[str, Any]:
        return {name: self.ready(name, value) for name, value in self.resource.derived(values).items()}


class NewColumns(_Columns):
    """Whole rows without their key: the sheet's values, where every record begins, the model's defaults."""

    def __init__(self, resource: SheetResource, fields: Mapping[str, SheetField], now: datetime) -> None:
        super().__init__(resource, fields, now)
        key = self.model._meta.pk
        self.fields: list[Field] = [
            field for field in self.model._meta.concrete_fields if field is not key and not field.generated
        ]
        self.same: dict[str, Any] = {}
        self.made: dict[str, Callable[[], Any]] = {}
        begun = resource.columns_of_new()
        for field in self.fields:
            if field.attname in begun or field.name in begun:
                self.same[field.attname] = self.ready(
                    field.attname, begun.get(field.attname, begun.get(field.name))
                )
            elif getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
                self.same[field.attname] = self.ready(field.attname, now)
            elif field.has_default() and callable(field.default):
                self.made[field.attname] = field.get_default
            else:
                self.same[field.attname] = self.ready(field.attname, field.get_default())

    def row(self, values: Values) -> tuple:
        columns = {
            **self.same,
            **{attname: self.ready(attname, make()) for attname, make in self.made.items()},
            **self.translated(values, {}),
            **self.derived(values),
        }
        return tuple(columns[field.attname] for field in self.fields)


class ChangedColumns(_Columns):
    """Only what changes, in groups of rows in which the same columns do."""

    def groups(self, rows: list[Line]) -> Iterator[tuple[tuple[str, ...], list[tuple]]]:
        """Names of columns, and for each row its key and their values."""
        current = self._current(rows)
        moments = {
            field.attname: self.ready(field.attname, self.now)
            for field in self.own.values()
            if getattr(field, "auto_now", False)
        }
        groups: dict[tuple[str, ...], list[tuple]] = {}
        for row in rows:
            columns = {
                **self.translated(row.values_new, current.get(row.object_pk or 0, {})),
                **self.derived(row.values_new),
                **moments,
            }
            groups.setdefault(tuple(columns), []).append((row.object_pk, *columns.values()))
        for names, values in groups.items():
            if names:
                yield names, values

    def write(self, groups: Iterable[tuple[tuple[str, ...], list[tuple]]]) -> None:
        for names, values in groups:
            statements.update(self.model, [self.own[name] for name in names], values)

    def _current(self, rows: list[Line]) -> dict[int, dict[str, dict]]:
        """Columns of JSON that are to be changed in part, as they stand under our lock."""
        touched = {name for row in rows for name in row.values_new}
        columns = {self.by_name[name].attname for name in touched if self.by_name[name].member}
        if not columns:
            return {}
        found = self.model._base_manager.filter(pk__in=[row.object_pk for row in rows])
        return {row.pop("pk"): row for row in found.values("pk", *columns)}


class Links:
    """Rows between two tables."""

    def __init__(self, resource: SheetResource, wanted: dict[SheetField, dict[int, list[int]]]) -> None:
        self.resource, self.wanted = resource, wanted

    def add(self) -> None:
        for field, lists in self.wanted.items():
            relation = self.resource.model._meta.get_field(str(field.attribute))
            through = relation.remote_field.through
            ends = [
                through._meta.get_field(relation.m2m_field_name()),
                through._meta.get_field(relation.m2m_reverse_field_name()),
            ]
            pairs = [(pk, other) for pk, others in lists.items() for other in others]
            statements.insert(through, ends, pairs)

    def replace(self) -> None:
        for field, lists in self.wanted.items():
            relation = self.resource.model._meta.get_field(str(field.attribute))
            here = relation.m2m_field_name()
            relation.remote_field.through._base_manager.filter(**{f"{here}__in": list(lists)}).delete()
        self.add()


def links_of(
    resource: SheetResource, fields: Mapping[str, SheetField], values: Mapping[int, Values]
) -> Links:
    """What these values say of fields that hold many records."""
    many = [field for field in fields.values() if field.is_many]
    wanted = {
        field: {pk: row[field.name] for pk, row in values.items() if field.name in row} for field in many
    }
    return Links(resource, {field: lists for field, lists in wanted.items() if lists})
