"""Money given back: asked for by staff, or made in Stripe's dashboard; and what became of it.

What came through Stripe goes back through Stripe. What came by transfer or in cash is handed over by
somebody, who writes down when and how: the same states, without `sent`.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from cms.models import Record
from cms.money import Money
from donations.models.base import ForbiddenTransition, named
from donations.models.donation import Donation
from donations.models.payment import Method, Payment


class RefundState(models.TextChoices):
    REQUESTED = "requested", _("Waits for a second person")
    CONFIRMED = "confirmed", _("To be sent")
    SENT = "sent", pgettext_lazy("refund", "On its way")
    SUCCEEDED = "succeeded", pgettext_lazy("refund", "Given back")
    FAILED = "failed", pgettext_lazy("refund", "Failed")
    CANCELED = "canceled", pgettext_lazy("refund", "Cancelled")
    REFUSED = "refused", pgettext_lazy("refund", "Refused")


# A bank may send a refund back long after it succeeded. What seemed to fail and is found at Stripe is there.
REFUND_MOVES: dict[RefundState, set[RefundState]] = {
    RefundState.REQUESTED: {RefundState.CONFIRMED, RefundState.REFUSED},
    RefundState.CONFIRMED: {
        RefundState.SENT,
        RefundState.SUCCEEDED,
        RefundState.FAILED,
        RefundState.CANCELED,
        RefundState.REFUSED,
    },
    RefundState.SENT: {RefundState.SUCCEEDED, RefundState.FAILED, RefundState.CANCELED},
    RefundState.SUCCEEDED: {RefundState.FAILED, RefundState.CANCELED},
    RefundState.FAILED: {RefundState.SENT, RefundState.SUCCEEDED},
    RefundState.CANCELED: set(),
    RefundState.REFUSED: set(),
}
# Money that these hold or hope for is spoken for: it cannot be asked for again.
SPOKEN_FOR = (RefundState.REQUESTED, RefundState.CONFIRMED, RefundState.SENT, RefundState.SUCCEEDED)


class RefundReason(models.TextChoices):
    REQUESTED = "requested_by_customer", _("The donor asked for it")
    DUPLICATE = "duplicate", _("Given twice by mistake")
    FRAUDULENT = "fraudulent", _("Somebody used the donor's card")


class RefundQuerySet(models.QuerySet["Refund"]):
    def to_send(self, now: datetime) -> RefundQuerySet:
        """Those that were confirmed and of which Stripe has not answered yet, whose turn it is."""
        confirmed = self.filter(state=RefundState.CONFIRMED, way="")
        return confirmed.filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)).order_by("id")

    def to_give(self) -> RefundQuerySet:
        """Those that were confirmed and that somebody has to hand over."""
        return self.filter(state=RefundState.CONFIRMED).exclude(way="")

    def unsettled(self) -> RefundQuerySet:
        return self.filter(state=RefundState.SENT)

    def spoken_for_cents(self) -> int:
        """What these refunds hold of their payments, in cents."""
        held = self.filter(state__in=SPOKEN_FOR)
        return held.aggregate(sum=models.Sum("amount_cents"))["sum"] or 0


class Refund(Record):
    public_id = models.UUIDField(_("number"), default=uuid.uuid4, unique=True, editable=False)
    donation = models.ForeignKey(Donation, models.PROTECT, related_name="refunds", verbose_name=_("donation"))
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    amount_cents = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    state = models.CharField(_("state"), max_length=20, choices=RefundState, default=RefundState.REQUESTED)
    reason = models.CharField(_("reason"), max_length=30, choices=RefundReason, blank=True)
    note = models.TextField(_("why, in your words"), max_length=500, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    needs_second_person = models.BooleanField(_("needs a second person"), default=False)
    way = models.CharField(_("how it goes back"), max_length=20, choices=Method, blank=True)
    given_on = models.DateField(_("given back on"), null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=140, blank=True)
    refund_id = models.CharField(_("at Stripe"), max_length=255, null=True, blank=True, unique=True)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)
    confirmed_at = models.DateTimeField(pgettext_lazy("refund", "confirmed"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    refreshed_at = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    next_try_at = models.DateTimeField(null=True, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-id"]
        permissions = [("confirm_refund", _("Can confirm refunds that a colleague asked for"))]
        indexes = [models.Index(fields=["state", "next_try_at"], name="refund_due")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="refund_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(needs_second_person=False)
                | Q(confirmed_by__isnull=True)
                | ~Q(confirmed_by=F("requested_by")),
                name="refund_is_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(way="", given_on__isnull=True)
                | (~Q(way="") & Q(refund_id__isnull=True))
                & (~Q(state=RefundState.SUCCEEDED) | Q(given_on__isnull=False)),
                name="refund_by_hand_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{pgettext('refund', 'Refund')} {self.amount}"

    @property
    @named(_("amount"))
    def amount(self) -> Money:
        return Money(self.amount_cents, self.currency)

    @property
    @named(_("made at"))
    def made_at(self) -> str:
        """Where it was begun: on this site, or in Stripe's dashboard."""
        return str(_("this site") if self.requested_by_id or self.note else _("Stripe's dashboard"))

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody hands the money over, as it did not come through Stripe."""
        return bool(self.way)

    @property
    @named(_("state"))
    def label(self) -> str:
        """The state a person reads: what nobody sends by itself waits for a hand."""
        if self.is_by_hand and self.state == RefundState.CONFIRMED:
            return pgettext("refund", "To be handed over")
        return str(RefundState(self.state).label)

    def transition(self, *, to: RefundState, **changes: Any) -> bool:
        """The one door of the state. The caller holds the donation's lock.

        changes: other columns, written with it. Same state again returns False quietly; raises
        ForbiddenTransition.
        """
        if to == self.state:
            return False
        if to not in REFUND_MOVES[RefundState(self.state)]:
            raise ForbiddenTransition(f"{self.state} -> {to}")
        self.state = to
        if to in (RefundState.SUCCEEDED, RefundState.FAILED, RefundState.CANCELED, RefundState.REFUSED):
            self.settled_at = timezone.now()
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=["state", "settled_at", *changes, "updated_at"])
        return True
