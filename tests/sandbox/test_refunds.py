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


def test_a_slow_refund_is_pending_first(stripe_client, sandbox, open_session, told):
    sandbox.pay(open_session().id, "4000000000007726")
    charge = stripe_client.v1.charges.list().data[0].id
    refund = stripe_client.v1.refunds.create({"charge": charge})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    sandbox.advance(minutes=3)
    refund = stripe_client.v1.refunds.retrieve(refund.id)
    assert refund.status == "succeeded"
    assert "pending_reason" not in refund
    assert told("refund.") == ["refund.created", "refund.updated"]


def test_a_refund_may_fail_after_it_succeeded(stripe_client, sandbox, open_session, told):
    sandbox.pay(open_session(2550).id, "4000000000005126")
    charge = stripe_client.v1.charges.list().data[0].id
    refund = stripe_client.v1.refunds.create({"charge": charge, "amount": 550})
    assert refund.status == "succeeded"
    assert stripe_client.v1.charges.retrieve(charge).amount_refunded == 550
    sandbox.advance(minutes=3)
    refund = stripe_client.v1.refunds.retrieve(refund.id)
    assert (refund.status, refund.failure_reason) == ("failed", "expired_or_canceled_card")
    back = stripe_client.v1.balance_transactions.retrieve(refund.failure_balance_transaction)
    assert (back.type, back.net) == ("refund_failure", 550)
    assert stripe_client.v1.charges.retrieve(charge).amount_refunded == 0
    assert "refund.failed" in told()
    assert stripe_client.v1.refunds.create({"charge": charge}).amount == 2550


def test_a_refund_that_waits_for_the_donor_can_be_called_off(stripe_client, sandbox, intent):
    with sandbox.faults(refund_status="requires_action"):
        refund = stripe_client.v1.refunds.create({"payment_intent": intent})
    assert (refund.status, refund.next_action.type) == ("requires_action", "display_details")
    assert stripe_client.v1.refunds.cancel(refund.id).status == "canceled"
    assert stripe_client.v1.charges.retrieve(refund.charge).amount_refunded == 0
    with pytest.raises(stripe.InvalidRequestError, match="cannot be canceled"):
        stripe_client.v1.refunds.cancel(refund.id)


def test_banks_move_a_refund_only_where_stripe_would(stripe_client, sandbox, intent):
    refund = stripe_client.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(AssertionError, match="cannot become pending"):
        sandbox.control(f"refunds/{refund.id}/become", status="pending")
    assert sandbox.control(f"refunds/{refund.id}/become", status="failed")["refund"]["status"] == "failed"


def test_each_movement_of_the_balance_has_its_source(stripe_client, sandbox, intent):
    stripe_client.v1.refunds.create({"payment_intent": intent, "amount": 100})
    movements = stripe_client.v1.balance_transactions.list().data
    assert [(m.type, m.source.split("_")[0], m.amount) for m in movements] == [
        ("refund", "re", -100),
        ("charge", "ch", 2550),
    ]
    assert all(movement.available_on > movement.created for movement in movements)
