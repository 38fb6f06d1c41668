"""Recurring gifts: begun in Checkout, renewed by time, changed, paused, failed, ended."""

import time
from datetime import UTC, datetime

import pytest
import stripe

from tests.sandbox.conftest import monthly

FAILS_LATER = "4000000000000341"
DAY = 86_400


def invoices(client, subscription) -> list[stripe.Invoice]:
    """Oldest first."""
    return client.v1.invoices.list({"subscription": subscription.id}).data[::-1]


def test_a_recurring_gift_begins_with_a_paid_invoice(subscribe, stripe_client, told):
    subscription = subscribe(amount=1000)
    assert (subscription.status, subscription.metadata["recurring"]) == ("active", "7")
    item = subscription["items"].data[0]
    assert (item.price.unit_amount, item.price.recurring.interval) == (1000, "month")
    assert stripe_client.v1.products.retrieve(item.price.product).name == "Dono mensile"
    invoice = stripe_client.v1.invoices.retrieve(
        subscription.latest_invoice,
        {"expand": ["payments.data.payment.payment_intent", "confirmation_secret"]},
    )
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == (
        "paid",
        1000,
        "subscription_create",
    )
    details = invoice.parent.subscription_details
    assert (details.subscription, details.metadata["recurring"]) == (subscription.id, "7")
    line = invoice.lines.data[0]
    assert line.parent.subscription_item_details.subscription_item == item.id
    assert (line.period.start, line.period.end) == (item.current_period_start, item.current_period_end)
    payment = invoice.payments.data[0]
    assert (payment.status, payment.payment.payment_intent.status) == ("paid", "succeeded")
    found = stripe_client.v1.invoice_payments.list(
        {"payment": {"type": "payment_intent", "payment_intent": payment.payment.payment_intent.id}}
    )
    assert [entry.invoice for entry in found.data] == [invoice.id]
    session = stripe_client.v1.checkout.sessions.list({"subscription": subscription.id}).data[0]
    assert (session.status, session.payment_status, session.invoice) == ("complete", "paid", invoice.id)
    assert told() == [
        "customer.created",
        "payment_method.attached",
        "customer.subscription.created",
        "invoice.created",
        "payment_intent.created",
        "invoice.finalized",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "customer.subscription.updated",
        "charge.updated",
        "checkout.session.completed",
    ]


def test_a_declined_card_begins_nothing(stripe_client, sandbox):
    session = stripe_client.v1.checkout.sessions.create(monthly())
    assert sandbox.pay(session.id, "4000000000000002")["result"] == "declined"
    assert stripe_client.v1.subscriptions.list({"status": "all"}).data == []
    assert sandbox.pay(session.id, "4000002760003184", authenticate=False)["result"] == "declined"
    assert sandbox.pay(session.id, "4000002760003184")["result"] == "paid"


def test_it_renews_month_by_month_and_year_by_year(subscribe, sandbox, stripe_client):
    month, year = subscribe(), subscribe(interval="year")
    sandbox.advance(days=93)
    drawn = invoices(stripe_client, month)
    assert [(invoice.billing_reason, invoice.status) for invoice in drawn] == [
        ("subscription_create", "paid"),
        ("subscription_cycle", "paid"),
        ("subscription_cycle", "paid"),
        ("subscription_cycle", "paid"),
    ]
    moments = [datetime.fromtimestamp(invoice.created, UTC) for invoice in drawn]
    assert len({moment.month for moment in moments}) == 4
    periods = [(i.lines.data[0].period.start, i.lines.data[0].period.end) for i in drawn]
    assert [end for _start, end in periods[:-1]] == [start for start, _end in periods[1:]]
    assert [invoice.status_transitions.paid_at - invoice.created for invoice in drawn[1:]] == [3600] * 3
    assert len(invoices(stripe_client, year)) == 1
    intent = stripe_client.v1.invoice_payments.list({"invoice": drawn[3].id}).data[0].payment.payment_intent
    intent = stripe_client.v1.payment_intents.retrieve(
        intent, {"expand": ["latest_charge.balance_transaction"]}
    )
    assert intent.latest_charge.balance_transaction.fee == 40
    events = stripe_client.v1.events.list({"limit": 100}).data
    assert [event.created for event in events] == sorted((e.created for e in events), reverse=True)


