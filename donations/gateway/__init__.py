"""The only door to Stripe: nothing else imports its library, and nothing of it leaves this room."""

from donations.gateway.errors import (
    InvalidSignature,
    NotAtStripe,
    PaymentServiceRefused,
    PaymentServiceUnavailable,
)
from donations.gateway.events import list_events
from donations.gateway.mode import Mode, expects_livemode, is_loopback, is_on, mode, payment_page_origins
from donations.gateway.payments import (
    NOTHING_MORE,
    Also,
    give_back,
    list_disputes,
    list_payments,
    list_refunds,
    retrieve_payment,
)
from donations.gateway.sessions import expire_session, find_session, open_session, retrieve_session
from donations.gateway.snapshots import (
    ChargeSnapshot,
    DisputeSnapshot,
    EventFacts,
    PaymentSnapshot,
    RefundSnapshot,
    SessionSnapshot,
)
from donations.gateway.webhooks import verify_webhook

__all__ = [
    "NOTHING_MORE",
    "Also",
    "ChargeSnapshot",
    "DisputeSnapshot",
    "EventFacts",
    "InvalidSignature",
    "Mode",
    "NotAtStripe",
    "PaymentServiceRefused",
    "PaymentServiceUnavailable",
    "PaymentSnapshot",
    "RefundSnapshot",
    "SessionSnapshot",
    "expects_livemode",
    "expire_session",
    "find_session",
    "give_back",
    "is_loopback",
    "is_on",
    "list_disputes",
    "list_events",
    "list_payments",
    "list_refunds",
    "mode",
    "open_session",
    "payment_page_origins",
    "retrieve_payment",
    "retrieve_session",
    "verify_webhook",
]
