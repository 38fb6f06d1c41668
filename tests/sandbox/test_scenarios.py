"""The same stories told to the sandbox and, where STRIPE_TEST_KEY holds a test key, to Stripe itself.

They tick off what the sandbox assumes: a story that ends otherwise at Stripe names the one that is wrong.
Nothing here needs a browser, a control of the sandbox or its clock, so that it runs unchanged in both places.
"""

import os
import time
import uuid

import pytest
import stripe

from donations.sandbox.validation import PREFIXES, check_object
from tests.sandbox.conftest import client_of, session_params

PLACES = ["sandbox", *(["stripe"] if os.environ.get("STRIPE_TEST_KEY") else [])]


@pytest.fixture(params=PLACES)
def place(request) -> str:
    return request.param


@pytest.fixture
def client(place, request) -> stripe.StripeClient:
    if place == "sandbox":
        return client_of(request.getfixturevalue("sandbox"))
    key = os.environ["STRIPE_TEST_KEY"]
    assert key.startswith(("sk_test_", "rk_test_")), "a test key only: these stories take money"
    return stripe.StripeClient(key, max_network_retries=2)


def honest(found: stripe.StripeObject):
    """The object, once it is true to the schema that the sandbox is held to: same keys, same kinds."""
    value = found.to_dict(for_json=True)
    if value["object"] in PREFIXES:
        check_object(value)
    return found


@pytest.fixture
def customer(client):
    made = honest(client.v1.customers.create({"email": "ada@example.org", "metadata": {"scenario": "yes"}}))
    yield made
    client.v1.customers.delete(made.id)


def charge(client, customer, method: str, **changes):
    saved = client.v1.payment_methods.attach(method, {"customer": customer.id})
    params = {
        "amount": 1500,
        "currency": "eur",
        "customer": customer.id,
        "payment_method": saved.id,
        "off_session": True,
        "confirm": True,
    }
    return client.v1.payment_intents.create(params | changes)


def test_a_saved_card_is_charged_and_given_back_in_parts(client, customer):
    intent = honest(charge(client, customer, "pm_card_visa"))
    assert (intent.status, intent.amount_received) == ("succeeded", 1500)
    refund = honest(client.v1.refunds.create({"payment_intent": intent.id, "amount": 500}))
    assert refund.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1001})
    client.v1.refunds.create({"payment_intent": intent.id})
    taken = honest(client.v1.charges.retrieve(intent.latest_charge))
    assert (taken.amount_refunded, taken.refunded) == (1500, True)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("pm_card_authenticationRequired", "authentication_required"),
        ("pm_card_chargeCustomerFail", "card_declined"),
    ],
)
def test_a_card_that_cannot_be_charged_alone(client, customer, method, code):
    with pytest.raises(stripe.CardError) as refused:
        charge(client, customer, method)
    assert refused.value.code == code
    left = client.v1.payment_intents.retrieve(refused.value.error.payment_intent.id)
    assert left.status == "requires_payment_method"
    assert client.v1.payment_intents.cancel(left.id).status == "canceled"


def test_the_same_key_gives_the_same_answer(client, customer):
    options = {"idempotency_key": f"scenario-{uuid.uuid4()}"}
    params = {"amount": 1500, "currency": "eur", "customer": customer.id}
    first = client.v1.payment_intents.create(params, options)
    assert client.v1.payment_intents.create(params, options).id == first.id
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payment_intents.create(params | {"amount": 1600}, options)


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        ({"ui_mode": "hosted"}, None, "ui_mode"),
        ({"customer_email": "ada"}, "email_invalid", "customer_email"),
        ({"success_url": "/grazie/"}, "url_invalid", "success_url"),
        ({"expires_at": 1}, None, "expires_at"),
        ({"customer": "cus_none", "customer_email": None}, "resource_missing", "customer"),
    ],
)
def test_a_wrong_session_is_refused_alike(client, changes, code, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(session_params(**changes))
    assert (refused.value.code, refused.value.param) == (code, param)


def test_a_session_is_opened_found_and_ended(client):
    session = honest(client.v1.checkout.sessions.create(session_params()))
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    ended = client.v1.checkout.sessions.expire(session.id)
    assert (ended.status, ended.url) == ("expired", None)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(session.id)


def advance(client, clock, to: int) -> None:
    client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": to})
    deadline = time.monotonic() + 120
    while client.v1.test_helpers.test_clocks.retrieve(clock.id).status != "ready":
        assert time.monotonic() < deadline
        time.sleep(2)


def test_a_subscription_lives_through_its_months(client):
    begins = int(time.time())
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": begins, "name": "scenario"})
    customer = client.v1.customers.create({"email": "ada@example.org", "test_clock": clock.id})
    saved = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    product = client.v1.products.create({"name": "Dono mensile"})
    price = {"currency": "eur", "product": product.id, "recurring": {"interval": "month"}}
    subscription = honest(
        client.v1.subscriptions.create(
            {
                "customer": customer.id,
                "default_payment_method": saved.id,
                "items": [{"price_data": price | {"unit_amount": 1000}}],
                "metadata": {"recurring": "7"},
            }
        )
    )
    assert subscription.status == "active"
    item = subscription["items"].data[0]
    wish = {"id": item.id, "price_data": price | {"product": item.price.product, "unit_amount": 2000}}
    client.v1.subscriptions.update(subscription.id, {"items": [wish], "proration_behavior": "none"})
    advance(client, clock, item.current_period_end + 2 * 3600)
    found = client.v1.invoices.list({"subscription": subscription.id, "expand": ["data.payments"]}).data
    assert [(invoice.billing_reason, invoice.status, invoice.amount_paid) for invoice in found] == [
        ("subscription_cycle", "paid", 2000),
        ("subscription_create", "paid", 1000),
    ]
    for invoice in found:
        honest(invoice)
        assert invoice.parent.subscription_details.metadata["recurring"] == "7"
        assert [payment.status for payment in invoice.payments.data] == ["paid"]
    bad = client.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": bad.id})
    ends = client.v1.subscriptions.retrieve(subscription.id)["items"].data[0].current_period_end
    advance(client, clock, ends + 2 * 3600)
    late = client.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (late.status, late.latest_invoice.status, late.latest_invoice.attempt_count) == (
        "past_due",
        "open",
        1,
    )
    assert late.latest_invoice.next_payment_attempt is not None
    ended = client.v1.subscriptions.cancel(subscription.id)
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "cancellation_requested")
    client.v1.test_helpers.test_clocks.delete(clock.id)
