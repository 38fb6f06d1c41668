"""Faults at any point of the site's work: the power is cut, or Stripe stops answering.

A point is where a fault can make a difference: before each write, before each call to Stripe, while what it
shall do is on its way, and when its answer is there but not yet kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, transaction

from cms.models import OutboxMessage
from donations.gateway import PaymentServiceUnavailable
from donations.models import Donation, Payment, Receipt, RecurringDonation, Refund, StripeEvent
from donations.services.checkout import CannotGive
from donations.services.recurring import CannotChange
from donations.services.refunds import CannotRefund
from tests.donations.stripe_truth import StripeTruth
from tests.donations.stripe_truth.answers import AWAY, DEAF, LATE

CUT = "cut"
# The kinds of points.
WRITE, CALL, WAY, ANSWER = "write", "call", "on the way", "answer"
KINDS = (CUT, AWAY, DEAF, LATE)
LEASED = (Donation, RecurringDonation, Refund, Payment, Receipt, StripeEvent, OutboxMessage)


class PowerCut(BaseException):
    """The process ends here: no handler of the site runs after it."""


class Fault(NamedTuple):
    """What happens, and at which point (from 1; 0 for never). Stripe stays away until the work ends."""

    kind: str = CUT
    at: int = 0


NOTHING = Fault()


class Power:
    """Counts the points while the site works, and lets a fault strike at one of them."""

    def __init__(self, truth: StripeTruth) -> None:
        self.truth = truth
        self.fault, self.is_off = NOTHING, False
        self.writes = 0  # so many that the books might notice
        self.trail: list[str] = []  # the points that the last work came by
        truth.at_each_point = self._point

    def __enter__(self) -> Power:
        self._wrapper = connection.execute_wrapper(self._write)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *how: object) -> None:
        self._wrapper.__exit__(None, None, None)

    def work(self, work: Callable[[], object], fault: Fault = NOTHING) -> object:
        """Do something that the site does, under a fault. What a person would be told ends here quietly."""
        self.fault, self.trail = fault, []
        try:
            return work()
        except PowerCut:
            self.is_off = False
            self.leases_run_out()
        except (CannotGive, CannotChange, CannotRefund, PaymentServiceUnavailable):
            pass
        finally:
            self.fault, self.is_off, self.truth.mood = NOTHING, False, ""
        return None

    def leases_run_out(self) -> None:
        """As if the minutes of every lease had passed."""
        for model in LEASED:
            model._base_manager.filter(claimed_until__isnull=False).update(claimed_until=None)

    def _write(self, execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self.writes += '"donations_' in sql[:30] and '"donations_stripe' not in sql[:30]
            self._point(WRITE)
        return execute(sql, params, many, context)

    def _point(self, kind: str) -> None:
        self.trail.append(kind)
        if self.is_off:  # what stands in a `finally` does not happen either
            raise PowerCut
        if len(self.trail) != self.fault.at:
            return
        if self.fault.kind == CUT:
            self.is_off = True
            raise PowerCut
        self.truth.mood = self.fault.kind


@contextmanager
def a_day_apart() -> Iterator[None]:
    """All that is written inside is undone at the end; what the site commits inside counts as committed."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)
