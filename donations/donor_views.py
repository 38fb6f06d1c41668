"""My donations: a donor's own area. In by a link from the mail, for an hour; nothing of it is ever cached.

The staff's login plays no part: a visit has a cookie of its own, set when a link is used. Forms of a visit
carry Django's CSRF token; those that ask for a link or use one hold no authority and are public forms.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_cookie

from cms import consent
from cms.chrome import surroundings
from cms.client_address import source_of
from cms.public_forms import exempts_csrf, refusal
from cms.rate_limit import hit
from donations import receipt_pdf, summary_pdf
from donations.forms import LinkForm
from donations.models import Beneficiary, Donor, Receipt
from donations.services import donor_access, donor_history, year_summary

COOKIE = "donor_visit"
# Links that one source may ask for in ten minutes: a school or a library still gets through.
ASKED, WINDOW_SECONDS = 20, 600
# Summaries that one donor may have set in ten minutes.
SUMMARIES = 30
PER_PAGE = 50
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
private = cache_control(private=True, no_store=True)


def for_donor(view: View) -> View:
    """A view of a donor on a visit, given as its second argument. Anybody else is led to ask for a link."""

    @private
    @vary_on_cookie
    @wraps(view)
    def only_on_a_visit(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        donor = donor_access.visitor(request.COOKIES.get(COOKIE, ""))
        if donor is None:
            return redirect("my_donations")
        return view(request, donor, *args, **kwargs)

    return cast(View, only_on_a_visit)


@private
@vary_on_cookie
@exempts_csrf
@require_http_methods(["GET", "HEAD", "POST"])
def my_donations(request: HttpRequest) -> HttpResponse:
    """A donor's own donations; for anybody else, the way to ask for a link."""
    if request.method == "POST":
        return _ask(request)
    visit = request.COOKIES.get(COOKIE, "")
    donor = donor_access.visitor(visit)
    if donor is not None:
        return _overview(request, donor)
    answer = _ask_page(request, LinkForm(), has_ended=bool(visit))
    if visit:
        answer.delete_cookie(COOKIE)
    return answer


def _ask(request: HttpRequest) -> HttpResponse:
    """Have a link sent. The answer is the same whoever is known."""
    form = LinkForm(request.POST)
    valid = form.is_valid()
    if reason := refusal(request):
        form.add_error(None, reason)
        return _ask_page(request, form, status=403)
    if not hit("donor-link", source_of(request), limit=ASKED, seconds=WINDOW_SECONDS):
        form.add_error(
            None, _("Many links were asked for from your connection. Wait a few minutes and send again.")
        )
        return _ask_page(request, form, status=429)
    if not valid:
        return _ask_page(request, form, status=422)
    donor_access.ask_for_link(email=form.cleaned_data["email"], language=(get_language() or "it")[:2])
    answer = redirect("my_donations_sent")
    answer.status_code = 303
    return answer


def _ask_page(
    request: HttpRequest, form: LinkForm, *, status: int = 200, has_ended: bool = False
) -> HttpResponse:
    context = {"form": form, "has_ended": has_ended, "beneficiaries": Beneficiary.objects.all()[:20]}
    return render(request, "donations/my/ask.html", context, status=status)


@private
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Look into your mail: said to everybody alike."""
    return render(request, "donations/my/sent.html")


@private
@exempts_csrf
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Where the mail leads: a button, as scanners of mail open links too; pressing it uses the link up."""
    if request.method != "POST":
        good = donor_access.is_good(token)
        return render(request, "donations/my/enter.html", {"is_good": good}, status=200 if good else 410)
    if reason := refusal(request):
        return render(request, "donations/my/enter.html", {"is_good": True, "problem": reason}, status=403)
    visit = donor_access.enter(token)
    if visit is None:
        return render(request, "donations/my/enter.html", {"is_good": False}, status=410)
    answer = redirect("my_donations")
    answer.status_code = 303
    answer.set_cookie(
        COOKIE,
        visit,
        max_age=int(donor_access.VISIT_LIFE.total_seconds()),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return answer


@require_POST
@for_donor
def leave(request: HttpRequest, donor: Donor) -> HttpResponse:
    """End the visit."""
    donor_access.leave(request.COOKIES[COOKIE])
    answer = redirect("my_donations")
    answer.delete_cookie(COOKIE)
    return answer


def _overview(request: HttpRequest, donor: Donor) -> HttpResponse:
    page = Paginator(donor_history.donations_of(donor), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "donor": donor,
        "page_obj": page,
        "years": year_summary.years_of(donor),
        "recurring": donor_history.recurring_of(donor),
    }
    return render(request, "donations/my/overview.html", context)


@require_safe
@for_donor
def receipt(request: HttpRequest, donor: Donor, number: int) -> HttpResponse | FileResponse:
    """The PDF of one of the donor's own receipts."""
    found = Receipt.objects.filter(donation__donor=donor, pk=number).first()
    if found is None or not found.pdf:
        raise Http404
    try:
        file = found.pdf.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    name = receipt_pdf.filename(found)
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/pdf")


@require_safe
@for_donor
def year(request: HttpRequest, donor: Donor, year: int) -> HttpResponse:
    """The donor's year on one paper, set now: it is quick, and says what is so today."""
    if not hit("donor-summary", str(donor.pk), limit=SUMMARIES, seconds=WINDOW_SECONDS):
        problem = _("Many summaries were asked for. Wait a few minutes and ask again.")
        return render(request, "donations/my/problem.html", {"donor": donor, "problem": problem}, status=429)
    summary = year_summary.prepare(donor, year)
    if summary.is_empty:
        raise Http404
    language = (get_language() or "it")[:2]
    paper = summary_pdf.render(summary, issuer=surroundings(request).site_name, language=language)
    answer = HttpResponse(paper, content_type="application/pdf")
    name = summary_pdf.filename(summary, language=language)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_donor
def privacy(request: HttpRequest, donor: Donor) -> HttpResponse:
    """What the donor agreed to, purpose by purpose, and taking it back."""
    if request.method == "POST":
        purpose = request.POST.get("purpose", "")
        if purpose in consent.purposes and consent.has_consent(donor.email, purpose):
            consent.withdraw(
                email=donor.email,
                purpose=purpose,
                source="my donations",
                language=(get_language() or "it")[:2],
            )
        answer = redirect("my_donations_privacy")
        answer.status_code = 303
        return answer
    words = [
        (consent.label_of(word.purpose), word)
        for word in consent.last_words(donor.email)
        if word.purpose in consent.purposes
    ]
    return render(request, "donations/my/privacy.html", {"donor": donor, "words": words})
