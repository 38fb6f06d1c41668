"""Requests about what lives by a test clock are worked on at that clock's time."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from .. import clock, store
from ..models import StoredObject
from .operations import Call

Answer = Callable[[Call, StoredObject], dict[str, Any]]


def in_time(kind: str) -> Callable[[Answer], Callable[[Call], dict[str, Any]]]:
    """Fetch the object of the path and answer at its own time. Raises Refusal (404)."""

    def wrap(answer: Answer) -> Callable[[Call], dict[str, Any]]:
        @wraps(answer)
        def at_its_time(call: Call) -> dict[str, Any]:
            row = store.get(kind, call.id)
            if not row.clock_id:
                return answer(call, row)
            with clock.at(clock.now_for(row.clock_id), clock=row.clock_id):
                return answer(call, row)

        return at_its_time

    return wrap
