"""Gates before views of Wagtail that ask less than we do, and a word for forms that arrive in part.

Wagtail answers a few addresses to whoever logs in. Such an address gets a gate: a function of the request and
of the words of the address, which returns a refusal or None. Strangers are left to Wagtail, which asks for a
login.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDictKeyError
from wagtail.admin.auth import permission_denied

from cms.errors import unreadable
from cms.registry import Registry

Gate = Callable[..., HttpResponse | None]
# Name of an address ("wagtailadmin_pages:move_confirm") -> function(request, **words) -> a refusal, or None.
gates: Registry[str, Gate] = Registry("gates")


def refuse(request: HttpRequest) -> HttpResponse:
    """Wagtail's own refusal: back to the first page, with a message; 403 for a script."""
    return permission_denied(request)


class Gates:
    """Middleware: asks the gate of an address before its view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict):
        match = request.resolver_match
        gate = gates.get(match.view_name) if match else None
        if gate is None or not request.user.has_perm("wagtailadmin.access_admin"):
            return None
        return gate(request, **kwargs)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Some views of Wagtail take for granted that every field of their form arrives, as it was signed."""
        if isinstance(error, MultiValueDictKeyError | BadSignature):
            return unreadable(request, error)
        return None
