"""Asking for the password again before what would hurt most in wrong hands.

    @asks_password_again(minutes=10)
    def export_people(request): ...

    @asks_password_again(when=lambda request: "export" in request.GET)
    class LeadListView(...): ...

For views of the admin: exports of people, tokens, refunds. A person who logged in, or gave the password,
within `minutes` notices nothing. Everybody else is asked on a page of its own, and goes on from there:

- a GET is sent to that page, which knows the way back;
- a POST is answered with that page, which carries what was typed and posts it again afterwards. Files cannot
  be carried: the form comes back with everything else, asking for them;
- a script (`X-Requested-With: XMLHttpRequest`, as Wagtail's own send) is told 403 and a sentence in JSON.

On a class, `get` and `post` are wrapped, so that dispatch has checked the permission before anybody is
asked; decorate the class that is served, for a subclass with a `get` of its own is not covered. On a
function, put the permission's decorator above this one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views import View

SESSION_KEY = "password_given_at"
# Of the form that is carried: its own token is made anew.
NOT_CARRIED = {"csrfmiddlewaretoken"}


@dataclass(frozen=True)
class Way:
    """Where somebody goes on, and where they came from, as addresses of this site; a packed form or ""."""

    target: str
    back: str
    carried: str = ""


def note_password(request: HttpRequest) -> None:
    """Remember in the session that the password was given just now."""
    request.session[SESSION_KEY] = int(time.time())


def gave_password(request: HttpRequest, *, minutes: float) -> bool:
    """Whether this session's person gave the password within so many minutes."""
    given = request.session.get(SESSION_KEY)
    return isinstance(given, int) and 0 <= time.time() - given <= minutes * 60


def asks_password_again(
    view: Any = None, *, minutes: float | None = None, when: Callable[[HttpRequest], bool] | None = None
) -> Any:
    """Decorate a view, function or class, so that it runs only shortly after the password was given.

    minutes: how long a password counts; None takes the setting PASSWORD_AGAIN_MINUTES.
    when: asks only if this is true of the request, as for the export of a list.
    """

    def decorate(target: Any) -> Any:
        if not (isinstance(target, type) and issubclass(target, View)):
            return _guarded(target, minutes, when, is_method=False)
        for name in ("get", "post"):
            if handler := getattr(target, name, None):
                setattr(target, name, _guarded(handler, minutes, when, is_method=True))
        return target

    return decorate if view is None else decorate(view)


def _guarded(handler: Callable, minutes: float | None, when: Callable | None, *, is_method: bool) -> Callable:
    @wraps(handler)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        request = args[1] if is_method else args[0]
        allowed = settings.PASSWORD_AGAIN_MINUTES if minutes is None else minutes
        if (when is not None and not when(request)) or gave_password(request, minutes=allowed):
            return handler(*args, **kwargs)
        return ask(request)

    return guarded


def ask(request: HttpRequest) -> HttpResponse:
    """The answer to a request that came too long after the password."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"detail": _("Give your password again: load the page and repeat.")}, status=403)
    if request.method not in ("GET", "HEAD"):
        from cms.doors.password_again import PasswordAgainView

        return PasswordAgainView.show(
            request, Way(request.get_full_path(), came_from(request), pack(request.POST))
        )
    query = urlencode({"next": request.get_full_path(), "back": came_from(request)})
    return redirect(f"{reverse('password_again')}?{query}")


def pack(posted: QueryDict) -> str:
    """A form as typed, as text for one hidden field."""
    return json.dumps([[key, posted.getlist(key)] for key in posted if key not in NOT_CARRIED])


def unpack(packed: str) -> list[tuple[str, str]]:
    """The fields of a packed form, in order. Raises ValueError for anything that pack() did not write."""
    fields = json.loads(packed)
    if not isinstance(fields, list) or not all(isinstance(row, list) and len(row) == 2 for row in fields):
        raise ValueError("No packed form")
    pairs = [(key, value) for key, values in fields if isinstance(values, list) for value in values]
    if not all(isinstance(text, str) for pair in pairs for text in pair):
        raise ValueError("No packed form")
    return pairs


def came_from(request: HttpRequest) -> str:
    """The page of the admin that led here, else the dashboard."""
    return own_address(request, request.headers.get("referer", ""))


def own_address(request: HttpRequest, address: str) -> str:
    """An address if it is one of this site, else the dashboard's."""
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if address and safe else reverse("wagtailadmin_home")
