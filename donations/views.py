"""The pages of giving that no editor writes: where donors come back to, and where receipts are checked.

They only read our own rows. What a donor is shown never decides anything, and shows no name or address.
"""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from cms.client_address import source_of
from cms.public_forms import exempts_csrf, refusal
from cms.rate_limit import hit
from donations import gateway, giving, tasks
from donations.amounts import long_date
from donations.forms import TryAgainForm
from donations.gateway import PaymentServiceUnavailable
from donations.models import Donation, PaysWith, Pledge, Receipt, RecurringDonation, State
from donations.services import checkout, defence

no_store = cache_control(no_store=True)
# How often a waiting page asks again, and how often that may ask Stripe, in seconds.
RELOAD_SECONDS = 5
LOOK_UP_SECONDS = 10


def _donation(token: str) -> Donation:
    rows = Donation.objects.select_related("campaign__total", "beneficiary")
    return get_object_or_404(rows, return_token=token)


@no_store
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a donation. While it is undecided the page reloads itself, and has Stripe looked up."""
    donation = _donation(token)
    waits = donation.state in (State.PENDING, State.PROCESSING)
    if waits and cache.add(f"donation-look-up:{donation.pk}", 1, timeout=LOOK_UP_SECONDS):
        tasks.hint(tasks.refresh_donation, donation.pk)
        donation.refresh_from_db(fields=["state", "refunded_cents"])
    back = way_back(donation)
    # Only where a form stands to which the suggestion can lead.
    suggests_monthly = donation.state == State.PAID and back != "/" and gateway.is_on()
    context = {"donation": donation, "back": back, "suggests_monthly": suggests_monthly}
    answer = render(request, "donations/thanks.html", context)
    if donation.state == State.PENDING:
        answer.headers["Refresh"] = str(RELOAD_SECONDS)
    return answer


@no_store
@require_safe
def cancelled(request: HttpRequest, token: str) -> HttpResponse:
    """The donor left the payment page. Nothing is charged; one may go on, or change the amount."""
    donation = _donation(token)
    form = _again(donation)
    context = {"donation": donation, "form": form, "back": way_back(donation)}
    return render(request, "donations/cancelled.html", context)


@no_store
@exempts_csrf
@require_http_methods(["GET", "HEAD", "POST"])
def retry(request: HttpRequest, token: str) -> HttpResponse:
    """Try a donation again, with all that was typed; perhaps with another amount."""
    donation = _donation(token)
    if request.method != "POST":
        return _retry_page(request, donation, _again(donation))
    form = TryAgainForm(request.POST)
    valid = form.is_valid()
    if reason := refusal(request):
        form.add_error(None, reason)
        return _retry_page(request, donation, form, status=403)
    if not hit("donation", source_of(request), limit=giving.TRIES, seconds=giving.WINDOW_SECONDS):
        form.add_error(None, giving.too_many())
        return _retry_page(request, donation, form, status=429)
    if not valid:
        return _retry_page(request, donation, form, status=422)
    try:
        defence.let_in(source=source_of(request), email=donation.donor.email)
        wanted = form.cleaned_data
        again = checkout.give_again(donation, amount=wanted["amount"], pays_with=wanted["pays_with"] or None)
        return giving.to_payment(request, again)
    except defence.Blocked as blocked:
        form.add_error(None, str(blocked))
        return _retry_page(request, donation, form, status=429)
    except checkout.CannotGive as wrong:
        form.add_error(wrong.field or None, str(wrong))
        return _retry_page(request, donation, form, status=422)
    except PaymentServiceUnavailable:
        form.add_error(None, _("The payment service is still not answering. Try again in a few minutes."))
        return _retry_page(request, donation, form, status=503)


def _again(donation: Donation) -> TryAgainForm:
    return TryAgainForm(initial={"amount": donation.amount, "pays_with": donation.pays_with or PaysWith.CARD})


def _retry_page(
    request: HttpRequest, donation: Donation, form: TryAgainForm, *, status: int = 200
) -> HttpResponse:
    context = {"donation": donation, "form": form, "back": way_back(donation)}
    return render(request, "donations/retry.html", context, status=status)


def way_back(donation: Donation | RecurringDonation | Pledge) -> str:
    """The page on which the gift was made, if it is one of this site; else the home page."""
    path = donation.page_url
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


@no_store
@require_safe
def pledge_thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What to write into a bank transfer, and whether it has come. Says nobody's name."""
    rows = Pledge.objects.select_related("beneficiary", "campaign")
    pledge = get_object_or_404(rows, return_token=token)
    context = {"pledge": pledge, "until": long_date(pledge.expires_on), "back": way_back(pledge)}
    return render(request, "donations/pledge_thanks.html", context)


@no_store
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a receipt is ours. Says its number, date, amount and beneficiary, and nobody's name."""
    plain = "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())[:20]
    rows = Receipt.objects.select_related("corrects").prefetch_related("corrections")
    receipt = rows.filter(code=plain).first() if plain else None
    context = {
        "receipt": receipt,
        "is_correction": bool(receipt and receipt.corrects_id),
        "typed": code[:40],
        "paid_on": long_date(receipt.paid_on) if receipt else "",
    }
    return render(request, "donations/verify.html", context, status=200 if receipt else 404)
