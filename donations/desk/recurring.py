"""How the gifts that come again stand now, and how they stood at the end of each month."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from cms.money import Money
from cms.registries import visible_rows
from donations.desk.periods import Period
from donations.models import Interval, RecurringDonation, RecurringState, RecurringTransition, Stood

STANDINGS = [state for how in Stood for state in how.states]


@dataclass(frozen=True)
class Health:
    """How many are active, failing and paused; what the active ones bring each month and each year."""

    active: int
    failing: int
    paused: int
    monthly: Money
    yearly: Money


def health(user: Any, currency: str) -> Health:
    """Those of now. One query, which reads an index and no rows."""
    rows = visible_rows(user, RecurringDonation.objects.all()).filter(state__in=STANDINGS, currency=currency)
    counts: Counter[str] = Counter()
    cents: Counter[str] = Counter()
    grouped = rows.order_by().values_list("state", "interval")
    for state, interval, count, value in grouped.annotate(Count("pk"), Sum("amount_cents")):
        counts[state] += count
        if state == RecurringState.ACTIVE:
            cents[interval] += value
    return Health(
        **_by_standing(counts),
        monthly=Money(cents[Interval.MONTH], currency),
        yearly=Money(cents[Interval.YEAR], currency),
    )


@dataclass(frozen=True)
class Standing:
    """How many stood how at the end of a month (of the current one: now), and how many it began and ended."""

    month: Period
    active: int
    failing: int
    paused: int
    began: int
    ended: int


def standings(user: Any, last: Period, count: int) -> list[Standing]:
    """The last so many months, the earliest first: from how they stand now, back through their moves.

    Four queries. last: the month of today.
    """
    rome = timezone.get_default_timezone()
    months = [month for step in range(1 - count, 1) if (month := last.moved(step))]
    gifts = visible_rows(user, RecurringDonation.objects.all()).order_by()
    stand = Counter(dict(gifts.filter(state__in=STANDINGS).values_list("state").annotate(Count("pk"))))
    moves: dict[Any, Counter[str]] = {month.first: Counter() for month in months}
    made = visible_rows(user, RecurringTransition.objects.all()).filter(at__gte=months[0].begins_at)
    by_month = made.annotate(month=TruncMonth("at", tzinfo=rome)).order_by()
    for month, was, became, number in by_month.values_list("month", "was", "became").annotate(Count("pk")):
        if month.date() in moves:
            moves[month.date()][became] += number
            moves[month.date()][was] -= number
    flows = {name: _by_month(gifts, name, months[0]) for name in ("began_at", "ended_at")}
    found = []
    for month in reversed(months):
        found.append(
            Standing(
                month,
                **_by_standing(stand),
                began=flows["began_at"][month.first],
                ended=flows["ended_at"][month.first],
            )
        )
        stand.subtract(moves[month.first])
    return found[::-1]


def _by_standing(counts: Counter[str]) -> dict[str, int]:
    return {str(how): sum(counts[state] for state in how.states) for how in Stood}


def _by_month(gifts: Any, name: str, first: Period) -> Counter:
    rome = timezone.get_default_timezone()
    rows = gifts.filter(**{f"{name}__gte": first.begins_at}).annotate(month=TruncMonth(name, tzinfo=rome))
    return Counter(
        {month.date(): number for month, number in rows.values_list("month").annotate(Count("pk"))}
    )
