"""What every request passes through on its way to the public pages."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from cms.public_forms import SAFE_METHODS, refusal

PAGES = "wagtail_serve"


class LocaleByAddress(LocaleMiddleware):
    """Django's middleware, without `Vary: Accept-Language`: here the address alone decides the language."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class PublicPost:
    """Lets public pages take forms without a CSRF token, and keeps their answers out of caches.

    Stands before CsrfViewMiddleware. Only Wagtail's pages and
    views marked by exempts_csrf are let through; all others, the admin first, keep Django's check. A
    request let through that does not come from this site loses its session and user before the view
    sees it, so that even a page that forgets refusal() gives nothing to a forged one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE_METHODS:
            response.headers["Cache-Control"] = "no-store"
        return response

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> None:
        if request.method in SAFE_METHODS or not _is_public(request, view):
            return
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        if refusal(request) is not None:
            _strip_authority(request)


def _is_public(request: HttpRequest, view: Callable) -> bool:
    match = request.resolver_match
    return getattr(view, "public_post", False) or (match is not None and match.url_name == PAGES)


def _strip_authority(request: HttpRequest) -> None:
    """Make a request anonymous, leaving the visitor's own session as it is."""
    # Without cookies SessionMiddleware does not take the empty session for a logout.
    request.COOKIES = {}
    request.session = type(request.session)(None) if isinstance(request.session, SessionBase) else None
    request.user = AnonymousUser()
