"""What a donor finds among the own donations."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Prefetch, QuerySet, Sum
from django.db.models.functions import ExtractYear

from cms.money import Money
from donations.models import Donation, Donor, Receipt, State

# What never left the form, or ended without a try to pay, is no part of a person's history.
_SHOWN = (State.PROCESSING, State.PAID, State.FAILED)


def donations_of(donor: Donor) -> QuerySet[Donation]:
    """A donor's donations, the newest first, with their receipts: three queries for a page of them."""
    receipts = Receipt.objects.filter(voided_at__isnull=True).exclude(pdf="").order_by("pk")
    return (
        Donation.objects.filter(donor=donor, state__in=_SHOWN)
        .select_related("campaign", "beneficiary")
        .prefetch_related(Prefetch("receipts", receipts, to_attr="papers"))
        .order_by("-created_at", "-id")
    )


def years_of(donor: Donor) -> list[dict[str, Any]]:
    """What a donor gave in each year (in Italy) and did not go back: year, amount, count. One query."""
    rows = (
        Donation.objects.paid()
        .filter(donor=donor)
        .values(year=ExtractYear("paid_at"))
        .annotate(cents=Sum(F("amount_cents") - F("refunded_cents") - F("disputed_cents")), count=Count("pk"))
        .order_by("-year")
    )
    return [{**row, "amount": Money(row["cents"], "EUR")} for row in rows]
