"""One act of giving, and its states."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from cms.models import Record
from cms.money import Money
from donations.models.as_given import AsGiven
from donations.models.base import ForbiddenTransition, named
from donations.models.beneficiary import Beneficiary
from donations.models.campaign import Campaign
from donations.models.donor import Donor
from donations.models.payment_page import HasPaymentPage, PaymentPageQuerySet
from donations.models.recurring import RecurringDonation

if TYPE_CHECKING:
    from donations.models.stripe_event import StripeEvent


class State(models.TextChoices):
    DRAFT = "draft", _("Not yet at the payment")
    PENDING = "pending", _("Waiting for the donor")
    PROCESSING = "processing", _("Being processed")
    PAID = "paid", pgettext_lazy("donation", "Paid")
    FAILED = "failed", pgettext_lazy("donation", "Failed")
    EXPIRED = "expired", pgettext_lazy("donation", "Expired")
    CANCELED = "canceled", pgettext_lazy("donation", "Cancelled")


# A success wins over an end without money, however late it is heard of: the money has arrived.
_LATE = {State.PROCESSING, State.PAID}
ALLOWED: dict[State, set[State]] = {
    State.DRAFT: {State.PENDING, State.PROCESSING, State.PAID, State.FAILED, State.EXPIRED, State.CANCELED},
    State.PENDING: {State.PROCESSING, State.PAID, State.FAILED, State.EXPIRED, State.CANCELED},
    State.PROCESSING: {State.PAID, State.FAILED},
    State.FAILED: {State.PAID},
    State.EXPIRED: _LATE,
    State.CANCELED: _LATE,
    State.PAID: set(),
}


class DisputeStanding(models.TextChoices):
    """Whether the donor's bank took the money back, as far as it is decided."""

    NONE = "none", pgettext_lazy("dispute", "None")
    OPEN = "open", pgettext_lazy("dispute", "Open")
    WON = "won", pgettext_lazy("dispute", "Won")
    LOST = "lost", pgettext_lazy("dispute", "Lost")


class DonationQuerySet(PaymentPageQuerySet):
    def paid(self) -> DonationQuerySet:
        return self.filter(state=State.PAID)

    def counted(self) -> DonationQuerySet:
        """Those that a campaign counts: paid, and not gone back whole."""
        return self.paid().filter(amount_cents__gt=F("refunded_cents") + F("disputed_cents"))

    def sent_twice(self, facts: dict[str, Any], *, since: datetime) -> DonationQuerySet:
        """Equal gifts that were begun since then and can still be paid."""
        return self.filter(**facts, state__in=[State.DRAFT, State.PENDING], created_at__gte=since)

    def on_the_wall(self) -> DonationQuerySet:
        """Those whose name the donor wanted to be shown, and staff approved; the latest first."""
        rows = self._wanted_on_the_wall().filter(wall_approved_at__isnull=False)
        return rows.exclude(display_name="").order_by("-paid_at", "-id")  # "": the site has forgotten who

    def asking_for_the_wall(self) -> DonationQuerySet:
        """Those whose donor wanted to be shown, and of which staff have not said whether."""
        return self._wanted_on_the_wall().filter(wall_approved_at__isnull=True)

    def _wanted_on_the_wall(self) -> DonationQuerySet:
        return self.counted().filter(wants_wall=True, is_anonymous=False)


