import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..charges import Payer

_EXPIRY = re.compile(r"^\s*(\d{1,2})\s*/?\s*(\d{2}|\d{4})\s*$")


def _typed(**attributes: str) -> forms.TextInput:
    # No autofill of cards: nobody's real number belongs here.
    return forms.TextInput(attrs={"autocomplete": "off", **attributes})


class _MethodForm(forms.Form):
    """A way to pay as a person types it. ``number`` is that of the card or of the account."""

    template_name = "sandbox/_fields.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def payer(self) -> Payer:
        return Payer(self.cleaned_data["name"], self.cleaned_data["email"])


class AccountForm(_MethodForm):
    """An account for SEPA direct debit."""

    way = "sepa_debit"
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    number = forms.CharField(
        label=_("IBAN"),
        max_length=60,
        widget=_typed(placeholder="IT40 S054 2811 1010 0000 0123 456", spellcheck="false"),
    )
    name = forms.CharField(
        label=_("Name of the account’s owner"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class CardForm(_MethodForm):
    """A card."""

    way = "card"
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    number = forms.CharField(
        label=_("Card number"),
        max_length=40,
        widget=_typed(inputmode="numeric", placeholder="4242 4242 4242 4242"),
    )
    expiry = forms.CharField(
        label=_("Expiry (MM / YY)"),
        max_length=9,
        widget=_typed(inputmode="numeric", placeholder="12 / 34"),
    )
    cvc = forms.RegexField(
        r"^\d{3,4}$",
        label=_("Code (CVC)"),
        max_length=4,
        widget=_typed(inputmode="numeric", placeholder="123"),
        error_messages={"invalid": _("Three or four digits; in the sandbox any will do.")},
    )
    name = forms.CharField(
        label=_("Name on the card"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def clean_expiry(self) -> tuple[int, int]:
        match = _EXPIRY.match(self.cleaned_data["expiry"])
        if not match or not 1 <= int(match[1]) <= 12:
            raise forms.ValidationError(_("Write month and year, for instance 12 / 34."))
        month, year = int(match[1]), int(match[2])
        year += 2000 if year < 100 else 0
        today = date.today()
        if (year, month) < (today.year, today.month):
            raise forms.ValidationError(_("This card has expired. Write a date in the future."))
        return month, year

    def payer(self) -> Payer:
        month, year = self.cleaned_data["expiry"]
        return Payer(self.cleaned_data["name"], self.cleaned_data["email"], month, year)
