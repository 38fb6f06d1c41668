"""Finding what an import has to do next, in its own table: a task is only a hint."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cms import leases
from cms.models import ImportBatch, ImportMapping
from cms.models.imports import AT_WORK, UNDO_DAYS, WAITING, ImportState
from cms.spreadsheets.importing import following, staging, undoing, writing

logger = logging.getLogger(__name__)

LEASE_SECONDS = 60
ABANDONED_AFTER = timedelta(days=7)
MAPPINGS_KEPT = timedelta(days=730)
WORK: dict[str, Callable[[ImportBatch], None]] = {
    ImportState.READING: staging.read,
    ImportState.CONFIRMED: writing.write,
    ImportState.WRITTEN: following.follow,
    ImportState.UNDOING: undoing.undo,
}
# Where a batch goes whose work fails by an error of ours.
FAILED_AT = {
    ImportState.READING: ImportState.FAILED,
    ImportState.CONFIRMED: ImportState.STALE,
    ImportState.UNDOING: ImportState.DONE,
}


def at_work() -> QuerySet[ImportBatch]:
    """Batches for a worker that nobody has taken."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=timezone.now())
    return ImportBatch.objects.filter(free, state__in=AT_WORK)


def run_waiting() -> int:
    """Do what imports wait for, until nothing waits; how many steps were done. Several may run at once."""
    steps = 0
    while batches := leases.claim(at_work().order_by("updated_at"), seconds=LEASE_SECONDS, limit=1):
        run(batches[0])
        steps += 1
    return steps


def run(batch: ImportBatch) -> None:
    """Do the next step of a claimed batch, in the language of the person who waits for it."""
    state = ImportState(batch.state)
    with leases.kept(batch, seconds=LEASE_SECONDS), translation.override(_language_of(batch)):
        try:
            WORK[state](batch)
        except OperationalError:
            # The database is busy or away: the lease runs out, and the batch is found again.
            raise
        except Exception:
            logger.exception("import %s failed while %s", batch.pk, state)
            batch.refresh_from_db()
            if batch.state == state and state in FAILED_AT:
                sentence = _("Something went wrong on our side, and nothing was written. Please try again.")
                batch.transition(to=FAILED_AT[state], message=sentence)


def _language_of(batch: ImportBatch) -> str:
    profile = getattr(batch.user, "wagtail_userprofile", None)
    return profile.get_preferred_language() if profile else "it"


def hint() -> None:
    """Tell the worker, when the transaction is committed, that an import waits."""
    from cms.tasks import run_imports

    transaction.on_commit(run_imports.enqueue)


def sweep() -> str | None:
    """Find imports whose worker was killed or whose task was lost."""
    waiting = at_work().count()
    if waiting:
        hint()
    return f"{waiting} waiting" if waiting else None


def purge() -> str | None:
    """Forget uploads that nobody confirmed, and rows and files of imports that can no longer be undone."""
    now = timezone.now()
    abandoned = ImportBatch.objects.filter(state__in=WAITING, updated_at__lt=now - ABANDONED_AFTER)
    for batch in abandoned:
        batch.transition(to=ImportState.CANCELLED, message=_("Nobody went on with it."))
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
