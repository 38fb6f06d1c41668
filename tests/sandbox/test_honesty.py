"""The sandbox never sends what Stripe would never send; and the watch that sees to it is awake."""

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
from tests.sandbox_process import KEY


@pytest.fixture(scope="module")
def spoken(sandbox_of_all) -> dict[str, dict]:
    """One object of each kind and the events of a rich afternoon, as the sandbox stored them."""
    from tests.sandbox.conftest import client_of, session_params

    sandbox_of_all.control("reset")
    client = client_of(sandbox_of_all)
    session = client.v1.checkout.sessions.create(session_params(customer_creation="always"))
    for card in ("4000000000000002", "4000002760003184"):
        sandbox_of_all.pay(session.id, card, authenticate=False)
    paid = sandbox_of_all.pay(session.id)["session"]
    client.v1.refunds.create({"payment_intent": paid["payment_intent"], "amount": 50})
    late = client.v1.checkout.sessions.create(session_params())
    sandbox_of_all.control(f"sessions/{late.id}/expire")
    with sqlite3.connect(sandbox_of_all.database) as database:
        objects = database.execute("SELECT kind, data FROM sandbox_storedobject ORDER BY number DESC")
        found = {kind: json.loads(data) for kind, data in objects}
        events = database.execute("SELECT type, data FROM sandbox_event ORDER BY number")
        found["events"] = {name: json.loads(data) for name, data in events}
    return found


def test_everything_it_says_is_true_to_the_schema(spoken):
    objects = {kind: value for kind, value in spoken.items() if kind not in ("events", "payout_schedule")}
    assert sorted(objects) == [
        "balance_transaction",
        "charge",
        "checkout.session",
        "customer",
        "payment_intent",
        "payment_method",
        "price",
        "product",
        "refund",
    ]
    for value in objects.values():
        assert check_object(value) is value
    assert sorted(spoken["events"]) == [
        "charge.failed",
        "charge.refunded",
        "charge.succeeded",
        "charge.updated",
        "checkout.session.completed",
        "checkout.session.expired",
        "customer.created",
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "payment_intent.succeeded",
        "refund.created",
        "refund.updated",
    ]
    for event in spoken["events"].values():
        assert check_event(event) is event


def test_stripes_library_understands_every_event(spoken):
    client = stripe.StripeClient(KEY)
    for name, event in spoken["events"].items():
        body = json.dumps(event)
        header = stripe.WebhookSignature.generate_signature_header(body, "whsec_x")
        understood = client.construct_event(body, header, "whsec_x")
        assert understood.type == name
        assert understood.data.object.object in description()["events"][name]


def _set(**fields) -> Callable[[dict], None]:
    return lambda value: value.update(fields)


LIES = {
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
