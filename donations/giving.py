"""How a page takes a donation: one call for its form, one for what is sent.

form = giving.donation_form(request, campaign=campaign)
return giving.handle_donation(request, campaign=campaign, render=self.render_with)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.client_address import source_of
from cms.consent import record_consent
from cms.money import Money
from cms.public_forms import refusal
from cms.rate_limit import hit
from donations.amounts import written
from donations.forms import DonationForm
from donations.gateway import PaymentServiceUnavailable
from donations.models import Beneficiary, Campaign, Donation, Interval, RecurringDonation
from donations.services import begin, checkout, defence, pledges, recurring
from donations.services.begin import Said
from donations.services.offline import Giver

# Tries from one source in ten minutes: a family or a school behind one address still gets through.
TRIES, WINDOW_SECONDS = 30, 600


# What is kept of a gift as it was typed.
_AS_TYPED = (
    "name",
    "email",
    "message",
    "is_anonymous",
    "pays_with",
    "covered_fee_cents",
    "tax_code",
    "objects_to_report",
    "wants_wall",
    "dedication",
    "group_name",
)

_PROMISED = ("message", "is_anonymous", "objects_to_report", "wants_wall", "dedication", "group_name")


def donation_form(
    request: HttpRequest, *, campaign: Campaign | None = None, beneficiary: Beneficiary | None = None
) -> DonationForm:
    """The empty form. `?amount=25` or `?importo=25,50` says how much, `?interval=month` how often."""
    wished = request.GET.get("amount") or request.GET.get("importo") or ""
    initial = {"interval": request.GET["interval"]} if request.GET.get("interval") in Interval.values else {}
    try:
        amount = begin.readable_amount(wished)
    except ValueError:
        return DonationForm(campaign=campaign, beneficiary=beneficiary, initial=initial)
    initial["amount"] = written(amount)
    return DonationForm(campaign=campaign, beneficiary=beneficiary, initial=initial)


def handle_donation(
    request: HttpRequest,
    *,
    campaign: Campaign | None = None,
    beneficiary: Beneficiary | None = None,
    render: Callable[[DonationForm, int], HttpResponse],
) -> HttpResponse:
    """Take a sent form all the way to the payment page, or back to the same page with what to mend.

    beneficiary: who receives when there is no campaign. render(form, status): the page with the form as
    it was typed and its errors; status is 403 (from elsewhere), 422 (something to correct) or 429 (too often,
    or blocked after too many failed payments).
    Called outside any transaction. The answer is 303 to the payment page, or to a page for trying again
    when the payment service is away.
    """
    form = DonationForm(request.POST, campaign=campaign, beneficiary=beneficiary)
    valid = form.is_valid()
    if reason := refusal(request):
        return _back(form, reason, 403, render)
    if not hit("donation", source_of(request), limit=TRIES, seconds=WINDOW_SECONDS):
        return _back(form, too_many(), 429, render)
    if not valid:
        return render(form, 422)
    if request.POST.get("way") == "bank_transfer" and form.takes_transfers:
        return _promise(request, form, render)
    try:
        gift = save_gift(
            form,
            campaign=campaign,
            beneficiary=beneficiary,
            language=(get_language() or "it")[:2],
            client=source_of(request),
            source="page",
            page_url=request.path,
        )
    except defence.Blocked as blocked:
        return _back(form, str(blocked), 429, render)
    except checkout.CannotGive as wrong:
        form.add_error(wrong.field or None, str(wrong))
        return render(form, 422)
    try:
        return _there(checkout.open_session(gift))
    except checkout.CannotGive as wrong:
        form.add_error(wrong.field or None, str(wrong))
        return render(form, 422)
    except PaymentServiceUnavailable:
        if isinstance(gift, Donation):
            return _try_again(gift)
        away = _(
            "The payment service is not answering. Nothing has been charged, and what you wrote is kept."
        )
        return _back(form, away, 503, render)


def save_gift(
    form: DonationForm,
    *,
    campaign: Campaign | None,
    beneficiary: Beneficiary | None,
    language: str,
    client: str,
    source: str,
    page_url: str = "",
) -> Donation | RecurringDonation:
    """Save what a valid form says, once or recurring; the same for pages and the API.

    client: the source that asks, as cms.client_address.source_of says. Raises defence.Blocked or CannotGive.
    """
    given = form.cleaned_data
    defence.let_in(source=client, email=given["email"])
    said: Said = {
        "amount": given["money"],
        "campaign": campaign,
        "beneficiary": beneficiary,
        "language": language,
        "source": source,
        "page_url": page_url,
        "consent_text": form.privacy,
        **{name: given[name] for name in _AS_TYPED},  # type: ignore[typeddict-item]
    }
    gift: Donation | RecurringDonation
    if given["interval"]:
        gift = recurring.start_recurring(interval=Interval(given["interval"]), **said)
    else:
        gift = checkout.start_checkout(**said)
    defence.note_page(reference=gift.public_id, source=client, email=given["email"])
    return gift


def _promise(request: HttpRequest, form: DonationForm, render: Callable) -> HttpResponse:
    """The donor will send a bank transfer: to the page with its data."""
    given, language = form.cleaned_data, (get_language() or "it")[:2]
    if given["interval"]:
        once = _("A transfer is made once: choose “Once”, or pay from your account with the other button.")
        form.add_error("interval", once)
        return render(form, 422)
    try:
        defence.let_in(source=source_of(request), email=given["email"])
        pledge = pledges.make_pledge(
            # A transfer costs nothing: there is no fee to cover.
            amount=given["money"] - Money(given["covered_fee_cents"], "EUR"),
            giver=Giver(
                name=given["name"], email=given["email"], language=language, tax_code=given["tax_code"]
            ),
            beneficiary=cast(Beneficiary, form.receiver),
            campaign=form.campaign,
            source="page",
            page_url=request.path[:500],
            **{name: given[name] for name in _PROMISED},
        )
    except defence.Blocked as blocked:
        return _back(form, str(blocked), 429, render)
    except checkout.CannotGive as wrong:
        form.add_error(wrong.field or None, str(wrong))
        return render(form, 422)
    record_consent(
        purpose=begin.CONSENT_PURPOSE,
        email=pledge.donor.email,
        text=form.privacy,
        language=language,
        source=f"pledge {pledge.public_id}",
    )
    return _there(reverse("pledge_thanks", args=[pledge.return_token]))


def too_many() -> str:
    """What a source that tries too often is told."""
    return _("Many donations came from your connection. Wait a few minutes and send again.")


def to_payment(request: HttpRequest, donation: Donation) -> HttpResponse:
    """Send the donor to the payment page, or to the page for trying again while it is away.

    Raises CannotGive.
    """
    defence.note_page(reference=donation.public_id, source=source_of(request), email=donation.donor.email)
    try:
        return _there(checkout.open_session(donation))
    except PaymentServiceUnavailable:
        return _try_again(donation)


def _try_again(donation: Donation) -> HttpResponse:
    return _there(reverse("donation_retry", args=[donation.return_token]))


def _there(url: str) -> HttpResponse:
    answer = redirect(url)
    answer.status_code = 303
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _back(form: DonationForm, problem: str, status: int, render: Callable) -> HttpResponse:
    form.add_error(None, problem)
    return render(form, status)
