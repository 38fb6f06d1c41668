"""What is shown when a request cannot be read at all."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: 413 for what is too large, 400 for what is broken.

    The page asks nothing of the request, which may name a host that is not ours.
    """
    is_too_large = isinstance(exception, TOO_MUCH)
    page = render_to_string("400.html", {"is_too_large": is_too_large})
    return HttpResponse(page, status=413 if is_too_large else 400, headers={"Cache-Control": "no-store"})
