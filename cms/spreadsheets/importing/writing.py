"""Confirming: everything of a batch is written in one transaction, or nothing is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import audit, statements
from cms.modeladmin.versions import version_of
from cms.models import ImportBatch, StagedRow
from cms.models.imports import ImportState, RowOutcome
from cms.registries import visible_rows
from cms.rows import has_scope
from cms.sources.word_index import written_at_once
from cms.spreadsheets.custom_columns import keep_in_step
from cms.spreadsheets.importing.chunks import Line, records_of, staged
from cms.spreadsheets.importing.columns import ChangedColumns, links_of
from cms.spreadsheets.importing.matching import fingerprint
from cms.spreadsheets.importing.preparing import ChangedRows, NewRows, Prepared
from cms.spreadsheets.importing.problems import Conflict
from cms.spreadsheets.resources import SheetResource, resource_for

PROGRESS_SECONDS = 3600


def progress_key(batch: ImportBatch) -> str:
    return f"import-{batch.pk}-written"


def write(batch: ImportBatch) -> None:
    """Write the new and changed rows of a confirmed batch. One that is no longer confirmed is left alone.

    When a record changed since the preview, nothing is written and the batch waits to be read again, with the
    rows marked.
    """
    try:
        resource = resource_for(batch.target, batch.user)
        if resource is None:
            raise Conflict(_("You may no longer import these records."))
        with closing((EachWriter if resource.saves_each else BulkWriter)(batch, resource)) as writer:
            writer.prepare()
            with transaction.atomic():
                _write_locked(batch.pk, writer)
    except Conflict as conflict:
        refuse(batch, conflict)
    except IntegrityError:
        refuse(batch, Conflict(_("Something that these rows need or must not repeat changed meanwhile.")))


def refuse(batch: ImportBatch, conflict: Conflict) -> None:
    """Note why nothing was written, at the batch and at its rows."""
    with transaction.atomic():
        batch.refresh_from_db()
        if batch.state != ImportState.CONFIRMED:
            return
        for number, sentence in conflict.rows[:1000]:
            StagedRow.objects.filter(batch=batch, number=number).update(kept_because=sentence[:200])
        batch.transition(to=ImportState.STALE, message=conflict.sentence)


def _write_locked(pk: int, writer: EachWriter) -> None:
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("user").get(pk=pk)
    if batch.state != ImportState.CONFIRMED:
        return
    resource = resource_for(batch.target, batch.user)
    if resource is None:
        raise Conflict(_("You may no longer import these records."))
    statements.one_at_a_time(resource.model)
    writer.run(batch, resource)
    resource.after_write(writer.new, writer.changed)
    _check_reach(resource, [*writer.new, *writer.changed])
    audit.record(
        "cms.import.confirmed",
        batch,
        user=batch.user,
        data={"records": batch.target, "new": len(writer.new), "changed": len(writer.changed)},
    )
    batch.transition(to=ImportState.WRITTEN, written_at=writer.now, message="")


class EachWriter:
    """Saves record by record, for those that keep revisions or have rules in their save().

    As soon as one row is in the way it only looks for more of them.
    """

    def __init__(self, batch: ImportBatch, resource: SheetResource) -> None:
        self.batch, self.resource = batch, resource
        self.now = timezone.now()
        # Also columns that the person may not fill in: the house may have.
        self.fields = resource.all_fields()
        self.new: list[int] = []
        self.changed: list[int] = []
        self.in_the_way: list[tuple[int, str]] = []

    def prepare(self) -> None:
        """What needs no lock."""

    def close(self) -> None:
        """Let go of what was prepared."""

    def run(self, batch: ImportBatch, resource: SheetResource) -> None:
        """Under the lock: batch and resource are as they stand now.

        Raises Conflict, with every row that is in the way, when not all can be written.
        """
        self.batch, self.resource = batch, resource
        statements.lock_in_order(records_of(batch, resource.model._base_manager.all()))
        self._write_all()
        if self.in_the_way:
            raise Conflict(_("Records were changed by somebody else since the preview."), self.in_the_way)

    def _write_all(self) -> None:
        for lines in staged(self.batch, RowOutcome.CHANGED):
            self._look_for_changes(
                [(line.number, line.object_pk or 0, line.version) for line in lines],
            )
            if not self.in_the_way:
                self.changed += [self._save(line) for line in lines]
        for lines in staged(self.batch, RowOutcome.NEW):
            keys = [self.resource.key_of(line.values_new) for line in lines]
            self._look_for_doubles([line.number for line in lines], [line.key for line in lines], keys)
            if not self.in_the_way:
                self.new += [self._save(line) for line in lines]

    def _look_for_changes(self, rows: Iterable[tuple[int, int, str]]) -> None:
        """Whether somebody else has changed a record meanwhile. rows: number, key and version of each."""
        rows = list(rows)
        wanted = self.resource.rows().filter(pk__in=[pk for _number, pk, _version in rows])
        now = self.resource.versions(wanted.select_for_update(of=("self",)).order_by("pk"))
        for number, pk, version in rows:
            if pk not in now:
                self.in_the_way.append((number, _("The record is no longer there.")))
            elif now[pk] != version:
                self.in_the_way.append((number, _("The record was changed meanwhile.")))

    def _look_for_doubles(
        self, numbers: Sequence[int], fingerprints: Sequence[int | None], keys: Sequence[Any]
    ) -> None:
        """Whether somebody else has made one of the new records meanwhile."""
        key_fields = [self.fields[name] for name in self.resource._meta.import_id_fields]
        there = self.resource.candidates(self.resource.model._base_manager.all(), keys)
        found = {
            fingerprint(self.resource.key_of_stored(values))
            for _pk, _version, values in self.resource.stored(there, key_fields)
        }
        self.in_the_way += [
            (number, _("A record like this was made meanwhile."))
            for number, mark in zip(numbers, fingerprints, strict=True)
            if mark in found
        ]

    def _save(self, line: Line) -> int:
        is_new = line.object_pk is None
        record = as_instance(self.resource, line.object_pk, line.values_new)
        many = {name: pks for name, pks in line.values_new.items() if self.fields[name].is_many}
        self.resource.save_row(record, is_new=is_new, many=many)
        record.refresh_from_db()
        StagedRow.objects.filter(pk=line.pk).update(object_pk=record.pk, version=version_of(record))
        return record.pk


class BulkWriter(EachWriter):
    """Composes all rows before the lock, and writes them chunk by chunk."""

    prepared: Prepared | None = None

    def prepare(self) -> None:
        def tell(done: int) -> None:
            cache.set(progress_key(self.batch), done, PROGRESS_SECONDS)

        self.prepared = Prepared(self.batch, self.resource, self.fields, self.now, tell)

    def close(self) -> None:
        if self.prepared is not None:
            self.prepared.close()

    def _write_all(self) -> None:
        prepared = self.prepared
        assert prepared is not None
        chosen = prepared.used & set(self.batch.mapping.values())
        if (
            not chosen <= self.resource.sheet_fields().keys()
            or prepared.begun != self.resource.columns_of_new()
        ):
            raise Conflict(_("Something that these rows need or must not repeat changed meanwhile."))
        with written_at_once(self.resource.model) as touched:
            for chunk in prepared:
                if isinstance(chunk, NewRows):
                    self._look_for_doubles(chunk.numbers, chunk.fingerprints, chunk.keys)
                    if not self.in_the_way:
                        self.new += self._write_new(chunk, prepared.new_columns.fields)
                else:
                    self._look_for_changes(zip(chunk.numbers, chunk.pks, chunk.versions, strict=True))
                    if not self.in_the_way:
                        self._write_changed(chunk, prepared.changed_columns)
                        self.changed += chunk.pks
            touched += [*self.new, *self.changed]
        # What was written is known again by its version: see undoing.
        rows = StagedRow.objects.filter(batch=self.batch, outcome__in=(RowOutcome.NEW, RowOutcome.CHANGED))
        rows.update(version=self.now.isoformat())

    def _write_changed(self, chunk: ChangedRows, columns: ChangedColumns) -> None:
        columns.write(chunk.groups)
        columns.write(columns.groups(chunk.merging))
        links_of(self.resource, self.fields, chunk.links).replace()
        keep_in_step(self.resource.model, [line.object_pk for line in chunk.merging if line.object_pk])

    def _write_new(self, chunk: NewRows, fields: list[Field]) -> Sequence[int]:
        model: Any = self.resource.model
        pks = statements.next_pks(model, len(chunk.staged))
        rows = [(pk, *columns) for pk, columns in zip(pks, chunk.columns, strict=True)]
        statements.insert(model, [model._meta.pk, *fields], rows)
        links_of(self.resource, self.fields, {pks[place]: v for place, v in chunk.links.items()}).add()
        keep_in_step(model, [pks[place] for place in chunk.with_members])
        pk_field = [StagedRow._meta.get_field("object_pk")]
        statements.update(StagedRow, pk_field, list(zip(chunk.staged, pks, strict=True)))
        return pks


def as_instance(resource: SheetResource, pk: int | None, values: dict[str, Any]) -> Model:
    """A record with the values of a row, not saved."""
    fields = resource.all_fields()
    if pk is None:
        record = resource.model(**resource.columns_of_new())
    else:
        record = resource.rows().get(pk=pk)
    for name, value in values.items():
        field = fields[name]
        if field.member:
            column = dict(getattr(record, field.attname) or {})
            setattr(record, field.attname, column | {field.member: value})
        elif not field.is_many:
            setattr(record, field.attname, field.model_field.to_python(value))
    for name, value in resource.derived(values).items():
        setattr(record, name, value)
    return record


def _check_reach(resource: SheetResource, pks: Sequence[int]) -> None:
    """Raises Conflict when a written record is none of the person's own."""
    if resource.user.is_superuser or not has_scope(resource.model):
        return
    rows = visible_rows(resource.user, resource.model._base_manager.all())
    for start in range(0, len(pks), 1000):
        part = pks[start : start + 1000]
        if rows.filter(pk__in=part).count() != len(part):
            raise Conflict(_("Some of these would be records that you may not see."))
