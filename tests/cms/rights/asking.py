"""Asking every address as every role, quickly: nothing is drawn and nothing stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpResponse
from django.template.backends.django import Template
from django.test import Client, override_settings
from django.urls import reverse
from wagtail.users.models import UserProfile

STRANGER = "stranger"
# They say nothing about rights, and cost a quarter of each request.
UNNEEDED = (
    "whitenoise.",
    "csp.",
    "cms.csp.",
    "axes.",
    "cms.doors.",
    "wagtail.contrib.redirects.",
    "django.middleware.security.",
)
LOGIN, VISITOR = "django.contrib.auth.middleware.AuthenticationMiddleware", "rights.visitor"
CLOSED = {"refused", "404", "405", "login", "401"}


class Visitor:
    """Somebody at a browser. Who it is, and what they may, is read once for all their requests."""

    def __init__(self, user: Any = None) -> None:
        self.user = get_user_model().objects.get(pk=user.pk) if user else AnonymousUser()
        if user:
            UserProfile.get_for_user(self.user)  # else Wagtail makes one at every request that is undone
        self.client = Client(raise_request_exception=False)

    def ask(self, method: str, url: str, data: dict | None = None) -> HttpResponse:
        """The answer. Whatever the request changed is undone."""
        self.client.cookies.clear()
        with transaction.atomic():
            response = getattr(self.client, method)(url, data or {}, **{VISITOR: self.user})
            transaction.set_rollback(True)
        return response


class AsVisitor:
    """In the place of Django's login: whoever asks is who they say they are."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        request.user = request.META.pop(VISITOR, None) or AnonymousUser()  # a preview asks within
        return self.get_response(request)


@contextmanager
def light() -> Iterator[None]:
    """Requests without what says nothing about rights, by people who have just given their password."""
    needed = [
        f"{__name__}.AsVisitor" if name == LOGIN else name
        for name in settings.MIDDLEWARE
        if not name.startswith(UNNEEDED)
    ]
    with (
        mock.patch("cms.doors.reauthentication.gave_password", return_value=True),
        override_settings(MIDDLEWARE=needed),
        mock.patch("django.core.handlers.base.log_response"),
        mock.patch("django.core.handlers.exception.log_response"),
    ):
        yield


@contextmanager
def undrawn() -> Iterator[None]:
    """The same, and templates give nothing: who may open what is decided before anything is drawn."""
    with light(), mock.patch.object(Template, "render", lambda self, context=None, request=None: ""):
        yield


def outcome(response: HttpResponse) -> str:
    """open, refused (Wagtail's refusal, or 403), 404, 405, login, 401, or 500.

    An action that makes no sense with the record as it stands (409) counts as refused.
    """
    status = response.status_code
    if status in (401, 404, 405) or status >= 500:
        return str(min(status, 500))
    if status == 403 or (status == 409 and response.resolver_match.url_name.endswith("_modeladmin_action")):
        return "refused"
    if status in (301, 302, 303):
        to = response.headers["Location"]
        if to.startswith((reverse("wagtailadmin_login"), "/_util/login")):
            return "login"
        return "refused" if to == reverse("wagtailadmin_home") else "open"
    return "open"