def test_the_last_day_of_the_month_stays_the_last(stripe_client):
    clock = stripe_client.v1.test_helpers.test_clocks.create(
        {"frozen_time": int(datetime(2031, 1, 31, 12, tzinfo=UTC).timestamp())}
    )
    subscription = on_clock(stripe_client, clock)
    ends = [subscription["items"].data[0].current_period_end]
    for _month in range(2):
        clock = stripe_client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": ends[-1] + 1})
        ends.append(
            stripe_client.v1.subscriptions.retrieve(subscription.id)["items"].data[0].current_period_end
        )
    assert [datetime.fromtimestamp(end, UTC).strftime("%d.%m") for end in ends] == ["28.02", "31.03", "30.04"]


def on_clock(client, clock) -> stripe.Subscription:
    """A subscription that lives by a test clock, made by the API alone."""
    customer = client.v1.customers.create({"email": "ada@example.org", "test_clock": clock.id})
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    product = client.v1.products.create({"name": "Dono mensile"})
    price = {
        "currency": "eur",
        "product": product.id,
        "unit_amount": 1000,
        "recurring": {"interval": "month"},
    }
    return client.v1.subscriptions.create(
        {
            "customer": customer.id,
            "default_payment_method": method.id,
            "items": [{"price_data": price}],
            "off_session": True,
        }
    )


def test_a_test_clock_moves_only_its_own_customers(subscribe, stripe_client, sandbox):
    other = subscribe()
    clock = stripe_client.v1.test_helpers.test_clocks.create({"frozen_time": 1_900_000_000})
    subscription = on_clock(stripe_client, clock)
    assert (subscription.created, subscription.test_clock) == (1_900_000_000, clock.id)
    stripe_client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": 1_900_000_000 + 70 * DAY})
    assert len(invoices(stripe_client, subscription)) == 3
    assert len(invoices(stripe_client, other)) == 1
    sandbox.advance(days=40)
    assert len(invoices(stripe_client, other)) == 2
    assert len(invoices(stripe_client, subscription)) == 3
    with pytest.raises(stripe.InvalidRequestError, match="must be after"):
        stripe_client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": 1})


def test_a_failing_renewal_is_tried_again_and_then_ends_it(subscribe, sandbox, stripe_client, told):
    subscription = subscribe()
    sandbox.control(f"customers/{subscription.customer}/card", card=FAILS_LATER)
    sandbox.advance(days=31, hours=2)
    subscription = stripe_client.v1.subscriptions.retrieve(subscription.id)
    invoice = stripe_client.v1.invoices.retrieve(subscription.latest_invoice)
    assert (subscription.status, invoice.status, invoice.attempt_count) == ("past_due", "open", 1)
    assert invoice.next_payment_attempt == invoice.status_transitions.finalized_at + 3 * DAY
    for days, attempts in ((3, 2), (5, 3)):
        sandbox.advance(days=days)
        assert stripe_client.v1.invoices.retrieve(invoice.id).attempt_count == attempts
    sandbox.advance(days=7)
    invoice = stripe_client.v1.invoices.retrieve(invoice.id)
    assert (invoice.attempt_count, invoice.next_payment_attempt, invoice.status) == (4, None, "open")
    subscription = stripe_client.v1.subscriptions.retrieve(subscription.id)
    assert (subscription.status, subscription.cancellation_details.reason) == ("canceled", "payment_failed")
    assert told("invoice.payment_failed") == ["invoice.payment_failed"] * 4
    assert told("customer.subscription.")[-2:] == [
        "customer.subscription.updated",
        "customer.subscription.deleted",
    ]
    sandbox.advance(days=60)
    assert len(invoices(stripe_client, subscription)) == 2


def test_a_new_card_saves_a_failing_renewal(subscribe, sandbox, stripe_client):
    subscription = subscribe()
    sandbox.control(f"customers/{subscription.customer}/card", card=FAILS_LATER)
    sandbox.advance(days=31, hours=2)
    sandbox.control(f"customers/{subscription.customer}/card", card="4242424242424242")
    sandbox.advance(days=3)
    subscription = stripe_client.v1.subscriptions.retrieve(
        subscription.id, {"expand": ["latest_invoice", "default_payment_method"]}
    )
    assert (subscription.status, subscription.latest_invoice.status) == ("active", "paid")
    assert (subscription.latest_invoice.attempt_count, subscription.default_payment_method.card.last4) == (
        2,
        "4242",
    )


