"""The forms of the ways to pay that a page offers, and what a person sees beside them."""

from typing import Any

from django.http import HttpRequest

from ..cards import CARDS
from ..ibans import IBANS
from .forms import AccountForm, CardForm

_FORMS = {"card": CardForm, "sepa_debit": AccountForm}
Form = CardForm | AccountForm


def chosen_form(request: HttpRequest, offered: list[str], *, email: str = "") -> Form:
    """The form of the way chosen in the address, or of the first; filled in from ``?card=`` or as sent."""
    way = request.GET.get("way", "")
    kind = _FORMS[way if way in offered else offered[0]]
    if request.method == "POST":
        return kind(request.POST)
    initial = {"email": email}
    known = (
        CARDS.get(request.GET.get("card", "")) if kind is CardForm else IBANS.get(request.GET.get("card", ""))
    )
    if known:
        initial |= {"number": known.grouped, "expiry": "12 / 34", "cvc": "123"}
    return kind(initial=initial)


def shown(form: Form, offered: list[str]) -> dict[str, Any]:
    """What the templates need: the form, the other ways, the numbers that work."""
    instruments = CARDS.values() if form.way == "card" else IBANS.values()
    return {"form": form, "way": form.way, "ways": offered, "instruments": instruments}


def chosen_form_afresh(offered: list[str]) -> Form:
    """An empty form of the first way."""
    return _FORMS[offered[0]]()
