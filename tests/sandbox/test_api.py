"""The API as Stripe's library meets it: keys, lists, expansion, refusals."""

import pytest
import requests
import stripe

from tests.sandbox.conftest import client_of, session_params
from tests.sandbox_process import KEY


def call(sandbox, method: str, path: str, **options) -> requests.Response:
    headers = {"Authorization": f"Bearer {KEY}"} | options.pop("headers", {})
    return requests.request(method, sandbox.base + path, headers=headers, timeout=10, **options)


@pytest.mark.parametrize("key", ["sk_test_abc", "sk_live_abc", "rk_test_sandbox_x", "x" * 400])
def test_only_sandbox_keys_are_let_in(sandbox, key):
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key provided") as refused:
        client_of(sandbox, key).v1.customers.list()
    assert refused.value.http_status == 401
    assert key[8:] not in str(refused.value)


def test_a_call_without_a_key_is_told_so(sandbox):
    answer = requests.get(f"{sandbox.base}/v1/customers", timeout=10)
    assert answer.status_code == 401
    assert answer.json()["error"]["message"].startswith("You did not provide an API key.")


def test_the_key_may_come_as_user_name(sandbox):
    assert requests.get(f"{sandbox.base}/v1/customers", auth=(KEY, ""), timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/application_fees"), ("POST", "/v1/nothing"), ("DELETE", "/v1/products/prod_1")],
)
def test_an_operation_it_lacks_is_an_unknown_url(sandbox, method, path):
    answer = call(sandbox, method, path)
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert error["message"].startswith(f"Unrecognized request URL ({method}: {path}).")


def test_stripes_library_reports_the_missing_operation(stripe_client):
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        stripe_client.v1.application_fees.list()


def test_answers_carry_request_id_and_version(sandbox):
    answer = call(sandbox, "GET", "/v1/customers")
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2026-10-28.endive"


def test_another_version_of_the_api_is_refused(sandbox):
    answer = call(sandbox, "GET", "/v1/customers", headers={"Stripe-Version": "2020-08-27"})
    assert answer.status_code == 400
    assert "2020-08-27" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (lambda c: c.v1.checkout.sessions.retrieve("cs_test_x"), "No such checkout session: 'cs_test_x'"),
        (lambda c: c.v1.payment_intents.retrieve("pi_x"), "No such payment_intent: 'pi_x'"),
        (lambda c: c.v1.charges.retrieve("ch_x"), "No such charge: 'ch_x'"),
        (lambda c: c.v1.balance_transactions.retrieve("txn_x"), "No such balance_transaction: 'txn_x'"),
        (lambda c: c.v1.refunds.retrieve("re_x"), "No such refund: 're_x'"),
        (lambda c: c.v1.events.retrieve("evt_x"), "No such event: 'evt_x'"),
        (lambda c: c.v1.payment_methods.retrieve("pm_x"), "No such payment_method: 'pm_x'"),
        (lambda c: c.v1.customers.retrieve("cus_x"), "No such customer: 'cus_x'"),
    ],
)
def test_what_is_not_there_is_named(stripe_client, read, words):
    with pytest.raises(stripe.InvalidRequestError, match=words) as refused:
        read(stripe_client)
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_an_id_of_another_kind_is_not_found(stripe_client, open_session):
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"):
        stripe_client.v1.payment_intents.retrieve(open_session().id)


def test_lists_are_paged_newest_first(stripe_client):
    made = [stripe_client.v1.customers.create({"email": f"c{n}@example.org"}).id for n in range(5)]
    newest_first = made[::-1]
    first = stripe_client.v1.customers.list({"limit": 2})
    assert ([customer.id for customer in first.data], first.has_more) == (newest_first[:2], True)
    rest = stripe_client.v1.customers.list({"limit": 3, "starting_after": newest_first[1]})
    assert ([customer.id for customer in rest.data], rest.has_more) == (newest_first[2:], False)
    back = stripe_client.v1.customers.list({"limit": 2, "ending_before": newest_first[3]})
    assert ([customer.id for customer in back.data], back.has_more) == (newest_first[1:3], True)
    paged = stripe_client.v1.customers.list({"limit": 2}).auto_paging_iter()
    assert [customer.id for customer in paged] == newest_first


@pytest.mark.parametrize(
    "params", [{"limit": 0}, {"limit": 101}, {"starting_after": "cus_none"}, {"limit": "many"}]
)
def test_a_wrong_page_is_refused(stripe_client, params):
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.customers.list(params)


