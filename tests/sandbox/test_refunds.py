"""Money given back."""

import pytest
import stripe


@pytest.fixture
def intent(open_session, sandbox):
    return sandbox.pay(open_session(2550).id)["session"]["payment_intent"]


def test_partial_refunds_add_up_and_are_told(stripe_client, sandbox, receiver, intent):
    sandbox.flush()
    receiver.forget()
    refund = stripe_client.v1.refunds.create(
        {"payment_intent": intent, "amount": 550, "reason": "requested_by_customer", "metadata": {"row": "1"}}
    )
    assert (refund.status, refund.amount, refund.metadata["row"]) == ("succeeded", 550, "1")
    movement = stripe_client.v1.balance_transactions.retrieve(refund.balance_transaction)
    assert (movement.type, movement.amount, movement.fee, movement.net) == ("refund", -550, 0, -550)
    assert movement.source == refund.id
    rest = stripe_client.v1.refunds.create({"charge": refund.charge})
    assert rest.amount == 2000
    charge = stripe_client.v1.charges.retrieve(refund.charge, {"expand": ["refunds"]})
    assert (charge.amount_refunded, charge.refunded, charge.status) == (2550, True, "succeeded")
    assert [entry.amount for entry in charge.refunds.data] == [2000, 550]
    assert [r.id for r in stripe_client.v1.refunds.list({"payment_intent": intent}).data] == [
        rest.id,
        refund.id,
    ]
    assert stripe_client.v1.refunds.retrieve(rest.id).amount == 2000
    receiver.wait_for(6)
    assert sorted(receiver.types) == sorted(["refund.created", "charge.refunded", "refund.updated"] * 2)
    amounts = {
        event["data"]["object"]["amount_refunded"]: event["data"]["previous_attributes"]
        for event in receiver.events
        if event["type"] == "charge.refunded"
    }
    assert amounts == {550: {"amount_refunded": 0}, 2550: {"amount_refunded": 550, "refunded": False}}


def test_more_than_is_left_cannot_be_refunded(stripe_client, intent):
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as refused:
        stripe_client.v1.refunds.create({"payment_intent": intent, "amount": 2551})
    assert refused.value.param == "amount"
    stripe_client.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded") as refused:
        stripe_client.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"payment_intent": "pi_x"},
        {"charge": "ch_x"},
        {"charge": "ch_x", "payment_intent": "pi_x"},
        {"payment_intent": "pi_x", "reason": "regret"},
        {"charge": "ch_x", "reverse_transfer": True},
    ],
)
def test_a_wrong_refund_is_refused(stripe_client, params):
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.refunds.create(params)


@pytest.mark.parametrize("amount", [0, -1, "1.5"])
def test_a_wrong_amount_is_refused(stripe_client, intent, amount):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_client.v1.refunds.create({"payment_intent": intent, "amount": amount})
    assert refused.value.param == "amount"


def test_an_unpaid_intent_cannot_be_refunded(stripe_client, sandbox, open_session):
    session = sandbox.pay(open_session().id, "4000000000000002")["session"]
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        stripe_client.v1.refunds.create({"payment_intent": session["payment_intent"]})


def test_one_key_refunds_once(stripe_client, intent):
    params, options = {"payment_intent": intent, "amount": 100}, {"idempotency_key": "refund-row-1"}
    assert (
        stripe_client.v1.refunds.create(params, options).id
        == stripe_client.v1.refunds.create(params, options).id
    )
    assert len(stripe_client.v1.refunds.list().data) == 1
