"""Work on all records of a kind after a field changed: in chunks, with progress, resumed if cut off."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from cms import leases
from cms.custom_fields.filter_values import keep_filter_values
from cms.custom_fields.forgetting import forget_file
from cms.custom_fields.registry import typed
from cms.models.custom_fields import CustomChoice, CustomField, CustomFile, FieldWork, FilterValue

# Each chunk is a transaction of its own, so that nobody waits long for the lock.
ROWS_AT_ONCE = 500
LEASE_SECONDS = 60


def begin_work(
    *, field: CustomField, kind: str, choice: CustomChoice | None = None, by: Any = None
) -> FieldWork:
    """Note the work in the caller's transaction; a task begins it once that is committed."""
    from cms.custom_fields.tasks import do_field_work

    total = _records(field).count()
    work = FieldWork.objects.create(field=field, kind=kind, choice=choice, by=by, total=total)
    transaction.on_commit(lambda: do_field_work.enqueue(), robust=True)
    return work


def do_waiting_work() -> int:
    """Do all work that waits and that nobody else is at; how many were finished."""
    waiting = FieldWork.objects.filter(finished_at=None).select_related("field", "choice").order_by("pk")
    finished = 0
    while claimed := leases.claim(waiting, seconds=LEASE_SECONDS, limit=1):
        _do(claimed[0])
        finished += 1
    return finished


def _records(field: CustomField) -> Any:
    return field.model._base_manager.filter(custom__has_key=field.key)


def _do(work: FieldWork) -> None:
    """Go through the records in the order of their keys, going on where an earlier try was cut off."""
    step = {
        FieldWork.Kind.GATHER: _gather,
        FieldWork.Kind.MERGE: _merge,
        FieldWork.Kind.ERASE: _erase,
    }[FieldWork.Kind(work.kind)]
    while True:
        with transaction.atomic():
            rows = list(
                _records(work.field)
                .select_for_update()
                .filter(pk__gt=work.last_pk)
                .order_by("pk")[:ROWS_AT_ONCE]
            )
            if rows:
                step(work, rows)
                work.last_pk, work.done = rows[-1].pk, work.done + len(rows)
            if not leases.extend(work, seconds=LEASE_SECONDS, last_pk=work.last_pk, done=work.done):
                raise RuntimeError("the lease has passed to another worker")
        if not rows:
            break
    if work.kind == FieldWork.Kind.GATHER:
        CustomField.objects.filter(pk=work.field_id, in_filters=True).update(filters_ready_at=timezone.now())
    if work.kind == FieldWork.Kind.ERASE:
        FilterValue.objects.filter(field=work.field_id).delete()
        for file in CustomFile.objects.filter(field=work.field_id).iterator():
            forget_file(file)
    leases.release(work, finished_at=timezone.now())


def _gather(work: FieldWork, rows: list[Any]) -> None:
    if work.field.in_filters:
        keep_filter_values(type(rows[0]), rows, fields=[work.field])


def _merge(work: FieldWork, rows: list[Any]) -> None:
    """Write today's keys in the place of merged ones. The record is not “changed”: it means what it meant."""
    field = typed(work.field)
    changed = []
    for row in rows:
        before = row.custom.get(work.field.key)
        field.write(row, field.value_of(row))
        if row.custom.get(work.field.key) != before:
            changed.append(row)
    _store(work, changed)


def _erase(work: FieldWork, rows: list[Any]) -> None:
    for row in rows:
        row.custom.pop(work.field.key, None)
    _store(work, rows)


def _store(work: FieldWork, rows: list[Any]) -> None:
    if rows:
        type(rows[0])._base_manager.bulk_update(rows, ["custom"])
        if work.field.in_filters:
            keep_filter_values(type(rows[0]), rows, fields=[work.field])
