"""What the worker does with an import in each state, and what is forgotten after."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models import ImportBatch, ImportMapping
from cms.models.imports import UNDO_DAYS, WAITING, ImportState
from cms.spreadsheets.importing import following, staging, undoing, writing
from cms.tasks import run_imports
from cms.working import Worker

ABANDONED_AFTER = timedelta(days=7)
MAPPINGS_KEPT = timedelta(days=730)


worker = Worker(
    model=ImportBatch,
    steps={
        ImportState.READING: staging.read,
        ImportState.CONFIRMED: writing.write,
        ImportState.WRITTEN: following.follow,
        ImportState.UNDOING: undoing.undo,
    },
    failed_at={
        ImportState.READING: ImportState.FAILED,
        ImportState.CONFIRMED: ImportState.STALE,
        ImportState.UNDOING: ImportState.DONE,
    },
    failed_words=_("Something went wrong on our side, and nothing was written. Please try again."),
    task=run_imports,
)
run_waiting, hint, sweep = worker.run_waiting, worker.hint, worker.sweep


def purge() -> str | None:
    """Forget uploads that nobody confirmed, and rows and files of imports that can no longer be undone."""
    now = timezone.now()
    abandoned = ImportBatch.objects.filter(state__in=WAITING, updated_at__lt=now - ABANDONED_AFTER)
    for batch in abandoned:
        batch.transition(to=ImportState.CANCELLED, message=str(_("Nobody went on with it.")))
    over = ImportBatch.objects.exclude(file="").filter(
        Q(state=ImportState.CANCELLED)
        | Q(state__in=(ImportState.DONE, ImportState.UNDONE), written_at__lt=now - timedelta(days=UNDO_DAYS))
    )
    gone = 0
    for batch in over:
        forget_contents(batch)
        gone += 1
    ImportMapping.objects.filter(used_at__lt=now - MAPPINGS_KEPT).delete()
    return f"{gone} emptied" if gone else None


def forget_contents(batch: ImportBatch) -> None:
    """Delete the file and the rows of a batch; who imported what, and how many rows, stays."""
    batch.file.delete(save=False)
    ImportBatch.objects.filter(pk=batch.pk).update(file="", headers=[], mapping={})
    batch.rows.all()._raw_delete(batch.rows.db)
