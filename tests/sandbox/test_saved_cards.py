"""Cards and accounts saved today and charged later, with nobody there."""

import pytest
import stripe

from tests.sandbox.conftest import session_params

ALWAYS_ASKS, ASKS_ONCE, FAILS_LATER = "4000002760003184", "4000002500003155", "4000000000000341"


@pytest.fixture
def save(sandbox, stripe_client):
    """Save a card in a session of mode ``setup`` and return the SetupIntent."""

    def save_one(card: str = "4242424242424242") -> stripe.SetupIntent:
        customer = stripe_client.v1.customers.create({"email": "ada@example.org"})
        session = stripe_client.v1.checkout.sessions.create(
            session_params(
                mode="setup",
                currency="eur",
                customer=customer.id,
                customer_email=None,
                line_items=None,
                submit_type=None,
                adaptive_pricing=None,
                payment_intent_data=None,
                setup_intent_data={"metadata": {"pledge": "3"}},
            )
        )
        done = sandbox.pay(session.id, card)
        assert done["result"] == "paid"
        assert (done["session"]["status"], done["session"]["payment_status"]) == (
            "complete",
            "no_payment_required",
        )
        return stripe_client.v1.setup_intents.retrieve(done["session"]["setup_intent"])

    return save_one


def charge(client, setup, amount: int = 1500, **changes) -> stripe.PaymentIntent:
    return client.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": "eur",
            "customer": setup.customer,
            "payment_method": setup.payment_method,
            "off_session": True,
            "confirm": True,
            "metadata": {"pledge": "3"},
        }
        | changes
    )


def test_a_saved_card_is_charged_later(save, stripe_client, told):
    setup = save()
    assert (setup.status, setup.usage, setup.metadata["pledge"]) == ("succeeded", "off_session", "3")
    assert stripe_client.v1.mandates.retrieve(setup.mandate).status == "active"
    methods = stripe_client.v1.payment_methods.list({"customer": setup.customer, "type": "card"})
    assert [method.id for method in methods.data] == [setup.payment_method]
    assert stripe_client.v1.charges.list().data == []
    intent = charge(stripe_client, setup)
    assert (intent.status, intent.amount_received, intent.metadata["pledge"]) == ("succeeded", 1500, "3")
    assert told()[:5] == [
        "customer.created",
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "checkout.session.completed",
    ]


def test_one_that_asks_once_is_asked_when_it_is_saved(save, stripe_client, told):
    assert charge(stripe_client, save(ASKS_ONCE)).status == "succeeded"
    assert "setup_intent.requires_action" in told()


def test_one_that_always_asks_cannot_be_charged_alone(save, stripe_client, told):
    setup = save(ALWAYS_ASKS)
    with pytest.raises(stripe.CardError) as refused:
        charge(stripe_client, setup)
    assert (refused.value.http_status, refused.value.code) == (402, "authentication_required")
    intent = stripe_client.v1.payment_intents.retrieve(refused.value.error.payment_intent.id)
    assert (intent.status, intent.last_payment_error.code) == (
        "requires_payment_method",
        "authentication_required",
    )
    assert told("payment_intent.") == ["payment_intent.created", "payment_intent.payment_failed"]
    canceled = stripe_client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        stripe_client.v1.payment_intents.confirm(intent.id, {"payment_method": setup.payment_method})


def test_a_declined_charge_is_kept_and_repeated_by_its_key(save, stripe_client):
    setup = save(FAILS_LATER)
    found = set()
    for _time in range(2):
        with pytest.raises(stripe.CardError, match="declined") as refused:
            stripe_client.v1.payment_intents.create(
                {
                    "amount": 1500,
                    "currency": "eur",
                    "customer": setup.customer,
                    "payment_method": setup.payment_method,
                    "off_session": True,
                    "confirm": True,
                },
                {"idempotency_key": "pledge-3-1"},
            )
        found.add(refused.value.error.payment_intent.id)
    assert len(found) == 1
    assert len(stripe_client.v1.payment_intents.list({"customer": setup.customer}).data) == 1
    intent = stripe_client.v1.payment_intents.retrieve(found.pop())
    good = stripe_client.v1.payment_methods.attach("pm_card_visa", {"customer": setup.customer})
    again = stripe_client.v1.payment_intents.confirm(
        intent.id, {"payment_method": good.id, "off_session": True}
    )
    assert again.status == "succeeded"


def test_a_saved_account_is_debited(save, stripe_client, sandbox):
    intent = charge(stripe_client, save("DE08370400440532013003"))
    assert intent.status == "processing"
    sandbox.advance(days=5)
    assert stripe_client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_detached_card_is_charged_no_more(save, stripe_client, told):
    setup = save()
    assert stripe_client.v1.payment_methods.detach(setup.payment_method).customer is None
    assert {"payment_method.detached", "mandate.updated"} <= set(told())
    assert stripe_client.v1.customers.payment_methods.list(setup.customer).data == []
    for attempt in (
        lambda: charge(stripe_client, setup),
        lambda: stripe_client.v1.payment_methods.detach(setup.payment_method),
        lambda: stripe_client.v1.payment_methods.attach(setup.payment_method, {"customer": setup.customer}),
    ):
        with pytest.raises(stripe.InvalidRequestError):
            attempt()


def test_nobody_elses_card_is_charged(save, stripe_client):
    mine, other = save(), save()
    with pytest.raises(stripe.InvalidRequestError, match="another customer"):
        charge(stripe_client, mine, payment_method=other.payment_method)


def test_a_bank_renews_a_card_by_itself(save, stripe_client, sandbox, told):
    setup = save()
    sandbox.control(f"payment_methods/{setup.payment_method}/renew", month=1, year=2041, last4="4444")
    method = stripe_client.v1.payment_methods.retrieve(setup.payment_method)
    assert (method.card.exp_year, method.card.last4) == (2041, "4444")
    assert told()[-1] == "payment_method.automatically_updated"
    assert charge(stripe_client, setup).status == "succeeded"


def test_a_card_is_kept_from_a_payment(stripe_client, sandbox):
    session = stripe_client.v1.checkout.sessions.create(
        session_params(customer_creation="always", payment_intent_data={"setup_future_usage": "off_session"})
    )
    paid = sandbox.pay(session.id)["session"]
    methods = stripe_client.v1.payment_methods.list({"customer": paid["customer"]}).data
    assert [method.card.last4 for method in methods] == ["4242"]


def test_customers_change(stripe_client, told):
    customer = stripe_client.v1.customers.create(
        {"email": "ada@example.org", "metadata": {"a": "1", "b": "2"}}
    )
    method = stripe_client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    changed = stripe_client.v1.customers.update(
        customer.id,
        {
            "email": "ada@example.com",
            "metadata": {"a": "", "c": "3"},
            "invoice_settings": {"default_payment_method": method.id},
        },
    )
    assert changed.email == "ada@example.com"
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    assert changed.invoice_settings.default_payment_method == method.id
    event = stripe_client.v1.events.list({"type": "customer.updated"}).data[0]
    assert event.data.previous_attributes["email"] == "ada@example.org"
    with pytest.raises(stripe.InvalidRequestError, match="Invalid email"):
        stripe_client.v1.customers.update(customer.id, {"email": "ada"})