def test_lists_are_filtered(stripe_client, sandbox, open_session):
    first, second, third = open_session(), open_session(), open_session()
    sandbox.pay(first.id)
    sandbox.control(f"sessions/{second.id}/expire")
    sessions = stripe_client.v1.checkout.sessions
    found = {status: [s.id for s in sessions.list({"status": status}).data] for status in ("open", "expired")}
    assert found == {"open": [third.id], "expired": [second.id]}
    intent = sessions.retrieve(first.id).payment_intent
    assert [s.id for s in sessions.list({"payment_intent": intent}).data] == [first.id]
    assert len(sessions.list({"customer_details": {"email": "ada@example.org"}}).data) == 1
    charges = stripe_client.v1.charges.list({"payment_intent": intent}).data
    assert [charge.payment_intent for charge in charges] == [intent]
    movements = stripe_client.v1.balance_transactions.list({"source": charges[0].id, "type": "charge"}).data
    assert [movement.net for movement in movements] == [2487]
    assert stripe_client.v1.charges.list({"created": {"gt": 4_000_000_000}}).data == []
    assert len(stripe_client.v1.payment_intents.list({"created": {"gte": 1}}).data) == 1


def test_events_are_filtered_by_type_time_and_arrival(stripe_client, sandbox, receiver, open_session):
    sandbox.chaos(drop=["charge.*"])
    sandbox.pay(open_session().id)
    sandbox.flush()
    events = stripe_client.v1.events

    def types(**params):
        return sorted(event.type for event in events.list(params).data)

    assert types(types=["charge.succeeded", "charge.updated"]) == ["charge.succeeded", "charge.updated"]
    assert types(type="payment_intent.*") == ["payment_intent.created", "payment_intent.succeeded"]
    assert types(delivery_success=False) == ["charge.succeeded", "charge.updated"]
    assert types(created={"gt": 4_000_000_000}) == []
    event = events.list({"type": "charge.updated"}).data[0]
    assert event.pending_webhooks == 1
    assert event.data.previous_attributes["balance_transaction"] is None
    assert events.retrieve(event.id).data.object.balance_transaction.startswith("txn_")
    with pytest.raises(stripe.InvalidRequestError, match="up to 20"):
        events.list({"types": ["charge.updated"] * 21})


def test_line_items_are_read_apart_and_within(stripe_client, open_session):
    lines = [
        {
            "quantity": quantity,
            "price_data": {"currency": "eur", "unit_amount": 100, "product_data": {"name": name}},
        }
        for quantity, name in [(1, "Dono"), (3, "Libro è qui")]
    ]
    session = open_session(line_items=lines, expand=["line_items"])
    assert [item.description for item in session.line_items.data] == ["Dono", "Libro è qui"]
    assert session.amount_total == 400
    page = stripe_client.v1.checkout.sessions.line_items.list(session.id, {"limit": 1})
    assert ([item.amount_total for item in page.data], page.has_more) == ([100], True)
    rest = stripe_client.v1.checkout.sessions.line_items.list(session.id, {"starting_after": page.data[0].id})
    assert ([item.amount_total for item in rest.data], rest.has_more) == ([300], False)


def test_lists_are_expanded_too(stripe_client, sandbox, open_session):
    sandbox.pay(open_session().id)
    listed = stripe_client.v1.checkout.sessions.list(
        {"expand": ["data.payment_intent.latest_charge", "data.line_items"]}
    ).data[0]
    assert listed.payment_intent.latest_charge.amount == 2550
    assert listed.line_items.data[0].quantity == 1


@pytest.mark.parametrize("path", ["amount_total", "nonsense", "payment_intent.charges", "a.b.c.d.e"])
def test_what_cannot_be_expanded_is_refused(stripe_client, sandbox, open_session, path):
    session = open_session()
    sandbox.pay(session.id)
    with pytest.raises(stripe.InvalidRequestError, match="expand"):
        stripe_client.v1.checkout.sessions.retrieve(session.id, {"expand": [path]})


def test_a_customer_can_be_named_by_a_session(stripe_client, sandbox):
    customer = stripe_client.v1.customers.create(
        {"email": "ada@example.org", "name": "Ada", "metadata": {"donor": "7"}}
    )
    params = session_params(customer=customer.id, customer_email=None)
    session = stripe_client.v1.checkout.sessions.create(params)
    sandbox.pay(session.id)
    charge = stripe_client.v1.charges.list({"customer": customer.id}).data[0]
    assert charge.customer == customer.id
    assert [c.id for c in stripe_client.v1.customers.list({"email": "ada@example.org"}).data] == [customer.id]


def test_the_payment_method_can_be_read(stripe_client, sandbox, open_session):
    paid = sandbox.pay(open_session().id)["session"]
    intent = stripe_client.v1.payment_intents.retrieve(paid["payment_intent"])
    method = stripe_client.v1.payment_methods.retrieve(intent.payment_method)
    assert (method.type, method.card.brand, method.card.last4) == ("card", "visa", "4242")
