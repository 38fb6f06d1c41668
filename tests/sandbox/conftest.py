from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from tests.sandbox.receiver import Receiver
from tests.sandbox_process import KEY, SandboxProcess, start_sandbox


@pytest.fixture(scope="session")
def receiver_of_all() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def sandbox_of_all(receiver_of_all: Receiver) -> Iterator[SandboxProcess]:
    with start_sandbox(receiver_of_all.url) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_of_all: SandboxProcess) -> SandboxProcess:
    """An empty sandbox that is well; its events go to ``receiver``."""
    sandbox_of_all.control("reset")
    return sandbox_of_all


@pytest.fixture
def receiver(receiver_of_all: Receiver, sandbox: SandboxProcess) -> Receiver:
    receiver_of_all.forget()
    return receiver_of_all


def client_of(sandbox: SandboxProcess, key: str = KEY, **options: Any) -> stripe.StripeClient:
    """Stripe's real library, as the site uses it."""
    options = {"http_client": stripe.RequestsClient(timeout=(3, 8)), "max_network_retries": 2} | options
    return stripe.StripeClient(key, base_addresses={"api": sandbox.base}, **options)


@pytest.fixture
def stripe_client(sandbox: SandboxProcess) -> stripe.StripeClient:
    return client_of(sandbox)


def session_params(amount: int = 2550, **changes: Any) -> dict[str, Any]:
    """Parameters of a donation of ``amount`` cents, as the site sends them; None takes one away."""
    params = {
        "mode": "payment",
        "submit_type": "donate",
        "locale": "it",
        "client_reference_id": "gift-1",
        "customer_email": "ada@example.org",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": amount,
                    "product_data": {"name": "Dono a Teatro di Prova"},
                },
            }
        ],
        "metadata": {"gift": "gift-1"},
        "payment_intent_data": {"metadata": {"gift": "gift-1"}},
        "adaptive_pricing": {"enabled": False},
        "success_url": "http://127.0.0.1:8000/dona/grazie/t0ken/?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:8000/dona/annullata/t0ken/",
    }
    return {key: value for key, value in (params | changes).items() if value is not None}


@pytest.fixture
def open_session(stripe_client: stripe.StripeClient) -> Callable[..., stripe.checkout.Session]:
    def open_one(amount: int = 2550, **changes: Any) -> stripe.checkout.Session:
        return stripe_client.v1.checkout.sessions.create(session_params(amount, **changes))

    return open_one
