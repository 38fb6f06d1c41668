"""The page where a person pays, as Stripe hosts it, and the bank's page of 3-D Secure."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from .. import checkout, payments
from ..cards import CARDS, InvalidNumber, find_card
from ..errors import Refusal
from ..expansion import session_items
from ..models import StoredObject
from .forms import CardForm
from .money import written


def checkout_page(request: HttpRequest, session_id: str) -> HttpResponse:
    """Show the session, and try to pay it on POST."""
    try:
        session = checkout.current(session_id)
    except Refusal:
        return _ended(request, None, 404)
    with translation.override(_language(request, session.data)):
        if session.data["status"] != "open":
            return _ended(request, session.data, 200 if session.data["status"] == "complete" else 410)
        if request.method != "POST":
            form = CardForm(initial=_initial(request, session.data))
            return _page(request, session, form)
        return _try_to_pay(request, session)


def _try_to_pay(request: HttpRequest, session: StoredObject) -> HttpResponse:
    form = CardForm(request.POST)
    if not form.is_valid():
        return _page(request, session, form, status=422)
    try:
        outcome = payments.pay(session.stripe_id, form.cleaned_data["number"], form.payer())
    except InvalidNumber:
        form.add_error("number", _("This is not a card number. Use one of the test cards below."))
        return _page(request, session, form, status=422)
    if outcome.result == "declined":
        # A number that could be someone's real card is not written back into the page.
        if find_card(form.cleaned_data["number"]).number not in CARDS:
            form.data = form.data.copy()
            form.data["number"] = ""
        return _page(request, session, form, declined=_(outcome.message), status=402)
    if outcome.result == "authenticate":
        return _see_other(f"{request.path}/authenticate")
    if outcome.result == "closed":
        return _see_other(request.path)
    return _see_other(success_url(outcome.session))


def authentication_page(request: HttpRequest, session_id: str) -> HttpResponse:
    """The bank's page: approve or refuse."""
    page = request.path.removesuffix("/authenticate")
    try:
        session = checkout.current(session_id)
    except Refusal:
        return _ended(request, None, 404)
    if not payments.awaits_authentication(session):
        return _see_other(page)
    with translation.override(_language(request, session.data)):
        if request.method != "POST":
            return render(request, "sandbox/authenticate.html", _facts(session))
        outcome = payments.answer_authentication(session_id, approved=request.POST.get("answer") == "approve")
        if outcome.result == "paid":
            return _see_other(success_url(outcome.session))
        form = CardForm(initial=_initial(request, session.data))
        return _page(request, session, form, declined=_(outcome.message), status=402, action=page)


def success_url(session: dict[str, Any]) -> str:
    return session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])


def _initial(request: HttpRequest, session: dict[str, Any]) -> dict[str, str]:
    initial = {"email": session["customer_email"] or ""}
    card = CARDS.get(request.GET.get("card", ""))
    if card:
        initial |= {"number": card.grouped, "expiry": "12 / 34", "cvc": "123"}
    return initial


def _page(request: HttpRequest, session: StoredObject, form: CardForm, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    context = _facts(session) | {"form": form, "cards": CARDS.values(), "action": request.path} | more
    return render(request, "sandbox/checkout.html", context, status=status)


def _facts(session: StoredObject) -> dict[str, Any]:
    data = session.data
    return {
        "session": data,
        "total": written(data["amount_total"], data["currency"]),
        "lines": [
            {
                "name": item["description"],
                "quantity": item["quantity"],
                "amount": written(item["amount_total"], item["currency"]),
            }
            for item in session_items(data["id"])
        ],
        "is_donation": data["submit_type"] == "donate",
    }


def _ended(request: HttpRequest, session: dict[str, Any] | None, status: int) -> HttpResponse:
    """Nothing can be paid here (any more): say why and where to go."""
    back = None
    if session:
        back = success_url(session) if session["status"] == "complete" else session["cancel_url"]
    return render(request, "sandbox/ended.html", {"session": session, "back": back}, status=status)


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def _language(request: HttpRequest, session: dict[str, Any]) -> str:
    """The session's language if we speak it; else the browser's."""
    wanted = (session["locale"] or "auto").split("-")[0]
    return wanted if wanted in ("it", "en") else translation.get_language_from_request(request)
