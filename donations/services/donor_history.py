"""What a donor finds among the own donations."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Coalesce

from donations.models import ChangeState, Donation, Donor, Receipt, RecurringChange, RecurringDonation, State

# What never left the form, or ended without a try to pay, is no part of a person's history.
# Nobody has more recurring gifts; a page needs an end.
_MOST = 50
_SHOWN = (State.PROCESSING, State.PAID, State.FAILED)


def donations_of(donor: Donor) -> QuerySet[Donation]:
    """A donor's donations, the newest first, with their receipts: three queries for a page of them."""
    receipts = Receipt.objects.filter(voided_at__isnull=True).exclude(pdf="").order_by("pk")
    return (
        Donation.objects.filter(donor=donor, state__in=_SHOWN)
        .select_related("campaign", "beneficiary")
        .prefetch_related(Prefetch("receipts", receipts, to_attr="papers"))
        # The day of the payment; of a gift whose money has not arrived, that on which it was begun.
        .annotate(given_at=Coalesce("paid_at", "created_at"))
        .order_by("-given_at", "-id")
    )


def recurring_of(donor: Donor) -> list[RecurringDonation]:
    """A donor's recurring gifts, those that go on first, with what was asked and is not done yet (`waiting`).

    Two queries.
    """
    waiting = RecurringChange.objects.filter(state=ChangeState.WAITING)
    given = Donation.objects.filter(recurring=OuterRef("pk"))
    rows = RecurringDonation.objects.of(donor).select_related("campaign", "beneficiary")
    rows = rows.annotate(has_given=Exists(given))
    found = rows.prefetch_related(Prefetch("changes", waiting, to_attr="waiting"))[:_MOST]
    return sorted(found, key=lambda gift: not gift.is_alive)
