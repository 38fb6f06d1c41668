"""The page where a person changes how they pay, as Stripe's customer portal hosts it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from .. import payments, portal, store
from ..cards import InvalidNumber
from ..errors import Refusal
from ..instruments import find_instrument
from ..methods import instrument_of, saved_with
from ..models import StoredObject
from ..setups import effect_of
from . import ways
from .hosted import forget_real_card, language, refuse_number, see_other

OFFERED = ["card", "sepa_debit"]


def portal_page(request: HttpRequest, session_id: str) -> HttpResponse:
    """Show how the customer pays now, and change it on POST."""
    try:
        session = store.get("billing_portal.session", session_id)
        customer = store.get("customer", session.data["customer"])
    except Refusal:
        return _ended(request, None, 404)
    with translation.override(language(request, session.data["locale"])):
        if not portal.is_open(session):
            return _ended(request, portal.way_back(session.data), 410)
        form = ways.chosen_form(request, OFFERED, email=customer.data["email"] or "")
        if request.method != "POST":
            return _page(request, session, form)
        return _change(request, session, form)


def _change(request: HttpRequest, session: StoredObject, form: ways.Form) -> HttpResponse:
    if not form.is_valid():
        return _page(request, session, form, status=422)
    number = form.cleaned_data["number"]
    try:
        instrument = find_instrument(number)
    except InvalidNumber:
        refuse_number(form)
        return _page(request, session, form, status=422)
    if effect_of(instrument) == "decline":
        forget_real_card(form)
        return _page(request, session, form, declined=_(getattr(instrument, "message", "")), status=402)
    payments.change_method(session.data["customer"], number, form.payer())
    back = portal.way_back(session.data)
    flow = session.data["flow"]
    if flow and back:
        return see_other(back)
    return _page(request, session, ways.chosen_form_afresh(OFFERED), changed=True)


def _page(request: HttpRequest, session: StoredObject, form: ways.Form, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    present = saved_with(session.data["customer"]).first()
    context = ways.shown(form, OFFERED) | {
        "action": request.path,
        "back": portal.way_back(session.data),
        "present": instrument_of(present) if present else None,
    }
    return render(request, "sandbox/portal.html", context | more, status=status)


def _ended(request: HttpRequest, back: str | None, status: int) -> HttpResponse:
    return render(request, "sandbox/portal_ended.html", {"back": back}, status=status)
