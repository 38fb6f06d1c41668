"""What giving brings to the first page of the back office."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.dashboard import DashboardDoor, DashboardTask, dashboard_doors, dashboard_tasks
from cms.money import Money
from cms.registries import Figure, dashboard_figures
from donations import gateway
from donations.models import Campaign, CampaignState, Donation, Receipt, StripeEvent

# A receipt that has not gone out by then needs a look.
RECEIPT_PATIENCE = timedelta(hours=1)


def _list(model: str, **filters) -> str:
    url = reverse(f"donations_{model}_modeladmin_index")
    return f"{url}?{urlencode(filters)}" if filters else url


def giving_is_off(user) -> DashboardTask | None:
    """Says that nobody can give, while no key of Stripe is set."""
    if gateway.is_on() or not user.has_perm("donations.change_campaign"):
        return None
    return DashboardTask(
        _("Online donations are switched off"),
        1,
        _list("campaign"),
        note=_("The site has no key of Stripe: whoever runs it sets STRIPE_SECRET_KEY."),
        is_late=True,
    )


def trial_account(user) -> DashboardTask | None:
    """Says that no money arrives, while a public site has a test key."""
    from donations.checks import banner

    if not banner() or not user.has_perm("donations.change_campaign"):
        return None
    return DashboardTask(banner(), 1, _list("campaign"), is_late=True)


def events_needing_a_person(user) -> DashboardTask | None:
    if not user.has_perm("donations.view_stripeevent"):
        return None
    count = StripeEvent.objects.needing_a_person().count()
    words = ngettext("%(n)s event of Stripe needs a person", "%(n)s events of Stripe need a person", count)
    url = _list("stripeevent")
    return DashboardTask(words % {"n": count}, count, url, is_late=True) if count else None


def receipts_not_delivered(user) -> DashboardTask | None:
    if not user.has_perm("donations.view_receipt"):
        return None
    count = Receipt.objects.unsent().filter(issued_at__lt=timezone.now() - RECEIPT_PATIENCE).count()
    words = ngettext("%(n)s receipt could not be sent", "%(n)s receipts could not be sent", count)
    return DashboardTask(words % {"n": count}, count, _list("receipt"), is_late=True) if count else None


def given_this_month(user) -> Figure | None:
    if not user.has_perm("donations.view_donation"):
        return None
    first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    given = (
        Donation.objects.paid()
        .filter(paid_at__gte=first)
        .aggregate(cents=Coalesce(Sum(F("amount_cents") - F("refunded_cents")), 0), count=Count("pk"))
    )
    return Figure(
        label=_("Given this month"),
        value=Money(given["cents"], "EUR").format(),
        url=_list("donation", state="paid", paid_after=first.date().isoformat()),
        note=ngettext("%(n)s donation", "%(n)s donations", given["count"]) % {"n": given["count"]},
    )


def live_campaigns(user) -> Figure | None:
    if not user.has_perm("donations.view_campaign"):
        return None
    live = Campaign.objects.aggregate(
        count=Count("pk", filter=Q(state=CampaignState.LIVE)),
        cents=Coalesce(Sum("total__raised_cents", filter=Q(state=CampaignState.LIVE)), 0),
    )
    return Figure(
        label=_("Live campaigns"),
        value=str(live["count"]),
        url=_list("campaign", state="live"),
        note=_("%(raised)s raised") % {"raised": Money(live["cents"], "EUR").format()},
    )


def begin_campaign(user) -> DashboardDoor | None:
    if not user.has_perm("donations.add_campaign"):
        return None
    return DashboardDoor(_("Prepare a campaign"), reverse("donations_campaign_modeladmin_create"), "pick")


def register() -> None:
    dashboard_tasks.register("donations.off", giving_is_off)
    dashboard_tasks.register("donations.trial", trial_account)
    dashboard_tasks.register("donations.events", events_needing_a_person)
    dashboard_tasks.register("donations.receipts", receipts_not_delivered)
    dashboard_figures.register("donations.month", given_this_month)
    dashboard_figures.register("donations.campaigns", live_campaigns)
    dashboard_doors.register("donations.campaign", begin_campaign)