class Donation(HasPaymentPage, AsGiven, Record):
    """One act of giving, once or as one of a recurring gift."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="donations", verbose_name=_("campaign")
    )
    beneficiary = models.ForeignKey(
        Beneficiary, models.PROTECT, related_name="donations", verbose_name=_("beneficiary")
    )
    donor = models.ForeignKey(Donor, models.PROTECT, related_name="donations", verbose_name=_("donor"))
    amount_cents = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    refunded_cents = models.PositiveBigIntegerField(_("refunded"), default=0)
    disputed_cents = models.PositiveBigIntegerField(_("taken back by the bank"), default=0)
    dispute = models.CharField(
        _("dispute"),
        max_length=10,
        choices=DisputeStanding,
        default=DisputeStanding.NONE,
        editable=False,
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    wall_approved_at = models.DateTimeField(_("approved for the wall"), null=True, blank=True, editable=False)
    recurring = models.ForeignKey(
        RecurringDonation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="donations",
        verbose_name=_("recurring donation"),
    )
    invoice_id = models.CharField(max_length=255, null=True, blank=True, unique=True, editable=False)
    payment_intent_id = models.CharField(max_length=255, null=True, blank=True, unique=True, editable=False)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)

    objects = DonationQuerySet.as_manager()

    class Meta:
        verbose_name = _("donation")
        verbose_name_plural = _("donations")
        permissions = [
            ("record_gift", "Can record gifts that came by bank or in cash"),
            ("report_gifts", "Can prepare the yearly file for the tax office"),
            ("approve_wall", "Can approve names for the wall of donors"),
        ]
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "session_expires_at"], name="donation_unfinished"),
            models.Index(fields=["campaign", "donor", "state"], name="donation_donor_of_campaign"),
            models.Index(fields=["-paid_at"], name="donation_paid_at"),
            models.Index(
                fields=["created_at"], condition=Q(state=State.FAILED), name="donation_failed_in_order"
            ),
            # Few of very many: what a campaign's page shows.
            models.Index(
                fields=["campaign", "-paid_at", "-id"],
                condition=Q(wall_approved_at__isnull=False),
                name="donation_on_the_wall",
            ),
            models.Index(
                fields=["id"],
                condition=Q(wants_wall=True, wall_approved_at__isnull=True),
                name="donation_asks_for_the_wall",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="donation_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(refunded_cents__lte=F("amount_cents")), name="donation_refund_is_within_amount"
            ),
            models.CheckConstraint(
                condition=Q(state=State.PAID, paid_at__isnull=False)
                | (~Q(state=State.PAID) & Q(paid_at__isnull=True)),
                name="donation_paid_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(refunded_cents=0) | Q(state=State.PAID), name="donation_only_paid_is_refunded"
            ),
            models.CheckConstraint(
                condition=Q(disputed_cents=0) | Q(state=State.PAID), name="donation_only_paid_is_disputed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} · {self.display_name}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_cents, self.currency)

    @property
    def receiver_name(self) -> str:
        """What the donor reads it is for."""
        return self.campaign.name if self.campaign else self.beneficiary.name

    @property
    def refunded(self) -> Money:
        return Money(self.refunded_cents, self.currency)

    @property
    def kept(self) -> Money:
        """What was given and did not go back, once paid.

        Less than nothing when a gift was refunded and then taken back by the bank as well.
        """
        return self.amount - self.refunded - self.disputed

    @property
    def disputed(self) -> Money:
        """What the donor's bank took back and has not returned."""
        return Money(self.disputed_cents, self.currency)

    @property
    def is_counted(self) -> bool:
        """Whether campaign and donor count it: the same question as DonationQuerySet.counted()."""
        return self.state == State.PAID and self.refunded_cents + self.disputed_cents < self.amount_cents

    @property
    def may_be_named(self) -> bool:
        """Whether the donor is asked about the wall: it counts, and is no later one of a recurring gift."""
        return self.is_counted and (self.recurring_id is None or self.wants_wall)

    @property
    @named(_("state"))
    def label(self) -> str:
        """The state a person reads: a function of the state, of disputes and of what went back."""
        if self.dispute == DisputeStanding.OPEN:
            return pgettext("donation", "Disputed")
        if self.dispute == DisputeStanding.LOST:
            return pgettext("donation", "Lost in a dispute")
        if self.state == State.PAID and self.refunded_cents:
            whole = self.refunded_cents == self.amount_cents
            return pgettext("donation", "Refunded") if whole else pgettext("donation", "Partly refunded")
        return str(State(self.state).label)

    def transition(self, *, to: State, because: StripeEvent | str, paid_at: datetime | None = None) -> bool:
        """The one door of the state. The caller holds the row's lock.

        because: the event, or the reason in a few words. paid_at: when the money was taken (UTC), needed
        to become paid. Same state again returns False quietly; raises ForbiddenTransition.
        """
        if to == self.state:
            return False
        if to not in ALLOWED[State(self.state)]:
            raise ForbiddenTransition(f"{self.state} -> {to}")
        reason, event = (because[:200], None) if isinstance(because, str) else (because.type, because)
        DonationTransition.objects.create(
            donation=self,
            was=self.state,
            became=to,
            because=reason,
            event=event,
        )
        self.state = to
        if to == State.PAID:
            if paid_at is None:
                raise ValueError("A donation is paid at a moment")
            self.paid_at = paid_at
        self.save(update_fields=["state", "paid_at", "updated_at"])
        return True


class DonationTransition(models.Model):
    donation = models.ForeignKey(Donation, models.PROTECT, related_name="transitions")
    was = models.CharField(_("was"), max_length=20, choices=State)
    became = models.CharField(_("became"), max_length=20, choices=State)
    because = models.CharField(_("because"), max_length=200)
    event = models.ForeignKey("donations.StripeEvent", models.SET_NULL, null=True, related_name="transitions")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("move of a donation")
        verbose_name_plural = _("moves of donations")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.was} → {self.became}"
