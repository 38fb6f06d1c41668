"""Refunds and disputes: money that went back, or that somebody wants back."""

from __future__ import annotations

import django_filters
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.doors import asks_password_again
from cms.listing import DateColumn, MoneyColumn, RecordFilterSet, StateColumn, UserColumn
from cms.modeladmin import RecordAction, RecordModelAdmin
from cms.modeladmin.views import RecordInspectView
from donations.models import Dispute, DisputeState, Refund, RefundState
from donations.services import refunds

REFUND_TONES = {
    RefundState.REQUESTED: "busy",
    RefundState.CONFIRMED: "busy",
    RefundState.SENT: "busy",
    RefundState.SUCCEEDED: "good",
    RefundState.FAILED: "bad",
    RefundState.CANCELED: "quiet",
    RefundState.REFUSED: "quiet",
}
DISPUTE_TONES = {DisputeState.OPEN: "bad", DisputeState.WON: "good", DisputeState.LOST: "quiet"}


def _confirm(request: HttpRequest, refund: Refund, cleaned: dict) -> str:
    try:
        refunds.confirm_refund(refund, by=request.user)
    except refunds.CannotRefund as refusal:
        raise ValidationError(str(refusal)) from refusal
    return gettext("The refund is on its way to Stripe.")


def _refuse(request: HttpRequest, refund: Refund, cleaned: dict) -> str:
    try:
        refunds.refuse_refund(refund, by=request.user)
    except refunds.CannotRefund as refusal:
        raise ValidationError(str(refusal)) from refusal
    return gettext("The refund is refused: nothing is sent.")


@asks_password_again(when=lambda request: request.method == "POST")
class RefundInspectView(RecordInspectView):
    """A refund's page; confirming it asks for the password again."""

    def post(self, request: HttpRequest, *args, **kwargs):
        return super().post(request, *args, **kwargs)


class RefundFilterSet(RecordFilterSet):
    class Meta:
        model = Refund
        fields = ["state", "reason"]


class RefundAdmin(RecordModelAdmin):
    model = Refund
    help_text = _(
        "Money that goes back to a donor: asked for on the donation’s page, and above a limit confirmed here "
        "by a second person. One made in the payment service’s own pages shows here too."
    )
    read_only = True
    menu_icon = "undo"
    menu_order = 44
    list_columns = (
        "donation__display_name",
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        StateColumn("state", label=_("State"), tones=REFUND_TONES, sort_key="state"),
        "reason",
        UserColumn("requested_by", label=_("Asked for by")),
        DateColumn("created_at", label=_("Begun"), sort_key="created_at"),
        DateColumn("settled_at", label=_("Settled"), sort_key="settled_at"),
    )
    list_select_related = ("donation", "requested_by")
    search_fields = ("donation__display_name", "donation__donor__email", "refund_id")
    filterset_class = RefundFilterSet
    ordering = ("-id",)
    inspect_view_class = RefundInspectView
    empty_text = _("Nothing was given back. A refund begins on the page of its donation.")
    inspect_sections = (
        (_("Refund"), ("donation", "amount", "state", "reason", "note", "failure")),
        (
            _("Who and when"),
            ("made_at", "requested_by", "created_at", "confirmed_by", "confirmed_at", "settled_at"),
        ),
        (_("At Stripe"), ("refund_id", "payment")),
    )
    record_actions = (
        RecordAction(
            name="confirm",
            label=_("Confirm the refund"),
            help_text=_("The money goes back. It cannot be stopped afterwards."),
            icon="check",
            run=_confirm,
            permission="donations.confirm_refund",
            is_offered=lambda refund, user: (
                refund.state == RefundState.REQUESTED and refund.requested_by_id != user.pk
            ),
            is_serious=True,
        ),
        RecordAction(
            name="refuse",
            label=_("Refuse the refund"),
            help_text=_("Nothing is sent. Whoever asked can ask again."),
            icon="cross",
            run=_refuse,
            permission="donations.confirm_refund",
            is_offered=lambda refund, user: refund.state == RefundState.REQUESTED,
        ),
    )


class DisputeFilterSet(RecordFilterSet):
    waiting = django_filters.ChoiceFilter(
        choices=[("yes", _("Yes"))], method="only_waiting", label=_("Waits for an answer")
    )

    class Meta:
        model = Dispute
        fields = ["state"]

    def only_waiting(self, queryset, name, value):
        return queryset.to_answer()


class DisputeAdmin(RecordModelAdmin):
    model = Dispute
    help_text = _(
        "Money that a donor’s bank took back. It leaves the totals when the dispute opens, and returns when "
        "it is won. Answer in the payment service’s own pages, before the day that stands here."
    )
    read_only = True
    menu_icon = "warning"
    menu_order = 46
    list_columns = (
        "donation__display_name",
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        StateColumn("state", label=_("State"), tones=DISPUTE_TONES, sort_key="state"),
        "reason",
        DateColumn("due_by", label=_("Answer by"), sort_key="due_by"),
        DateColumn("opened_at", label=_("Opened"), sort_key="opened_at"),
    )
    list_select_related = ("donation",)
    search_fields = ("donation__display_name", "donation__donor__email", "dispute_id")
    filterset_class = DisputeFilterSet
    ordering = ("-opened_at",)
    empty_text = _("No donor's bank has asked for money back. Disputes arrive here by themselves.")
    inspect_sections = (
        (
            _("Dispute"),
            ("donation", "amount", "state", "reason", "opened_at", "due_by", "answered", "closed_at"),
        ),
        (_("Money"), ("withdrawn_cents", "fee_cents")),
        (_("At Stripe"), ("dispute_id", "stripe_status", "payment")),
    )
