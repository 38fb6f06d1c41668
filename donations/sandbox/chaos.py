"""Faults on demand, for tests: the network and Stripe as they are on a bad day.

Knobs, set with ``POST /_sandbox/chaos`` or at start with SANDBOX_CHAOS (both JSON):

``duplicate``  every event is sent this many times more
``reorder``    events that wait together are sent newest first
``delay``      seconds before an event's first sending
``hold``       true: nothing is sent until ``POST /_sandbox/flush``
``drop``       list of patterns (``charge.*``): such events are never sent; they stay in ``GET /v1/events``
``fail``       list of faults for the next calls of the API, each
               ``{"kind": …, "times": 1, "method": "POST", "path": "/v1/checkout/*", "seconds": 10}``
               where kind is ``500``, ``409``, ``429`` (nothing done), ``500_after_commit`` (done, then
               an error),
               ``timeout`` (no answer for so many seconds, nothing done) or ``timeout_after_commit``

and two settings that Stripe keeps in its Dashboard:

``retry_days``     days from each failed try to collect a renewal to the next
``after_retries``  what becomes of the subscription after the last: ``canceled``, ``unpaid`` or ``past_due``

and two for what only banks decide:

``refund_status``  how the next refunds begin: ``pending`` or ``requires_action``; empty for as usual
``payouts_fail``   true: the bank takes no payout
"""

import json
from fnmatch import fnmatch
from typing import Any

from django.conf import settings
from django.db import transaction

from .models import Knob

KINDS = ("500", "409", "429", "500_after_commit", "timeout", "timeout_after_commit")
DEFAULTS: dict[str, Any] = {
    "duplicate": 0,
    "reorder": False,
    "delay": 0,
    "hold": False,
    "drop": [],
    "fail": [],
    "retry_days": [3, 5, 7],
    "after_retries": "canceled",
    "refund_status": "",
    "payouts_fail": False,
}
AFTER_RETRIES = ("canceled", "unpaid", "past_due")


def read(name: str) -> Any:
    row = Knob.objects.filter(name=name).first()
    return row.value if row else DEFAULTS[name]


def read_all() -> dict[str, Any]:
    return DEFAULTS | {row.name: row.value for row in Knob.objects.all()}


def turn(wishes: dict[str, Any]) -> dict[str, Any]:
    """Set some knobs and return all. Raises ValueError, saying which, for an unknown one or a wrong value."""
    for name, value in wishes.items():
        if name not in DEFAULTS:
            raise ValueError(f"there is no knob {name!r}; there are {', '.join(DEFAULTS)}")
        number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        if not (number if name in ("duplicate", "delay") else isinstance(value, type(DEFAULTS[name]))):
            raise ValueError(f"{name} cannot be {value!r}")
    if wishes.get("after_retries", "canceled") not in AFTER_RETRIES:
        raise ValueError(f"after_retries is one of {', '.join(AFTER_RETRIES)}")
    if wishes.get("refund_status", "") not in ("", "pending", "requires_action"):
        raise ValueError("refund_status is pending, requires_action or empty")
    if not all(isinstance(days, int) and days > 0 for days in wishes.get("retry_days", [])):
        raise ValueError("retry_days is a list of days")
    for fault in wishes.get("fail", []):
        if not isinstance(fault, dict) or fault.get("kind") not in KINDS:
            raise ValueError(f"fail: a fault needs a kind, one of {', '.join(KINDS)}")
        if not isinstance(fault.get("times", 1), int) or fault.get("times", 1) < 1:
            raise ValueError("fail: times is a whole number")
    for name, value in wishes.items():
        Knob.objects.update_or_create(name=name, defaults={"value": value})
    return read_all()


def reset() -> None:
    """Back to what SANDBOX_CHAOS asked for, which is usually nothing."""
    Knob.objects.all().delete()
    if settings.SANDBOX_CHAOS:
        turn(json.loads(settings.SANDBOX_CHAOS))


def is_dropped(event_type: str) -> bool:
    return any(fnmatch(event_type, pattern) for pattern in read("drop"))


def take_fault(method: str, path: str) -> dict[str, Any] | None:
    """The fault that this call must meet, if one is waiting for it; it is used up."""
    return _take(method, path) if read("fail") else None


@transaction.atomic
def _take(method: str, path: str) -> dict[str, Any] | None:
    waiting = read("fail")
    for fault in waiting:
        if fnmatch(method, fault.get("method", "*")) and fnmatch(path, fault.get("path", "*")):
            fault["times"] = fault.get("times", 1) - 1
            left = [other for other in waiting if other.get("times", 1) > 0]
            Knob.objects.update_or_create(name="fail", defaults={"value": left})
            return fault
    return None
