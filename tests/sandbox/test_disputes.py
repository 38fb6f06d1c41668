"""What donors' banks contest, and what the local Stripe tells of it."""

import pytest
import stripe


def dispute_of(client) -> stripe.Dispute:
    return client.v1.disputes.list({"expand": ["data.charge"]}).data[0]


def test_a_card_that_is_disputed_takes_amount_and_fee(open_session, sandbox, stripe_client, told):
    session = sandbox.pay(open_session(2550).id, "4000000000000259")["session"]
    dispute = dispute_of(stripe_client)
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 2550)
    assert (dispute.payment_intent, dispute.charge.disputed) == (session["payment_intent"], True)
    assert dispute.evidence_details.due_by > dispute.created
    [movement] = dispute.balance_transactions
    assert (movement.type, movement.reporting_category) == ("adjustment", "dispute")
    assert (movement.amount, movement.fee, movement.net) == (-2550, 2000, -4550)
    assert movement.source == dispute.id
    assert told("charge.dispute.") == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        stripe_client.v1.refunds.create({"charge": dispute.charge.id})


@pytest.mark.parametrize(("words", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_evidence_decides(open_session, sandbox, stripe_client, told, words, status):
    sandbox.pay(open_session().id, "4000000000000259")
    dispute = dispute_of(stripe_client)
    stripe_client.v1.disputes.update(
        dispute.id, {"evidence": {"product_description": "Un dono"}, "submit": False}
    )
    dispute = stripe_client.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": words}, "metadata": {"seen": "yes"}}
    )
    assert (dispute.status, dispute.evidence.product_description) == (status, "Un dono")
    sums = sum(movement.net for movement in dispute.balance_transactions)
    assert sums == (0 if status == "won" else -4550)
    ends = ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
    assert told("charge.dispute.")[2:] == [
        "charge.dispute.updated",
        "charge.dispute.updated",
        *(ends if status == "won" else ends[:1]),
    ]


def test_an_unanswered_dispute_is_lost_when_its_time_is_over(open_session, sandbox, stripe_client):
    sandbox.pay(open_session().id, "4000000000000259")
    sandbox.advance(days=10)
    assert dispute_of(stripe_client).status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        stripe_client.v1.disputes.close(dispute_of(stripe_client).id)


def test_banks_decide_when_a_test_says_so(open_session, sandbox, stripe_client):
    sandbox.pay(open_session().id)
    charge = stripe_client.v1.charges.list().data[0]
    made = sandbox.control(f"charges/{charge.id}/dispute", reason="duplicate")["dispute"]
    closed = sandbox.control(f"disputes/{made['id']}/close", outcome="won")["dispute"]
    assert (closed["reason"], closed["status"]) == ("duplicate", "won")


def test_an_inquiry_takes_no_money_and_may_be_answered_by_a_refund(open_session, sandbox, stripe_client):
    sandbox.pay(open_session().id, "4000000000001976")
    dispute = dispute_of(stripe_client)
    assert (dispute.status, dispute.balance_transactions) == ("warning_needs_response", [])
    assert dispute.is_charge_refundable
    assert stripe_client.v1.refunds.create({"charge": dispute.charge.id}).status == "succeeded"


def test_a_bank_warns_of_fraud_before_it_disputes(open_session, sandbox, stripe_client, told):
    sandbox.pay(open_session().id, "4000000000005423")
    [warning] = stripe_client.v1.radar.early_fraud_warnings.list().data
    assert (warning.actionable, warning.fraud_type) == (True, "made_with_stolen_card")
    assert told()[-1] == "radar.early_fraud_warning.created"
    sandbox.control(f"charges/{warning.charge}/dispute")
    assert not stripe_client.v1.radar.early_fraud_warnings.retrieve(warning.id).actionable
