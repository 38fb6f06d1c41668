"""The only door to Stripe: nothing else imports its library, and nothing of it leaves this room."""

from donations.gateway.errors import (
    InvalidSignature,
    NotAtStripe,
    PaymentServiceRefused,
    PaymentServiceUnavailable,
)
from donations.gateway.events import list_events
from donations.gateway.mode import Mode, expects_livemode, is_loopback, is_on, mode, payment_page_origins
from donations.gateway.sessions import expire_session, find_session, open_session, retrieve_session
from donations.gateway.snapshots import ChargeSnapshot, EventFacts, PaymentSnapshot, SessionSnapshot
from donations.gateway.webhooks import verify_webhook

__all__ = [
    "ChargeSnapshot",
    "EventFacts",
    "InvalidSignature",
    "Mode",
    "NotAtStripe",
    "PaymentServiceRefused",
    "PaymentServiceUnavailable",
    "PaymentSnapshot",
    "SessionSnapshot",
    "expects_livemode",
    "expire_session",
    "find_session",
    "is_loopback",
    "is_on",
    "list_events",
    "mode",
    "open_session",
    "payment_page_origins",
    "retrieve_session",
    "verify_webhook",
]
