"""Files of erased rows: named in the transaction, deleted after it, found again when that was cut short."""

from __future__ import annotations

import logging

from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django_tasks import task

from cms.models import DoomedFile
from cms.privacy import columns

logger = logging.getLogger(__name__)


def alias_of(storage: Storage) -> str:
    """The name of a storage in STORAGES; "default" for one that has none."""
    for alias in ("private", "default"):
        if storages[alias] == storage or storages[alias] is getattr(storage, "_wrapped", storage):
            return alias
    return "default"


def doom(storage: str, name: str) -> None:
    """Name a file for deletion, in the caller's transaction; it goes after the commit."""
    if name:
        DoomedFile.objects.get_or_create(storage=storage, name=name)
        # Only a hint: when it is lost, the clock finds the row.
        transaction.on_commit(delete_doomed.enqueue, robust=True)


def doom_files(row: Model, *, keeps: frozenset[str] = frozenset()) -> None:
    """Name the files of a row for deletion, but those in columns that are kept."""
    kept = {getattr(row, name).name for name in keeps if isinstance(getattr(row, name), FieldFile)}
    for file in columns.files_of(row):
        if file.name not in kept:
            doom(file.storage, file.name)


def delete_files() -> int:
    """Delete the files that are named; how many. Safe to run twice: a file that is gone is fine."""
    gone = 0
    for doomed in DoomedFile.objects.order_by("pk")[:1000]:
        try:
            storages[doomed.storage].delete(doomed.name)
        except Exception as fault:
            logger.exception("file of DoomedFile %s could not be deleted", doomed.pk)
            DoomedFile.objects.filter(pk=doomed.pk).update(last_error=type(fault).__name__)
            continue
        doomed.delete()
        gone += 1
    return gone


@task()
def delete_doomed() -> int:
    """What the hint calls."""
    return delete_files()
