"""When a login has failed too often: the answer in words, and the list from which staff lift it.

django-axes counts in the shared cache, by account and place. Accounts that do not exist are counted and
locked just the same, so that the answer tells nothing; only those that exist are listed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.conf import settings as axes
from axes.helpers import get_cache, get_client_cache_keys, get_cool_off
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import audit
from cms.models import Lockout


def account(request: HttpRequest, credentials: dict | None) -> str:
    """The account that a try counts for, however it was typed."""
    typed = (credentials or {}).get("username") or request.POST.get("username") or ""
    return str(typed).strip().lower()


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict | None) -> HttpResponse:
    """The answer to whoever must wait."""
    words = _(
        "Too many attempts. For your safety this login is closed for an hour from this place. If you forgot "
        "the password, set a new one; an administrator can let you in earlier."
    )
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"detail": words}, status=429)
    # What the page behind had to say no longer counts.
    list(messages.get_messages(request))
    answer = TemplateResponse(request, "cms/admin/doors/locked_out.html", {"words": words}, status=429)
    return answer.render()


def note_lockout(sender: Any, request: HttpRequest, username: str, **_kwargs: Any) -> None:
    """List a lock, if the account exists."""
    user = get_user_model()._default_manager.filter(email__iexact=username or "").first()
    if user is None:
        return
    now = timezone.now()
    counters = get_client_cache_keys(request, {axes.AXES_USERNAME_FORM_FIELD: username})
    for counter in counters:
        # Each further try tells of the lock again, without making it longer.
        if Lockout.objects.filter(counter=counter, until__gt=now).exists():
            continue
        until = now + (get_cool_off(request) or timedelta(days=365))
        Lockout.objects.update_or_create(
            counter=counter, defaults={"user": user, "since": now, "until": until}
        )
        audit.record("cms.lockout", user)


def lift(lockout: Lockout, *, by: Any) -> None:
    """Let a person try again at once."""
    get_cache().delete(lockout.counter)
    lockout.until = timezone.now()
    lockout.save(update_fields=["until"])
    audit.record("cms.lockout.lifted", lockout.user, user=by)


def forget_over() -> int:
    """Drop the locks that are over; called by the clock."""
    gone, _rows = Lockout.objects.filter(until__lte=timezone.now()).delete()
    return gone
