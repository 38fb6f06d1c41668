"""Refunds and disputes: money that went back, or that somebody wants back."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from cms.doors import asks_password_again
from cms.listing import Column, DateColumn, MoneyColumn, Only, RecordFilterSet, StateColumn, UserColumn
from cms.modeladmin import RecordAction, RecordModelAdmin
from cms.modeladmin.actions import RecordActionForm
from cms.modeladmin.views import RecordInspectView
from donations.models import Dispute, DisputeState, Refund, RefundState
from donations.refund_forms import HandedForm
from donations.services import handing_back, refunds

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
        confirmed = refunds.confirm_refund(refund, by=request.user)
    except refunds.CannotRefund as refusal:
        raise ValidationError(str(refusal)) from refusal
    return refunds.what_follows(confirmed)


def _refuse(request: HttpRequest, refund: Refund, cleaned: dict) -> str:
    try:
        refunds.refuse_refund(refund, by=request.user)
    except refunds.CannotRefund as refusal:
        raise ValidationError(str(refusal)) from refusal
    return gettext("The refund is refused: nothing is sent.")


class GivenForm(RecordActionForm, HandedForm):
    """When and how it was handed over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(way=self.record.way, reference=self.record.reference)


class CameBackForm(forms.Form):
    on = forms.DateField(label=_("Day on which it was here again"), widget=AdminDateInput)
    because = forms.CharField(
        label=_("Why it came back"), max_length=200, help_text=_("Such as: the account is closed.")
    )


def _given(request: HttpRequest, refund: Refund, cleaned: dict) -> str:
    try:
        given = handing_back.record_given(refund, handed=refunds.Handed(**cleaned), by=request.user)
    except refunds.CannotRefund as refusal:
        raise ValidationError(str(refusal)) from refusal
    return refunds.what_follows(given)


def _came_back(request: HttpRequest, refund: Refund, cleaned: dict) -> str:
    try:
        handing_back.record_came_back(refund, **cleaned, by=request.user)
    except refunds.CannotRefund as refusal:
        raise ValidationError(str(refusal)) from refusal
    return gettext("The gift counts again, and its receipt says so.")


def _call_off(request: HttpRequest, refund: Refund, cleaned: dict) -> str:
    try:
        handing_back.call_off(refund, by=request.user)
    except refunds.CannotRefund as refusal:
        raise ValidationError(str(refusal)) from refusal
    return gettext("The refund is called off: nothing is handed over.")


def _tone(refund: Refund) -> str:
    return REFUND_TONES[RefundState(refund.state)]


def _is_to_give(refund: Refund, user: Any) -> bool:
    return refund.is_by_hand and refund.state == RefundState.CONFIRMED


@asks_password_again(when=lambda request: request.method == "POST")
class RefundInspectView(RecordInspectView):
    """A refund's page; confirming it asks for the password again."""

    def post(self, request: HttpRequest, *args, **kwargs):
        return super().post(request, *args, **kwargs)


class RefundFilterSet(RecordFilterSet):
    to_give = Only(_("To be handed over"), lambda rows: rows.to_give())
    settled = django_filters.DateFromToRangeFilter(field_name="settled_at", label=_("Settled"))

    class Meta:
        model = Refund
        fields = ["state", "reason", "way"]


class RefundAdmin(RecordModelAdmin):
    model = Refund
    help_text = _(
        "Money that goes back to a donor: asked for on the donation’s page, and above a limit confirmed here "
        "by a second person. One made in the payment service’s own pages shows here too. What came by "
        "transfer, by cheque or in cash is handed over by you: write down here when and how."
    )
    read_only = True
    menu_icon = "undo"
    menu_order = 44
    list_columns = (
        Column(
            "donation__display_name",
            label=_("Donor"),
            accessor="donation.display_name",
            sort_key="donation__display_name",
        ),
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        StateColumn("label", label=_("State"), tones=_tone, sort_key="state"),
        "reason",
        UserColumn("requested_by", label=_("Asked for by"), nobody=_("Stripe's dashboard")),
        DateColumn("created_at", label=pgettext_lazy("refund", "Begun"), sort_key="created_at"),
        DateColumn("settled_at", label=_("Settled"), sort_key="settled_at"),
    )
    list_select_related = ("donation", "requested_by")
    search_fields = ("donation__display_name", "donation__donor__email", "refund_id")
    filterset_class = RefundFilterSet
    ordering = ("-id",)
    inspect_view_class = RefundInspectView
    empty_text = _("Nothing was given back. A refund begins on the page of its donation.")
    inspect_sections = (
        (_("Refund"), ("donation", "amount", "label", "reason", "note", "failure")),
        (
            _("Who and when"),
            ("made_at", "requested_by", "created_at", "confirmed_by", "confirmed_at", "settled_at"),
        ),
        (_("How it goes back"), ("payment", "refund_id", "way", "given_on", "reference")),
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
        RecordAction(
            name="given",
            label=_("Write down that it was given back"),
            help_text=_("On that day the books and the receipt follow."),
            submit_label=_("It was given back"),
            icon="check",
            run=_given,
            form_class=GivenForm,
            permission="donations.add_refund",
            is_offered=_is_to_give,
            is_open=True,
        ),
        RecordAction(
            name="call-off",
            label=_("Call the refund off"),
            help_text=_("Nothing is handed over. It can be asked for again."),
            icon="cross",
            run=_call_off,
            permission="donations.add_refund",
            is_offered=_is_to_give,
        ),
        RecordAction(
            name="came-back",
            label=_("The money came back"),
            help_text=_(
                "The bank returned the transfer, or the cheque was never cashed: the gift counts again."
            ),
            submit_label=_("It came back"),
            icon="undo",
            run=_came_back,
            form_class=CameBackForm,
            permission="donations.add_refund",
            is_offered=lambda refund, user: refund.is_by_hand and refund.state == RefundState.SUCCEEDED,
            is_serious=True,
        ),
    )


class DisputeFilterSet(RecordFilterSet):
    waiting = Only(_("Waits for an answer"), lambda rows: rows.to_answer())

    class Meta:
        model = Dispute
        fields = ["state"]


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
        Column(
            "donation__display_name",
            label=_("Donor"),
            accessor="donation.display_name",
            sort_key="donation__display_name",
        ),
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        StateColumn("state", label=_("State"), tones=DISPUTE_TONES, sort_key="state"),
        Column("reason", label=_("Reason"), accessor="why", sort_key="reason"),
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
