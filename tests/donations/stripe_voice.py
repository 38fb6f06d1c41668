"""Speaking to the webhook as Stripe does, over the whole request: raw bytes, signature, answer."""

from __future__ import annotations

import json
import time
from typing import Any

import stripe
from django.test import Client

from tests.sandbox_process import SECRET, SandboxProcess

ADDRESS = "/webhooks/stripe/"


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> str:
    """The Stripe-Signature header of a body."""
    return stripe.WebhookSignature.generate_signature_header(
        body.decode(), secret, timestamp=int(time.time() if at is None else at)
    )


class StripeVoice:
    def __init__(self, client: Client) -> None:
        self.client = client

    def send(self, body: bytes, header: str | None = None):
        """POST raw bytes; signed now unless a header is given ("" for none)."""
        header = signed(body) if header is None else header
        headers = {"Stripe-Signature": header} if header else {}
        return self.client.post(ADDRESS, body, content_type="application/json", headers=headers)

    def event(self, event: dict[str, Any], **how: Any):
        """Deliver one event."""
        return self.send(json.dumps(event).encode(), **how)

    def all_of(self, sandbox: SandboxProcess, *, newest_first: bool = False) -> list[dict[str, Any]]:
        """Deliver all that has happened in the sandbox; returns the events as sent."""
        events = events_of(sandbox)
        for event in reversed(events) if newest_first else events:
            assert self.event(event).status_code == 200
        return events


def events_of(sandbox: SandboxProcess) -> list[dict[str, Any]]:
    """What has happened in the sandbox, oldest first, as its API lists it."""
    client = stripe.StripeClient("sk_test_sandbox_tests", base_addresses={"api": sandbox.base})
    listed = [event.to_dict(for_json=True) for event in client.v1.events.list({"limit": 100}).data]
    return listed[::-1]


def sessions_of(sandbox: SandboxProcess) -> list[str]:
    """The ids of the payment pages that were opened."""
    client = stripe.StripeClient("sk_test_sandbox_tests", base_addresses={"api": sandbox.base})
    return [session.id for session in client.v1.checkout.sessions.list({"limit": 100}).data]


def an_event(kind: str = "checkout.session.completed", **about: Any) -> dict[str, Any]:
    """An event about an object that may be anywhere, or nowhere."""
    return {
        "id": about.pop("event_id", "evt_test_1"),
        "object": "event",
        "type": kind,
        "created": int(time.time()),
        "api_version": stripe.api_version,
        "livemode": about.pop("livemode", False),
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "data": {"object": {"object": "checkout.session", "id": "cs_test_nowhere", **about}},
    }
