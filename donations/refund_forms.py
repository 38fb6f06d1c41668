"""How much money goes back, why, and by which way: what staff type."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from cms.money import Money
from cms.money_fields import AmountField
from donations.models import Donation, Method, Refund, RefundReason
from donations.services import refunds
from donations.services.refunds import Handed


class RefundForm(forms.Form):
    """How much goes back, and why. `seen` is the print of what was shown on the second look."""

    amount = AmountField(
        label=_("Amount to give back"), help_text=_("All that is left of the donation, or a part of it.")
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=RefundReason.choices)
    note = forms.CharField(
        label=_("Why, in your words"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For colleagues and for the log; the donor does not read it."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    # What an earlier click has asked for already, in the very same words.
    asked: Refund | None = None

    def __init__(self, *args: Any, donation: Donation, user: Any, **kwargs: Any) -> None:
        self.donation, self.user = donation, user
        super().__init__(*args, **kwargs)

    def clean_amount(self) -> Money:
        return Money(self.cleaned_data["amount"] or 0, self.donation.currency)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("seen") and not self.errors:
            self.asked = refunds.just_asked(self.donation, **self.wish)
        if self.asked is None and "amount" in cleaned:
            try:
                refunds.check(self.donation, cleaned["amount"])
            except refunds.CannotRefund as refusal:
                self.add_error("amount", str(refusal))
        return cleaned

    @property
    def wish(self) -> dict[str, Any]:
        """What is asked for, as services/refunds takes it."""
        given = self.cleaned_data
        return {
            "amount": given["amount"],
            "reason": RefundReason(given["reason"]),
            "note": given["note"],
            "by": self.user,
            "handed": self.handed,
        }

    @property
    def typed(self) -> list[forms.BoundField]:
        """What the second look sends again."""
        return [self[name] for name in self.fields if name != "seen"]

    @property
    def handed(self) -> Handed | None:
        """How it goes back by hand; of what goes back through Stripe, nothing."""
        return None


class HandedForm(forms.Form):
    """When and how money went back that did not pass Stripe."""

    way = forms.ChoiceField(label=_("How it goes back"), choices=Method.choices, widget=forms.RadioSelect)
    given_on = forms.DateField(label=_("Given back on"), widget=AdminDateInput)
    reference = forms.CharField(
        label=_("Reference"),
        required=False,
        max_length=140,
        help_text=_("By which the bank or the cash book knows it, such as the number of the transfer."),
    )


class HandedRefundForm(HandedForm, RefundForm):
    """The same of money that came by transfer, by cheque or in cash."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[one for one in RefundReason.choices if one[0] != RefundReason.FRAUDULENT],
    )
    given_on = forms.DateField(
        label=_("Given back on"),
        required=False,
        widget=AdminDateInput,
        help_text=_("Empty while it is still to be given: write it down later, on the refund’s page."),
    )
    field_order = ("amount", "way", "given_on", "reference", "reason", "note")

    @property
    def handed(self) -> Handed:
        cleaned = self.cleaned_data
        return Handed(
            way=cleaned["way"], given_on=cleaned["given_on"], reference=cleaned["reference"].strip()
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.asked is None and {"amount", "way", "given_on"} <= cleaned.keys():
            try:
                refunds.check_handed(self.donation, cleaned["amount"], self.handed)
            except refunds.CannotRefund as refusal:
                self.add_error(refusal.field or None, str(refusal))
        return cleaned
