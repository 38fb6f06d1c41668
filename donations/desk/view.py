"""The desk's screen: traffic only."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from donations.desk import charts, figures, recurring, sums
from donations.desk.periods import Period, PeriodForm, PeriodKind, this_month

MONTHS = 12
PERMISSION = "donations.view_ledgerentry"


class DeskView(WagtailAdminTemplateMixin, TemplateView):
    screen_help = gettext_lazy(
        "What was given, what waits for somebody, and how it goes. Money is read from the ledger: what went "
        "back is taken off on the day on which it went back. Every number opens the list of its rows."
    )
    template_name = "donations/admin/desk.html"
    page_title = gettext_lazy("How giving goes")
    header_icon = "table"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = PeriodForm(self.request.GET)
        period = form.chosen()
        currency = (form.is_valid() and form.cleaned_data["currency"]) or "EUR"
        user, today = self.request.user, timezone.localdate()
        of_period = sums.of_period(user, period, currency)
        # One more, so that the same month a year ago is among them.
        months = sums.of_months(user, this_month(today), MONTHS + 1, currency)
        return {
            **super().get_context_data(**kwargs),
            "form": form,
            "period": period,
            "kinds": _kinds(period),
            "currency": currency,
            "other_currencies": of_period.other_currencies,
            "recent": _recent(sums.of_day(user, today, currency), months, today),
            "of_period": figures.of_the_period(of_period.whole, of_period.once, of_period.recurring, period),
            "before": period.moved(-1),
            "after": period.moved(1),
            "more": f"&currency={currency}" if currency != "EUR" else "",
            "campaigns": charts.by_campaign(of_period.campaigns, period, currency),
            "recurring": figures.of_recurring(user, recurring.health(user, currency), period, currency),
            "waiting": figures.that_wait(user, period),
            "charts": [
                charts.by_month(months[1:], currency),
                charts.of_recurring(recurring.standings(user, this_month(today), MONTHS)),
            ],
            "payouts": figures.of_payouts(user, period),
        }


def _recent(today: sums.Given, months: list[sums.OfMonth], day: Any) -> list[figures.Number]:
    """Today, this month, the month before and the same month last year."""
    this, before, year_ago = months[-1], months[-2], months[-13]
    only_today = Period(PeriodKind.RANGE, day, day)
    return [
        figures.net(pgettext("desk", "Today"), today, only_today),
        figures.net(this.month.label, this.whole, this.month),
        figures.net(before.month.label, before.whole, before.month),
        figures.net(year_ago.month.label, year_ago.whole, year_ago.month),
    ]


def _kinds(period: Period) -> list[tuple[Period, str, bool]]:
    """Month, quarter and year around the chosen period's last day, which of them it is."""
    day = min(period.last, max(period.first, timezone.localdate()))
    return [
        (Period.holding(kind, day), kind.label, kind == period.kind)
        for kind in PeriodKind
        if kind != PeriodKind.RANGE
    ]
