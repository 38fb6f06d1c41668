"""Forms that anybody may send, on pages that carry nothing of the visitor.

Such a page has no CSRF cookie or token. Instead the request must come from this site
(`refusal`), the form carries the signed time of its rendering and a field that only machines fill in
(`PublicForm`), and cms.middleware.PublicPost takes the session's authority away from requests that
come from elsewhere. See docs/decisions/public-forms.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

SALT = "cms.public_forms"
TIME_FIELD = "rendered"
TRAP_FIELD = "nickname_again"
# Nobody reads and fills a form faster; a page may stand in caches and open tabs for days.
FASTEST = timedelta(seconds=2)
OLDEST = timedelta(days=7)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def exempts_csrf(view: Callable) -> Callable:
    """Mark a view as public: it takes POST without a CSRF token, and calls refusal() first.

    For views that give nothing for a session. On a class: method_decorator(exempts_csrf, "dispatch").
    """
    view.public_post = True  # type: ignore[attr-defined]
    return view


def refusal(request: HttpRequest) -> str | None:
    """Why a request that changes something is not accepted from where it comes; None when it is.

    Browsers say it in Sec-Fetch-Site, older ones in Origin, and pages of other sites cannot change
    either. With neither it is refused. Answer with the same page, what was typed, and status 403.
    """
    if request.method in SAFE_METHODS:
        return None
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return None if site == "same-origin" else _elsewhere()
    origin = request.headers.get("Origin")
    if origin is None:
        return _(
            "Your browser did not say which page sent this form, so nothing was sent yet. "
            "Check what you wrote and send it again; if it happens again, use another browser."
        )
    return None if _is_ours(origin, request) else _elsewhere()


def _elsewhere() -> str:
    return _(
        "This form arrived from another site, so nothing was sent yet. "
        "Check what is written here and send it again."
    )


def _is_ours(origin: str, request: HttpRequest) -> bool:
    if origin == f"{request.scheme}://{request.get_host()}":
        return True
    ours = urlsplit(settings.BASE_URL)
    return bool(ours.netloc) and origin == f"{ours.scheme}://{ours.netloc}"


def guard_values(*, age: timedelta = timedelta(minutes=1)) -> dict[str, str]:
    """The guard's fields as a browser would send them from a page rendered `age` ago."""
    rendered = int(time.time() - age.total_seconds())
    return {TIME_FIELD: signing.Signer(salt=SALT).sign(str(rendered)), TRAP_FIELD: ""}


class PublicForm(forms.Form):
    """A form for anybody. Its template writes `{{ form.guard }}` once, inside the <form>.

    guarded=False leaves the guard out, for data that did not come from a page (the API).
    """

    def __init__(self, *args, guarded: bool = True, **kwargs) -> None:
        self.guarded = guarded
        super().__init__(*args, **kwargs)

    @property
    def is_bot(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.guarded and self.is_bound and self.data.get(TRAP_FIELD))

    @property
    def guard(self) -> SafeString:
        """The hidden fields: the signed time of rendering, and the trap."""
        values = guard_values(age=timedelta(0))
        age = self._age() if self.is_bound else None
        if age is not None and FASTEST <= age <= OLDEST:
            # A person who corrects a mistake is not timed again.
            values[TIME_FIELD] = self.data[TIME_FIELD]
        context = {
            "time_field": TIME_FIELD,
            "time_value": values[TIME_FIELD],
            "trap_field": TRAP_FIELD,
            "trap_id": f"id_{self.prefix or self.__class__.__name__.lower()}_{TRAP_FIELD}",
        }
        return render_to_string("cms/_form_guard.html", context)

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if self.guarded:
            self._check_guard()
        return cleaned

    def _check_guard(self) -> None:
        age = self._age()
        if self.is_bot:
            self.add_error(
                None, _("A field that people do not see was filled in. If you are a person, send again.")
            )
        elif age is None or age > OLDEST:
            self.add_error(
                None,
                _(
                    "This page was open for too long, so nothing was sent yet. "
                    "Your words are still here: send again."
                ),
            )
        elif age < FASTEST:
            self.add_error(None, _("That was very quick. Check what you wrote and send it again."))

    def _age(self) -> timedelta | None:
        """How long ago the form was rendered; None when its time is missing or not ours."""
        try:
            rendered = int(signing.Signer(salt=SALT).unsign(self.data.get(TIME_FIELD) or ""))
        except (signing.BadSignature, ValueError):
            return None
        return timedelta(seconds=time.time() - rendered)
