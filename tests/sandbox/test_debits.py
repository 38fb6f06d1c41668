"""SEPA direct debits: the bank answers later, and may take the money back."""

import pytest
import stripe

GOOD, LATE, BAD_LATE, DISPUTED = (
    "IT40S0542811101000000123456",
    "DE08370400440532013003",
    "DE78370400440532013004",
    "DE35370400440532013002",
)


def test_a_debit_completes_the_session_before_the_money_is_there(open_session, sandbox, stripe_client, told):
    session = open_session(2000)
    assert sandbox.pay(session.id, LATE)["result"] == "processing"
    deep = {"expand": ["payment_intent.latest_charge.balance_transaction", "payment_intent.payment_method"]}
    session = stripe_client.v1.checkout.sessions.retrieve(session.id, deep)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    intent = session.payment_intent
    assert (intent.status, intent.latest_charge.status) == ("processing", "pending")
    assert intent.latest_charge.balance_transaction is None
    assert intent.payment_method.sepa_debit.last4 == "3003"
    mandate = intent.latest_charge.payment_method_details.sepa_debit.mandate
    assert stripe_client.v1.mandates.retrieve(mandate).status == "active"
    with pytest.raises(stripe.InvalidRequestError, match="status of processing"):
        stripe_client.v1.payment_intents.cancel(intent.id)
    assert told() == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "checkout.session.completed",
    ]
    sandbox.advance(days=4)
    assert stripe_client.v1.payment_intents.retrieve(intent.id).status == "processing"
    sandbox.advance(days=1)
    session = stripe_client.v1.checkout.sessions.retrieve(session.id, deep)
    assert session.payment_status == "paid"
    movement = session.payment_intent.latest_charge.balance_transaction
    assert (movement.type, movement.reporting_category, movement.fee, movement.net) == (
        "payment",
        "charge",
        35,
        1965,
    )
    assert told()[4:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
        "charge.updated",
    ]


def test_a_debit_that_fails_is_told_days_later(open_session, sandbox, stripe_client, told):
    session = open_session(2000)
    sandbox.pay(session.id, BAD_LATE)
    sandbox.advance(days=5)
    session = stripe_client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    intent = session.payment_intent
    assert (intent.status, intent.last_payment_error.code) == (
        "requires_payment_method",
        "insufficient_funds",
    )
    assert (intent.latest_charge.status, intent.latest_charge.captured) == ("failed", False)
    assert told()[4:] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]


def test_a_disputed_debit_is_lost_at_once(open_session, sandbox, stripe_client, told):
    session = open_session(2000)
    sandbox.pay(session.id, DISPUTED)
    sandbox.advance(minutes=1)
    dispute = stripe_client.v1.disputes.list().data[0]
    assert (dispute.status, dispute.amount, dispute.reason) == ("lost", 2000, "debit_not_authorized")
    assert told("charge.dispute.") == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
    ]
    assert stripe_client.v1.charges.retrieve(dispute.charge).disputed


def test_a_recurring_debit_is_active_while_the_bank_thinks(subscribe, sandbox, stripe_client, told):
    subscription = subscribe(card=LATE)
    session = stripe_client.v1.checkout.sessions.list({"subscription": subscription.id}).data[0]
    assert (subscription.status, session.payment_status) == ("active", "unpaid")
    assert stripe_client.v1.invoices.retrieve(subscription.latest_invoice).status == "open"
    sandbox.advance(days=5)
    assert stripe_client.v1.invoices.retrieve(subscription.latest_invoice).status == "paid"
    assert "checkout.session.async_payment_succeeded" in told()
    sandbox.advance(days=31)
    invoices = stripe_client.v1.invoices.list({"subscription": subscription.id}).data
    assert [invoice.status for invoice in invoices] == ["paid", "paid"]


def test_a_recurring_debit_that_fails_is_tried_again(subscribe, sandbox, stripe_client, told):
    subscription = subscribe(card=BAD_LATE)
    sandbox.advance(days=5)
    subscription = stripe_client.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    invoice = subscription.latest_invoice
    assert (subscription.status, invoice.status, invoice.attempt_count) == ("past_due", "open", 1)
    assert told("checkout.session.async") == ["checkout.session.async_payment_failed"]
    sandbox.control(f"customers/{subscription.customer}/card", card="4242424242424242")
    sandbox.advance(days=3)
    assert stripe_client.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert told("checkout.session.async") == ["checkout.session.async_payment_failed"]


def test_a_debit_that_arrived_is_given_back(open_session, sandbox, stripe_client):
    session = open_session(2000)
    sandbox.pay(session.id, LATE)
    intent = stripe_client.v1.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        stripe_client.v1.refunds.create({"payment_intent": intent})
    sandbox.advance(days=5)
    refund = stripe_client.v1.refunds.create({"payment_intent": intent, "amount": 500})
    movement = stripe_client.v1.balance_transactions.retrieve(refund.balance_transaction)
    assert (movement.type, movement.reporting_category, movement.amount) == (
        "payment_refund",
        "refund",
        -500,
    )


def test_only_cards_where_only_cards_are_wanted(open_session, sandbox):
    session = open_session(allowed_payment_method_types=["card"])
    assert sandbox.pay(session.id, GOOD)["result"] == "declined"
    assert sandbox.pay(session.id)["result"] == "paid"
