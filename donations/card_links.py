"""The address in a mail under which a donor changes the card of a recurring gift."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from donations.models import RecurringDonation

# Longer than Stripe tries again a payment that failed.
LIFE = timedelta(days=40)
_SALT = "donations.recurring.card"


def card_link(recurring: RecurringDonation) -> str:
    """The whole address, in the donor's language, which opens for some weeks."""
    token = signing.dumps(recurring.pk, salt=_SALT)
    with translation.override(recurring.language):
        return settings.BASE_URL + reverse("recurring_card", args=[token])


def of_card_link(token: str) -> RecurringDonation | None:
    """The recurring gift of such an address; None for one that is not ours or too old."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    return RecurringDonation.objects.select_related("campaign", "beneficiary").filter(pk=pk).first()
