"""What a gift and a recurring gift share: the payment page that is opened for them at Stripe."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from donations.models.base import return_token


class PaysWith(models.TextChoices):
    """What the donor chose to pay with, in Stripe's own words. None chosen: the payment page offers all."""

    CARD = "card", pgettext_lazy("way of payment", "Card")
    SEPA_DEBIT = "sepa_debit", _("Bank account (SEPA)")


class PaymentPageQuerySet(models.QuerySet):
    def drafts_left_since(self, moment: datetime) -> Self:
        """Those whose way to Stripe was cut before we knew the session."""
        return self.filter(state="draft", session_id__isnull=True, created_at__lt=moment)

    def unfinished_past(self, moment: datetime) -> Self:
        """Open or processing ones whose session had to end before the moment."""
        return self.filter(
            state__in=["pending", "processing"], session_id__isnull=False, session_expires_at__lt=moment
        )


class HasPaymentPage(models.Model):
    """A row that is saved as a draft, and then paid on a page of Stripe's. See services/payment_page.py."""

    public_id = models.UUIDField(_("number"), default=uuid.uuid4, unique=True, editable=False)
    return_token = models.CharField(max_length=64, default=return_token, unique=True, editable=False)
    attempt = models.PositiveSmallIntegerField(default=1, editable=False)
    session_id = models.CharField(max_length=255, null=True, blank=True, unique=True, editable=False)
    session_url = models.TextField(blank=True, editable=False)
    session_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    pays_with = models.CharField(
        _("to be paid with"),
        max_length=20,
        choices=PaysWith,
        blank=True,
        help_text=_("What the donor chose. Empty: whatever the payment page offers."),
    )
    covered_fee_cents = models.PositiveIntegerField(
        _("fees covered by the donor"),
        default=0,
        help_text=_("An estimate, and part of the amount."),
    )
    refreshed_at = models.DateTimeField(null=True, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
