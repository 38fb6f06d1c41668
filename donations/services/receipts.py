"""Receipts: a number without gaps, facts that stay, a PDF, a mail."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from donations.models import Donation, Payment, Receipt, ReceiptSequence


def issue_receipt(donation: Donation, *, payment: Payment) -> Receipt:
    """Give a paid donation its receipt, once; the PDF and the mail follow after the commit.

    The number is the next of the beneficiary in the year of the payment in Italy, taken under the lock
    of the sequence's row: a transaction that is undone gives its number back. Called in the transaction
    that books the money.
    """
    existing = Receipt.objects.filter(donation=donation).first()
    if existing:
        return existing
    paid_on = timezone.localdate(payment.paid_at)
    receipt = Receipt(
        beneficiary_id=donation.beneficiary_id,
        year=paid_on.year,
        number=_next_number(beneficiary_id=donation.beneficiary_id, year=paid_on.year),
        donation=donation,
    )
    receipt.facts = _facts(receipt, donation, payment)
    receipt.save()
    transaction.on_commit(lambda: _hint(receipt.pk))
    return receipt


def _next_number(*, beneficiary_id: int, year: int) -> int:
    ReceiptSequence.objects.get_or_create(beneficiary_id=beneficiary_id, year=year)
    sequence = ReceiptSequence.objects.select_for_update().get(beneficiary_id=beneficiary_id, year=year)
    ReceiptSequence.objects.filter(pk=sequence.pk).update(last=F("last") + 1)
    return sequence.last + 1


def _facts(receipt: Receipt, donation: Donation, payment: Payment) -> dict[str, Any]:
    """All that the receipt says, as it is today: later changes of a record do not touch it."""
    beneficiary, campaign = donation.beneficiary, donation.campaign
    return {
        "number": receipt.number,
        "year": receipt.year,
        "code": receipt.shown_code,
        "language": donation.language,
        "paid_on": timezone.localdate(payment.paid_at).isoformat(),
        "issued_on": timezone.localdate(receipt.issued_at).isoformat(),
        "amount_cents": payment.amount_cents,
        "currency": payment.currency,
        "method": payment.method,
        "fiscal_regime": beneficiary.fiscal_regime,
        "donation": str(donation.public_id),
        "donor": {"name": donation.display_name, "email": donation.donor.email},
        "campaign": {"it": campaign.name_it, "en": campaign.name_en or campaign.name_it}
        if campaign
        else None,
        "beneficiary": {
            "name": beneficiary.name,
            "legal_name": beneficiary.legal_name,
            "tax_code": beneficiary.tax_code,
            "address": beneficiary.address,
            "email": beneficiary.email,
        },
    }


def _hint(receipt_pk: int) -> None:
    from donations import tasks

    tasks.hint(tasks.deliver_receipt, receipt_pk)
