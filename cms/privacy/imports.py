"""Imports that hold an erased person: the file goes, and what waits for it is over."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cms.models import ErasedRow, ImportBatch
from cms.privacy import columns
from cms.privacy.files import doom_files
from cms.privacy.needles import addresses_in, email_hash

ERASED = _("It held data of a person who was erased: send a sheet without them.")


def lock(batches: QuerySet) -> None:
    """Hold these imports, and all whose file is still there: what is read from it meanwhile has to wait."""
    held = ImportBatch.objects.filter(~Q(file="") | Q(pk__in=batches))
    list(held.select_for_update(of=("self",)).order_by("pk"))


def end(batch: ImportBatch) -> None:
    """Give up the file of an import, and the import too when it still waits for something."""
    doom_files(batch)
    columns.write(batch, file="")
    if batch.state == ImportBatch.State.CONFIRMED:
        batch.transition(to=ImportBatch.State.STALE)
    if batch.may_go(ImportBatch.State.CANCELLED):
        batch.transition(to=ImportBatch.State.CANCELLED, message=str(ERASED))


def holds_erased(batch: ImportBatch, cells: Iterable[object]) -> bool:
    """Whether cells name somebody who was erased after the file was sent.

    Called while the import is held. An erasure knows the rows that were read before it; those read after it
    have only the print of an address to go by.
    """
    prints = set(
        ErasedRow.objects.filter(erased_at__gte=batch.created_at).values_list("email_hash", flat=True)
    )
    return bool(prints) and any(
        email_hash(address) in prints for cell in cells if cell for address in addresses_in(str(cell))
    )
