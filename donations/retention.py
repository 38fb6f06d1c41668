"""What of donations may be deleted or emptied after its time, once staff approve the rule."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cms.models import RetentionRule
from cms.privacy import columns
from cms.privacy.needles import MARK
from cms.privacy.retention import RetentionKind, delete_all, each, kinds, without_person
from donations.models import Donation, Receipt, State, StripeEvent
from donations.personal_data import DONATIONS, DONORS, RECEIPTS

Action = RetentionRule.Action


def _end_of_accounts(receipt: Receipt) -> None:
    """The receipt, its donation, and the donor when no younger receipt needs the name."""
    donation = receipt.donation
    RECEIPTS.pseudonymise(receipt)
    DONATIONS.pseudonymise(donation)
    younger = Receipt.objects.filter(donation__donor=donation.donor).exclude(facts__donor__name=MARK)
    if not younger.exists():
        DONORS.pseudonymise(donation.donor)


def _keep_the_id(event: StripeEvent) -> None:
    """What Stripe wrote goes; that it was heard, and when, stays."""
    columns.write(event, raw="")


def register() -> None:
    kinds.register(
        "donations.receipts",
        RetentionKind(
            _("Receipts whose legal time is over, with their donations"),
            lambda before: Receipt.objects.filter(year__lt=before.year).exclude(facts__donor__name=MARK),
            {Action.PSEUDONYMISE: each(_end_of_accounts)},
        ),
    )
    kinds.register(
        "donations.unpaid",
        RetentionKind(
            _("Donations that were never paid"),
            lambda before: Donation.objects.filter(
                state__in=[State.FAILED, State.EXPIRED, State.CANCELED], created_at__lt=before
            ).exclude(display_name=""),
            {Action.PSEUDONYMISE: without_person(DONATIONS)},
        ),
    )
    kinds.register(
        "donations.events",
        RetentionKind(
            _("Stripe events that were worked on"),
            lambda before: StripeEvent.objects.filter(
                received_at__lt=before, processed_at__isnull=False
            ).exclude(raw=""),
            {Action.PSEUDONYMISE: each(_keep_the_id), Action.DELETE: delete_all},
        ),
    )
