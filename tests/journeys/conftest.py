"""What journeys share: the running site with a local Stripe that delivers to it, and quick hands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.sandbox_process import SandboxProcess, start_sandbox


@pytest.fixture(autouse=True)
def quick_hands(monkeypatch) -> None:
    """A browser that is driven fills a form faster than a person may."""
    monkeypatch.setattr("cms.public_forms.FASTEST", timedelta(0))


@pytest.fixture(scope="session")
def delivering_sandbox(live_server) -> Iterator[SandboxProcess]:
    """One local Stripe per worker, a process of its own. It posts signed events to the running site."""
    with start_sandbox(f"{live_server.url}/webhooks/stripe/") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(delivering_sandbox: SandboxProcess, live_site, settings) -> Iterator[SandboxProcess]:
    """The local Stripe, empty, to which the running site talks."""
    delivering_sandbox.control("reset")
    settings.STRIPE_API_BASE = delivering_sandbox.base
    yield delivering_sandbox
    # Nothing of this test arrives in the next one.
    delivering_sandbox.control("reset")