def test_the_account_may_leave_it_unpaid_instead(subscribe, sandbox, stripe_client):
    sandbox.chaos(retry_days=[], after_retries="unpaid")
    subscription = subscribe()
    sandbox.control(f"customers/{subscription.customer}/card", card=FAILS_LATER)
    sandbox.advance(days=70)
    assert stripe_client.v1.subscriptions.retrieve(subscription.id).status == "unpaid"
    assert [invoice.status for invoice in invoices(stripe_client, subscription)] == ["paid", "open", "draft"]


def test_a_renewal_that_needs_the_person_says_so(subscribe, sandbox, stripe_client, told):
    subscription = subscribe(card="4000002760003184")
    sandbox.advance(days=31, hours=2)
    assert stripe_client.v1.subscriptions.retrieve(subscription.id).status == "past_due"
    assert told("invoice.payment_")[-2:] == ["invoice.payment_action_required", "invoice.payment_failed"]


def test_an_open_invoice_is_paid_by_request(subscribe, sandbox, stripe_client):
    subscription = subscribe()
    sandbox.control(f"customers/{subscription.customer}/card", card="4000000000000341")
    sandbox.advance(days=31, hours=2)
    invoice = stripe_client.v1.subscriptions.retrieve(subscription.id).latest_invoice
    with pytest.raises(stripe.CardError, match="declined") as refused:
        stripe_client.v1.invoices.pay(invoice)
    assert refused.value.error.payment_intent.status == "requires_payment_method"
    new = sandbox.control(f"customers/{subscription.customer}/card", card="4242424242424242")
    paid = stripe_client.v1.invoices.pay(invoice, {"payment_method": new["payment_method"]["id"]})
    assert (paid.status, paid.attempt_count) == ("paid", 3)
    assert stripe_client.v1.subscriptions.retrieve(subscription.id).status == "active"
    with pytest.raises(stripe.InvalidRequestError, match="already paid"):
        stripe_client.v1.invoices.pay(invoice)


def new_price(subscription, amount: int) -> dict:
    item = subscription["items"].data[0]
    price = {
        "currency": "eur",
        "product": item.price.product,
        "unit_amount": amount,
        "recurring": {"interval": "month"},
    }
    return {"items": [{"id": item.id, "price_data": price}], "proration_behavior": "none"}


def test_another_amount_counts_from_the_next_renewal(subscribe, sandbox, stripe_client):
    subscription = subscribe(amount=1000)
    changed = stripe_client.v1.subscriptions.update(subscription.id, new_price(subscription, 2500))
    assert changed["items"].data[0].price.unit_amount == 2500
    sandbox.advance(days=32)
    assert [i.amount_paid for i in invoices(stripe_client, subscription)] == [1000, 2500]
    wrong = new_price(subscription, 2500) | {"proration_behavior": "create_prorations"}
    with pytest.raises(stripe.InvalidRequestError, match="proration_behavior"):
        stripe_client.v1.subscriptions.update(subscription.id, wrong)


def test_the_date_is_moved_by_a_trial_that_costs_nothing(subscribe, sandbox, stripe_client, told):
    subscription = subscribe()
    day = subscription.created + 45 * DAY
    moved = stripe_client.v1.subscriptions.update(
        subscription.id, {"trial_end": day, "proration_behavior": "none"}
    )
    assert (moved.status, moved.billing_cycle_anchor) == ("trialing", day)
    sandbox.advance(days=46)
    drawn = invoices(stripe_client, subscription)
    assert [(i.billing_reason, i.amount_paid) for i in drawn] == [
        ("subscription_create", 1000),
        ("subscription_update", 0),
        ("subscription_cycle", 1000),
    ]
    assert stripe_client.v1.subscriptions.retrieve(subscription.id).status == "active"
    with pytest.raises(stripe.InvalidRequestError, match="in the future"):
        stripe_client.v1.subscriptions.update(subscription.id, {"trial_end": 1, "proration_behavior": "none"})


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [("void", "void"), ("mark_uncollectible", "uncollectible"), ("keep_as_draft", "draft")],
)
def test_collection_is_paused_and_goes_on(subscribe, sandbox, stripe_client, behaviour, status):
    subscription = subscribe()
    paused = stripe_client.v1.subscriptions.update(
        subscription.id, {"pause_collection": {"behavior": behaviour}}
    )
    assert (paused.status, paused.pause_collection.behavior) == ("active", behaviour)
    sandbox.advance(days=32)
    assert [i.status for i in invoices(stripe_client, subscription)] == ["paid", status]
    stripe_client.v1.subscriptions.update(subscription.id, {"pause_collection": ""})
    sandbox.advance(days=31)
    assert [i.status for i in invoices(stripe_client, subscription)] == ["paid", status, "paid"]


