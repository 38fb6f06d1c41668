"""The PDF of a receipt and the mail that brings it. Nothing here can hold a payment."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

import cms.leases
from cms.outbox import FileRef, Stream, queue_mail
from donations import receipt_pdf
from donations.emails import receipt_context
from donations.models import Receipt, ReceiptKind
from donations.models.base import private_storage

logger = logging.getLogger(__name__)

LEASE_SECONDS = 120
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=3)


def deliver_one(receipt_pk: int) -> None:
    """Make and send one receipt now, unless somebody else has it. What a task calls."""
    for receipt in cms.leases.claim(_due().filter(pk=receipt_pk), seconds=LEASE_SECONDS, limit=1):
        _deliver(receipt)


def deliver_waiting(*, limit: int = 200) -> int:
    """Make and send the receipts that still lack their PDF or mail; how many were looked at."""
    seen = 0
    while seen < limit:
        batch = cms.leases.claim(_due().order_by("id"), seconds=LEASE_SECONDS, limit=min(5, limit - seen))
        if not batch:
            break
        for receipt in batch:
            cms.leases.extend(receipt, seconds=LEASE_SECONDS)
            _deliver(receipt)
        seen += len(batch)
    return seen


def _due():
    return Receipt.objects.unsent().filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=timezone.now()))


def _deliver(receipt: Receipt) -> None:
    """Do what is still to be done of a claimed receipt; a failure is noted and tried again later."""
    try:
        if not receipt.pdf:
            make_pdf(receipt)
        if receipt.mailed_at is None and receipt.facts["donor"]["email"]:
            write_mail(receipt)
    except Exception as problem:
        logger.exception("Receipt %s could not be delivered", receipt.pk)
        pause = min(_FIRST_PAUSE * 2 ** min(receipt.attempts, 12), _LONGEST_PAUSE)
        cms.leases.release(
            receipt,
            attempts=min(receipt.attempts + 1, 30_000),
            next_try_at=timezone.now() + pause,
            last_error=f"{type(problem).__name__}: {problem}"[:1000],
        )
        return
    cms.leases.release(receipt, next_try_at=None, last_error="")


def make_pdf(receipt: Receipt) -> None:
    """Set the receipt from its frozen facts and keep it, with its fingerprint, in the private storage.

    A file that a crash left behind is not overwritten: the storage gives the new one another name.
    """
    content = receipt_pdf.render(receipt.facts)
    name = private_storage().save(
        f"receipts/{receipt.year}/{receipt.beneficiary_id}/{receipt.number:06d}.pdf", ContentFile(content)
    )
    receipt.pdf.name = name
    receipt.pdf_sha256 = hashlib.sha256(content).hexdigest()
    Receipt.objects.filter(pk=receipt.pk).update(pdf=name, pdf_sha256=receipt.pdf_sha256)


def make_again(receipt: Receipt) -> tuple[bytes, bool]:
    """Set a receipt anew from its frozen facts: the file, and whether it is, to the byte, what went out.

    Nothing is kept. It differs when the program that sets it, its fonts or its translations changed, or when
    the donor's data were erased since: the file that went out stays the proof.
    """
    content = receipt_pdf.render(receipt.facts)
    return content, hashlib.sha256(content).hexdigest() == receipt.pdf_sha256


def write_mail(receipt: Receipt) -> None:
    """Put the receipt's mail in the outbox, exactly once however often this is called."""
    donation, is_receipt = receipt.donation, receipt.kind == ReceiptKind.RECEIPT
    is_first = is_receipt and not donation.receipts.filter(pk__lt=receipt.pk).exists()
    with transaction.atomic():
        queue_mail(
            to=receipt.facts["donor"]["email"],
            stream=Stream.SERVICE,
            template="donations/emails/receipt" if is_receipt else "donations/emails/correction",
            context=receipt_context(receipt),
            language=receipt.facts["language"],
            about=donation,
            key=f"receipt:{donation.public_id}" if is_first else f"receipt:{donation.public_id}:{receipt.pk}",
            attachments=[
                FileRef("private", str(receipt.pdf.name), receipt_pdf.filename(receipt), "application/pdf")
            ],
        )
        receipt.mailed_at = timezone.now()
        Receipt.objects.filter(pk=receipt.pk).update(mailed_at=receipt.mailed_at)
