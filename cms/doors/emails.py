"""The mails of the doors: what a person must know of their own account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from cms.models import Stream
from cms.outbox import queue_mail


def tell_reset(user: Any) -> None:
    """Tell a person that somebody took their second factor away."""
    _queue(user, "second_factor_reset")


def tell_recovery(user: Any, left: int) -> None:
    """Tell a person that somebody came in with one of their recovery codes."""
    _queue(user, "recovery_code_used", left=left)


def _queue(user: Any, template: str, **context: Any) -> None:
    profile = getattr(user, "wagtail_userprofile", None)
    queue_mail(
        to=user.email,
        stream=Stream.SERVICE,
        template=f"cms/emails/{template}",
        context={"user": user, "when": timezone.now(), "base_url": settings.BASE_URL, **context},
        language=profile.get_preferred_language() if profile else settings.LANGUAGE_CODE,
        about=user,
    )
