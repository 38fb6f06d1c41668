"""A payment that the donor's bank took back, or asks about: mirrored from Stripe, fought in its dashboard."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cms.models import Record
from cms.money import Money
from donations.models.base import ForbiddenTransition, named
from donations.models.donation import Donation
from donations.models.payment import Payment


class DisputeState(models.TextChoices):
    OPEN = "open", pgettext_lazy("dispute", "Open")
    WON = "won", pgettext_lazy("dispute", "Won")
    LOST = "lost", pgettext_lazy("dispute", "Lost")


# Why the donor's bank says it took the money back; Stripe knows more reasons than people meet.
REASONS = {
    "credit_not_processed": _("A refund that was promised did not come"),
    "debit_not_authorized": _("The donor did not allow this debit"),
    "duplicate": _("It was taken twice"),
    "fraudulent": _("The donor does not recognise the payment"),
    "general": _("No reason was given"),
    "insufficient_funds": _("There was not enough on the account"),
    "product_not_received": _("What was promised did not arrive"),
    "product_unacceptable": _("It is not what was promised"),
    "subscription_canceled": _("The donor had ended the recurring donation"),
    "unrecognized": _("The donor does not recognise the payment"),
}

# An appeal opens again what was decided.
DISPUTE_MOVES: dict[DisputeState, set[DisputeState]] = {
    DisputeState.OPEN: {DisputeState.WON, DisputeState.LOST},
    DisputeState.WON: {DisputeState.OPEN, DisputeState.LOST},
    DisputeState.LOST: {DisputeState.OPEN, DisputeState.WON},
}


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def open(self) -> DisputeQuerySet:
        return self.filter(state=DisputeState.OPEN)

    def to_answer(self) -> DisputeQuerySet:
        """Open ones that Stripe waits for an answer to."""
        return self.open().filter(due_by__isnull=False, answered=False)


class Dispute(Record):
    dispute_id = models.CharField(_("at Stripe"), max_length=255, unique=True)
    donation = models.ForeignKey(
        Donation, models.PROTECT, related_name="disputes", verbose_name=_("donation")
    )
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes", verbose_name=_("payment"))
    amount_cents = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    state = models.CharField(_("state"), max_length=10, choices=DisputeState, default=DisputeState.OPEN)
    stripe_status = models.CharField(_("at Stripe it is"), max_length=40, blank=True)
    answered = models.BooleanField(_("answered"), default=False)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    due_by = models.DateTimeField(_("to be answered by"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("decided"), null=True, blank=True)
    withdrawn_cents = models.BigIntegerField(_("taken from the balance"), default=0)
    fee_cents = models.BigIntegerField(_("fee"), default=0)
    refreshed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="dispute_in_order"),
            models.Index(fields=["due_by"], condition=Q(state=DisputeState.OPEN), name="dispute_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="dispute_amount_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{gettext('Dispute')} {self.amount}"

    @property
    @named(_("amount"))
    def amount(self) -> Money:
        return Money(self.amount_cents, self.currency)

    @property
    @named(_("reason"))
    def why(self) -> str:
        """The reason in words; as Stripe calls it where we have none."""
        return str(REASONS.get(self.reason, self.reason))

    @property
    def is_late(self) -> bool:
        """Whether the day to answer has passed without one."""
        return bool(self.state == DisputeState.OPEN and self.due_by and self.due_by < timezone.now())

    def transition(self, *, to: DisputeState, at: datetime) -> bool:
        """The one door of the state. The caller holds the donation's lock.

        at: when we learned of it (UTC). Same state again returns False quietly; raises ForbiddenTransition.
        """
        if to == self.state:
            return False
        if to not in DISPUTE_MOVES[DisputeState(self.state)]:
            raise ForbiddenTransition(f"{self.state} -> {to}")
        self.state = to
        self.closed_at = None if to == DisputeState.OPEN else at
        self.save(update_fields=["state", "closed_at", "updated_at"])
        return True
