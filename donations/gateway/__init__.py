"""The only door to Stripe: nothing else imports its library, and nothing of it leaves this room."""

from donations.gateway.errors import (
    InvalidSignature,
    NotAtStripe,
    PaymentServiceRefused,
    PaymentServiceUnavailable,
)
from donations.gateway.events import list_events
from donations.gateway.invoices import find_invoice, list_paid_invoices, retrieve_invoice
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
from donations.gateway.payouts import (
    Movement,
    PayoutSnapshot,
    list_movements,
    list_payouts,
    retrieve_payout,
)
from donations.gateway.portal import open_portal
from donations.gateway.recurring_snapshots import InvoiceSnapshot, SubscriptionSnapshot
from donations.gateway.sessions import (
    expire_session,
    find_session,
    list_sessions,
    open_session,
    retrieve_session,
)
from donations.gateway.snapshots import (
    ChargeSnapshot,
    DisputeSnapshot,
    EventFacts,
    PaymentSnapshot,
    RefundSnapshot,
    SessionSnapshot,
)
from donations.gateway.subscriptions import (
    cancel,
    list_subscriptions,
    pause,
    resume,
    retrieve_subscription,
    set_amount,
    set_next_payment,
)
from donations.gateway.webhooks import verify_webhook

__all__ = [
    "NOTHING_MORE",
    "Also",
    "ChargeSnapshot",
    "DisputeSnapshot",
    "EventFacts",
    "InvalidSignature",
    "InvoiceSnapshot",
    "Mode",
    "Movement",
    "NotAtStripe",
    "PaymentServiceRefused",
    "PaymentServiceUnavailable",
    "PaymentSnapshot",
    "PayoutSnapshot",
    "RefundSnapshot",
    "SessionSnapshot",
    "SubscriptionSnapshot",
    "cancel",
    "expects_livemode",
    "expire_session",
    "find_invoice",
    "find_session",
    "give_back",
    "is_loopback",
    "is_on",
    "list_disputes",
    "list_events",
    "list_movements",
    "list_paid_invoices",
    "list_payments",
    "list_payouts",
    "list_refunds",
    "list_sessions",
    "list_subscriptions",
    "mode",
    "open_portal",
    "open_session",
    "pause",
    "payment_page_origins",
    "resume",
    "retrieve_invoice",
    "retrieve_payment",
    "retrieve_payout",
    "retrieve_session",
    "retrieve_subscription",
    "set_amount",
    "set_next_payment",
    "verify_webhook",
]
