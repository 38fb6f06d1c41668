"""Confirming: everything of a batch is written in one transaction, or nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import audit
from cms.modeladmin.versions import version_of
from cms.models import ImportBatch, StagedRow
from cms.models.imports import ImportState, RowOutcome
from cms.registries import visible_rows
from cms.rows import has_scope
from cms.spreadsheets.custom_columns import keep_in_step
from cms.spreadsheets.importing import statements
from cms.spreadsheets.importing.chunks import staged
from cms.spreadsheets.importing.columns import ChangedColumns, NewColumns, links_of
from cms.spreadsheets.importing.matching import fingerprint
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
        with transaction.atomic():
            _write_locked(batch.pk)
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


def _write_locked(pk: int) -> None:
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("user").get(pk=pk)
    if batch.state != ImportState.CONFIRMED:
        return
    resource = resource_for(batch.target, batch.user)
    if resource is None:
        raise Conflict(_("You may no longer import these records."))
    statements.one_at_a_time(resource.model)
    writer = (EachWriter if resource.saves_each else BulkWriter)(batch, resource)
    writer.run()
    resource.after_write(writer.new, writer.changed)
    _check_reach(resource, [*writer.new, *writer.changed])
    audit.record(
        "cms.import.confirmed",
        batch,
        user=batch.user,
        data={"records": batch.target, "new": len(writer.new), "changed": len(writer.changed)},
    )
    batch.transition(to=ImportState.WRITTEN, written_at=writer.now, message="")


class BulkWriter:
    """Writes chunk by chunk; as soon as one row is in the way it only looks for more of them."""

    def __init__(self, batch: ImportBatch, resource: SheetResource) -> None:
        self.batch, self.resource = batch, resource
        self.now = timezone.now()
        self.fields = resource.sheet_fields()
        self.new: list[int] = []
        self.changed: list[int] = []
        self.in_the_way: list[tuple[int, str]] = []

    def run(self) -> None:
        """Raises Conflict, with every row that is in the way, when not all can be written."""
        for outcome, work in ((RowOutcome.CHANGED, self._change), (RowOutcome.NEW, self._make)):
            for rows in staged(self.batch, outcome):
                work(rows)
                written = len(self.new) + len(self.changed)
                cache.set(progress_key(self.batch), written, PROGRESS_SECONDS)
        if self.in_the_way:
            raise Conflict(_("Records were changed by somebody else since the preview."), self.in_the_way)
        written_rows = StagedRow.objects.filter(
            batch=self.batch, outcome__in=(RowOutcome.NEW, RowOutcome.CHANGED)
        )
        self._note_versions(written_rows)

    def _note_versions(self, rows) -> None:
        """What was written is known again by its version: see undoing."""
        rows.update(version=self.now.isoformat())

    def _change(self, rows: list[StagedRow]) -> None:
        wanted = self.resource.rows().filter(pk__in=[row.object_pk for row in rows])
        now = self.resource.versions(wanted.select_for_update(of=("self",)).order_by("pk"))
        for row in rows:
            version = now.get(row.object_pk or 0)
            if version is None:
                self.in_the_way.append((row.number, _("The record is no longer there.")))
            elif version != row.version:
                self.in_the_way.append((row.number, _("The record was changed meanwhile.")))
        if not self.in_the_way:
            self._write_changed(rows)
            self.changed += [row.object_pk for row in rows]

    def _make(self, rows: list[StagedRow]) -> None:
        self._look_for_doubles(rows)
        if not self.in_the_way:
            self.new += self._write_new(rows)

    def _look_for_doubles(self, rows: list[StagedRow]) -> None:
        """Whether somebody else has made one of the new records meanwhile."""
        key_fields = [self.fields[name] for name in self.resource._meta.import_id_fields]
        keys = {row.key: self.resource.key_of(row.values_new) for row in rows}
        there = self.resource.candidates(self.resource.model._base_manager.all(), keys.values())
        found = {
            fingerprint(self.resource.key_of_stored(values))
            for _pk, _version, values in self.resource.stored(there, key_fields)
        }
        self.in_the_way += [
            (row.number, _("A record like this was made meanwhile.")) for row in rows if row.key in found
        ]

    def _write_changed(self, rows: list[StagedRow]) -> None:
        columns = ChangedColumns(self.resource, self.fields, self.now)
        for fields, values in columns.groups(rows):
            statements.update(self.resource.model, fields, values)
        links_of(self.resource, self.fields, {row.object_pk: row.values_new for row in rows}).replace()
        self._keep_in_step({row.object_pk: row.values_new for row in rows})

    def _keep_in_step(self, written: dict) -> None:
        """Custom values, for the filters."""
        members = {name for name, field in self.fields.items() if field.member}
        touched = [pk for pk, values in written.items() if members & values.keys()] if members else []
        keep_in_step(self.resource.model, touched)

    def _write_new(self, rows: list[StagedRow]) -> Sequence[int]:
        pks = statements.next_pks(self.resource.model, len(rows))
        columns = NewColumns(self.resource, self.fields, self.now)
        values = [columns.row(pk, row.values_new) for pk, row in zip(pks, rows, strict=True)]
        statements.insert(self.resource.model, columns.fields, values)
        links_of(self.resource, self.fields, dict(zip(pks, (r.values_new for r in rows), strict=True))).add()
        self._keep_in_step(dict(zip(pks, (row.values_new for row in rows), strict=True)))
        pk_field = [StagedRow._meta.get_field("object_pk")]
        statements.update(StagedRow, pk_field, [(row.pk, pk) for pk, row in zip(pks, rows, strict=True)])
        return pks


class EachWriter(BulkWriter):
    """Saves record by record, for those that keep revisions or have rules in their save()."""

    def _note_versions(self, rows) -> None:
        """Each row was given the version of its own record."""

    def _write_changed(self, rows: list[StagedRow]) -> None:
        for row in rows:
            self._save(row, is_new=False)

    def _write_new(self, rows: list[StagedRow]) -> Sequence[int]:
        return [self._save(row, is_new=True) for row in rows]

    def _save(self, row: StagedRow, *, is_new: bool) -> int:
        record = as_instance(self.resource, row.object_pk, row.values_new)
        many = {name: pks for name, pks in row.values_new.items() if self.fields[name].is_many}
        self.resource.save_row(record, is_new=is_new, many=many)
        record.refresh_from_db()
        StagedRow.objects.filter(pk=row.pk).update(object_pk=record.pk, version=version_of(record))
        return record.pk


def as_instance(resource: SheetResource, pk: int | None, values: dict[str, Any]) -> Model:
    """A record with the values of a row, not saved."""
    fields = resource.sheet_fields()
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
