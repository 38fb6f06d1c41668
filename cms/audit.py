"""The trail of who did what, in Wagtail's own log, with actions of ours."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from wagtail.log_actions import log

from cms.registry import Registry

# Action -> (label, message): what staff read in Reports. Apps add theirs in AppConfig.ready().
actions: Registry[str, tuple[Any, Any]] = Registry("log actions")


def register(action: str, label: Any, message: Any) -> None:
    """Name an action of the log.

    action: with a prefix, such as "leads.move". label: lazy, as in a filter ("Move request").
    message: lazy, as in the history ("Request moved").
    """
    if action not in actions:
        actions.register(action, (label, message))


def record(action: str, instance: Model, *, user: Any = None, data: dict | None = None) -> Any:
    """Write that something was done to a saved row; the entry.

    user: who did it; None takes the one of the current request, if any. data: a few plain values;
    no personal data beyond ids. Raises ValueError for an unsaved instance or an unknown action.
    """
    if not (action in actions or action.startswith("wagtail.")):
        raise ValueError(f"The log does not know the action {action!r}: register it first")
    return log(instance, action, user=user, data=data or {})
