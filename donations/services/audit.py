"""Do the books agree with what stands beside them? Questions only: nothing is mended here."""

from __future__ import annotations

from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from donations.models import (
    GIVEN,
    Account,
    Campaign,
    DayTotal,
    Dispute,
    Donation,
    Donor,
    Kind,
    LedgerEntry,
    LedgerTransaction,
    Receipt,
    ReceiptSequence,
    State,
)
from donations.models.day_total import SUMS


def problems() -> list[str]:
    """Every disagreement, in a sentence each; an empty list is what one hopes for."""
    return [
        *_campaign_totals(),
        *_donor_totals(),
        *_day_totals(),
        *_unbalanced(),
        *_sum_of_all(),
        *_unbooked(),
        *_disputes(),
        *_receipt_gaps(),
    ]


def _campaign_totals() -> list[str]:
    raised = dict(
        LedgerEntry.objects.filter(account__in=GIVEN, campaign__isnull=False)
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


def _donor_totals() -> list[str]:
    given = dict(
        LedgerEntry.objects.filter(account__in=GIVEN, transaction__donation__isnull=False)
        .order_by()
        .values_list("transaction__donation__donor")
        .annotate(sum=-Sum("amount_cents"))
    )
    counted = dict(Donation.objects.counted().order_by().values_list("donor").annotate(donations=Count("pk")))
    found = []
    for donor in Donor.objects.select_related("total").order_by("pk"):
        ledger = (given.get(donor.pk, 0), counted.get(donor.pk, 0))
        kept = (donor.given.cents, donor.donation_count)
        if ledger != kept:
            found.append(
                f"Donor {donor.pk}: the total says {kept}, the ledger {ledger} (cents given, donations)"
            )
    return found


def _day_totals() -> list[str]:
    ledger = {day[:5]: day[5:] for day in booked_by_day()}
    kept = {
        (row.day, row.beneficiary_id, row.campaign_id, row.is_recurring, row.currency): tuple(
            getattr(row, name) for name in SUMS
        )
        for row in DayTotal.objects.all()
    }
    nothing = (0,) * len(SUMS)
    return [
        f"Day {day[0]} of beneficiary {day[1]}, campaign {day[2]}: the total says {says}, the ledger {is_} "
        f"({', '.join(SUMS)})"
        for day in sorted({*ledger, *kept}, key=str)
        if (says := kept.get(day, nothing)) != (is_ := ledger.get(day, nothing))
    ]


def booked_by_day() -> QuerySet:
    """What the ledger says of each day, as DayTotal keeps it: what it is a day of, then the sums."""
    went_back = Q(account__in=[Account.REFUNDS, Account.DISPUTES])
    return (
        LedgerEntry.objects.filter(transaction__donation__isnull=False)
        .annotate(
            day=TruncDate("transaction__occurred_at", tzinfo=timezone.get_default_timezone()),
            comes_again=Case(When(transaction__donation__recurring__isnull=False, then=True), default=False),
        )
        .order_by()
        .values_list("day", "beneficiary", "campaign", "comes_again", "currency")
        .annotate(
            arrived_cents=-Sum("amount_cents", filter=Q(account=Account.GIFTS), default=0),
            gifts=Count("pk", filter=Q(account=Account.GIFTS, transaction__kind=Kind.CHARGE)),
            returned_cents=Sum("amount_cents", filter=went_back, default=0),
            returns=Count("pk", filter=went_back),
            fees_cents=Sum("amount_cents", filter=Q(account=Account.FEES), default=0),
        )
    )


def _sum_of_all() -> list[str]:
    balances = LedgerEntry.objects.balances()
    whole = sum(balances.values())
    return [f"All accounts together hold {whole} cents instead of none: {balances}"] if whole else []


def _disputes() -> list[str]:
    withdrawn = dict(Dispute.objects.order_by().values_list("donation").annotate(sum=Sum("withdrawn_cents")))
    rows = Donation.objects.filter(Q(disputed_cents__gt=0) | Q(pk__in=withdrawn)).order_by("pk")
    return [
        f"Donation {row.public_id}: disputes took {withdrawn.get(row.pk, 0)}, not {row.disputed_cents}"
        for row in rows
        if withdrawn.get(row.pk, 0) != row.disputed_cents
    ]


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
                filter=Q(ledger_transactions__entries__account__in=GIVEN),
            )
        )
        .filter(
            Q(state=State.PAID)
            & (
                Q(given__isnull=True)
                | ~Q(given=F("refunded_cents") + F("disputed_cents") - F("amount_cents"))
            )
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
