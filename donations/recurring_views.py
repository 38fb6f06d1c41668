"""Where donors of recurring gifts come back to, and where they change their card. As donations/views.py."""

from __future__ import annotations

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from cms.client_address import source_of
from cms.public_forms import exempts_csrf, refusal
from cms.rate_limit import hit
from donations import giving, tasks
from donations.card_links import of_card_link
from donations.gateway import PaymentServiceUnavailable
from donations.models import PaysWith, RecurringDonation, RecurringState
from donations.services import payment_page, recurring
from donations.views import LOOK_UP_SECONDS, RELOAD_SECONDS, way_back

no_store = cache_control(no_store=True)
_UNDECIDED = (RecurringState.DRAFT, RecurringState.PENDING, RecurringState.INCOMPLETE)


def _gift(token: str) -> RecurringDonation:
    rows = RecurringDonation.objects.select_related("campaign__total", "beneficiary")
    return get_object_or_404(rows, return_token=token)


@no_store
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a recurring gift. Undecided, the page reloads itself, and has Stripe looked up."""
    gift = _gift(token)
    waits = gift.state in _UNDECIDED
    if waits and cache.add(f"recurring-look-up:{gift.pk}", 1, timeout=LOOK_UP_SECONDS):
        tasks.hint(tasks.refresh_recurring, gift.pk)
        gift.refresh_from_db(fields=["state"])
    waits = gift.state in _UNDECIDED
    # A debit of the first time, which takes days. (A card's payment may be a moment behind its gift.)
    may_be_debit = gift.state == RecurringState.ACTIVE and gift.pays_with != PaysWith.CARD
    on_its_way = may_be_debit and not gift.donations.exists()
    context = {"gift": gift, "waits": waits, "on_its_way": on_its_way, "back": way_back(gift)}
    answer = render(request, "donations/recurring_thanks.html", context)
    if waits:
        answer.headers["Refresh"] = str(RELOAD_SECONDS)
    return answer


@no_store
@require_safe
def cancelled(request: HttpRequest, token: str) -> HttpResponse:
    """The donor left the payment page of a recurring gift. Nothing is charged; one may go on."""
    gift = _gift(token)
    go_on = gift.session_url if payment_page.has_open_page(gift) else ""
    context = {"gift": gift, "go_on": go_on, "back": way_back(gift), "is_alive": gift.is_alive}
    return render(request, "donations/recurring_cancelled.html", context)


@no_store
@exempts_csrf
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail about a payment that failed: one button to Stripe's page for another card."""
    gift = of_card_link(token)
    if gift is None:
        raise Http404
    if request.method != "POST":
        return _card_page(request, gift)
    if reason := refusal(request):
        return _card_page(request, gift, problem=reason, status=403)
    if not hit("recurring-card", source_of(request), limit=giving.TRIES, seconds=giving.WINDOW_SECONDS):
        return _card_page(request, gift, problem=giving.too_many(), status=429)
    try:
        url = recurring.open_card_page(gift, return_url=request.build_absolute_uri())
    except recurring.CannotChange as ended:
        return _card_page(request, gift, problem=str(ended), status=422)
    except PaymentServiceUnavailable:
        away = _("The payment service is still not answering. Try again in a few minutes.")
        return _card_page(request, gift, problem=away, status=503)
    answer = redirect(url)
    answer.status_code = 303
    return answer


def _card_page(
    request: HttpRequest, gift: RecurringDonation, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"gift": gift, "problem": problem}
    return render(request, "donations/recurring_card.html", context, status=status)
