"""What time alone brings about: renewals, expiries, settlements, payouts, each at its moment and in order."""

import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet

from . import clock
from .models import StoredObject

log = logging.getLogger("stripe-sandbox")
Handler = Callable[[StoredObject], None]
_HANDLERS: dict[str, Handler] = {}


def when_due(kind: str) -> Callable[[Handler], Handler]:
    """Register what happens to an object of this kind when its ``due_at`` has come.

    The handler finds the moment wiped out and may plan another.
    """

    def register(handler: Handler) -> Handler:
        _HANDLERS[kind] = handler
        return handler

    return register


def plan(row: StoredObject, at: int | None) -> None:
    """Come back to this object at that moment (seconds since 1970), or never."""
    row.due_at = at
    row.save(update_fields=["due_at"])


def catch_up(clock_id: str = "") -> int:
    """Do all that is due by now, oldest first, each thing at its own moment. How many were done.

    clock_id: the test clock whose objects are meant; "" for all that follow the sandbox's own clock.
    """
    done = 0
    while _due(clock_id).exists() and _do_next(
        clock_id
    ):  # a look first: a transaction would lock out writers
        done += 1
    return done


def _due(clock_id: str) -> "QuerySet[StoredObject]":
    """Read anew each time: somebody may have set the clock back meanwhile."""
    return StoredObject.objects.filter(clock_id=clock_id, due_at__lte=clock.now_for(clock_id))


def _do_next(clock_id: str) -> bool:
    row = None
    try:
        with transaction.atomic():
            row = _due(clock_id).order_by("due_at", "number").first()
            if row is None:
                return False
            then, row.due_at = row.due_at, None
            row.save(update_fields=["due_at"])
            with clock.at(then, clock=clock_id):
                _HANDLERS[row.kind](row)
    except Exception:
        log.exception("what was due to %s failed; it is not tried again", row)
        if row is not None:
            StoredObject.objects.filter(pk=row.pk).update(due_at=None)
        raise
    return True
