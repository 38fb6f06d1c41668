"""What the books say of stretches of days: read from the totals by day, never from donations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models.functions import TruncMonth

from cms.dates import months_from
from cms.money import Money
from cms.registries import visible_rows
from donations.desk.periods import Period
from donations.models import Campaign, DayTotal
from donations.models.day_total import SUMS, DayTotalQuerySet


@dataclass(frozen=True)
class Given:
    """What arrived and went back, in cents of one currency; how many gifts and movements back."""

    currency: str = "EUR"
    arrived_cents: int = 0
    gifts: int = 0
    returned_cents: int = 0
    returns: int = 0
    fees_cents: int = 0

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]], currency: str) -> Given:
        """The sum of rows of DayTotalQuerySet.summed(); those of another currency are left out."""
        mine = [row for row in rows if row["currency"] == currency]
        return cls(currency, **{name: sum(row[name] for row in mine) for name in SUMS})

    @property
    def arrived(self) -> Money:
        return Money(self.arrived_cents, self.currency)

    @property
    def returned(self) -> Money:
        return Money(self.returned_cents, self.currency)

    @property
    def fees(self) -> Money:
        return Money(self.fees_cents, self.currency)

    @property
    def net(self) -> Money:
        """What stays given: refunds and disputes taken off on the day on which they happened."""
        return self.arrived - self.returned


@dataclass(frozen=True)
class OfCampaign:
    """What a campaign was given; campaign is None for gifts to no campaign."""

    campaign: Campaign | None
    given: Given


@dataclass(frozen=True)
class OfPeriod:
    """A period's sums: of all, of gifts made once and of those that come again, and by campaign."""

    whole: Given
    once: Given
    recurring: Given
    campaigns: list[OfCampaign]
    other_currencies: list[str]


def _seen(user: Any) -> DayTotalQuerySet:
    """The totals of the beneficiaries that a person may see."""
    return cast(DayTotalQuerySet, visible_rows(user, DayTotal.objects.all()))


def of_day(user: Any, day: date, currency: str) -> Given:
    return Given.of(_seen(user).between(day, day).summed("currency"), currency)


def of_period(user: Any, period: Period, currency: str) -> OfPeriod:
    """Two queries, however many campaigns; the campaign that was given most comes first."""
    totals = _seen(user).between(period.first, period.last)
    rows = list(totals.summed("campaign", "is_recurring", "currency"))
    by_campaign = defaultdict(list)
    for row in rows:
        if row["currency"] == currency:
            by_campaign[row["campaign"]].append(row)
    names = Campaign.objects.in_bulk([key for key in by_campaign if key])
    campaigns = [
        OfCampaign(names[key] if key else None, Given.of(found, currency))
        for key, found in by_campaign.items()
    ]
    return OfPeriod(
        whole=Given.of(rows, currency),
        once=Given.of([row for row in rows if not row["is_recurring"]], currency),
        recurring=Given.of([row for row in rows if row["is_recurring"]], currency),
        campaigns=sorted(campaigns, key=lambda one: (-one.given.net.cents, str(one.campaign or ""))),
        other_currencies=sorted({row["currency"] for row in rows} - {currency}),
    )


@dataclass(frozen=True)
class OfMonth:
    month: Period
    once: Given
    recurring: Given
    whole: Given


def of_months(user: Any, last: Period, count: int, currency: str) -> list[OfMonth]:
    """The last so many months, the earliest first, empty ones among them. One query."""
    months = [last.moved(step) for step in range(1 - count, 1)]
    totals = _seen(user).between(months_from(last.first, 1 - count), last.last)
    totals = totals.annotate(month=TruncMonth("day"))
    by_month = defaultdict(list)
    for row in totals.summed("month", "is_recurring", "currency"):
        by_month[row["month"]].append(row)
    return [
        OfMonth(
            month,
            once=Given.of([row for row in rows if not row["is_recurring"]], currency),
            recurring=Given.of([row for row in rows if row["is_recurring"]], currency),
            whole=Given.of(rows, currency),
        )
        for month in months
        if month is not None
        for rows in [by_month[month.first]]
    ]
