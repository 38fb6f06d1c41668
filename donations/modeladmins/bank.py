"""What the bank says has come, and what each line of it is."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms import audit
from cms.listing import DateColumn, MoneyColumn, Only, RecordFilterSet, StateColumn
from cms.modeladmin import InspectPanel, RecordAction, RecordModelAdmin
from cms.modeladmin.actions import RecordActionForm
from cms.money_fields import AmountField
from cms.registries import visible_rows
from donations import causale
from donations.models import (
    BankLine,
    BankLineState,
    Beneficiary,
    Campaign,
    CampaignState,
    Pledge,
)
from donations.services import bank
from donations.services.checkout import CannotGive
from donations.services.offline import Giver
from donations.tax_codes import TaxCodeFormField, validate_tax_code

TONES = {
    BankLineState.OPEN: "busy",
    BankLineState.MATCHED: "good",
    BankLineState.IGNORED: "quiet",
}


def _tone(line: BankLine) -> str:
    went_out = line.state == BankLineState.OPEN and line.amount_cents < 0
    return "quiet" if went_out else TONES[BankLineState(line.state)]


class MatchForm(RecordActionForm):
    pledge = forms.ChoiceField(label=_("Pledge"), required=False, widget=forms.RadioSelect)
    code = forms.CharField(
        label=_("or its reason"), required=False, max_length=30, help_text=_("Such as DONO-7K3M-9QX4.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["pledge"]
        field.choices = [
            (
                one.pledge.pk,
                f"{one.pledge.shown_code} · {one.pledge.display_name} · {one.pledge.amount}: {one.why}",
            )
            for one in bank.proposals(self.record)
        ]
        if not field.choices:
            del self.fields["pledge"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        awaited = Pledge.objects.awaited()
        if typed := cleaned.get("code"):
            found = causale.found_in(typed)
            cleaned["chosen"] = awaited.filter(code__in=found).first()
            if not found:
                self.add_error("code", _("This is no reason of ours: look at its signs again."))
            elif cleaned["chosen"] is None:
                self.add_error("code", _("No pledge with this reason is awaited."))
        elif chosen := cleaned.get("pledge"):
            cleaned["chosen"] = awaited.filter(pk=chosen).first()
        else:
            self.add_error("code", _("Say which pledge it is."))
        return cleaned


class RecordLineForm(RecordActionForm):
    name = forms.CharField(label=_("Name and surname"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), required=False, max_length=254)
    tax_code = TaxCodeFormField(label=_("Tax code"), required=False, validators=[validate_tax_code])
    beneficiary = forms.ModelChoiceField(label=_("Beneficiary"), queryset=Beneficiary.objects.none())
    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["name"].initial = self.record.payer
        fields["beneficiary"].queryset = visible_rows(self.user, Beneficiary.objects.all())
        campaigns = Campaign.objects.exclude(state=CampaignState.DRAFT)
        fields["campaign"].queryset = visible_rows(self.user, campaigns)


class NoteForm(forms.Form):
    note = forms.CharField(label=_("What it is"), max_length=200, help_text=_("Such as: membership fee."))


def _match(request, line: BankLine, cleaned: dict) -> str:
    if cleaned.get("chosen") is None:
        raise ValidationError(gettext("Say which pledge it is."))
    try:
        donation = bank.match_line(line, pledge=cleaned["chosen"], because=f"user {request.user.pk}")
    except CannotGive as refusal:
        raise ValidationError(str(refusal)) from refusal
    audit.record("donations.bankline.matched", line, user=request.user, data={"donation": donation.pk})
    return gettext("The pledge is paid, and its receipt on its way.")


def _record(request, line: BankLine, cleaned: dict) -> str:
    giver = Giver(name=cleaned["name"], email=cleaned["email"], tax_code=cleaned["tax_code"])
    try:
        donation = bank.record_line(
            line,
            giver=giver,
            beneficiary=cleaned["beneficiary"],
            campaign=cleaned["campaign"],
            because=f"user {request.user.pk}",
        )
    except CannotGive as refusal:
        raise ValidationError(str(refusal)) from refusal
    audit.record("donations.bankline.matched", line, user=request.user, data={"donation": donation.pk})
    return gettext("The gift is written, and its receipt on its way.")


def _ignore(request, line: BankLine, cleaned: dict) -> str:
    bank.ignore_line(line, note=cleaned["note"])
    audit.record("donations.bankline.ignored", line, user=request.user)
    return gettext("The line is no donation.")


def _reopen(request, line: BankLine, cleaned: dict) -> str:
    bank.reopen_line(line, because=f"user {request.user.pk}")
    audit.record("donations.bankline.reopened", line, user=request.user)
    return gettext("The line waits to be looked at again. What was booked from it is booked back.")


def _waits(line: BankLine, user: Any) -> bool:
    return line.state == BankLineState.OPEN and line.amount_cents > 0


class BankLineFilterSet(RecordFilterSet):
    waiting = Only(_("Money to be looked at"), lambda rows: rows.waiting())
    booked = django_filters.DateFromToRangeFilter(field_name="booked_on", label=_("Date"))

    class Meta:
        model = BankLine
        fields = ["state"]


class BankLineForm(forms.ModelForm):
    amount_cents = AmountField(label=_("Amount"))


class BankLineAdmin(RecordModelAdmin):
    model = BankLine
    help_text = _(
        "What the bank says. Import its file: lines with the reason of a pledge are matched by themselves, "
        "the "
        "others wait for you. The same file twice, or one that overlaps, adds nothing."
    )
    menu_icon = "list-ul"
    menu_order = 24
    list_columns = (
        DateColumn("booked_on", label=_("Date"), sort_key="booked_on"),
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        StateColumn("label", label=_("State"), tones=_tone, sort_key="state"),
        "description",
        "payer",
        "donation",
    )
    list_select_related = ("donation",)
    filterset_class = BankLineFilterSet
    search_fields = ("description", "payer", "note")
    ordering = ("-booked_on", "-id")
    empty_text = _("Import the file of movements that your bank offers, as CSV or Excel.")
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("booked_on"), FieldPanel("amount_cents")]),
                FieldPanel("description"),
                FieldPanel("payer"),
            ],
            heading=_("Line"),
        )
    ]
    inspect_sections = (
        (_("Line"), ("booked_on", "amount", "description", "payer", "label", "donation", "note")),
    )
    inspect_panels = (
        InspectPanel(
            title=_("What it may be"),
            template_name="donations/admin/_proposals.html",
            context=lambda line, request: {"proposals": bank.proposals(line)} if _waits(line, None) else None,
            icon="link",
        ),
    )
    record_actions = (
        RecordAction(
            name="match",
            label=_("It is a pledge"),
            submit_label=_("Match"),
            icon="link",
            form_class=MatchForm,
            run=_match,
            permission="donations.add_bankline",
            is_offered=_waits,
            is_open=True,
        ),
        RecordAction(
            name="record",
            label=_("It is another gift"),
            submit_label=_("Record the gift"),
            icon="pick",
            form_class=RecordLineForm,
            run=_record,
            permission="donations.record_gift",
            is_offered=_waits,
        ),
        RecordAction(
            name="ignore",
            label=_("It is no gift"),
            submit_label=_("It is no gift"),
            icon="cross",
            form_class=NoteForm,
            run=_ignore,
            permission="donations.add_bankline",
            is_offered=lambda line, user: line.state == BankLineState.OPEN,
        ),
        RecordAction(
            name="reopen",
            label=_("Undo"),
            help_text=_(
                "A donation made from it is booked back, and the donor gets a correction of the receipt."
            ),
            submit_label=_("Undo"),
            icon="undo",
            run=_reopen,
            permission="donations.add_bankline",
            is_offered=lambda line, user: line.state != BankLineState.OPEN,
            is_serious=True,
        ),
    )
