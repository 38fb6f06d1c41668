"""The pictures of the desk: twelve months of gifts and of recurring ones, and the campaigns of a period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from babel.dates import format_date
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.charts import Bar, Bars, Cell, Chart, Place, Series
from cms.money import Money
from cms.weave import Hue, Thread
from donations.desk import figures
from donations.desk.periods import Period
from donations.desk.recurring import Standing
from donations.desk.sums import OfCampaign, OfMonth
from donations.models import RecurringDonation


def by_month(months: Sequence[OfMonth], currency: str) -> Chart:
    """What arrived, gifts made once below those that come again; the table says what went back, too."""

    def cells(given: str, amount: Callable[[OfMonth], Money], **more: Any) -> list[Cell]:
        return [
            Cell(
                max(amount(one).cents, 0),
                amount(one).format(),
                figures.entries(one.month, given, currency, **more),
            )
            for one in months
        ]

    arrived, net = "arrived", "net"
    return Chart(
        title=_("What arrived, by month"),
        note=_("Before refunds and disputes; the table says what went back."),
        places=[_place(one.month) for one in months],
        series=[
            Series(
                pgettext("chart", "once"),
                Thread(Hue.LAKE),
                cells(arrived, lambda one: one.once.arrived, recurring="once"),
            ),
            Series(
                pgettext("chart", "recurring"),
                Thread(Hue.BRICK, 3),
                cells(arrived, lambda one: one.recurring.arrived, recurring="again"),
            ),
            Series(_("Went back"), None, cells("back", lambda one: one.whole.returned)),
            Series(_("Stays given"), None, cells(net, lambda one: one.whole.net)),
            Series(
                _("Donations"),
                None,
                [
                    Cell(one.whole.gifts, figures.whole(one.whole.gifts), figures.gifts(one.month, currency))
                    for one in months
                ],
            ),
        ],
        written=lambda cents: Money(cents, currency).short(),
        step=100,
    )


def of_recurring(months: Sequence[Standing]) -> Chart:
    """How the recurring donations stood at the end of each month, and how many it began and ended."""

    def stood(state: str, count: Callable[[Standing], int]) -> list[Cell]:
        return [
            Cell(
                count(one),
                figures.whole(count(one)),
                figures.address(RecurringDonation, stood=state, on_day=one.month.last),
            )
            for one in months
        ]

    def flow(name: str, count: Callable[[Standing], int]) -> list[Cell]:
        return [
            Cell(
                count(one),
                figures.whole(count(one)),
                figures.address(RecurringDonation, **one.month.filters(name)),
            )
            for one in months
        ]

    return Chart(
        title=_("Recurring donations, by month"),
        note=_("How they stood when each month ended; the last column is now."),
        places=[_place(one.month) for one in months],
        series=[
            Series(pgettext("chart", "active"), Thread(Hue.REED), stood("active", lambda one: one.active)),
            Series(pgettext("chart", "paused"), Thread(Hue.GOLD, 2), stood("paused", lambda one: one.paused)),
            Series(
                pgettext("chart", "not paid"),
                Thread(Hue.LOTUS, 3),
                stood("failing", lambda one: one.failing),
            ),
            Series(pgettext("desk", "Began"), None, flow("began", lambda one: one.began)),
            Series(pgettext("desk", "Ended"), None, flow("ended", lambda one: one.ended)),
        ],
        written=figures.whole,
    )


def by_campaign(campaigns: Sequence[OfCampaign], period: Period, currency: str) -> Bars:
    """What each campaign was given in a period, the most given first."""
    return Bars(
        title=_("By campaign"),
        note=_("The bar is what stays given: net of refunds and disputes."),
        heads=[_("Campaign"), _("Donations"), pgettext("money", "Arrived"), _("Went back"), _("Stays given")],
        bars=[_bar(one, period, currency) for one in campaigns],
    )


def _bar(one: OfCampaign, period: Period, currency: str) -> Bar:
    key, given = one.campaign.pk if one.campaign else "null", one.given

    def sum_of(which: str) -> str:
        return figures.entries(period, which, currency, campaign=key)

    return Bar(
        label=str(one.campaign) if one.campaign else _("No campaign"),
        value=given.net.cents,
        cells=[
            Cell(given.gifts, figures.whole(given.gifts), figures.gifts(period, currency, campaign=key)),
            Cell(given.arrived_cents, given.arrived.format(), sum_of("arrived")),
            Cell(given.returned_cents, given.returned.format(), sum_of("back")),
            Cell(given.net.cents, given.net.format(), sum_of("net")),
        ],
    )


def _place(month: Period) -> Place:
    locale = (translation.get_language() or "it").replace("-", "_")
    return Place(format_date(month.first, "LLL", locale=locale), month.label)
