"""How a page takes a donation: one call for its form, one for what is sent.

form = giving.donation_form(request, campaign=campaign)
return giving.handle_donation(request, campaign=campaign, render=self.render_with)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.client_address import source_of
from cms.consent import record_consent
from cms.public_forms import refusal
from cms.rate_limit import hit
from donations.amounts import written
from donations.forms import DonationForm
from donations.gateway import PaymentServiceUnavailable
from donations.models import Beneficiary, Campaign, Donation, State
from donations.services import checkout, defence, pledges
from donations.services.offline import Giver

# Tries from one source in ten minutes: a family or a school behind one address still gets through.
TRIES, WINDOW_SECONDS = 30, 600
# Names that a page shows at most.
WALL = 60


def donation_form(
    request: HttpRequest, *, campaign: Campaign | None = None, beneficiary: Beneficiary | None = None
) -> DonationForm:
    """The empty form. `?amount=25` or `?importo=25,50` in the address chooses the amount."""
    wished = request.GET.get("amount") or request.GET.get("importo") or ""
    try:
        amount = checkout.readable_amount(wished)
    except ValueError:
        return DonationForm(campaign=campaign, beneficiary=beneficiary)
    initial = {"amount": written(amount)}
    return DonationForm(campaign=campaign, beneficiary=beneficiary, initial=initial)


def wall(campaign: Campaign | None) -> list[Donation]:
    """The gifts to a campaign whose donors are shown, the latest first; [] without a campaign. One query."""
    return list(Donation.objects.on_the_wall().filter(campaign=campaign)[:WALL]) if campaign else []


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
        defence.let_in(source=source_of(request), email=form.cleaned_data["email"])
        donation = checkout.start_checkout(
            amount=form.cleaned_data["money"],
            campaign=campaign,
            beneficiary=beneficiary,
            name=form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            message=form.cleaned_data["message"],
            is_anonymous=form.cleaned_data["is_anonymous"],
            language=(get_language() or "it")[:2],
            source="page",
            page_url=request.path,
            consent_text=form.privacy,
        )
    except defence.Blocked as blocked:
        return _back(form, str(blocked), 429, render)
    except checkout.CannotGive as wrong:
        form.add_error(wrong.field or None, str(wrong))
        return render(form, 422)
    _keep_more(donation, form)
    return to_payment(request, donation)


def _keep_more(donation: Donation, form: DonationForm) -> None:
    """What a gift says beyond the payment. Written on the gift alone: anybody may type a donor's address."""
    names = ("tax_code", "objects_to_report", "wants_wall", "dedication", "group_name")
    Donation.objects.filter(pk=donation.pk, state=State.DRAFT).update(
        **{name: form.cleaned_data[name] for name in names}
    )


def _promise(request: HttpRequest, form: DonationForm, render: Callable) -> HttpResponse:
    """The donor will send a bank transfer: to the page with its data."""
    given, language = form.cleaned_data, (get_language() or "it")[:2]
    try:
        pledge = pledges.make_pledge(
            amount=given["money"],
            giver=Giver(
                name=given["name"], email=given["email"], language=language, tax_code=given["tax_code"]
            ),
            beneficiary=cast(Beneficiary, form.receiver),
            campaign=form.campaign,
            message=given["message"],
            is_anonymous=given["is_anonymous"],
            page_url=request.path,
        )
    except checkout.CannotGive as wrong:
        form.add_error(wrong.field or None, str(wrong))
        return render(form, 422)
    record_consent(
        purpose=checkout.CONSENT_PURPOSE,
        email=pledge.donor.email,
        text=form.privacy,
        language=language,
        source=f"pledge {pledge.public_id}",
    )
    answer = redirect("pledge_thanks", token=pledge.return_token)
    answer.status_code = 303
    answer.headers["Cache-Control"] = "no-store"
    return answer


def too_many() -> str:
    """What a source that tries too often is told."""
    return _("Many donations came from your connection. Wait a few minutes and send again.")


def to_payment(request: HttpRequest, donation: Donation) -> HttpResponse:
    """Send the donor to the payment page; when there is none, to the page for trying again."""
    defence.note_page(reference=donation.public_id, source=source_of(request), email=donation.donor.email)
    try:
        url = checkout.open_session(donation)
    except (PaymentServiceUnavailable, checkout.CannotGive):
        answer = redirect("donation_retry", token=donation.return_token)
    else:
        answer = redirect(url)
    answer.status_code = 303
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _back(form: DonationForm, problem: str, status: int, render: Callable) -> HttpResponse:
    form.add_error(None, problem)
    return render(form, status)
