"""The sandbox never sends what Stripe would never send; and the watch that sees to it is awake."""

import ast
import copy
import json
import sqlite3
from collections.abc import Callable

import pytest
import requests
import stripe

from donations.sandbox.schema import description
from donations.sandbox.skeletons import build
from donations.sandbox.validation import PREFIXES, Dishonest, check_event, check_object
from tests.sandbox.conftest import client_of, monthly, session_params
from tests.sandbox_process import KEY, ROOT, SandboxProcess


def live_through_a_year(sandbox: SandboxProcess) -> None:
    """Everything that the sandbox can tell of, once."""
    client = client_of(sandbox)
    session = client.v1.checkout.sessions.create(session_params(customer_creation="always"))
    for card in ("4000000000000002", "4000002760003184"):
        sandbox.pay(session.id, card, authenticate=False)
    paid = sandbox.pay(session.id)["session"]
    client.v1.refunds.create({"payment_intent": paid["payment_intent"], "amount": 50})
    late = client.v1.checkout.sessions.create(session_params())
    sandbox.control(f"sessions/{late.id}/expire")
    for card in ("4000000000005126", "4000000000000259", "4000000000005423", "DE78370400440532013004"):
        one = sandbox.pay(client.v1.checkout.sessions.create(session_params(90_000)).id, card)["session"]
        if card.endswith("5126"):
            client.v1.refunds.create({"payment_intent": one["payment_intent"], "amount": 100})
    for dispute in client.v1.disputes.list().data:
        client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    warned = client.v1.radar.early_fraud_warnings.list().data[0].charge
    sandbox.control(f"charges/{warned}/dispute")
    gone = client.v1.payment_intents.create({"amount": 100, "currency": "eur"})
    client.v1.payment_intents.cancel(gone.id)
    recurring = sandbox.pay(client.v1.checkout.sessions.create(monthly()).id, "DE08370400440532013003")[
        "session"
    ]
    sandbox.advance(days=6)
    sandbox.control(f"customers/{recurring['customer']}/card", card="4000002760003184")
    client.v1.subscriptions.update(recurring["subscription"], {"pause_collection": {"behavior": "void"}})
    sandbox.advance(days=31)
    client.v1.subscriptions.update(
        recurring["subscription"], {"pause_collection": {"behavior": "mark_uncollectible"}}
    )
    sandbox.advance(days=31)
    client.v1.subscriptions.update(recurring["subscription"], {"pause_collection": ""})
    sandbox.pay(client.v1.checkout.sessions.create(session_params(90_000)).id)
    with sandbox.faults(payouts_fail=True, after_retries="canceled"):
        sandbox.advance(days=60)
    setup = session_params(
        mode="setup", currency="eur", line_items=None, submit_type=None, adaptive_pricing=None,
        payment_intent_data=None, customer=recurring["customer"], customer_email=None,
    )  # fmt: skip
    setup = client.v1.checkout.sessions.create(setup)
    for card in ("4000000000000002", "4000002500003155"):
        sandbox.pay(setup.id, card)
    methods = client.v1.payment_methods.list({"customer": recurring["customer"]}).data
    sandbox.control(f"payment_methods/{methods[0].id}/renew", month=1, year=2041)
    client.v1.payment_methods.detach(methods[0].id)
    client.v1.setup_intents.cancel(client.v1.setup_intents.create({"customer": recurring["customer"]}).id)
    configuration = client.v1.billing_portal.configurations.create(
        {"features": {"payment_method_update": {"enabled": True}}}
    )
    client.v1.billing_portal.configurations.update(configuration.id, {"name": "Portal"})
    client.v1.billing_portal.sessions.create({"customer": recurring["customer"]})
    client.v1.webhook_endpoints.create({"url": "https://example.org/", "enabled_events": ["*"]})
    client.v1.customers.delete(recurring["customer"])
    product = client.v1.products.create({"name": "Dono"})
    client.v1.products.update(product.id, {"name": "Un dono"})
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": 1_900_000_000})
    client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": 1_900_000_001})
    client.v1.test_helpers.test_clocks.delete(clock.id)


@pytest.fixture(scope="module")
def spoken(sandbox_of_all) -> dict[str, dict]:
    """One object of each kind and one event of each type of a rich year, as the sandbox stored them."""
    sandbox_of_all.control("reset")
    sandbox_of_all.chaos(hold=True)
    live_through_a_year(sandbox_of_all)
    with sqlite3.connect(sandbox_of_all.database) as database:
        objects = database.execute("SELECT kind, data FROM sandbox_storedobject ORDER BY number DESC")
        found = {kind: json.loads(data) for kind, data in objects if kind != "payout_schedule"}
        events = database.execute("SELECT type, data FROM sandbox_event ORDER BY number")
        found["events"] = {name: json.loads(data) for name, data in events}
    return found


# Prefixes of what is never kept by itself: parts of other objects.
PARTS = {"event", "item", "line_item", "subscription_item"}


def test_every_kind_of_object_is_spoken_and_true(spoken):
    objects = {kind: value for kind, value in spoken.items() if kind != "events"}
    assert objects.keys() == PREFIXES.keys() - PARTS
    for value in objects.values():
        assert check_object(value) is value


