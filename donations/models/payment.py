"""Movements of money that belong to a donation, and the ways by which it comes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.models import Record
from cms.money import Money
from donations.models.donation import Donation


class Method(models.TextChoices):
    """How money comes, or goes back, where the payment page has no part in it."""

    BANK_TRANSFER = "bank_transfer", _("Bank transfer")
    CASH = "cash", pgettext_lazy("way of payment", "Cash")
    CHEQUE = "cheque", _("Cheque")


class Payment(Record):
    """One movement of money that arrived for a donation."""

    donation = models.ForeignKey(
        Donation, models.PROTECT, related_name="payments", verbose_name=_("donation")
    )
    payment_intent_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    charge_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    amount_cents = models.PositiveBigIntegerField(_("amount"))
    refunded_cents = models.PositiveBigIntegerField(_("refunded"), default=0)
    fee_cents = models.BigIntegerField(_("fee"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    method = models.CharField(_("method"), max_length=40, blank=True)
    paid_at = models.DateTimeField(_("paid"))
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-paid_at", "-id"]
        indexes = [
            models.Index(fields=["-paid_at", "-id"], name="payment_in_order"),
            # What the sweeper looks for every ten minutes: almost none.
            models.Index(
                fields=["paid_at"],
                condition=Q(fee_cents__isnull=True, charge_id__isnull=False),
                name="payment_without_fee",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(refunded_cents__lte=F("amount_cents")), name="payment_refund_is_within_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} · {self.charge_id or self.pk}"

    @property
    def account(self) -> str:
        """The account of the ledger from which this money would be given back."""
        if self.payment_intent_id:
            return "stripe"
        return "cash" if self.method == "cash" else "bank"

    @property
    def is_by_hand(self) -> bool:
        """Whether it never passed Stripe: what goes back of it is handed over, too."""
        return self.payment_intent_id is None

    @property
    def refundable(self) -> Money:
        """What has not been given back of it."""
        return Money(self.amount_cents - self.refunded_cents, self.currency)

    @property
    def amount(self) -> Money:
        return Money(self.amount_cents, self.currency)

    @property
    def fee(self) -> Money | None:
        return None if self.fee_cents is None else Money(self.fee_cents, self.currency)
