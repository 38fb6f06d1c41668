"""Which column of the sheet goes to which field, decided by a person and kept to by every row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cms.models import ImportBatch
from cms.spreadsheets.fields import SheetField
from cms.spreadsheets.resources import SheetResource


@dataclass(frozen=True)
class PlannedColumn:
    """index: of the cell, from 0. header: as the sheet writes it, for the words of problems."""

    index: int
    header: str
    field: SheetField
    clean: Callable[[Any], Any]


class Plan:
    """The columns of a batch that are imported, with what the person may do."""

    def __init__(self, batch: ImportBatch, resource: SheetResource) -> None:
        self.resource = resource
        self.empties_fields = batch.empties_fields
        offered = resource.sheet_fields()
        self.columns = [
            PlannedColumn(int(index), batch.headers[int(index)], offered[name], offered[name].cleaner())
            for index, name in batch.mapping.items()
            if name in offered
        ]
        self.fields = [column.field for column in self.columns]
        self.by_name = {column.field.name: column for column in self.columns}
        self.needed = [field for field in offered.values() if field.required]
        self.may_add = resource.creates and resource.may("add")
        self.may_change = resource.updates and resource.may("change")

    def header(self, name: str) -> str:
        """What the sheet calls a field, or what we call it when the sheet lacks it."""
        column = self.by_name.get(name)
        if column is not None:
            return column.header or column.field.label
        offered = self.resource.sheet_fields().get(name)
        return offered.label if offered else ""
