"""Where somebody is logged in: noted at login, seen again in broad steps, ended by its owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from cms.doors.user_agents import browser_and_system
from cms.models import SignIn


@dataclass(frozen=True)
class OpenSession:
    """A session that still opens the door, and whether it is the one that asks."""

    sign_in: SignIn
    is_this: bool


def note(request: HttpRequest, user: Any) -> None:
    """Note the session of this request under its person."""
    browser, system = browser_and_system(request.headers.get("user-agent", ""))
    now = timezone.now()
    sign_in = SignIn(
        user=user,
        session_key=_key(request.session),
        browser=browser,
        system=system,
        first_seen=now,
        last_seen=now,
    )
    # Two requests of one browser may meet here.
    SignIn.objects.bulk_create([sign_in], ignore_conflicts=True)
    _seen_now(sign_in.session_key)


def keep(request: HttpRequest, user: Any) -> bool:
    """Whether the session may go on; writes at most once in SignIn.STEP for each process.

    False once a session that ends with the browser has been idle for SESSION_IDLE_HOURS.
    """
    key = _key(request.session)
    if not _seen_now(key):
        return True
    sign_in = SignIn.objects.filter(session_key=key).first()
    if sign_in is None:
        note(request, user)
        return True
    now = timezone.now()
    idle = timedelta(hours=settings.SESSION_IDLE_HOURS)
    if request.session.get_expire_at_browser_close() and now - sign_in.last_seen > idle:
        end(sign_in)
        return False
    if now - sign_in.last_seen >= SignIn.STEP:
        SignIn.objects.filter(pk=sign_in.pk).update(last_seen=now)
    return True


def open_sessions(user: Any, *, asking: str | None = None) -> list[OpenSession]:
    """The sessions that still open the door, latest first. asking: the key of the session that asks.

    A changed password closes the others, which Django finds out only when they come: they are left out.
    """
    sign_ins = {row.session_key: row for row in SignIn.objects.filter(user=user)}
    alive = Session.objects.filter(session_key__in=sign_ins, expire_date__gt=timezone.now())
    right = user.get_session_auth_hash()
    keys = {
        session.session_key
        for session in alive
        if constant_time_compare(session.get_decoded().get(HASH_SESSION_KEY, ""), right)
    }
    return [OpenSession(row, row.session_key == asking) for key, row in sign_ins.items() if key in keys]


def end(sign_in: SignIn) -> None:
    """Close a session, wherever it is open."""
    Session.objects.filter(session_key=sign_in.session_key).delete()
    sign_in.delete()


def end_all(user: Any, *, but: str | None = None) -> int:
    """Close a person's sessions. but: the key of one that stays. Returns how many were closed."""
    others = SignIn.objects.filter(user=user).exclude(session_key=but or "")
    keys = list(others.values_list("session_key", flat=True))
    closed, _rows = Session.objects.filter(session_key__in=keys).delete()
    others.delete()
    return closed


def forget_ended() -> int:
    """Drop what is noted of sessions that are gone; called by the clock."""
    gone, _rows = SignIn.objects.exclude(
        session_key__in=Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    ).delete()
    return gone


def _key(session: SessionBase) -> str:
    if session.session_key is None:
        session.create()
    return str(session.session_key)


def _seen_now(key: str) -> bool:
    """True when this process has not seen the session for a while."""
    return caches["local"].add(f"sign-in:{key}", 1, timeout=SignIn.STEP.total_seconds())
