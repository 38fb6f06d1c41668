"""Do the books agree with what stands beside them? Questions only: nothing is mended here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from django.db import connection, transaction
from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from donations.models import (
    GIVEN,
    Account,
    Campaign,
    DayTotal,
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

# Of each kind: books that disagree everywhere are told in a few sentences too.
MOST_TOLD = 100


def problems() -> list[str]:
    """Disagreements, in a sentence each, at most MOST_TOLD of a kind; an empty list is what one hopes for."""
    questions = (
        _campaign_totals,
        _donors_given,
        _donors_counted,
        _day_totals,
        _unbalanced,
        _sum_of_all,
        _unbooked,
        _disputes,
        _receipt_gaps,
    )
    with _one_moment():
        return [problem for find in questions for problem in islice(find(), MOST_TOLD)]


@contextmanager
def _one_moment() -> Iterator[None]:
    """Ask everything of the same books, so that a gift that arrives meanwhile is no disagreement."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield  # on SQLite whoever writes would have to wait for the end of it
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _campaign_totals() -> Iterable[str]:
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


def _donors_given() -> Iterable[str]:
    given = Q(donations__ledger_transactions__entries__account__in=GIVEN)
    cents = Sum("donations__ledger_transactions__entries__amount_cents", filter=given)
    rows = Donor.objects.order_by("pk").annotate(
        kept=Coalesce("total__given_cents", 0), booked=Coalesce(-cents, 0)
    )
    for pk, kept, booked in _differing(rows.values_list("pk", "kept", "booked")):
        yield f"Donor {pk}: the total says {kept} cents, the ledger {booked}"


def _donors_counted() -> Iterable[str]:
    went_back = F("donations__refunded_cents") + F("donations__disputed_cents")
    counted = Q(donations__state=State.PAID, donations__amount_cents__gt=went_back)
    rows = Donor.objects.order_by("pk").annotate(
        kept=Coalesce("total__donations", 0), booked=Count("donations", filter=counted)
    )
    for pk, kept, booked in _differing(rows.values_list("pk", "kept", "booked")):
        yield f"Donor {pk}: the total says {kept} donations, the books {booked}"


def _differing(rows: QuerySet) -> Iterator[tuple]:
    """The database compares, and hands out only what disagrees."""
    return rows.exclude(kept=F("booked")).iterator()


def _day_totals() -> Iterable[str]:
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


def _sum_of_all() -> Iterable[str]:
    balances = LedgerEntry.objects.balances()
    whole = sum(balances.values())
    return [f"All accounts together hold {whole} cents instead of none: {balances}"] if whole else []


def _disputes() -> Iterable[str]:
    rows = (
        Donation.objects.filter(Q(disputed_cents__gt=0) | Q(disputes__isnull=False))
        .order_by("pk")
        .annotate(booked=Coalesce(Sum("disputes__withdrawn_cents"), 0))
        .exclude(booked=F("disputed_cents"))
        .values_list("public_id", "disputed_cents", "booked")
    )
    for public_id, kept, booked in rows.iterator():
        yield f"Donation {public_id}: disputes took {booked}, not {kept}"


def _unbalanced() -> Iterable[str]:
    unbalanced = (
        LedgerTransaction.objects.annotate(sum=Sum("entries__amount_cents"))
        .filter(Q(sum__isnull=True) | ~Q(sum=0))
        .values_list("key", "sum")
        .order_by("pk")
    )
    return (f"Transaction {key} adds up to {total}" for key, total in unbalanced.iterator())


def _unbooked() -> Iterable[str]:
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
        .values_list("public_id", flat=True)
    )
    return (
        f"Donation {public_id}: the ledger does not agree with its state" for public_id in booked.iterator()
    )


def _receipt_gaps() -> Iterable[str]:
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
