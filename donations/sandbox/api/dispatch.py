"""Every request to ``/v1/`` passes here: key, version, parameters, faults, idempotency, honest answer."""

import json
import logging
import time
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from .. import chaos, idempotency
from ..coercion import read_params
from ..context import Cause, cause
from ..encoding import decode
from ..errors import Refusal
from ..expansion import expand
from ..ids import new_id
from ..schema import API_VERSION
from ..validation import Dishonest, check_answer
from . import (  # noqa: F401 - they register their operations
    customers,
    disputes,
    events,
    invoices,
    methods,
    payments,
    payouts,
    portal,
    prices,
    refunds,
    sessions,
    setups,
    subscriptions,
    test_clocks,
    webhook_endpoints,
)
from .keys import check_key
from .operations import Call, Operation, find_operation

log = logging.getLogger("stripe-sandbox")


def api(request: HttpRequest, rest: str) -> HttpResponse:
    """The view of the whole API. It never raises: every fault is an answer in Stripe's shape."""
    headers = {"Request-Id": new_id("req_")[:18], "Stripe-Version": API_VERSION}
    key = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
    if key:
        headers["Idempotency-Key"] = key[:255]
    token = cause.set(Cause(headers["Request-Id"], key or None))
    try:
        status, body = _answer(request, key, headers)
    except Refusal as refusal:
        error = refusal.error | {"request_log_url": f"{_base_url(request)}/"}
        status, body = refusal.status, _write({"error": error})
    except Dishonest as fault:
        log.error("the sandbox was about to lie: %s", fault)
        status, body = 500, _fault(f"The sandbox was about to send what Stripe would never send: {fault}")
    except Exception:
        log.exception("%s %s", request.method, request.path)
        status, body = 500, _fault("The sandbox failed; its output says how.")
    finally:
        cause.reset(token)
    return HttpResponse(body, status=status, headers=headers, content_type="application/json")


def _answer(request: HttpRequest, key: str, headers: dict[str, str]) -> tuple[int, str]:
    check_key(request.headers.get("Authorization", ""))
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise Refusal(f"Invalid Stripe API version: {version[:40]}. This sandbox speaks {API_VERSION}.")
    method = request.method or "GET"
    operation, stripe_id = find_operation(method, request.path)
    raw = request.META.get("QUERY_STRING", "")
    if method == "POST":
        raw = "&".join(filter(None, [raw, request.body.decode("utf-8", "replace")]))
    params = read_params(decode(raw), operation.description["params"])
    fault = chaos.take_fault(method, request.path) or {}
    _fail_before(fault)
    call = Call(params, _base_url(request), stripe_id)
    status, body = _perform(operation, call, key, request, headers)
    _fail_after(fault)
    return status, body


def _perform(
    operation: Operation, call: Call, key: str, request: HttpRequest, headers: dict[str, str]
) -> tuple[int, str]:
    def work() -> tuple[int, str]:
        given = operation.answer(call)
        if isinstance(given, Refusal):  # something was done all the same: a declined payment is kept
            return given.status, _write(given.body())
        answer = expand(given, call.params.get("expand", []))
        return 200, _write(check_answer(answer, operation.description))

    if operation.method == "GET":
        return work()
    if not key:
        with transaction.atomic():
            return work()
    mark = idempotency.fingerprint(operation.method, request.path, call.params)
    status, body, row = idempotency.once(key, mark, headers["Request-Id"], work)
    if row.request_id != headers["Request-Id"]:
        headers |= {"Idempotent-Replayed": "true", "Original-Request": row.request_id}
    return status, body


def _fail_before(fault: dict[str, Any]) -> None:
    if fault.get("kind") == "409":
        raise Refusal(
            "This object cannot be accessed right now because another request is accessing it (asked for).",
            status=409,
            code="lock_timeout",
        )
    if fault.get("kind") == "429":
        raise Refusal("Too many requests. Please try again later.", status=429, code="rate_limit")
    if fault.get("kind") == "timeout":
        time.sleep(fault.get("seconds", 10))
    if fault.get("kind") in ("500", "timeout"):
        raise Refusal("An unknown error occurred (asked for).", status=500, kind="api_error")


def _fail_after(fault: dict[str, Any]) -> None:
    if fault.get("kind") == "timeout_after_commit":
        time.sleep(fault.get("seconds", 10))
    if fault.get("kind") in ("500_after_commit", "timeout_after_commit"):
        raise Refusal("An unknown error occurred (asked for, after the work).", status=500, kind="api_error")


def _base_url(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _write(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _fault(message: str) -> str:
    return _write({"error": {"message": message, "type": "api_error"}})