def test_every_event_that_the_sandbox_can_send_is_spoken_and_true(spoken):
    for event in spoken["events"].values():
        assert check_event(event) is event
    written = set()
    for file in (ROOT / "donations/sandbox").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "emit":
                name = node.args[0]
                written |= {name.value} if isinstance(name, ast.Constant) else {
                    "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
                }  # fmt: skip
    assert spoken["events"].keys() == written


def test_stripes_library_understands_every_event(spoken):
    client = stripe.StripeClient(KEY)
    for name, event in spoken["events"].items():
        body = json.dumps(event)
        header = stripe.WebhookSignature.generate_signature_header(body, "whsec_x")
        understood = client.construct_event(body, header, "whsec_x")
        assert understood.type == name
        assert understood.data.object.object in description()["events"][name]
        assert understood.to_dict(for_json=True)["data"]["object"] == event["data"]["object"]


def _set(**fields) -> Callable[[dict], None]:
    return lambda value: value.update(fields)


def _first(group: str) -> Callable[[dict], dict]:
    return lambda value: value[group]["data"][0]


LIES = {
    "a subscription's period of old times": ("subscription", _set(current_period_end=1)),
    "a subscription's price as text": (
        "subscription",
        lambda v: _first("items")(v)["price"].update(unit_amount="1000"),
    ),
    "a subscription's state of another kind": ("subscription", _set(status="paid")),
    "an invoice's subscription of old times": ("invoice", _set(subscription="sub_1")),
    "an invoice's charge of old times": ("invoice", _set(charge="ch_1")),
    "an invoice's truth of old times": ("invoice", _set(paid=True)),
    "a line without a parent": ("invoice", lambda v: _first("lines")(v).pop("parent")),
    "an invoice's wrong customer": ("invoice", _set(customer="sub_1")),
    "a dispute's wrong charge": ("dispute", _set(charge="pi_1")),
    "a payout in another currency's letters": ("payout", _set(currency="EUR")),
    "a payout with a point": ("payout", _set(amount=25.0)),
    "a mandate of no state": ("mandate", _set(status="signed")),
    "a warning without a charge": ("radar.early_fraud_warning", lambda v: v.pop("charge")),
    "amount as text": ("charge", _set(amount="2550")),
    "amount with a point": ("charge", _set(amount=25.0)),
    "amount as truth": ("charge", _set(amount=True)),
    "fee with a point": ("balance_transaction", lambda v: v["fee_details"][0].update(amount=63.0)),
    "upper-case currency": ("payment_intent", _set(currency="EUR")),
    "no currency": ("charge", _set(currency=None)),
    "a field taken away": ("checkout.session", lambda v: v.pop("payment_status")),
    "a field of old times": ("charge", _set(invoice=None)),
    "charges in the intent": ("payment_intent", _set(charges={"data": []})),
    "a status Stripe has not": ("checkout.session", _set(status="paid")),
    "an intent's status": ("payment_intent", _set(status="paid")),
    "old ui_mode": ("checkout.session", _set(ui_mode="hosted")),
    "another kind's id": ("refund", _set(id="pi_123")),
    "a charge that is no charge": ("payment_intent", _set(latest_charge="pi_123")),
    "a number in metadata": ("charge", _set(metadata={"gift": 1})),
    "long metadata": ("charge", _set(metadata={"gift": "x" * 501})),
    "many keys": ("charge", _set(metadata={f"k{n}": "" for n in range(51)})),
    "live": ("checkout.session", _set(livemode=True)),
    "time with a point": ("refund", _set(created=1790000000.5)),
    "a strange group": ("checkout.session", lambda v: v["customer_details"].update(fax="1")),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_caught(spoken, name):
    kind, tell = LIES[name]
    value = copy.deepcopy(spoken[kind])
    tell(value)
    with pytest.raises(Dishonest):
        check_object(value)


@pytest.mark.parametrize(
    "tell",
    [
        lambda event: event.update(type="refund.created"),
        lambda event: event.update(type="gift.paid"),
        lambda event: event.update(api_version="2020-08-27"),
        lambda event: event["data"].update(object={"object": "gift"}),
        lambda event: event["data"]["object"].update(amount=1.0),
        lambda event: event.pop("request"),
    ],
)
def test_a_lying_event_is_caught(spoken, tell):
    event = copy.deepcopy(spoken["events"]["charge.succeeded"])
    tell(event)
    with pytest.raises((Dishonest, KeyError)):
        check_event(event)


def test_the_watch_is_on_in_the_running_sandbox(sandbox, stripe_client, open_session):
    sandbox.pay(open_session().id)
    charge = stripe_client.v1.charges.list().data[0].id
    with sqlite3.connect(sandbox.database, timeout=10) as database:
        database.execute(
            "UPDATE sandbox_storedobject SET data = json_set(data, '$.amount', 25.5) WHERE stripe_id = ?",
            (charge,),
        )
    answer = requests.get(
        f"{sandbox.base}/v1/charges/{charge}", headers={"Authorization": f"Bearer {KEY}"}, timeout=10
    )
    assert answer.status_code == 500
    assert "would never send" in answer.json()["error"]["message"]


def test_a_skeleton_has_every_required_field_and_invents_none():
    with pytest.raises(TypeError, match="must be given"):
        build("charge")
    with pytest.raises(TypeError, match="no field invoice"):
        build("charge", invoice=None)


def test_every_kind_of_ours_has_a_known_prefix():
    assert PREFIXES.keys() <= description()["objects"].keys()
