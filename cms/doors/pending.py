"""Between the password and the code: the person is held in the session, and nobody is logged in yet."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.http import HttpRequest
from django.urls import reverse
from django_otp.models import Device

SESSION_KEY = "waiting_for_code"
MINUTES = 10


@dataclass
class Pending:
    """Who gave the right password, when, and how they want to go on."""

    user: str
    password: str
    backend: str
    next: str
    remember: bool
    at: int


def hold(request: HttpRequest, user: Any, *, next_url: str, remember: bool) -> None:
    """Keep somebody whose password was right until the code comes, in a session of its own."""
    request.session.flush()
    request.session.set_expiry(0)
    pending = Pending(
        user=str(user.pk),
        # A password changed meanwhile lets go.
        password=user.get_session_auth_hash(),
        backend=getattr(user, "backend", settings.AUTHENTICATION_BACKENDS[-1]),
        next=next_url,
        remember=remember,
        at=int(time.time()),
    )
    request.session[SESSION_KEY] = asdict(pending)


def held(request: HttpRequest) -> tuple[Any, Pending] | None:
    """Who is being held, if anybody still is."""
    kept = request.session.get(SESSION_KEY)
    if not kept:
        return None
    pending = Pending(**kept)
    user = get_user_model()._default_manager.filter(pk=pending.user, is_active=True).first()
    late = time.time() - pending.at > MINUTES * 60
    if user is None or late or user.get_session_auth_hash() != pending.password:
        let_go(request)
        return None
    return user, pending


def let_go(request: HttpRequest) -> None:
    """Forget who was held."""
    request.session.pop(SESSION_KEY, None)


def release(request: HttpRequest, user: Any, pending: Pending, device: Device) -> str:
    """Log in whoever was held, by the device that took the code; the address to go on to."""
    let_go(request)
    user.otp_device = device
    login(request, user, backend=pending.backend)
    request.session.set_expiry(settings.SESSION_COOKIE_AGE if pending.remember else 0)
    return pending.next or reverse("wagtailadmin_home")
