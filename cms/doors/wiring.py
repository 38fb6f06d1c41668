"""What the doors listen to and name, when the app is ready."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cms import audit, clock
from cms.doors import lockouts, sessions
from cms.doors.reauthentication import note_password

ACTIONS = {
    "cms.second_factor.set": (_("Set up a second factor"), _("Second factor set up")),
    "cms.second_factor.codes": (_("Renew recovery codes"), _("Recovery codes renewed")),
    "cms.second_factor.recovery": (_("Use a recovery code"), _("Logged in with a recovery code")),
    "cms.second_factor.reset": (_("Take away a second factor"), _("Second factor taken away")),
    "cms.code_failed": (_("Failed code"), _("Code of the second factor failed")),
    "cms.sessions.ended": (_("End somebody's sessions"), _("Sessions ended")),
    "cms.lockout": (_("Lock a login"), _("Login locked after too many attempts")),
    "cms.lockout.lifted": (_("Lift a lock"), _("Lock lifted")),
}


def register() -> None:
    """Safe to repeat."""
    for action, (label, message) in ACTIONS.items():
        audit.register(action, label, message)
    user_logged_in.connect(note_login, dispatch_uid="cms.doors.login")
    user_locked_out.connect(lockouts.note_lockout, dispatch_uid="cms.doors.lockout")
    clock.register("forget sessions and locks that are over", timedelta(hours=1), forget_over)


def note_login(sender: Any, request: HttpRequest | None, user: Any, **_kwargs: Any) -> None:
    """Whoever logs in has just given the password, and finds this session in their account."""
    if request is not None and hasattr(request, "session"):
        note_password(request)
        sessions.note(request, user)


def forget_over() -> str | None:
    """What the doors' lists no longer need."""
    gone = sessions.forget_ended() + lockouts.forget_over()
    return f"{gone} forgotten" if gone else None
