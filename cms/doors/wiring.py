"""What the doors listen to, connected when the app is ready."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from cms.doors.reauthentication import note_password


def register() -> None:
    """Safe to repeat."""
    user_logged_in.connect(note_login, dispatch_uid="cms.doors.login")


def note_login(sender: Any, request: HttpRequest | None, **_kwargs: Any) -> None:
    """Whoever logs in has just given the password."""
    if request is not None and hasattr(request, "session"):
        note_password(request)
