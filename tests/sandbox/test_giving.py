"""A gift from end to end: session, hosted page, card, signed events, money."""

import re

import pytest
import requests
import stripe

from donations.sandbox.signing import signature_header
from tests.sandbox.conftest import session_params


def typed(number: str, **changes: str) -> dict[str, str]:
    return {
        "email": "ada@example.org",
        "number": number,
        "expiry": "12 / 34",
        "cvc": "123",
        "name": "Ada Prova",
    } | changes


def submit(url: str, number: str, **changes: str) -> requests.Response:
    return requests.post(url, data=typed(number, **changes), allow_redirects=False, timeout=10)


def test_a_paid_session_returns_to_the_site_and_tells_it(open_session, stripe_client, receiver):
    session = open_session(2550)
    answer = submit(session.url, "4242 4242 4242 4242")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://127.0.0.1:8000/dona/grazie/t0ken/?s={session.id}"
    paid = stripe_client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction", "line_items"]}
    )
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.customer_details.email == "ada@example.org"
    assert paid.line_items.data[0].amount_total == 2550
    intent = paid.payment_intent
    assert (intent.status, intent.amount_received, intent.metadata["gift"]) == ("succeeded", 2550, "gift-1")
    assert intent.latest_charge.payment_method_details.card.last4 == "4242"
    movement = intent.latest_charge.balance_transaction
    assert (movement.amount, movement.fee, movement.net) == (2550, 63, 2487)
    assert [(detail.amount, detail.type) for detail in movement.fee_details] == [(63, "stripe_fee")]
    receiver.wait_for(5)
    assert sorted(receiver.types) == [
        "charge.succeeded",
        "charge.updated",
        "checkout.session.completed",
        "payment_intent.created",
        "payment_intent.succeeded",
    ]


def test_events_are_signed_so_that_stripes_own_library_believes_them(
    open_session, sandbox, stripe_client, receiver
):
    sandbox.pay(open_session().id)
    receiver.wait_for(5)
    for body, signature in zip(receiver.bodies, receiver.signatures, strict=True):
        assert stripe.WebhookSignature.verify_header(body.decode(), signature, sandbox.secret, 300)
        event = stripe_client.construct_event(body, signature, sandbox.secret)
        assert event.api_version == "2026-10-28.endive"
        assert not event.livemode
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body.decode() + " ", signature, sandbox.secret, 300)


def test_while_a_secret_is_replaced_both_are_good():
    header = signature_header(b'{"object": "event"}', ["whsec_old", "whsec_new"])
    for secret in ("whsec_old", "whsec_new"):
        assert stripe.WebhookSignature.verify_header('{"object": "event"}', header, secret, 300)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header('{"object": "event"}', header, "whsec_other", 300)


@pytest.mark.parametrize(
    ("number", "code", "decline_code", "words"),
    [
        ("4000000000000002", "card_declined", "generic_decline", "La carta è stata rifiutata."),
        ("4000000000009995", "card_declined", "insufficient_funds", "non ci sono fondi sufficienti"),
        ("4000000000000069", "expired_card", "expired_card", "La carta è scaduta."),
        ("4111111111111111", "card_declined", "test_mode_live_card", "soltanto le carte di prova"),
    ],
)
def test_a_declined_card_says_why_and_leaves_the_session_open(
    open_session, stripe_client, receiver, number, code, decline_code, words
):
    session = open_session()
    answer = submit(session.url, number)
    assert answer.status_code == 402
    assert words in answer.text
    assert "4111" not in answer.text
    session = stripe_client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert (session.status, session.payment_status) == ("open", "unpaid")
    intent = session.payment_intent
    assert intent.status == "requires_payment_method"
    assert (intent.last_payment_error.code, intent.last_payment_error.decline_code) == (code, decline_code)
    assert (intent.latest_charge.status, intent.latest_charge.failure_code) == ("failed", code)
    assert intent.latest_charge.balance_transaction is None
    receiver.wait_for(3)
    assert sorted(receiver.types) == [
        "charge.failed",
        "payment_intent.created",
        "payment_intent.payment_failed",
    ]
    assert submit(session.url, "4242424242424242").status_code == 303


@pytest.mark.parametrize("number", ["4000002500003155", "4000002760003184"])
def test_three_d_secure_can_be_refused_and_then_approved(open_session, stripe_client, receiver, number):
    session = open_session()
    first = submit(session.url, number)
    assert (first.status_code, first.headers["Location"]) == (
        303,
        f"/c/pay/{session.id}/authenticate",
    )
    bank = f"{session.url}/authenticate"
    assert "25,50" in requests.get(bank, timeout=10).text
    intent = stripe_client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent"]}
    ).payment_intent
    assert (intent.status, intent.next_action.redirect_to_url.url) == ("requires_action", bank)
    refused = requests.post(bank, data={"answer": "fail"}, timeout=10)
    assert refused.status_code == 402
    assert "La banca non ha potuto verificare" in refused.text
    intent = stripe_client.v1.payment_intents.retrieve(intent.id)
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    submit(session.url, number)
    approved = requests.post(bank, data={"answer": "approve"}, allow_redirects=False, timeout=10)
    assert approved.headers["Location"].endswith(f"?s={session.id}")
    charge = stripe_client.v1.charges.retrieve(
        stripe_client.v1.payment_intents.retrieve(intent.id).latest_charge
    )
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"
    receiver.wait_for(8)
    assert receiver.types.count("payment_intent.requires_action") == 2
    assert receiver.types.count("checkout.session.completed") == 1


