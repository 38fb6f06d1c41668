"""Do the books agree with what stands beside them? Questions only: nothing is mended here."""

from __future__ import annotations

from django.db.models import Count, F, Max, Q, Sum

from donations.models import (
    Account,
    Campaign,
    Donation,
    LedgerEntry,
    LedgerTransaction,
    Receipt,
    ReceiptSequence,
    State,
)


def problems() -> list[str]:
    """Every disagreement, in a sentence each; an empty list is what one hopes for."""
    return [*_totals(), *_unbalanced(), *_unbooked(), *_receipt_gaps()]


def _totals() -> list[str]:
    raised = dict(
        LedgerEntry.objects.filter(account=Account.GIFTS, campaign__isnull=False)
        .order_by()
        .values_list("campaign")
        .annotate(sum=-Sum("amount_cents"))
    )
    counted = {
        campaign: (donations, donors)
        for campaign, donations, donors in Donation.objects.counted()
        .filter(campaign__isnull=False)
        .order_by()
        .values_list("campaign")
        .annotate(donations=Count("pk"), donors=Count("donor", distinct=True))
    }
    found = []
    for campaign in Campaign.objects.with_raised().order_by("pk"):
        ledger = (raised.get(campaign.pk, 0), *counted.get(campaign.pk, (0, 0)))
        kept = (campaign.raised_cents, campaign.donation_count, campaign.donor_count)
        if ledger != kept:
            found.append(
                f"Campaign {campaign.pk}: the total says {kept}, the ledger {ledger} "
                "(cents raised, donations, donors)"
            )
    return found


def _unbalanced() -> list[str]:
    unbalanced = (
        LedgerTransaction.objects.annotate(sum=Sum("entries__amount_cents"))
        .filter(Q(sum__isnull=True) | ~Q(sum=0))
        .values_list("key", "sum")
        .order_by("pk")
    )
    return [f"Transaction {key} adds up to {total}" for key, total in unbalanced]


def _unbooked() -> list[str]:
    booked = (
        Donation.objects.annotate(
            given=Sum(
                "ledger_transactions__entries__amount_cents",
                filter=Q(ledger_transactions__entries__account=Account.GIFTS),
            )
        )
        .filter(
            Q(state=State.PAID) & (Q(given__isnull=True) | ~Q(given=F("refunded_cents") - F("amount_cents")))
            | ~Q(state=State.PAID) & Q(given__isnull=False)
        )
        .order_by("pk")
    )
    return [f"Donation {donation.public_id}: the ledger does not agree with its state" for donation in booked]


def _receipt_gaps() -> list[str]:
    issued = {
        (row["beneficiary"], row["year"]): (row["count"], row["highest"])
        for row in Receipt.objects.order_by()
        .values("beneficiary", "year")
        .annotate(count=Count("pk"), highest=Max("number"))
    }
    return [
        f"Receipts of beneficiary {sequence.beneficiary_id} in {sequence.year} have gaps"
        for sequence in ReceiptSequence.objects.order_by("pk")
        if issued.get((sequence.beneficiary_id, sequence.year), (0, 0)) != (sequence.last, sequence.last)
        and sequence.last
    ]