def test_a_pause_may_end_by_itself(subscribe, sandbox, stripe_client):
    subscription = subscribe()
    until = subscription.created + 40 * DAY
    stripe_client.v1.subscriptions.update(
        subscription.id, {"pause_collection": {"behavior": "void", "resumes_at": until}}
    )
    sandbox.advance(days=64)
    assert [i.status for i in invoices(stripe_client, subscription)] == ["paid", "void", "paid"]


def test_it_ends_with_the_period_or_at_once(subscribe, sandbox, stripe_client, told):
    later, now = subscribe(), subscribe()
    later = stripe_client.v1.subscriptions.update(
        later.id, {"cancel_at_period_end": True, "cancellation_details": {"feedback": "too_expensive"}}
    )
    assert (later.status, later.cancel_at) == ("active", later["items"].data[0].current_period_end)
    assert later.cancellation_details.feedback == "too_expensive"
    back = stripe_client.v1.subscriptions.update(later.id, {"cancel_at_period_end": False})
    assert (back.cancel_at, back.canceled_at) == (None, None)
    stripe_client.v1.subscriptions.update(later.id, {"cancel_at_period_end": True})
    ended = stripe_client.v1.subscriptions.cancel(now.id)
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "cancellation_requested")
    assert told("customer.subscription.deleted") == ["customer.subscription.deleted"]
    sandbox.advance(days=32)
    assert stripe_client.v1.subscriptions.list().data == []
    both = stripe_client.v1.subscriptions.list({"status": "canceled"}).data
    assert {subscription.id for subscription in both} == {later.id, now.id}
    assert len(invoices(stripe_client, later)) == 1
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.subscriptions.cancel(now.id)
    with pytest.raises(stripe.InvalidRequestError, match="canceled subscription"):
        stripe_client.v1.subscriptions.update(now.id, {"cancel_at_period_end": True})


def test_a_deleted_customer_takes_its_subscriptions_along(subscribe, stripe_client, told):
    subscription = subscribe()
    gone = stripe_client.v1.customers.delete(subscription.customer)
    assert gone.deleted
    assert stripe_client.v1.customers.retrieve(subscription.customer).deleted
    assert stripe_client.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    assert {"customer.deleted", "payment_method.detached", "customer.subscription.deleted"} <= set(told())
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        stripe_client.v1.customers.update(subscription.customer, {"name": "Ada"})


def test_a_recurring_gift_of_the_past_has_been_renewed_since(sandbox, stripe_client):
    sandbox.chaos(hold=True)
    session = stripe_client.v1.checkout.sessions.create(monthly())
    began = int(time.time()) - 100 * DAY
    paid = sandbox.pay(session.id, at=began)["session"]
    sandbox.advance(seconds=0)
    drawn = stripe_client.v1.invoices.list({"subscription": paid["subscription"]}).data
    assert [invoice.status for invoice in drawn] == ["paid"] * 4
    assert drawn[-1].created == began
    assert all(invoice.status_transitions.paid_at < time.time() for invoice in drawn)
    assert stripe_client.v1.payouts.list({"status": "paid"}).data[-1].created < began + 5 * DAY


def test_a_session_opened_in_the_future_lives_as_long_as_any(sandbox, stripe_client, open_session):
    sandbox.advance(days=100)
    session = open_session(expires_at=int(time.time()) + 1860)
    assert stripe_client.v1.checkout.sessions.retrieve(session.id).status == "open"
    sandbox.advance(minutes=30)
    assert stripe_client.v1.checkout.sessions.retrieve(session.id).status == "open"
    sandbox.advance(minutes=2)
    assert stripe_client.v1.checkout.sessions.retrieve(session.id).status == "expired"
