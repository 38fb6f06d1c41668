"""Recurring gifts, and what a person must look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cms import audit
from cms.listing import DateColumn, MoneyColumn, Only, RecordFilterSet, StateColumn
from cms.modeladmin import InspectPanel, RecordAction, RecordActionForm, RecordModelAdmin
from cms.money import Money
from cms.money_fields import AmountField
from donations.models import Campaign, Concern, ConcernState, RecurringDonation, RecurringState, Stood
from donations.services import concerns, recurring

TONES = {
    RecurringState.DRAFT: "quiet",
    RecurringState.PENDING: "busy",
    RecurringState.INCOMPLETE: "busy",
    RecurringState.ACTIVE: "good",
    RecurringState.PAST_DUE: "bad",
    RecurringState.UNPAID: "bad",
    RecurringState.PAUSED: "quiet",
    RecurringState.CANCELED: "quiet",
    RecurringState.EXPIRED: "quiet",
}
_LATER = _("It is done within a minute; the donor's page and this one show it then.")


class NewAmountForm(RecordActionForm):
    amount = AmountField(label=_("New amount"), help_text=_("From the next payment on."))


class PauseForm(RecordActionForm):
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty for a pause without an end."),
    )


class NextPaymentForm(RecordActionForm):
    day = forms.DateField(
        label=_("Next payment on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("And then each time on that day."),
    )


def _asks(ask: Callable[[RecurringDonation, dict, Any], Any]) -> Callable[..., str]:
    """An action that keeps a wish; what cannot be is told at the form."""

    def run(request: HttpRequest, gift: RecurringDonation, cleaned: dict) -> str:
        try:
            ask(gift, cleaned, request.user)
        except (recurring.CannotChange, recurring.CannotGive) as refusal:
            raise ValidationError(str(refusal)) from refusal
        audit.record("donations.recurring.changed", gift, user=request.user)
        return gettext("It is asked of Stripe now; look again in a minute.")

    return run


def _is_alive(gift: RecurringDonation, user: Any) -> bool:
    return gift.is_alive


class RecurringFilterSet(RecordFilterSet):
    campaign = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.all(), label=_("Campaign"), null_label=_("No campaign")
    )
    began = django_filters.DateFromToRangeFilter(field_name="began_at", label=_("Began"))
    ended = django_filters.DateFromToRangeFilter(field_name="ended_at", label=pgettext_lazy("desk", "Ended"))
    on_day = django_filters.DateFilter(method="as_it_is", label=_("How they stood on the day"))
    stood = django_filters.ChoiceFilter(choices=Stood, method="only_stood", label=_("How they stood"))
    failing = Only(_("A payment failed"), lambda rows: rows.failing())

    class Meta:
        model = RecurringDonation
        fields = ["state", "interval", "currency"]

    def as_it_is(self, queryset, name, value):
        return queryset  # says of which day only_stood speaks

    def only_stood(self, queryset, name, value):
        day = self.form.cleaned_data.get("on_day") or timezone.localdate()
        return queryset.stood(Stood(value), day)


class RecurringAdmin(RecordModelAdmin):
    model = RecurringDonation
    read_only = True
    menu_icon = "repeat"
    menu_order = 25
    help_text = _("Gifts that come each month or year: how each stands, and changing, pausing or ending one.")
    list_columns = (
        "display_name",
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        "interval",
        StateColumn("state", label=_("State"), tones=TONES, sort_key="state"),
        "campaign",
        DateColumn("next_at", label=_("Next payment"), sort_key="next_at"),
        DateColumn("began_at", label=pgettext_lazy("recurring", "Began"), sort_key="began_at"),
    )
    list_select_related = ("campaign",)
    search_fields = ("display_name", "donor__email", "subscription_id")
    filterset_class = RecurringFilterSet
    ordering = ("-id",)
    empty_text = _("Recurring donations arrive by themselves from the pages that ask for them.")
    inspect_sections = (
        (
            _("Recurring donation"),
            (
                "amount",
                "covered_fee_cents",
                "pays_with",
                "interval",
                "state",
                "next_at",
                "paused_until",
                "campaign",
                "beneficiary",
            ),
        ),
        (_("Who gives"), ("donor", "display_name", "is_anonymous", "message", "tax_code", "language")),
        (_("Wall of donors"), ("wants_wall", "wall_name", "dedication")),
        (_("When and where"), ("created_at", "began_at", "ended_at", "source", "subscription_id")),
    )
    inspect_panels = (
        InspectPanel(
            title=_("Donations"),
            template_name="donations/admin/_donations.html",
            context=lambda gift, request: (
                {"donations": gift.donations.order_by("-id")[:50]}
                if request.user.has_perm("donations.view_donation")
                else None
            ),
            icon="pick",
        ),
        InspectPanel(
            title=_("What was asked for"),
            template_name="donations/admin/_changes.html",
            context=lambda gift, request: {
                "changes": gift.changes.select_related("asked_by").order_by("-id")
            },
            icon="list-ul",
        ),
        InspectPanel(
            title=_("Moves"),
            template_name="donations/admin/_moves.html",
            context=lambda gift, request: {"moves": gift.transitions.all()},
            icon="history",
        ),
    )
    record_actions = (
        RecordAction(
            name="amount",
            label=_("Another amount"),
            help_text=_LATER,
            icon="edit",
            form_class=NewAmountForm,
            run=_asks(
                lambda gift, cleaned, user: recurring.change_amount(
                    gift, amount=Money(cleaned["amount"] or 0, gift.currency), by=user
                )
            ),
            permission="donations.change_recurringdonation",
            is_offered=_is_alive,
        ),
        RecordAction(
            name="date",
            label=_("Another day"),
            help_text=_LATER,
            icon="date",
            form_class=NextPaymentForm,
            run=_asks(lambda gift, cleaned, user: recurring.change_date(gift, day=cleaned["day"], by=user)),
            permission="donations.change_recurringdonation",
            is_offered=_is_alive,
        ),
        RecordAction(
            name="pause",
            label=_("Pause"),
            help_text=_("Nothing is taken meanwhile, and nothing is made up for afterwards."),
            icon="time",
            form_class=PauseForm,
            run=_asks(lambda gift, cleaned, user: recurring.pause(gift, until=cleaned["until"], by=user)),
            permission="donations.change_recurringdonation",
            is_offered=lambda gift, user: gift.is_alive and gift.state != RecurringState.PAUSED,
        ),
        RecordAction(
            name="resume",
            label=pgettext_lazy("recurring", "Go on"),
            help_text=_LATER,
            icon="rotate",
            run=_asks(lambda gift, cleaned, user: recurring.resume(gift, by=user)),
            permission="donations.change_recurringdonation",
            is_offered=lambda gift, user: gift.state == RecurringState.PAUSED,
        ),
        RecordAction(
            name="cancel",
            label=_("End the recurring donation"),
            help_text=_(
                "For good: nothing more is taken. What was given stays given; the donor gets a mail."
            ),
            icon="cross",
            run=_asks(lambda gift, cleaned, user: recurring.cancel(gift, by=user)),
            permission="donations.change_recurringdonation",
            is_offered=_is_alive,
            is_serious=True,
        ),
    )


class SettleForm(RecordActionForm):
    note = forms.CharField(label=_("What was done"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


def _settle(request: HttpRequest, concern: Concern, cleaned: dict) -> str:
    concerns.settle(concern, by=request.user, note=cleaned["note"])
    return gettext("Settled. It will not be shown again.")


class ConcernFilterSet(RecordFilterSet):
    class Meta:
        model = Concern
        fields = ["state", "kind"]


class ConcernAdmin(RecordModelAdmin):
    model = Concern
    read_only = True
    menu_icon = "help"
    menu_order = 48
    help_text = _(
        "What the site cannot decide about money by itself: each matter is listed once, until settled."
    )
    list_columns = (
        "kind",
        StateColumn(
            "state",
            label=_("State"),
            tones={ConcernState.OPEN: "bad", ConcernState.SETTLED: "good"},
            sort_key="state",
        ),
        "donation",
        "detail",
        DateColumn("created_at", label=_("Found"), sort_key="created_at"),
        DateColumn("settled_at", label=pgettext_lazy("concern", "Settled"), sort_key="settled_at"),
    )
    list_select_related = ("donation",)
    search_fields = ("stripe_id", "detail", "donation__display_name")
    filterset_class = ConcernFilterSet
    ordering = ("-id",)
    empty_text = _("Nothing needs a look. Matters arrive here by themselves.")
    inspect_sections = (
        (_("Matter"), ("kind", "detail", "donation", "recurring", "stripe_id", "created_at", "last_seen_at")),
        (pgettext_lazy("concern", "Settled"), ("state", "settled_by", "settled_at", "note")),
    )
    record_actions = (
        RecordAction(
            name="settle",
            label=_("Settle"),
            help_text=_("When you have dealt with it, write what you did."),
            icon="check",
            form_class=SettleForm,
            run=_settle,
            permission="donations.change_concern",
            is_offered=lambda concern, user: concern.state == ConcernState.OPEN,
            is_open=True,
        ),
    )
