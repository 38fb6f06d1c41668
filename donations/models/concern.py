"""What a person must see: one gift paid twice, a payout that does not add up, a charge after the end."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.models import Record
from donations.models.base import ForbiddenTransition
from donations.models.donation import Donation
from donations.models.recurring import RecurringDonation


class ConcernKind(models.TextChoices):
    PAID_TWICE = "paid_twice", _("One gift was paid twice at Stripe: give one payment back there")
    PAID_AFTER_END = "paid_after_end", _("A payment arrived after the donor ended the recurring gift")
    UNKNOWN_AT_STRIPE = "unknown_at_stripe", _("Stripe has money that no donation here knows")
    DOES_NOT_AGREE = "does_not_agree", _("Stripe and this site contradict each other")
    REFUND_FAILED = "refund_failed", _("A refund did not reach the donor")
    CHANGE_REFUSED = "change_refused", _("Stripe refused a change of a recurring gift")
    FRAUD_WARNING = "fraud_warning", _("The card's bank warns of fraud: giving back now saves a dispute")
    PAYOUT = "payout", _("A payout does not add up, or did not reach the bank")
    BOOKS = "books", _("The books disagree: see manage.py check_totals")


class ConcernState(models.TextChoices):
    OPEN = "open", pgettext_lazy("concern", "To look at")
    SETTLED = "settled", pgettext_lazy("concern", "Settled")


CONCERN_MOVES = {ConcernState.OPEN: {ConcernState.SETTLED}, ConcernState.SETTLED: {ConcernState.OPEN}}


class ConcernQuerySet(models.QuerySet["Concern"]):
    def open(self) -> ConcernQuerySet:
        return self.filter(state=ConcernState.OPEN)


class Concern(Record):
    """One fact, named by its key, so that it is raised once however often it is found."""

    key = models.CharField(max_length=255, unique=True, editable=False)
    kind = models.CharField(_("what"), max_length=30, choices=ConcernKind)
    state = models.CharField(_("state"), max_length=10, choices=ConcernState, default=ConcernState.OPEN)
    donation = models.ForeignKey(
        Donation, models.PROTECT, null=True, related_name="concerns", verbose_name=_("donation")
    )
    recurring = models.ForeignKey(
        RecurringDonation,
        models.PROTECT,
        null=True,
        related_name="concerns",
        verbose_name=_("recurring donation"),
    )
    stripe_id = models.CharField(_("at Stripe"), max_length=255, blank=True)
    detail = models.CharField(_("in detail"), max_length=500, blank=True)
    last_seen_at = models.DateTimeField(_("last found"), default=timezone.now)
    settled_at = models.DateTimeField(pgettext_lazy("concern", "settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("settled by")
    )
    note = models.TextField(_("what was done"), max_length=500, blank=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        verbose_name = _("matter to look at")
        verbose_name_plural = _("matters to look at")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="concern_open")]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def transition(self, *, to: ConcernState, by, note: str = "") -> bool:
        """The one door of the state. The caller holds the row's lock.

        by: who settled it. Same state again returns False quietly.
        """
        if to == self.state:
            return False
        if to not in CONCERN_MOVES[ConcernState(self.state)]:
            raise ForbiddenTransition(f"{self.state} -> {to}")
        self.state = to
        is_settled = to == ConcernState.SETTLED
        self.settled_at, self.settled_by = (timezone.now(), by) if is_settled else (None, None)
        self.note = note or self.note
        self.save(update_fields=["state", "settled_at", "settled_by", "note", "updated_at"])
        return True
