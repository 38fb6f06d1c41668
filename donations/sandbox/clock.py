"""What time it is here: the computer's clock, moved ahead by whoever wishes to see the future.

Events come in the order of this clock. Only the signatures of webhooks and their repetitions keep to the
computer's own, as the site compares those with its own.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import F

from .models import Clock, StoredObject

_moment: ContextVar[int | None] = ContextVar("moment", default=None)
# The test clock on whose time the present work is done, "" for everybody else's.
test_clock: ContextVar[str] = ContextVar("test_clock", default="")


def now() -> int:
    """Seconds since 1970, as Stripe counts."""
    moment = _moment.get()
    return int(time.time()) + ahead() if moment is None else moment


def ahead() -> int:
    """How many seconds the sandbox lives in the future."""
    return Clock.objects.filter(pk=1).values_list("ahead", flat=True).first() or 0


@contextmanager
def at(moment: int, *, clock: str = "") -> Iterator[None]:
    """Do what follows as if it were this moment (seconds since 1970)."""
    tokens = _moment.set(moment), test_clock.set(clock)
    try:
        yield
    finally:
        _moment.reset(tokens[0])
        test_clock.reset(tokens[1])


def move_on(seconds: int) -> int:
    """Set the clock ahead and return the new moment; what is due by then is still to be done (agenda.py)."""
    Clock.objects.get_or_create(pk=1)
    Clock.objects.filter(pk=1).update(ahead=F("ahead") + seconds)
    return now()


def back_to_the_present() -> None:
    Clock.objects.all().delete()


def now_for(clock_id: str) -> int:
    """The time of a test clock, or the sandbox's own for ""."""
    if not clock_id:
        return now()
    return StoredObject.objects.get(stripe_id=clock_id).data["frozen_time"]
