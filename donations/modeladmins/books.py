"""Payments, payouts and the ledger: the movements of money, to be read."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cms.listing import DateColumn, MoneyColumn, NumberColumn, Only, RecordFilterSet, StateColumn
from cms.modeladmin import InspectPanel, RecordModelAdmin
from donations.modeladmins.filters import comes_again
from donations.models import (
    Account,
    Campaign,
    Kind,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    Payout,
    PayoutState,
)


class PaymentAdmin(RecordModelAdmin):
    model = Payment
    help_text = _(
        "Each movement of money, as the payment service tells it, with its fee. One donation may "
        "have several."
    )
    read_only = True
    menu_icon = "order"
    menu_order = 50
    list_columns = (
        "__str__",
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        MoneyColumn("fee_cents", label=_("Fee"), sort_key="fee_cents"),
        MoneyColumn("refunded_cents", label=_("Refunded"), sort_key="refunded_cents"),
        "method",
        DateColumn("paid_at", label=_("Paid"), sort_key="paid_at"),
    )
    search_fields = ("payment_intent_id", "charge_id", "donation__display_name")
    ordering = ("-paid_at",)
    empty_text = _("Money that arrived, one row for each movement.")
    inspect_sections = (
        (
            _("Payment"),
            ("donation", "amount_cents", "fee_cents", "refunded_cents", "method", "paid_at"),
        ),
        (_("At Stripe"), ("payment_intent_id", "charge_id")),
    )


class LedgerEntryFilterSet(RecordFilterSet):
    given = django_filters.ChoiceFilter(
        choices=[
            ("net", _("Gifts, and what went back of them")),
            ("arrived", _("Gifts that arrived")),
            ("back", _("What went back")),
        ],
        method="only_given",
        label=_("What was given"),
    )
    when = django_filters.DateFromToRangeFilter(field_name="transaction__occurred_at", label=_("When"))
    campaign = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.all(), label=_("Campaign"), null_label=_("No campaign")
    )
    recurring = comes_again("transaction__donation__recurring")

    class Meta:
        model = LedgerEntry
        fields = ["account", "beneficiary", "currency"]

    def only_given(self, queryset, name, value):
        if value == "arrived":
            return queryset.filter(account=Account.GIFTS)
        return queryset.went_back() if value == "back" else queryset.given()


class LedgerEntryAdmin(RecordModelAdmin):
    model = LedgerEntry
    help_text = _(
        "The book of all movements: lines are added and never changed, and every total of the site "
        "is their sum. Refunds and disputes are negative lines."
    )
    read_only = True
    menu_label = _("Ledger")
    menu_icon = "list-ol"
    menu_order = 70
    list_columns = (
        "fact",
        "account",
        MoneyColumn("debit", label=_("Debit")),
        MoneyColumn("credit", label=_("Credit")),
        "campaign",
        "beneficiary",
        DateColumn("occurred_at", label=_("When"), accessor="transaction.occurred_at"),
    )
    list_select_related = ("transaction", "campaign", "beneficiary")
    filterset_class = LedgerEntryFilterSet
    search_fields = ("transaction__key",)
    ordering = ("-id",)
    empty_text = _("Written by the money itself; nobody can change it.")
    inspect_sections = (
        (_("Entry"), ("fact", "transaction", "account", "debit", "credit", "campaign", "beneficiary")),
    )


class PayoutFilterSet(RecordFilterSet):
    arrives = django_filters.DateFromToRangeFilter(field_name="arrives_on", label=_("At the bank on"))
    under_way = Only(_("On its way to the bank"), lambda rows: rows.under_way())
    differs = Only(_("Does not add up"), lambda rows: rows.not_adding_up())

    class Meta:
        model = Payout
        fields = ["state", "currency"]


PAYOUT_TONES = {
    PayoutState.PENDING: "busy",
    PayoutState.IN_TRANSIT: "busy",
    PayoutState.PAID: "good",
    PayoutState.FAILED: "bad",
    PayoutState.CANCELED: "bad",
}


def _in_the_ledger(payout: Payout, request: HttpRequest) -> dict[str, QuerySet] | None:
    """The steps of a payout in the books, for who may read them."""
    if not request.user.has_perm("donations.view_ledgerentry"):
        return None
    steps = (Kind.PAYOUT, Kind.PAYOUT_ARRIVED, Kind.PAYOUT_UNDONE)
    booked = LedgerTransaction.objects.filter(key__in=[f"{step}:{payout.payout_id}" for step in steps])
    return {"transactions": booked.prefetch_related("entries").order_by("id")}


class PayoutAdmin(RecordModelAdmin):
    model = Payout
    help_text = _(
        "What Stripe sends to the bank. Each night a payout is compared with the movements that it is made "
        "of: the difference must be nothing."
    )
    read_only = True
    menu_icon = "download"
    menu_order = 52
    list_columns = (
        DateColumn("arrives_on", label=_("At the bank on"), sort_key="arrives_on"),
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        StateColumn("state", label=_("State"), tones=PAYOUT_TONES, sort_key="state"),
        NumberColumn("movements", label=_("Movements"), sort_key="movements"),
        MoneyColumn("difference", label=_("Difference")),
        "payout_id",
    )
    filterset_class = PayoutFilterSet
    search_fields = ("payout_id", "failure")
    ordering = ("-arrives_on",)
    empty_text = _("Stripe has sent nothing to the bank yet. Payouts arrive here by themselves.")
    inspect_sections = (
        (_("Payout"), ("amount", "state", "sent_at", "arrives_on", "failure", "payout_id")),
        (_("Compared with its movements"), ("movements", "movements_cents", "difference", "checked_at")),
    )
    inspect_panels = (
        InspectPanel(
            title=_("In the ledger"),
            template_name="donations/admin/_ledger.html",
            context=_in_the_ledger,
            icon="list-ol",
        ),
    )
