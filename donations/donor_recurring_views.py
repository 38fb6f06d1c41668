"""What a donor changes of a recurring gift, each on a page of its own: amount, day, pause, end, card.

Only a donor's own gifts are found (donor_views.for_donor). What is asked for is kept and done at Stripe by
services/recurring.py; until then the donor reads that it is on its way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.addresses import address
from donations.donor_forms import AmountForm, DayForm, EndForm, PauseForm
from donations.donor_views import for_donor
from donations.gateway import PaymentServiceUnavailable
from donations.models import Donor, RecurringDonation
from donations.services import recurring


@dataclass(frozen=True)
class Change:
    """One thing that a donor may change: its words, its form, and the service that takes it."""

    italian: str
    english: str
    title: Any
    lead: Any
    button: Any
    form: type[forms.Form]
    do: Callable[[RecurringDonation, dict[str, Any]], Any]


CHANGES = {
    "amount": Change(
        "importo",
        "amount",
        _("Another amount"),
        _("It counts from the next payment on. Nothing is charged or given back in between."),
        _("Change the amount"),
        AmountForm,
        lambda gift, typed: recurring.change_amount(gift, amount=typed["amount"]),
    ),
    "day": Change(
        "giorno",
        "day",
        _("Another day"),
        _("The next payment is taken on the day that you choose, and then each time on that day."),
        _("Change the day"),
        DayForm,
        lambda gift, typed: recurring.change_date(gift, day=typed["day"]),
    ),
    "pause": Change(
        "pausa",
        "pause",
        _("Pause"),
        _("Nothing is taken meanwhile, and nothing is made up for later. You can go on at any time."),
        _("Pause it"),
        PauseForm,
        lambda gift, typed: recurring.pause(gift, until=typed["until"]),
    ),
    "end": Change(
        "termina",
        "end",
        _("End this recurring donation"),
        _("It ends at once: no further payment is taken. What you gave stays with your receipts. Thank you."),
        _("Yes, end it"),
        EndForm,
        lambda gift, typed: recurring.cancel(gift),
    ),
}


def _own(donor: Donor, reference: UUID) -> RecurringDonation:
    rows = RecurringDonation.objects.of(donor).select_related("campaign", "beneficiary", "donor")
    return get_object_or_404(rows, public_id=reference)


@require_http_methods(["GET", "HEAD", "POST"])
@for_donor
def change(request: HttpRequest, donor: Donor, reference: UUID, what: str) -> HttpResponse:
    """One change of one own gift: the form, then back to the overview, which says how it stands."""
    gift, asked = _own(donor, reference), CHANGES[what]
    form = asked.form(request.POST if request.method == "POST" else None, initial={"amount": gift.amount})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                asked.do(gift, form.cleaned_data)
                return _back_to(gift)
            except (recurring.CannotChange, recurring.CannotGive) as wrong:
                field = wrong.field if wrong.field in form.fields else None
                form.add_error(field, str(wrong))
        status = 422
    context = {"donor": donor, "gift": gift, "change": asked, "form": form}
    return render(request, "donations/my/change.html", context, status=status)


@require_POST
@for_donor
def go_on(request: HttpRequest, donor: Donor, reference: UUID) -> HttpResponse:
    """Take payments again after a pause."""
    gift = _own(donor, reference)
    try:
        recurring.resume(gift)
    except recurring.CannotChange as wrong:
        return _problem(request, donor, gift, str(wrong), 422)
    return _back_to(gift)


@require_POST
@for_donor
def card(request: HttpRequest, donor: Donor, reference: UUID) -> HttpResponse:
    """To Stripe's page for another card or account. Nothing else can be done there."""
    gift = _own(donor, reference)
    try:
        url = recurring.open_card_page(gift, return_url=request.build_absolute_uri(reverse("my_donations")))
    except recurring.CannotChange as wrong:
        return _problem(request, donor, gift, str(wrong), 422)
    except PaymentServiceUnavailable:
        away = _gettext("The payment service is not answering. Try again in a few minutes.")
        return _problem(request, donor, gift, away, 503)
    answer = redirect(url)
    answer.status_code = 303
    return answer


def _problem(
    request: HttpRequest, donor: Donor, gift: RecurringDonation, problem: str, status: int
) -> HttpResponse:
    context = {"donor": donor, "gift": gift, "problem": problem}
    return render(request, "donations/my/problem.html", context, status=status)


def _back_to(gift: RecurringDonation) -> HttpResponse:
    answer = redirect(reverse("my_donations") + f"#g-{gift.public_id}")
    answer.status_code = 303
    return answer


def addresses() -> list[URLPattern]:
    """One for each change, in both languages."""
    it, en = "le-mie-donazioni/ricorrenti/<uuid:reference>/", "my-donations/recurring/<uuid:reference>/"
    return [
        *(
            path(
                address(it=f"{it}{asked.italian}/", en=f"{en}{asked.english}/"),
                change,
                {"what": what},
                name=f"my_recurring_{what}",
            )
            for what, asked in CHANGES.items()
        ),
        path(address(it=f"{it}riprendi/", en=f"{en}go-on/"), go_on, name="my_recurring_go_on"),
        path(address(it=f"{it}carta/", en=f"{en}card/"), card, name="my_recurring_card"),
    ]
