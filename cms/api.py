"""What every part of the network API shares: language, paging, money, limits, readable refusals.

Nothing here reads a cookie, so that no session's authority can be borrowed: people are known by their token.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Generic, Literal, TypeVar

from django.core.exceptions import RequestDataTooBig
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.throttling import BaseThrottle

from cms import rate_limit
from cms.client_address import source_of
from cms.money import Money
from cms.public_forms import SAFE_METHODS

Out = TypeVar("Out")
# A short name as addresses carry it, or nothing; control characters never reach a database.
SlugOrNone = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]*$", max_length=100)]


class Reading(Schema):
    """What every reading endpoint takes."""

    language: Literal["it", "en"] = Field(
        "it", description="Language of the texts; a text that is not translated comes in Italian."
    )


class MoneyOut(Schema):
    """An amount: whole cents, the currency's code, and how a person reads it."""

    cents: int
    currency: str
    text: str

    @staticmethod
    def of(amount: Money | None) -> MoneyOut | None:
        """The amount in the language of the request, or None."""
        if amount is None:
            return None
        return MoneyOut(cents=amount.cents, currency=amount.currency, text=amount.format())


class Problem(Schema):
    """A refusal, in words for a person; `fields` says what to mend, by the name of the field."""

    detail: str
    fields: dict[str, list[str]] = {}


class Paged(Reading):
    """What every list takes besides its own filters."""

    limit: int = Field(20, ge=1, le=100, description="How many at most.")
    offset: int = Field(0, ge=0, le=1_000_000, description="How many to pass over.")


class Listing(Schema, Generic[Out]):
    """Some rows of a list, and how many the whole list has."""

    count: int
    items: list[Out]


def listing(rows: QuerySet, paged: Paged, make: Callable[[Any], Out]) -> dict:
    """The asked part of a queryset, each row through `make`: what a Listing is made of."""
    asked = rows[paged.offset : paged.offset + paged.limit]
    return {"count": rows.count(), "items": [make(row) for row in asked]}


class Throttle(BaseThrottle):
    """At most `limit` requests in `seconds` from one source.

    The source is the connection's address, or what a proxy named in TRUSTED_PROXIES reports: a header
    that anybody can send changes nothing. using: the cache that counts; "local" counts in each process,
    so that a list that is only read writes nothing.
    """

    def __init__(self, scope: str, *, limit: int, seconds: int, using: str = "default") -> None:
        self.scope, self.limit, self.seconds, self.using = scope, limit, seconds, using

    def allow_request(self, request: HttpRequest) -> bool:
        return rate_limit.hit(
            self.scope, source_of(request), limit=self.limit, seconds=self.seconds, using=self.using
        )

    def wait(self) -> float:
        return float(self.seconds)


def in_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Run a view in the language that is asked for, by `?language=` or in the body; Italian without it."""

    @wraps(view)
    def in_asked_language(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("language") or _language_in_body(request)
        with translation.override(asked if asked in ("it", "en") else "it"):
            return view(request, *args, **kwargs)

    return in_asked_language


def _language_in_body(request: HttpRequest) -> str:
    """The language that a body names, before anybody has checked the body."""
    if request.method != "POST":
        return ""
    try:
        language = json.loads(request.body)["language"]
    except (ValueError, LookupError, TypeError, RecursionError, RequestDataTooBig):
        return ""
    return language if isinstance(language, str) else ""


def json_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Take nothing that does not call itself JSON: all else, a page of another site may send unasked."""

    @wraps(view)
    def of_json(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in SAFE_METHODS or request.content_type == "application/json":
            return view(request, *args, **kwargs)
        problem = Problem(detail=_("Send JSON, and say so: Content-Type: application/json."))
        return JsonResponse(problem.dict(), status=415)

    return of_json


def form_problem(form: BaseForm) -> Problem:
    """What a Django form refuses, so that API and pages refuse alike."""
    fields = {
        name if name != "__all__" else "body": [str(e) for e in errors]
        for name, errors in form.errors.items()
    }
    return Problem(detail=_("Some fields need mending."), fields=fields)


# Pydantic's kinds of complaint, in words that a person can be shown.
_WORDS = {
    "missing": gettext_lazy("This is needed."),
    "string_type": gettext_lazy("Write a text here."),
    "string_too_long": gettext_lazy("This text is too long: %(max_length)s characters at most."),
    "string_pattern_mismatch": gettext_lazy("There are signs in it that cannot stand here."),
    "int_type": gettext_lazy("Write a whole number here."),
    "int_parsing": gettext_lazy("Write a whole number here."),
    "int_parsing_size": gettext_lazy("This number is too large."),
    "int_from_float": gettext_lazy("Write a whole number here."),
    "greater_than_equal": gettext_lazy("This must be %(ge)s at least."),
    "less_than_equal": gettext_lazy("This must be %(le)s at most."),
    "literal_error": gettext_lazy("Choose one of these: %(expected)s."),
    "enum": gettext_lazy("Choose one of these: %(expected)s."),
    "date_from_datetime_parsing": gettext_lazy("Write a date as 2026-11-23."),
    "date_parsing": gettext_lazy("Write a date as 2026-11-23."),
    "bool_type": gettext_lazy("Say true or false."),
    "bool_parsing": gettext_lazy("Say true or false."),
}


def _field_errors(errors: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Pydantic's complaints by field name, in the language of the request."""
    fields: dict[str, list[str]] = {}
    for error in errors:
        source, *place = [str(part) for part in error["loc"]]
        # Below the body and the query stands the name of our own variable, which is nobody's business.
        name = ".".join(place[1:] if source == "body" else place)
        words = _WORDS.get(error["type"], gettext_lazy("This value cannot stand here."))
        fields.setdefault(name or "body", []).append(str(words) % (error.get("ctx") or {}))
    return fields


def speak_plainly(api: NinjaAPI) -> None:
    """Give every refusal of an API the shape of Problem, in words that say what to do."""

    def answer(request: HttpRequest, status: int, detail: str, fields: dict | None = None) -> HttpResponse:
        return api.create_response(request, {"detail": detail, "fields": fields or {}}, status=status)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, problem: ValidationError) -> HttpResponse:
        return answer(request, 422, _("Some fields need mending."), _field_errors(problem.errors))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, problem: Http404) -> HttpResponse:
        return answer(request, 404, _("There is nothing published here."))

    @api.exception_handler(Throttled)
    def too_many(request: HttpRequest, problem: Throttled) -> HttpResponse:
        refused = answer(request, 429, _("Too many requests. Wait a minute and try again."))
        if problem.wait:
            refused["Retry-After"] = str(problem.wait)
        return refused

    @api.exception_handler(RequestDataTooBig)
    def too_large(request: HttpRequest, problem: RequestDataTooBig) -> HttpResponse:
        return answer(request, 413, _("This is more than we can take at once. Shorten it and send it again."))

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, problem: AuthenticationError) -> HttpResponse:
        refused = answer(request, 401, _("This needs a token that is in use: Authorization: Bearer …"))
        refused["WWW-Authenticate"] = "Bearer"
        return refused

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, problem: HttpError) -> HttpResponse:
        if problem.status_code == 400:
            return answer(request, 400, _("The body is not JSON that can be read."))
        return answer(request, problem.status_code, str(problem))
