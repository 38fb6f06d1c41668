"""Money that Stripe sends to the bank: mirrored, and compared with the movements that it is made of."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.models import Record
from cms.money import Money
from donations.models.base import named


class PayoutState(models.TextChoices):
    """Where Stripe says that it is. A payout that has arrived may still come back."""

    PENDING = "pending", pgettext_lazy("payout", "To be sent")
    IN_TRANSIT = "in_transit", pgettext_lazy("payout", "On its way")
    PAID = "paid", pgettext_lazy("payout", "Arrived")
    FAILED = "failed", pgettext_lazy("payout", "Came back")
    CANCELED = "canceled", pgettext_lazy("payout", "Cancelled")


_UNDER_WAY = [PayoutState.PENDING, PayoutState.IN_TRANSIT]


class PayoutQuerySet(models.QuerySet["Payout"]):
    def under_way(self) -> PayoutQuerySet:
        """Those whose money is not at the bank yet."""
        return self.filter(state__in=_UNDER_WAY)

    def not_adding_up(self) -> PayoutQuerySet:
        """Those whose movements come to another sum."""
        return self.filter(movements_cents__isnull=False).exclude(movements_cents=F("amount_cents"))


class Payout(Record):
    payout_id = models.CharField(_("at Stripe"), max_length=255, unique=True)
    amount_cents = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    state = models.CharField(_("state"), max_length=20, choices=PayoutState, default=PayoutState.PENDING)
    sent_at = models.DateTimeField(_("sent"))
    arrives_on = models.DateField(_("at the bank on"))
    failure = models.CharField(_("why it came back"), max_length=200, blank=True)
    movements = models.PositiveIntegerField(_("movements"), null=True, blank=True)
    movements_cents = models.BigIntegerField(_("sum of the movements"), null=True, blank=True)
    checked_at = models.DateTimeField(_("compared"), null=True, blank=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-arrives_on", "-id"]
        indexes = [
            models.Index(fields=["-arrives_on", "-id"], name="payout_in_order"),
            models.Index(
                fields=["arrives_on"],
                condition=Q(state__in=_UNDER_WAY),
                name="payout_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} · {self.payout_id}"

    @property
    @named(_("amount"))
    def amount(self) -> Money:
        return Money(self.amount_cents, self.currency)

    @property
    @named(_("difference to its movements"))
    def difference(self) -> Money | None:
        """The payout less its movements; None while it has not been compared with them."""
        if self.movements_cents is None:
            return None
        return Money(self.amount_cents - self.movements_cents, self.currency)
