"""What the ledger says of each day, kept beside it so that a report reads days and not gifts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from donations.models.beneficiary import Beneficiary
from donations.models.campaign import Campaign

# What is added up. Cents, but for the numbers of gifts and of movements that went back.
SUMS = ("arrived_cents", "gifts", "returned_cents", "returns", "fees_cents")


class DayTotalQuerySet(models.QuerySet["DayTotal"]):
    def between(self, first: date, last: date) -> DayTotalQuerySet:
        """Those of a stretch of days, both ends included."""
        return self.filter(day__range=(first, last))

    def summed(self, *by: str) -> models.QuerySet[Any]:
        """The sums for each value of these columns, as dictionaries."""
        return self.order_by(*by).values(*by).annotate(**{name: Sum(name) for name in SUMS})


class DayTotal(models.Model):
    """One day in Italy of one beneficiary and campaign, gifts made once and those that come again apart.

    Written only by donations.services.ledger, in the transaction of the ledger's rows; manage.py check_totals
    compares.
    """

    day = models.DateField(_("day"))
    beneficiary = models.ForeignKey(
        Beneficiary, models.PROTECT, related_name="day_totals", verbose_name=_("beneficiary")
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, related_name="day_totals", verbose_name=_("campaign")
    )
    is_recurring = models.BooleanField(_("comes again"))
    currency = models.CharField(_("currency"), max_length=3)
    arrived_cents = models.BigIntegerField(_("arrived"), default=0)
    gifts = models.PositiveIntegerField(_("donations"), default=0)
    returned_cents = models.BigIntegerField(_("went back"), default=0)
    returns = models.PositiveIntegerField(_("movements back"), default=0)
    fees_cents = models.BigIntegerField(_("payment fees"), default=0)

    objects = DayTotalQuerySet.as_manager()

    class Meta:
        verbose_name = _("total of a day")
        verbose_name_plural = _("totals by day")
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "beneficiary", "campaign", "is_recurring", "currency"],
                condition=Q(campaign__isnull=False),
                name="day_total_of_campaign_is_there_once",
            ),
            models.UniqueConstraint(
                fields=["day", "beneficiary", "is_recurring", "currency"],
                condition=Q(campaign__isnull=True),
                name="day_total_without_campaign_is_there_once",
            ),
        ]
        indexes = [models.Index(fields=["day"], name="day_total_of_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.arrived_cents - self.returned_cents}"


def book_day(moment: datetime) -> date:
    """The day of the books on which something happened: the day in Italy, whoever looks from wherever."""
    return timezone.localdate(moment, timezone.get_default_timezone())
