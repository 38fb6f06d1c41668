"""Money goes to the bank account, day by day."""

import pytest
import stripe


def paid(open_session, sandbox, amount: int, card: str = "4242424242424242") -> None:
    sandbox.pay(open_session(amount).id, card)


def test_what_is_available_is_paid_out_and_adds_up(open_session, sandbox, stripe_client, told):
    paid(open_session, sandbox, 2550)
    paid(open_session, sandbox, 10_000)
    charge = stripe_client.v1.charges.list().data[0].id
    stripe_client.v1.refunds.create({"charge": charge, "amount": 1000})
    assert stripe_client.v1.payouts.list().data == []
    sandbox.advance(days=4)
    [payout] = stripe_client.v1.payouts.list().data
    listed = stripe_client.v1.balance_transactions.list({"payout": payout.id, "limit": 100}).data
    others = [movement for movement in listed if movement.type != "payout"]
    assert payout.amount == sum(movement.net for movement in others) == 2487 + 9825 - 1000
    assert {movement.status for movement in listed} == {"available"}
    [own] = [movement for movement in listed if movement.type == "payout"]
    assert (own.id, own.net) == (payout.balance_transaction, -payout.amount)
    sandbox.advance(days=2)
    payout = stripe_client.v1.payouts.retrieve(payout.id)
    assert (payout.status, payout.reconciliation_status, payout.automatic) == ("paid", "completed", True)
    assert told("payout.") == [
        "payout.created",
        "payout.updated",
        "payout.reconciliation_completed",
        "payout.paid",
    ]


def test_a_failed_payout_is_paid_with_the_next(open_session, sandbox, stripe_client, told):
    paid(open_session, sandbox, 2550)
    with sandbox.faults(payouts_fail=True):
        sandbox.advance(days=5)
    [failed] = stripe_client.v1.payouts.list({"status": "failed"}).data
    assert (failed.failure_code, failed.amount) == ("account_closed", 2487)
    back = stripe_client.v1.balance_transactions.retrieve(failed.failure_balance_transaction)
    assert (back.type, back.net) == ("payout_failure", 2487)
    sandbox.advance(days=2)
    [again] = stripe_client.v1.payouts.list({"status": "paid"}).data
    assert again.amount == 2487
    assert "payout.failed" in told()


def test_a_bank_may_send_a_paid_payout_back(open_session, sandbox, stripe_client):
    paid(open_session, sandbox, 2550)
    sandbox.advance(days=6)
    [payout] = stripe_client.v1.payouts.list().data
    assert sandbox.control(f"payouts/{payout.id}/fail")["payout"]["status"] == "failed"


def test_nothing_is_paid_out_while_the_balance_is_below_zero(open_session, sandbox, stripe_client):
    paid(open_session, sandbox, 1000, "4000000000000259")
    sandbox.advance(days=5)
    assert stripe_client.v1.payouts.list().data == []
    paid(open_session, sandbox, 10_000)
    sandbox.advance(days=5)
    [payout] = stripe_client.v1.payouts.list().data
    assert payout.amount == 9825 + 960 - 3000


def test_an_unknown_payout_is_named(stripe_client):
    with pytest.raises(stripe.InvalidRequestError, match="No such payout"):
        stripe_client.v1.balance_transactions.list({"payout": "po_none"})
