"""The door to Stripe: bounded, never inside a transaction, and in its own words when it fails."""

import socket
import threading
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from cms.money import Money
from donations import gateway
from donations.gateway import Mode, NotAtStripe, PaymentServiceRefused, PaymentServiceUnavailable
from donations.gateway import client as gateway_client


@pytest.fixture
def deaf_server():
    """A socket that accepts and never answers; counts who came."""
    server = socket.create_server(("127.0.0.1", 0), backlog=20)
    kept = []

    def accept() -> None:
        while True:
            try:
                kept.append(server.accept()[0])
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield server, kept
    server.close()
    for connection in kept:
        connection.close()


def ask_for_a_page(**changes):
    facts = {
        "reference": "b1946ac9-2492-4d23-8d0c-1f2a6f6a8d11",
        "idempotency_key": "key-1",
        "amount": Money(2550, "EUR"),
        "product": "Donazione",
        "email": "ada@persone.example",
        "language": "it",
        "expires_at": timezone.now() + timedelta(minutes=31),
        "success_url": "https://rete.example/dona/grazie/x/",
        "cancel_url": "https://rete.example/dona/annullata/x/",
        **changes,
    }
    return gateway.open_session(**facts)


def test_a_stripe_that_never_answers_costs_one_read_timeout(settings, deaf_server, db):
    server, came = deaf_server
    settings.STRIPE_API_BASE = f"http://127.0.0.1:{server.getsockname()[1]}"
    settings.STRIPE_TIMEOUT = (0.5, 1.2)
    began = time.monotonic()
    with pytest.raises(PaymentServiceUnavailable):
        ask_for_a_page()
    assert 1.1 < time.monotonic() - began < 3
    assert len(came) == 1


def test_a_stripe_that_is_not_there_is_said_at_once(settings, db):
    began = time.monotonic()
    with pytest.raises(PaymentServiceUnavailable):
        ask_for_a_page()  # nothing listens at the tests' own address
    assert time.monotonic() - began < 2


def test_the_timeouts_of_a_request_are_those_that_were_decided(settings):
    from settings.parts.donations import STRIPE_TIMEOUT

    assert STRIPE_TIMEOUT == (3, 8)
    settings.STRIPE_TIMEOUT = STRIPE_TIMEOUT
    made = gateway_client._client("sk_test_sandbox_x", "http://127.0.0.1:9", STRIPE_TIMEOUT)
    assert made._requestor._options.max_network_retries == 0
    assert made._requestor._client._timeout == (3, 8)


@pytest.mark.django_db(transaction=True)
def test_stripe_is_never_called_inside_a_transaction(sandbox):
    with pytest.raises(RuntimeError, match="inside a transaction"), transaction.atomic():
        ask_for_a_page()


@pytest.mark.django_db(transaction=True)
class TestWithTheSandbox:
    def test_the_same_key_gives_the_same_page(self, sandbox):
        expires_at = timezone.now() + timedelta(minutes=31)
        first, second = ask_for_a_page(expires_at=expires_at), ask_for_a_page(expires_at=expires_at)
        assert first.id == second.id
        assert ask_for_a_page(idempotency_key="key-2").id != first.id

    def test_the_same_key_for_something_else_is_refused(self, sandbox):
        ask_for_a_page()
        with pytest.raises(PaymentServiceRefused):
            ask_for_a_page(amount=Money(100, "EUR"))

    def test_a_page_knows_its_amount_and_its_reference(self, sandbox):
        page = gateway.retrieve_session(ask_for_a_page().id)
        assert (page.amount_cents, page.currency, page.status) == (2550, "EUR", "open")
        assert page.reference == "b1946ac9-2492-4d23-8d0c-1f2a6f6a8d11"
        assert page.payment is None
        assert page.livemode is False

    def test_a_paid_page_tells_charge_and_fee(self, sandbox):
        page = ask_for_a_page()
        sandbox.pay(page.id)
        payment = gateway.retrieve_session(page.id).payment
        assert (payment.charge.amount_cents, payment.charge.method) == (2550, "card")
        assert payment.charge.fee_cents > 0
        assert gateway.find_session(payment.id) == page.id

    def test_what_is_not_there_is_not_there(self, sandbox):
        with pytest.raises(NotAtStripe):
            gateway.retrieve_session("cs_test_nowhere")

    def test_ending_a_page_that_was_paid_meanwhile_tells_so(self, sandbox):
        page = ask_for_a_page()
        sandbox.pay(page.id)
        assert gateway.expire_session(page.id).payment_status == "paid"

    def test_a_page_that_would_end_too_soon_is_refused(self, sandbox):
        with pytest.raises(PaymentServiceRefused) as refused:
            ask_for_a_page(expires_at=timezone.now() + timedelta(minutes=5))
        assert refused.value.parameter == "expires_at"

    @pytest.mark.parametrize("kind", ["500", "429"])
    def test_a_bad_day_of_stripe_is_unavailable_not_refused(self, sandbox, kind):
        sandbox.chaos(fail=[{"kind": kind, "path": "/v1/*", "times": 3}])
        with pytest.raises(PaymentServiceUnavailable) as problem:
            ask_for_a_page()
        assert not isinstance(problem.value, PaymentServiceRefused)

    def test_a_quick_fault_is_tried_once_more(self, sandbox):
        sandbox.chaos(fail=[{"kind": "500", "path": "/v1/*", "times": 1}])
        assert ask_for_a_page().status == "open"


@pytest.mark.parametrize(
    ("key", "mode"),
    [
        ("", Mode.OFF),
        ("sk_test_sandbox_x", Mode.SANDBOX),
        ("sk_test_x", Mode.TEST),
        ("rk_test_x", Mode.TEST),
        ("sk_live_x", Mode.LIVE),
        ("rk_live_x", Mode.LIVE),
        ("pk_live_x", Mode.UNKNOWN),
        ("whsec_x", Mode.UNKNOWN),
    ],
)
def test_the_mode_follows_the_key(settings, key, mode):
    settings.STRIPE_SECRET_KEY = key
    assert gateway.mode() is mode
    assert gateway.expects_livemode() is (mode is Mode.LIVE)


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("http://127.0.0.1:8001", True),
        ("http://127.8.0.1:8001", True),
        ("http://[::1]:8001", True),
        ("http://localhost:8001", True),
        ("https://api.stripe.com", False),
        ("http://10.0.0.1:8001", False),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://user@example.org:80", False),
        ("", False),
        ("127.0.0.1:8001", False),
    ],
)
def test_only_this_machine_is_this_machine(address, is_ours):
    assert gateway.is_loopback(address) is is_ours


def test_forms_may_lead_to_the_payment_page_of_the_mode_only(settings, client, db):
    settings.STRIPE_API_BASE = "http://127.0.0.1:4242"
    assert gateway.payment_page_origins() == ["http://127.0.0.1:4242"]
    settings.STRIPE_SECRET_KEY = "sk_live_x"
    assert gateway.payment_page_origins() == ["https://checkout.stripe.com", "https://billing.stripe.com"]
    policy = client.get("/le-mie-donazioni/")["Content-Security-Policy"]
    assert "form-action 'self' https://checkout.stripe.com" in policy
    settings.STRIPE_SECRET_KEY = ""
    assert "stripe" not in client.get("/le-mie-donazioni/")["Content-Security-Policy"]
