"""A gift that comes again: a subscription at Stripe, mirrored. Each of its paid invoices is a Donation."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.models import Record
from cms.money import Money
from donations.models.as_given import AsGiven
from donations.models.base import ForbiddenTransition, named
from donations.models.beneficiary import Beneficiary
from donations.models.campaign import Campaign
from donations.models.donor import Donor
from donations.models.payment_page import HasPaymentPage, PaymentPageQuerySet

if TYPE_CHECKING:
    from donations.models.stripe_event import StripeEvent


class Interval(models.TextChoices):
    MONTH = "month", _("Every month")
    YEAR = "year", _("Every year")


class RecurringState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("recurring", "Not yet at the payment")
    PENDING = "pending", pgettext_lazy("recurring", "Waiting for the donor")
    INCOMPLETE = "incomplete", pgettext_lazy("recurring", "First payment not finished")
    ACTIVE = "active", pgettext_lazy("recurring", "Active")
    PAST_DUE = "past_due", pgettext_lazy("recurring", "A payment failed")
    UNPAID = "unpaid", pgettext_lazy("recurring", "No longer paid")
    PAUSED = "paused", pgettext_lazy("recurring", "Paused")
    CANCELED = "canceled", pgettext_lazy("recurring", "Ended")
    EXPIRED = "expired", pgettext_lazy("recurring", "Never began")


_ALIVE = {
    RecurringState.ACTIVE,
    RecurringState.PAST_DUE,
    RecurringState.UNPAID,
    RecurringState.PAUSED,
}
_BEGUN = {*_ALIVE, RecurringState.INCOMPLETE, RecurringState.CANCELED}
# What began after all, however late it is heard of, wins over "never began". Ended is for good.
RECURRING_MOVES: dict[RecurringState, set[RecurringState]] = {
    RecurringState.DRAFT: {*_BEGUN, RecurringState.PENDING, RecurringState.EXPIRED},
    RecurringState.PENDING: {*_BEGUN, RecurringState.EXPIRED},
    RecurringState.INCOMPLETE: {*_ALIVE, RecurringState.CANCELED, RecurringState.EXPIRED},
    **{state: {*_ALIVE, RecurringState.CANCELED} - {state} for state in _ALIVE},
    RecurringState.EXPIRED: _BEGUN,
    RecurringState.CANCELED: set(),
}


class Stood(models.TextChoices):
    """How a begun gift stands, in the few words of a report."""

    ACTIVE = "active", pgettext_lazy("recurring", "Active")
    PAUSED = "paused", pgettext_lazy("recurring", "Paused")
    FAILING = "failing", _("Not being paid")

    @property
    def states(self) -> tuple[RecurringState, ...]:
        if self == Stood.FAILING:
            return (RecurringState.PAST_DUE, RecurringState.UNPAID)
        return (RecurringState(self.value),)


class RecurringQuerySet(PaymentPageQuerySet):
    def alive(self) -> RecurringQuerySet:
        """Those at Stripe that may still bring money."""
        return self.filter(state__in=[*_ALIVE, RecurringState.INCOMPLETE])

    def of(self, donor: Donor) -> RecurringQuerySet:
        """Those that a donor began, the newest first."""
        return self.filter(donor=donor, state__in=_BEGUN).order_by("-id")

    def sent_twice(self, facts: dict[str, Any], *, since: datetime) -> RecurringQuerySet:
        """Equal gifts that were begun since then and can still begin."""
        begun = [RecurringState.DRAFT, RecurringState.PENDING]
        return self.filter(**facts, state__in=begun, created_at__gte=since)

    def failing(self) -> RecurringQuerySet:
        return self.filter(state__in=Stood.FAILING.states)

    def stood(self, how: Stood, day: date) -> RecurringQuerySet:
        """Those that stood so when a day ended, as their moves tell."""
        ended = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        moves = RecurringTransition.objects.filter(recurring=OuterRef("pk"))
        then = Coalesce(
            Subquery(moves.filter(at__lt=ended).order_by("-id").values("became")[:1]),
            Subquery(moves.filter(at__gte=ended).order_by("id").values("was")[:1]),
            "state",
        )
        return self.alias(then=then).filter(then__in=how.states)


class RecurringDonation(HasPaymentPage, AsGiven, Record):
    donor = models.ForeignKey(
        Donor, models.PROTECT, related_name="recurring_donations", verbose_name=_("donor")
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recurring_donations",
        verbose_name=_("campaign"),
    )
    beneficiary = models.ForeignKey(
        Beneficiary, models.PROTECT, related_name="recurring_donations", verbose_name=_("beneficiary")
    )
    amount_cents = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    interval = models.CharField(_("how often"), max_length=10, choices=Interval, default=Interval.MONTH)
    state = models.CharField(_("state"), max_length=20, choices=RecurringState, default=RecurringState.DRAFT)
    subscription_id = models.CharField(_("at Stripe"), max_length=255, null=True, blank=True, unique=True)
    customer_id = models.CharField(max_length=255, blank=True, editable=False)
    next_at = models.DateTimeField(_("next payment"), null=True, blank=True)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    began_at = models.DateTimeField(_("began"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = RecurringQuerySet.as_manager()

    class Meta:
        verbose_name = _("recurring donation")
        verbose_name_plural = _("recurring donations")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "session_expires_at"], name="recurring_unfinished"),
            models.Index(fields=["donor", "state"], name="recurring_of_donor"),
            models.Index(fields=["state", "currency", "interval", "amount_cents"], name="recurring_health"),
            models.Index(fields=["began_at"], name="recurring_began"),
            models.Index(fields=["ended_at"], name="recurring_ended"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="recurring_amount_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} · {self.display_name}"

    @property
    @named(_("amount"))
    def amount(self) -> Money:
        return Money(self.amount_cents, self.currency)

    @property
    def is_alive(self) -> bool:
        """Whether it may still bring money, and can be changed."""
        return self.state in _ALIVE

    @property
    def receiver_name(self) -> str:
        """What the donor reads it is for."""
        return self.campaign.name if self.campaign else self.beneficiary.name

    def transition(
        self, *, to: RecurringState, because: StripeEvent | str, at: datetime | None = None
    ) -> bool:
        """The one door of the state. The caller holds the row's lock.

        because: the event, or the reason in a few words. at: when it happened (UTC), now by default. Same
        state again returns False quietly; raises ForbiddenTransition.
        """
        if to == self.state:
            return False
        if to not in RECURRING_MOVES[RecurringState(self.state)]:
            raise ForbiddenTransition(f"{self.state} -> {to}")
        reason = because if isinstance(because, str) else because.type
        RecurringTransition.objects.create(recurring=self, was=self.state, became=to, because=reason[:200])
        self.state = to
        if to in _ALIVE and self.began_at is None:
            self.began_at = at or timezone.now()
        if to == RecurringState.CANCELED:
            self.ended_at = at or timezone.now()
        self.save(update_fields=["state", "began_at", "ended_at", "updated_at"])
        return True


class RecurringTransition(models.Model):
    recurring = models.ForeignKey(RecurringDonation, models.PROTECT, related_name="transitions")
    was = models.CharField(_("was"), max_length=20, choices=RecurringState)
    became = models.CharField(_("became"), max_length=20, choices=RecurringState)
    because = models.CharField(_("because"), max_length=200)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("move of a recurring donation")
        verbose_name_plural = _("moves of recurring donations")
        ordering = ["id"]
        indexes = [models.Index(fields=["at"], name="recurring_move_at")]

    def __str__(self) -> str:
        return f"{self.was} → {self.became}"


class ChangeKind(models.TextChoices):
    AMOUNT = "amount", _("Another amount")
    DATE = "date", _("Another day")
    PAUSE = "pause", _("Pause")
    RESUME = "resume", pgettext_lazy("recurring", "Go on")
    CANCEL = "cancel", _("End")


class ChangeState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("change", "To be done")
    DONE = "done", pgettext_lazy("change", "Done")
    REFUSED = "refused", pgettext_lazy("change", "Refused by Stripe")
    DROPPED = "dropped", pgettext_lazy("change", "No longer wanted")


class RecurringChange(models.Model):
    """What somebody asked to change of a recurring gift: kept first, then done at Stripe, in turn."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recurring = models.ForeignKey(
        RecurringDonation, models.PROTECT, related_name="changes", verbose_name=_("recurring donation")
    )
    kind = models.CharField(_("what"), max_length=10, choices=ChangeKind)
    wanted_cents = models.PositiveBigIntegerField(_("new amount"), null=True, blank=True)
    wanted_at = models.DateTimeField(_("day"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ChangeState, default=ChangeState.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("when"), default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    problem = models.CharField(_("why not"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("change of a recurring donation")
        verbose_name_plural = _("changes of recurring donations")
        ordering = ["id"]
        indexes = [models.Index(fields=["state", "next_try_at"], name="recurring_change_due")]

    def __str__(self) -> str:
        return f"{self.kind} · {self.recurring_id}"

    def transition(self, *, to: ChangeState, **changes: Any) -> bool:
        """The one door of the state: what waits is done, refused or dropped, once. The caller holds the lock.

        changes: other columns, written with it. Returns whether anything changed.
        """
        if self.state != ChangeState.WAITING:
            if to == self.state:
                return False
            raise ForbiddenTransition(f"{self.state} -> {to}")
        self.state, self.done_at = to, timezone.now()
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=["state", "done_at", *changes])
        return True