def test_another_card_takes_the_place_of_one_that_waits_for_the_bank(open_session, stripe_client):
    session = open_session()
    submit(session.url, "4000002760003184")
    submit(session.url, "4000000000000002")
    bank = requests.post(
        f"{session.url}/authenticate", data={"answer": "approve"}, allow_redirects=False, timeout=10
    )
    assert bank.headers["Location"] == f"/c/pay/{session.id}"
    assert stripe_client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_paying_twice_charges_once(open_session, stripe_client):
    session = open_session()
    submit(session.url, "4242424242424242")
    again = submit(session.url, "4242424242424242")
    assert again.status_code == 200
    assert "Già pagato" in again.text
    assert len(stripe_client.v1.charges.list().data) == 1


def test_the_page_speaks_the_language_of_the_session(open_session):
    italian = requests.get(open_session(locale="it").url, timeout=10)
    english = requests.get(open_session(locale="en").url, timeout=10)
    assert "SANDBOX – nessun addebito" in italian.text
    assert "Dona 25,50" in italian.text
    assert '<html lang="it">' in italian.text
    assert "SANDBOX – no charge" in english.text
    assert "Donate €25.50" in english.text


def test_a_mistake_in_the_form_keeps_what_was_typed(open_session):
    session = open_session()
    answer = submit(session.url, "4242424242424241", expiry="13 / 34", name='"><b>Ada')
    assert answer.status_code == 422
    assert "Scrivi mese e anno" in answer.text
    assert "&quot;&gt;&lt;b&gt;Ada" in answer.text
    answer = submit(session.url, "4242424242424241")
    assert answer.status_code == 422
    assert "Questo non è un numero di carta" in answer.text
    answer = submit(session.url, "4242424242424242", expiry="01 / 24")
    assert "Questa carta è scaduta" in answer.text


@pytest.mark.parametrize("typed_number", ["", "4" * 5000, "😀", "<script>", "-1", "4242\x004242"])
def test_no_input_breaks_the_page(open_session, typed_number):
    assert submit(open_session().url, typed_number).status_code in (402, 422)


def test_an_expired_session_says_so_and_tells_the_site(open_session, sandbox, stripe_client, receiver):
    session = open_session()
    sandbox.control(f"sessions/{session.id}/expire")
    page = requests.get(session.url, timeout=10)
    assert page.status_code == 410
    assert "Il tempo è scaduto" in page.text
    assert session.cancel_url in page.text
    session = stripe_client.v1.checkout.sessions.retrieve(session.id)
    assert (session.status, session.payment_status, session.url) == ("expired", "unpaid", None)
    assert [event["type"] for event in receiver.wait_for(1)] == ["checkout.session.expired"]
    assert sandbox.pay(session.id)["result"] == "closed"


def test_the_site_can_expire_a_session_once(open_session, stripe_client):
    session = open_session()
    assert stripe_client.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        stripe_client.v1.checkout.sessions.expire(session.id)


def test_an_unknown_session_has_a_page_that_says_so(sandbox):
    page = requests.get(f"{sandbox.base}/c/pay/cs_test_none", timeout=10)
    assert page.status_code == 404
    assert "no such payment" in page.text


def test_pages_load_nothing_from_elsewhere_and_hold_no_script_of_their_own(open_session, sandbox):
    page = requests.get(open_session().url, timeout=10)
    assert "Set-Cookie" not in page.headers
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    for address in re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', page.text):
        assert address.startswith(("/assets/", "data:,"))
        if address.startswith("/"):
            assert requests.get(sandbox.base + address, timeout=10).status_code == 200


def test_a_customer_is_made_when_the_site_asks_for_one(stripe_client, sandbox):
    session = stripe_client.v1.checkout.sessions.create(session_params(customer_creation="always"))
    paid = sandbox.pay(session.id, name="Bruno", email="bruno@example.org")["session"]
    customer = stripe_client.v1.customers.retrieve(paid["customer"])
    assert (customer.name, customer.email) == ("Bruno", "bruno@example.org")
    assert stripe_client.v1.payment_intents.retrieve(paid["payment_intent"]).customer == customer.id


def test_demo_payments_can_lie_in_the_past(open_session, stripe_client, sandbox):
    moment = 1_790_000_000
    paid = sandbox.pay(open_session().id, at=moment)["session"]
    intent = stripe_client.v1.payment_intents.retrieve(
        paid["payment_intent"], {"expand": ["latest_charge.balance_transaction"]}
    )
    assert paid["created"] == intent.created == intent.latest_charge.created == moment
    assert intent.latest_charge.balance_transaction.created == moment
