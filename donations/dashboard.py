"""What giving brings to the first page of the back office."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Model, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.dashboard import DashboardDoor, DashboardTask, counted, dashboard_doors, dashboard_tasks
from cms.money import Money
from cms.registries import Figure, dashboard_figures
from cms.sources import source_of
from donations import gateway
from donations.amounts import long_date
from donations.desk import figures, sums
from donations.desk.periods import this_month
from donations.desk.recurring import health
from donations.models import (
    BankLine,
    Campaign,
    CampaignState,
    Concern,
    ConcernState,
    Dispute,
    Donation,
    GivingBlock,
    Receipt,
    RecurringDonation,
    RecurringState,
    Refund,
    RefundState,
    State,
    StripeEvent,
)


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
    found = counted(user, StripeEvent, stuck="yes")
    if found is None or not found.count:
        return None
    words = ngettext(
        "%(n)s event of Stripe needs a person", "%(n)s events of Stripe need a person", found.count
    )
    return DashboardTask(words % {"n": found.count}, found.count, found.url, is_late=True)


def receipts_not_delivered(user) -> DashboardTask | None:
    found = counted(user, Receipt, unsent="yes")
    if found is None or not found.count:
        return None
    words = ngettext("%(n)s receipt could not be sent", "%(n)s receipts could not be sent", found.count)
    return DashboardTask(words % {"n": found.count}, found.count, found.url, is_late=True)


def failed_donations(user) -> DashboardTask | None:
    """Donations of the last seven days that did not arrive: a word to the donor may bring them back."""
    if not user.has_perm("donations.change_campaign"):
        return None
    week_ago = timezone.localdate() - timedelta(days=7)
    found = counted(user, Donation, state=State.FAILED, begun_after=week_ago)
    if found is None or not found.count:
        return None
    words = ngettext("%(n)s donation failed this week", "%(n)s donations failed this week", found.count)
    return DashboardTask(words % {"n": found.count}, found.count, found.url)


def refunds_to_confirm(user) -> DashboardTask | None:
    if not user.has_perm("donations.confirm_refund"):
        return None
    found = counted(user, Refund, state=RefundState.REQUESTED)
    if found is None or not found.count:
        return None
    words = ngettext(
        "%(n)s refund waits for a second person", "%(n)s refunds wait for a second person", found.count
    )
    return DashboardTask(words % {"n": found.count}, found.count, found.url)


def refunds_to_hand_over(user) -> DashboardTask | None:
    if not user.has_perm("donations.add_refund"):
        return None
    found = counted(user, Refund, to_give="yes")
    if found is None or not found.count:
        return None
    words = ngettext("%(n)s refund is to be handed over", "%(n)s refunds are to be handed over", found.count)
    return DashboardTask(words % {"n": found.count}, found.count, found.url)


def matters_to_look_at(user) -> DashboardTask | None:
    """What the site cannot decide about money by itself."""
    found = counted(user, Concern, state=ConcernState.OPEN)
    if found is None or not found.count:
        return None
    words = ngettext("%(n)s matter of money needs a look", "%(n)s matters of money need a look", found.count)
    return DashboardTask(words % {"n": found.count}, found.count, found.url, is_late=True)


def failing_recurring(user) -> DashboardTask | None:
    if not user.has_perm("donations.change_recurringdonation"):
        return None
    found = counted(user, RecurringDonation, failing="yes")
    if found is None or not found.count:
        return None
    words = ngettext(
        "%(n)s recurring donation is not being paid",
        "%(n)s recurring donations are not being paid",
        found.count,
    )
    note = _("The donors were told; a word may help.")
    return DashboardTask(words % {"n": found.count}, found.count, found.url, note=note)


def disputes_to_answer(user) -> DashboardTask | None:
    """Disputes that Stripe waits for an answer to, with the first day by which one is due."""
    found = counted(user, Dispute, waiting="yes")
    if found is None or not found.count:
        return None
    first = found.rows.order_by("due_by").values_list("due_by", flat=True).first()
    words = ngettext("%(n)s dispute waits for an answer", "%(n)s disputes wait for an answer", found.count)
    note = _("The first by %(day)s, in Stripe's dashboard") % {"day": long_date(timezone.localdate(first))}
    return DashboardTask(words % {"n": found.count}, found.count, found.url, note=note, is_late=True)


def bank_lines_to_match(user) -> DashboardTask | None:
    """Money that came to the bank and of which nobody has said what it is."""
    if not user.has_perm("donations.add_bankline"):
        return None
    found = counted(user, BankLine, waiting="yes")
    if found is None or not found.count:
        return None
    words = ngettext(
        "%(n)s bank line waits to be matched", "%(n)s bank lines wait to be matched", found.count
    )
    return DashboardTask(words % {"n": found.count}, found.count, found.url)


def names_for_the_wall(user) -> DashboardTask | None:
    """Donors who asked to be named among the others, and wait for a yes."""
    if not user.has_perm("donations.approve_wall"):
        return None
    found = counted(user, Donation, wall="asks")
    if found is None or not found.count:
        return None
    words = ngettext(
        "%(n)s name waits for the wall of donors", "%(n)s names wait for the wall of donors", found.count
    )
    return DashboardTask(words % {"n": found.count}, found.count, found.url)


def blocks_of_giving(user) -> DashboardTask | None:
    """Who is kept out just now: an honest donor may be among them."""
    found = counted(user, GivingBlock, active="yes")
    if found is None or not found.count:
        return None
    words = ngettext("%(n)s block after failed payments", "%(n)s blocks after failed payments", found.count)
    return DashboardTask(words % {"n": found.count}, found.count, found.url)


def processing_donations(user) -> DashboardTask | None:
    if not user.has_perm("donations.change_campaign"):
        return None
    found = counted(user, Donation, state=State.PROCESSING)
    if found is None or not found.count:
        return None
    words = ngettext("%(n)s donation is being processed", "%(n)s donations are being processed", found.count)
    return DashboardTask(words % {"n": found.count}, found.count, found.url)


def given_this_month(user) -> Figure | None:
    """What the ledger says of this month; it opens the donations that arrived."""
    if not _may_list(user, Donation):
        return None
    month = this_month()
    given = sums.of_period(user, month, "EUR").whole
    return Figure(
        label=_("Given this month"),
        value=given.net.format(),
        url=figures.gifts(month, "EUR"),
        note=figures.count_of(given.gifts),
    )


def active_recurring(user) -> Figure | None:
    if not _may_list(user, RecurringDonation):
        return None
    now = health(user, "EUR")
    return Figure(
        label=_("Active recurring donations"),
        value=str(now.active),
        url=figures.address(RecurringDonation, state=RecurringState.ACTIVE, currency="EUR"),
        note=_("%(value)s each month") % {"value": now.monthly.format()},
    )


def _may_list(user, model: type[Model]) -> bool:
    source = source_of(model)
    return source is not None and source.is_open_to(user)


def live_campaigns(user) -> Figure | None:
    found = counted(user, Campaign, state=CampaignState.LIVE)
    if found is None:
        return None
    raised = found.rows.aggregate(cents=Coalesce(Sum("total__raised_cents"), 0))
    return Figure(
        label=_("Live campaigns"),
        value=str(found.count),
        url=found.url,
        note=_("%(raised)s raised") % {"raised": Money(raised["cents"], "EUR").format()},
    )


def look_at_the_desk(user) -> DashboardDoor | None:
    if not user.has_perm("donations.view_ledgerentry"):
        return None
    return DashboardDoor(_("Look at how giving goes"), reverse("donations_desk"), "table")


def begin_campaign(user) -> DashboardDoor | None:
    if not user.has_perm("donations.add_campaign"):
        return None
    return DashboardDoor(_("Prepare a campaign"), reverse("donations_campaign_modeladmin_create"), "pick")


def register() -> None:
    dashboard_tasks.register("donations.off", giving_is_off)
    dashboard_tasks.register("donations.trial", trial_account)
    dashboard_tasks.register("donations.events", events_needing_a_person)
    dashboard_tasks.register("donations.receipts", receipts_not_delivered)
    dashboard_tasks.register("donations.refunds", refunds_to_confirm)
    dashboard_tasks.register("donations.refunds_by_hand", refunds_to_hand_over)
    dashboard_tasks.register("donations.disputes", disputes_to_answer)
    dashboard_tasks.register("donations.blocks", blocks_of_giving)
    dashboard_tasks.register("donations.concerns", matters_to_look_at)
    dashboard_tasks.register("donations.recurring", failing_recurring)
    dashboard_tasks.register("donations.bank", bank_lines_to_match)
    dashboard_tasks.register("donations.wall", names_for_the_wall)
    dashboard_tasks.register("donations.failed", failed_donations)
    dashboard_tasks.register("donations.processing", processing_donations)
    dashboard_figures.register("donations.month", given_this_month)
    dashboard_figures.register("donations.recurring", active_recurring)
    dashboard_figures.register("donations.campaigns", live_campaigns)
    dashboard_doors.register("donations.desk", look_at_the_desk)
    dashboard_doors.register("donations.campaign", begin_campaign)
