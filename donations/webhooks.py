"""Where Stripe speaks to us: verify, keep, answer. The work comes after the answer."""

from __future__ import annotations

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from donations import gateway, tasks
from donations.models import EventState
from donations.services import stripe_events

logger = logging.getLogger(__name__)

# Stripe's events are a few kilobytes; nobody else has anything to say here.
LONGEST_BODY = 256 * 1024


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Keep a signed event and answer 200, also for one that is known already or not used.

    400 for what Stripe did not sign just now, 413 for what is too long to be an event; nothing of
    either is kept.
    """
    header = request.headers.get("Stripe-Signature", "")
    if not header or len(header) > 2000:
        return _answer(400, "no signature")
    raw = _body(request)
    if raw is None:
        return _answer(413, "too long")
    try:
        facts = gateway.verify_webhook(raw, header)
    except gateway.InvalidSignature as refused:
        logger.warning("A webhook was refused: %s", refused)
        return _answer(400, "bad signature")
    event, is_new = stripe_events.store(facts)
    if is_new and event and event.state == EventState.WAITING:
        tasks.hint(tasks.process_stripe_event, event.pk)
    return _answer(200, "kept")


def _body(request: HttpRequest) -> bytes | None:
    """The body as it came, or None when it is longer than an event."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
            return None
        raw = request.body
    except (ValueError, RequestDataTooBig):
        return None
    return raw if len(raw) <= LONGEST_BODY else None


def _answer(status: int, words: str) -> HttpResponse:
    answer = HttpResponse(words, status=status, content_type="text/plain")
    answer["Cache-Control"] = "no-store"
    return answer
