"""The network API: the public contract for reading the network, asking and giving.

Wagtail's own read API stands beside it at /api/v2/, and its preview of the next one behind a setting.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from cms.api import Throttle, field_errors, in_language
from donations.api import router as donations
from members.api import router as members
from pages.api import router as pages

api = NinjaAPI(
    title="Cultnetwork",
    version="1.0.0",
    description=(
        "The network of cultural cooperatives: who they are, what they offer together, when and where. "
        "Reading needs no key. Only what is published is here, never a draft or a person's data. "
        "Amounts are whole cents."
    ),
    urls_namespace="network",
    throttle=[Throttle("api", limit=600, seconds=60, using="local")],
)
api.add_decorator(in_language, mode="view")
api.add_router("", pages)
api.add_router("", members)
api.add_router("", donations)


def _problem(request: HttpRequest, status: int, detail: str, fields: dict | None = None) -> HttpResponse:
    return api.create_response(request, {"detail": detail, "fields": fields or {}}, status=status)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    return _problem(request, 422, _("Some fields need mending."), field_errors(problem.errors))


@api.exception_handler(Http404)
def missing(request: HttpRequest, problem: Http404) -> HttpResponse:
    return _problem(request, 404, _("There is nothing published here."))


@api.exception_handler(Throttled)
def too_many(request: HttpRequest, problem: Throttled) -> HttpResponse:
    answer = _problem(request, 429, _("Too many requests. Wait a minute and try again."))
    if problem.wait:
        answer["Retry-After"] = str(int(problem.wait))
    return answer


@api.exception_handler(HttpError)
def refused(request: HttpRequest, problem: HttpError) -> HttpResponse:
    return _problem(request, problem.status_code, str(problem))
