"""Who a request's person is, once sessions and second factor have had their say."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django_otp import DEVICE_ID_SESSION_KEY

from cms.doors import pending, second_factor, sessions

# How long a process may go without asking again whether somebody's roles need a second factor.
SECONDS = 60


class Doors:
    """Stands after AuthenticationMiddleware. Until somebody asks who the person is, it asks nothing itself.

    Whoever owes a code is nobody: not in the admin, nor in previews, documents or an API. The login is where
    such a person is led by every one of them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(partial(person, request))  # type: ignore[assignment]
        return self.get_response(request)


def person(request: HttpRequest) -> Any:
    """The person of a request, or nobody."""
    user = get_user(request)
    if not user.is_authenticated:
        return user
    if not sessions.keep(request, user):
        request.session.flush()
        return AnonymousUser()
    if settings.SECOND_FACTOR_ENFORCED and DEVICE_ID_SESSION_KEY not in request.session and _owes(user):
        # Logged in before the rule: the password counts, the code is still to come.
        pending.hold(request, user, next_url="", remember=False)
        return AnonymousUser()
    return user


def _owes(user: Any) -> bool:
    return bool(caches["local"].get_or_set(f"owes-code:{user.pk}", lambda: second_factor.owes(user), SECONDS))
