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


def monthly(amount: int = 1000, interval: str = "month", **changes: Any) -> dict[str, Any]:
    """Parameters of a recurring gift, as the site sends them."""
    price = {
        "currency": "eur",
        "unit_amount": amount,
        "product_data": {"name": "Dono mensile"},
        "recurring": {"interval": interval},
    }
    params = {
        "mode": "subscription",
        "payment_intent_data": None,
        "subscription_data": {"metadata": {"recurring": "7"}},
        "line_items": [{"quantity": 1, "price_data": price}],
    }
    return session_params(**(params | changes))


@pytest.fixture
def subscribe(sandbox: SandboxProcess, stripe_client: stripe.StripeClient) -> Callable[..., Any]:
    """Begin a recurring gift and return the subscription; events wait for ``flush``."""
    sandbox.chaos(hold=True)

    def subscribe_one(card: str = "4242424242424242", **changes: Any) -> stripe.Subscription:
        session = stripe_client.v1.checkout.sessions.create(monthly(**changes))
        paid = sandbox.pay(session.id, card)["session"]
        return stripe_client.v1.subscriptions.retrieve(paid["subscription"])

    return subscribe_one


@pytest.fixture
def told(stripe_client: stripe.StripeClient) -> Callable[..., list[str]]:
    """The types of the events so far, oldest first; ``told("invoice.")`` only those."""

    def types(beginning: str = "") -> list[str]:
        found = [event.type for event in stripe_client.v1.events.list({"limit": 100}).auto_paging_iter()]
        return [name for name in reversed(found) if name.startswith(beginning)]

    return types


@pytest.fixture
def open_session(stripe_client: stripe.StripeClient) -> Callable[..., stripe.checkout.Session]:
    def open_one(amount: int = 2550, **changes: Any) -> stripe.checkout.Session:
        return stripe_client.v1.checkout.sessions.create(session_params(amount, **changes))

    return open_one
