"""The page where a person pays, as Stripe hosts it, and the bank's page of 3-D Secure."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from .. import checkout, payments
from ..cards import CARDS, InvalidNumber, digits_of
from ..errors import Refusal
from ..expansion import session_items
from ..models import StoredObject
from . import ways
from .money import written


def checkout_page(request: HttpRequest, session_id: str) -> HttpResponse:
    """Show the session, and try to pay it on POST."""
    try:
        session = checkout.current(session_id)
    except Refusal:
        return _ended(request, None, 404)
    with translation.override(language(request, session.data["locale"])):
        if session.data["status"] != "open":
            return _ended(request, session.data, 200 if session.data["status"] == "complete" else 410)
        form = _form(request, session)
        if request.method != "POST":
            return _page(request, session, form)
        return _try_to_pay(request, session, form)


def _form(request: HttpRequest, session: StoredObject) -> ways.Form:
    offered = session.data["payment_method_types"]
    return ways.chosen_form(request, offered, email=session.data["customer_email"] or "")


def _try_to_pay(request: HttpRequest, session: StoredObject, form: ways.Form) -> HttpResponse:
    if not form.is_valid():
        return _page(request, session, form, status=422)
    try:
        outcome = payments.pay(session.stripe_id, form.cleaned_data["number"], form.payer())
    except InvalidNumber:
        refuse_number(form)
        return _page(request, session, form, status=422)
    if outcome.result == "declined":
        forget_real_card(form)
        return _page(request, session, form, declined=_(outcome.message), status=402)
    if outcome.result == "authenticate":
        return see_other(f"{request.path}/authenticate")
    if outcome.session["status"] == "complete":
        return see_other(success_url(outcome.session))
    return _ended(request, outcome.session, 410)


def refuse_number(form: ways.Form) -> None:
    """The number is none that works here: say so beside it."""
    sentence = (
        _("This is not a card number. Use one of the test cards below.")
        if form.way == "card"
        else _("Only the test accounts below work here.")
    )
    form.add_error("number", sentence)
    if form.way != "card":
        form.data = form.data.copy() | {"number": ""}  # it may be somebody's account


def forget_real_card(form: ways.Form) -> None:
    """A number that could be someone's real card is not written back into the page."""
    if form.way == "card" and digits_of(form.cleaned_data["number"]) not in CARDS:
        form.data = form.data.copy() | {"number": ""}


def authentication_page(request: HttpRequest, session_id: str) -> HttpResponse:
    """The bank's page: approve or refuse."""
    page = request.path.removesuffix("/authenticate")
    try:
        session = checkout.current(session_id)
    except Refusal:
        return _ended(request, None, 404)
    if not payments.awaits_authentication(session):
        return see_other(page)
    with translation.override(language(request, session.data["locale"])):
        if request.method != "POST":
            return render(request, "sandbox/authenticate.html", _facts(session))
        outcome = payments.answer_authentication(session_id, approved=request.POST.get("answer") == "approve")
        if outcome.result in ("paid", "processing"):
            return see_other(success_url(outcome.session))
        request.method = "GET"  # what was sent was the bank's question, not the form of the card
        form = _form(request, session)
        return _page(request, session, form, declined=_(outcome.message), status=402, action=page)


def success_url(session: dict[str, Any]) -> str:
    return session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])


def _page(request: HttpRequest, session: StoredObject, form: ways.Form, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    offered = ways.shown(form, session.data["payment_method_types"])
    context = _facts(session) | offered | {"action": request.path} | more
    return render(request, "sandbox/checkout.html", context, status=status)


def _facts(session: StoredObject) -> dict[str, Any]:
    data, items = session.data, session_items(session.data["id"])
    return {
        "session": data,
        "total": written(data["amount_total"], data["currency"]),
        "every": items[0]["price"]["recurring"]["interval"] if data["mode"] == "subscription" else "",
        "lines": [
            {
                "name": item["description"],
                "quantity": item["quantity"],
                "amount": written(item["amount_total"], item["currency"]),
            }
            for item in items
        ],
        "is_donation": data["submit_type"] == "donate",
    }


def _ended(request: HttpRequest, session: dict[str, Any] | None, status: int) -> HttpResponse:
    """Nothing can be paid here (any more): say why and where to go."""
    back = None
    if session:
        back = success_url(session) if session["status"] == "complete" else session["cancel_url"]
    return render(request, "sandbox/ended.html", {"session": session, "back": back}, status=status)


def see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def language(request: HttpRequest, locale: str | None) -> str:
    """The language that the site asked for, if we speak it; else the browser's."""
    wanted = (locale or "auto").split("-")[0]
    return wanted if wanted in ("it", "en") else translation.get_language_from_request(request)
