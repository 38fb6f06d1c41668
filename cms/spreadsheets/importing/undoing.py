"""Taking an import back: rows that nobody touched since are as before, the others are listed."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import audit, statements
from cms.models import ImportBatch, StagedRow
from cms.models.imports import ImportState, RowOutcome
from cms.sources.word_index import written_at_once
from cms.spreadsheets.custom_columns import forget, keep_in_step
from cms.spreadsheets.importing import histories
from cms.spreadsheets.importing.chunks import Line, records_of, staged
from cms.spreadsheets.importing.columns import ChangedColumns, links_of
from cms.spreadsheets.importing.writing import as_instance
from cms.spreadsheets.resources import SheetResource, resources


def undo(batch: ImportBatch) -> None:
    """Undo what a batch wrote, in one transaction; a batch that is not being undone is left alone."""
    try:
        with transaction.atomic():
            _undo_locked(batch.pk)
    except IntegrityError:
        batch.refresh_from_db()
        batch.transition(
            to=ImportState.DONE, message=_("It was not undone: other records lean on what it brought.")
        )


def _undo_locked(pk: int) -> None:
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("user").get(pk=pk)
    if batch.state != ImportState.UNDOING:
        return
    resource = resources[batch.target](batch.user)
    statements.one_at_a_time(resource.model)
    statements.lock_in_order(records_of(batch, resource.model._base_manager.all()))
    restored = deleted = kept = 0
    with written_at_once(resource.model) as touched:
        for rows in staged(batch, RowOutcome.CHANGED):
            ours = _untouched(resource, rows)
            _restore(resource, ours)
            _note(batch, resource, ours, "wagtail.edit")
            touched += [row.object_pk for row in ours if row.object_pk]
            restored, kept = restored + len(ours), kept + len(rows) - len(ours)
    for rows in staged(batch, RowOutcome.NEW):
        ours = _untouched(resource, rows)
        ours = _without_children(resource, ours)
        _note(batch, resource, ours, "wagtail.delete")
        _delete(resource, [row.object_pk for row in ours if row.object_pk])
        deleted, kept = deleted + len(ours), kept + len(rows) - len(ours)
    audit.record(
        "cms.import.undone",
        batch,
        user=batch.user,
        data={"records": batch.target, "restored": restored, "deleted": deleted, "kept": kept},
    )
    batch.transition(to=ImportState.UNDONE, undone_at=timezone.now(), kept_count=kept)


def _untouched(resource: SheetResource, rows: list[Line]) -> list[Line]:
    """Those whose record is as the import left it; the others get their reason."""
    found = resource.model._base_manager.filter(pk__in=[row.object_pk for row in rows])
    now = resource.versions(found.select_for_update(of=("self",)).order_by("pk"))
    _keep([row for row in rows if row.object_pk not in now], _("The record is no longer there."))
    _keep(
        [row for row in rows if now.get(row.object_pk or 0, row.version) != row.version],
        _("The record was changed after the import."),
    )
    return [row for row in rows if now.get(row.object_pk or 0) == row.version]


def _keep(rows: list[Line], why: str) -> None:
    StagedRow.objects.filter(pk__in=[row.pk for row in rows]).update(kept_because=why[:200])


def _note(batch: ImportBatch, resource: SheetResource, rows: list[Line], action: str) -> None:
    """What each record's history says: an undoing is one more change, or its end."""
    columns_of = {name: str(field.attribute) for name, field in resource.all_fields().items()}
    entries: list[tuple[int | None, str, dict]] = []
    for row in rows:
        data: dict = {"source": "undo", "import": batch.pk}
        if action == "wagtail.edit":
            data["fields"] = [columns_of.get(name, name) for name in row.values_old]
        entries.append((row.object_pk, action, data))
    if entries:
        histories.write(batch, resource, entries, at=timezone.now())


def _restore(resource: SheetResource, rows: list[Line]) -> None:
    fields = resource.all_fields()
    if resource.saves_each:
        for row in rows:
            record = as_instance(resource, row.object_pk, row.values_old)
            many = {name: pks for name, pks in row.values_old.items() if fields[name].is_many}
            resource.save_row(record, is_new=False, many=many)
        return
    for row in rows:
        row.values_new = row.values_old
    columns = ChangedColumns(resource, fields, timezone.now())
    columns.write(columns.groups(rows))
    links_of(resource, fields, {row.object_pk: row.values_old for row in rows}).replace()
    members = {name for name, field in fields.items() if field.member}
    keep_in_step(
        resource.model, [row.object_pk for row in rows if row.object_pk and members & row.values_old.keys()]
    )


def _without_children(resource: SheetResource, rows: list[Line]) -> list[Line]:
    """Those on which nothing leans that was not made with them."""
    parents = {row.object_pk for row in rows}
    leaned_on: set[int] = set()
    for children, name, allowed in _relations(resource):
        column = f"{name}_id"
        counted = children.filter(**{f"{name}__in": parents}).order_by().values_list(column)
        leaned_on |= {pk for pk, n in counted.annotate(n=Count("pk")) if n > allowed}
    _keep([row for row in rows if row.object_pk in leaned_on], _("Other records lean on it by now."))
    return [row for row in rows if row.object_pk not in leaned_on]


def _relations(resource: SheetResource) -> list[tuple[QuerySet, str, int]]:
    """Every kind of child: its rows, the field that leads here, how many were made together with a record."""
    found = []
    for relation in resource.model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        if _is_own_link(resource.model, relation.related_model):
            continue
        allowed = int(str(relation.get_accessor_name()) in resource.own_children)
        found.append((relation.related_model._base_manager.all(), relation.field.name, allowed))
    return found


def _is_own_link(model: type[Model], through: Any) -> bool:
    """Whether these rows only tell what the record itself says: its own many-to-many fields."""
    return any(
        field.remote_field.through is through and through._meta.auto_created
        for field in model._meta.many_to_many
    )


def _delete(resource: SheetResource, pks: list[int]) -> None:
    if resource.saves_each:
        for record in resource.model._base_manager.filter(pk__in=pks):
            record.delete()
        return
    using = statements.connection_for(resource.model).alias
    for field in resource.model._meta.many_to_many:
        through = field.remote_field.through
        through._base_manager.filter(**{f"{field.m2m_field_name()}__in": pks}).delete()
    for relation in resource.model._meta.related_objects:
        if relation.get_accessor_name() in resource.own_children:
            relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": pks}).delete()
    if any(field.member for field in resource.all_fields().values()):
        forget(resource.model, pks)
    # Nothing leans on them: that was asked under our lock, and the database would refuse it.
    resource.model._base_manager.filter(pk__in=pks)._raw_delete(using)
