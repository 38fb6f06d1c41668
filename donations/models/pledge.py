"""Money promised and not yet moved: a bank transfer that a donor said would come."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.models import Record
from cms.money import Money
from cms.money_fields import CentsField
from donations import causale
from donations.models.as_given import AsGiven
from donations.models.base import ForbiddenTransition, named, return_token
from donations.models.beneficiary import Beneficiary
from donations.models.campaign import Campaign
from donations.models.donation import Donation
from donations.models.donor import Donor


class PledgeState(models.TextChoices):
    OPEN = "open", pgettext_lazy("pledge", "Awaited")
    PAID = "paid", pgettext_lazy("pledge", "Arrived")
    EXPIRED = "expired", pgettext_lazy("pledge", "Expired")
    CANCELED = "canceled", pgettext_lazy("pledge", "Cancelled")


# Money wins over an end without money, however late it comes; and a match that was a mistake is undone.
ALLOWED: dict[PledgeState, set[PledgeState]] = {
    PledgeState.OPEN: {PledgeState.PAID, PledgeState.EXPIRED, PledgeState.CANCELED},
    PledgeState.EXPIRED: {PledgeState.PAID},
    PledgeState.CANCELED: {PledgeState.PAID},
    PledgeState.PAID: {PledgeState.OPEN},
}


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def awaited(self) -> PledgeQuerySet:
        """Those whose money may still come: open, or ended without it."""
        return self.exclude(state=PledgeState.PAID)

    def past(self, today: date) -> PledgeQuerySet:
        """Open ones whose last day is over."""
        return self.filter(state=PledgeState.OPEN, expires_on__lt=today)


class Pledge(AsGiven, Record):
    public_id = models.UUIDField(_("number"), default=uuid.uuid4, unique=True, editable=False)
    return_token = models.CharField(max_length=64, default=return_token, unique=True, editable=False)
    code = models.CharField(
        _("reason of the transfer"), max_length=20, unique=True, default=causale.draw, editable=False
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PledgeState, default=PledgeState.OPEN, editable=False
    )
    donor = models.ForeignKey(Donor, models.PROTECT, related_name="pledges", verbose_name=_("donor"))
    beneficiary = models.ForeignKey(
        Beneficiary, models.PROTECT, related_name="pledges", verbose_name=_("beneficiary")
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name=_("campaign")
    )
    donation = models.OneToOneField(
        Donation, models.PROTECT, null=True, related_name="pledge", verbose_name=_("donation")
    )
    amount_cents = CentsField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR", editable=False)
    expires_on = models.DateField(_("awaited until"))
    ended_because = models.CharField(_("because"), max_length=200, blank=True, editable=False)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "expires_on"], name="pledge_awaited")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="pledge_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(state=PledgeState.PAID, donation__isnull=False)
                | (~Q(state=PledgeState.PAID) & Q(donation__isnull=True)),
                name="paid_pledge_has_its_donation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shown_code} · {self.display_name}"

    @property
    @named(_("amount"))
    def amount(self) -> Money:
        return Money(self.amount_cents, self.currency)

    @property
    @named(_("reason of the transfer"))
    def shown_code(self) -> str:
        """As the donor writes it into the transfer: DONO-7K3M-9QX4."""
        return causale.shown(self.code)

    @property
    def is_open(self) -> bool:
        return self.state == PledgeState.OPEN and self.expires_on >= timezone.localdate()

    def transition(self, *, to: PledgeState, because: str, donation: Donation | None = None) -> bool:
        """The one door of the state. The caller holds the row's lock.

        donation: what the money became, needed to be paid. Same state again returns False quietly; raises
        ForbiddenTransition.
        """
        if to == self.state:
            return False
        if to not in ALLOWED[PledgeState(self.state)]:
            raise ForbiddenTransition(f"{self.state} -> {to}")
        self.state, self.donation, self.ended_because = to, donation, because[:200]
        self.save(update_fields=["state", "donation", "ended_because", "updated_at"])
        return True
