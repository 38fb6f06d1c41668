"""The one Stripe client, and the translation of its errors."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import stripe
from django.conf import settings
from django.db import transaction

from donations.gateway.errors import NotAtStripe, PaymentServiceRefused, PaymentServiceUnavailable
from donations.gateway.mode import Mode, is_on, mode

logger = logging.getLogger(__name__)
T = TypeVar("T")

# A failure that comes at once (a stale connection, a passing 500) is tried once more, one that took
# time is not: the donor is waiting, and the whole must stay within one connect and one read timeout.
_QUICK_SECONDS = 1.0


def client() -> stripe.StripeClient:
    """The client of the current settings. Raises PaymentServiceUnavailable while giving is off.

    Raises RuntimeError inside a transaction: a slow answer would hold its locks, and a rollback would
    forget what Stripe has done.
    """
    if any(not block._from_testcase for block in transaction.get_connection().atomic_blocks):
        raise RuntimeError("Stripe is never called inside a transaction")
    if not is_on():
        raise PaymentServiceUnavailable("No Stripe key is set")
    base = settings.STRIPE_API_BASE if mode() is Mode.SANDBOX else ""
    return _client(settings.STRIPE_SECRET_KEY, base, tuple(settings.STRIPE_TIMEOUT))


@lru_cache(maxsize=8)
def _client(key: str, base: str, timeout: tuple[float, float]) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else None,
        http_client=stripe.RequestsClient(timeout=timeout),
        max_network_retries=0,
    )


def ask(call: Callable[[], T]) -> T:
    """Make one call to Stripe and translate what goes wrong.

    Raises NotAtStripe, PaymentServiceRefused or PaymentServiceUnavailable. A call that creates
    something must carry an idempotency key, as it may be made twice.
    """
    started = time.monotonic()
    try:
        return call()
    except (stripe.APIConnectionError, stripe.APIError) as problem:
        if time.monotonic() - started > _QUICK_SECONDS:
            raise _unavailable(problem) from problem
    except stripe.StripeError as problem:
        raise _translated(problem) from problem
    try:
        return call()
    except stripe.StripeError as problem:
        raise _translated(problem) from problem


def _translated(problem: stripe.StripeError) -> PaymentServiceUnavailable:
    if isinstance(problem, stripe.InvalidRequestError | stripe.IdempotencyError):
        missing = problem.http_status == 404 or problem.code == "resource_missing"
        kind = NotAtStripe if missing else PaymentServiceRefused
        logger.warning("Stripe refused a call: %s %s", problem.code, problem.request_id)
        return kind(str(problem), parameter=getattr(problem, "param", None) or "", code=problem.code or "")
    return _unavailable(problem)


def _unavailable(problem: stripe.StripeError) -> PaymentServiceUnavailable:
    logger.warning("Stripe is not available: %s %s", type(problem).__name__, problem.request_id)
    return PaymentServiceUnavailable(type(problem).__name__)
