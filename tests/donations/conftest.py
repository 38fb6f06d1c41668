"""What the tests of giving share: a local Stripe, and a way to speak like Stripe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from donations.models import Campaign, CampaignTotal, Donation, LedgerEntry, Receipt, StripeEvent
from donations.services import audit
from tests.donations.stripe_voice import StripeVoice
from tests.sandbox_process import SandboxProcess, start_sandbox


@pytest.fixture(scope="session")
def sandbox_of_all() -> Iterator[SandboxProcess]:
    with start_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_of_all: SandboxProcess, settings) -> SandboxProcess:
    """An empty local Stripe that the site talks to; it delivers nothing by itself."""
    sandbox_of_all.control("reset")
    settings.STRIPE_API_BASE = sandbox_of_all.base
    return sandbox_of_all


@pytest.fixture
def stripe_says(client) -> StripeVoice:
    """Deliver events to the webhook, signed as Stripe signs them."""
    return StripeVoice(client)


@pytest.fixture
def books():
    """The whole of the books as plain values, and the promise that they agree."""

    def read() -> dict:
        assert audit.problems() == []
        return {
            "donations": list(
                Donation.objects.order_by("pk").values_list("state", "amount_cents", "refunded_cents")
            ),
            "entries": list(
                LedgerEntry.objects.order_by("pk").values_list("transaction__kind", "account", "amount_cents")
            ),
            "totals": list(
                CampaignTotal.objects.order_by("pk").values_list("raised_cents", "donations", "donors")
            ),
            "receipts": list(Receipt.objects.order_by("pk").values_list("year", "number")),
            "events": list(StripeEvent.objects.order_by("pk").values_list("type", "state")),
        }

    return read


@pytest.fixture
def campaign(db) -> Campaign:
    from tests.factories.donations import CampaignFactory

    return CampaignFactory(name_it="Un palco sull'acqua", slug="palco")


@pytest.fixture
def truth(monkeypatch):
    """What is true at Stripe, in this process (tests/donations/stripe_truth)."""
    from tests.donations.stripe_truth import StripeTruth

    return StripeTruth().install(monkeypatch)
