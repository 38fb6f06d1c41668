"""Composing what a confirmation writes, before it has the lock.

SQLite has one writer: while an import holds its lock, webhooks and everybody's forms wait. Putting columns
together takes longer than writing them, so it is done first, and waits in a file without a name.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any

from cms.models import ImportBatch
from cms.models.imports import RowOutcome
from cms.spreadsheets.fields import SheetField
from cms.spreadsheets.importing.chunks import Line, staged
from cms.spreadsheets.importing.columns import ChangedColumns, NewColumns
from cms.spreadsheets.resources import SheetResource, Values


@dataclass
class NewRows:
    """A chunk of records to be made; everything has the order of `staged`. links, members: by place in it."""

    staged: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    fingerprints: list[int | None] = field(default_factory=list)
    keys: list[Any] = field(default_factory=list)
    columns: list[tuple] = field(default_factory=list)
    links: dict[int, Values] = field(default_factory=dict)
    with_members: list[int] = field(default_factory=list)


@dataclass
class ChangedRows:
    """A chunk of records to be changed.

    groups: names of columns, with the key and the values of each row. merging: rows of which a part of a JSON
    column changes, which is put together with what stands there once the row is ours.
    """

    numbers: list[int] = field(default_factory=list)
    pks: list[int] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    groups: list[tuple[tuple[str, ...], list[tuple]]] = field(default_factory=list)
    merging: list[Line] = field(default_factory=list)
    links: dict[int, Values] = field(default_factory=dict)


class Prepared:
    """The rows of a batch as the database takes them. To be closed."""

    def __init__(
        self,
        batch: ImportBatch,
        resource: SheetResource,
        fields: dict[str, SheetField],
        now: datetime,
        tell: Callable[[int], None],
    ) -> None:
        self.resource, self.now = resource, now
        # What the composed rows rest on, to be asked once more under the lock.
        self.begun, self.used = resource.columns_of_new(), set[str]()
        self.many = {name for name, each in fields.items() if each.is_many}
        self.members = {name for name, each in fields.items() if each.member}
        self.new_columns = NewColumns(resource, fields, now)
        self.changed_columns = ChangedColumns(resource, fields, now)
        self.file = TemporaryFile()  # noqa: SIM115 it is closed with this
        self.chunks = done = 0
        for outcome, compose in ((RowOutcome.CHANGED, self._changed), (RowOutcome.NEW, self._new)):
            for lines in staged(batch, outcome):
                self.used.update(*(line.values_new for line in lines))
                pickle.dump(compose(lines), self.file, protocol=pickle.HIGHEST_PROTOCOL)
                self.chunks += 1
                done += len(lines)
                tell(done)

    def close(self) -> None:
        self.file.close()

    def __iter__(self) -> Iterator[NewRows | ChangedRows]:
        self.file.seek(0)
        for _chunk in range(self.chunks):
            yield pickle.load(self.file)

    def _new(self, lines: list[Line]) -> NewRows:
        rows = NewRows()
        for place, line in enumerate(lines):
            values = line.values_new
            rows.staged.append(line.pk)
            rows.numbers.append(line.number)
            rows.fingerprints.append(line.key)
            rows.keys.append(self.resource.key_of(values))
            rows.columns.append(self.new_columns.row(values))
            if links := {name: values[name] for name in self.many & values.keys()}:
                rows.links[place] = links
            if self.members & values.keys():
                rows.with_members.append(place)
        return rows

    def _changed(self, lines: list[Line]) -> ChangedRows:
        rows, whole = ChangedRows(), []
        for line in lines:
            values = line.values_new
            pk = line.object_pk or 0
            rows.numbers.append(line.number)
            rows.pks.append(pk)
            rows.versions.append(line.version)
            if links := {name: values[name] for name in self.many & values.keys()}:
                rows.links[pk] = links
            (rows.merging if self.members & values.keys() else whole).append(line)
        rows.groups = list(self.changed_columns.groups(whole))
        return rows
