"""The local Stripe delivers to the running site, on a bad day: twice, late and in the wrong order."""

import json
import urllib.error
import urllib.request

import pytest

from donations.models import StripeEvent
from donations.services import checkout
from tests.donations.stripe_voice import ADDRESS, an_event
from tests.donations.test_giving_for_real import begin, refund
from tests.factories.donations import CampaignFactory
from tests.sandbox_process import start_sandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def delivering(live_site, settings):
    """A local Stripe that delivers to the running site when it is told to."""
    with start_sandbox(f"{live_site}{ADDRESS}") as sandbox:
        settings.STRIPE_API_BASE = sandbox.base
        sandbox.chaos(hold=True, duplicate=2, reorder=True)
        yield sandbox


def test_a_gift_and_its_refund_come_through_a_bad_day(delivering, books):
    donation = begin(CampaignFactory())
    checkout.open_session(donation)
    delivering.pay(donation.session_id, "4000000000000002")
    delivering.pay(donation.session_id)
    delivering.flush()
    donation.refresh_from_db()
    refund(delivering, donation.payments.get(), 550)
    delivering.flush()

    fee = donation.payments.get().fee_cents
    read = books()
    assert read["donations"] == [("paid", 2550, 550)]
    assert sorted(read["entries"]) == sorted(
        [
            ("charge", "stripe", 2550),
            ("charge", "gifts", -2550),
            ("fee", "fees", fee),
            ("fee", "stripe", -fee),
            ("refund", "refunds", 550),
            ("refund", "stripe", -550),
        ]
    )
    assert read["totals"] == [(2000, 1, 1)]
    assert len(read["receipts"]) == 2  # the receipt, and its correction
    assert {state for _kind, state in read["events"]} <= {"done", "ignored"}
    assert delivering.state()["deliveries"].keys() == {"delivered"}


@pytest.mark.parametrize("header", [None, "t=1,v1=forged"])
def test_a_forged_delivery_is_refused_over_the_wire(live_site, header):
    headers = {"Content-Type": "application/json", **({"Stripe-Signature": header} if header else {})}
    body = json.dumps(an_event()).encode()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(f"{live_site}{ADDRESS}", body, headers), timeout=10)
    assert refused.value.code == 400
    assert StripeEvent.objects.count() == 0
