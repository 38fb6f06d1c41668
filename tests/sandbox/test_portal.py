"""The portal, where a person changes how they pay; and the sandbox's own pages for people."""

import pytest
import requests
import stripe

CARD = {"email": "ada@example.org", "number": "4000000000000341", "expiry": "1/35", "cvc": "1", "name": "Ada"}
FEATURES = {"payment_method_update": {"enabled": True}, "invoice_history": {"enabled": False}}


@pytest.fixture
def open_portal(stripe_client):
    def open_one(customer: str, **changes) -> stripe.billing_portal.Session:
        stripe_client.v1.billing_portal.configurations.create({"features": FEATURES})
        params = {"customer": customer, "return_url": "http://127.0.0.1:8000/grazie/", "locale": "it"}
        return stripe_client.v1.billing_portal.sessions.create(params | changes)

    return open_one


def test_a_new_card_is_the_default_of_all_that_goes_on(subscribe, open_portal, stripe_client, told):
    subscription = subscribe()
    portal = open_portal(subscription.customer, flow_data={"type": "payment_method_update"})
    page = requests.get(portal.url, timeout=10)
    assert "finisce con 4242" in page.text
    assert "SANDBOX – nessun addebito" in page.text
    wrong = requests.post(portal.url, data=CARD, timeout=10, allow_redirects=False)
    assert wrong.status_code == 422
    answer = requests.post(portal.url, data=CARD | {"cvc": "123"}, timeout=10, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "http://127.0.0.1:8000/grazie/")
    subscription = stripe_client.v1.subscriptions.retrieve(
        subscription.id, {"expand": ["default_payment_method", "customer"]}
    )
    assert subscription.default_payment_method.card.last4 == "0341"
    settings = subscription.customer.invoice_settings
    assert settings.default_payment_method == subscription.default_payment_method.id
    assert {"customer.updated", "customer.subscription.updated", "setup_intent.succeeded"} <= set(told())


def test_an_account_takes_the_place_of_a_card(subscribe, open_portal, stripe_client):
    subscription = subscribe()
    portal = open_portal(subscription.customer)
    account = {"email": "a@example.org", "number": "IT40 S054 2811 1010 0000 0123 456", "name": "Ada"}
    changed = requests.post(f"{portal.url}?way=sepa_debit", data=account, timeout=10)
    assert "I prossimi pagamenti" in changed.text
    method = stripe_client.v1.subscriptions.retrieve(subscription.id).default_payment_method
    assert stripe_client.v1.payment_methods.retrieve(method).sepa_debit.last4 == "3456"
    stranger = account | {"number": "IT60X0542811101000000123456"}
    refused = requests.post(f"{portal.url}?way=sepa_debit", data=stranger, timeout=10)
    assert refused.status_code == 422
    assert "IT60X" not in refused.text


def test_the_address_ends_after_an_hour(subscribe, open_portal, sandbox):
    portal = open_portal(subscribe().customer)
    sandbox.advance(hours=1)
    page = requests.get(portal.url, timeout=10)
    assert page.status_code == 410
    assert "non vale più" in page.text or "no longer valid" in page.text
    assert requests.get(f"{sandbox.base}/p/session/bps_none", timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "Missing required param: customer"),
        ({"customer": "cus_none"}, "No such customer"),
        ({"customer": True, "configuration": "bpc_none"}, "No such billing_portal"),
        (
            {"customer": True, "flow_data": {"type": "subscription_cancel"}},
            "Missing required|does not do this",
        ),
    ],
)
def test_a_wrong_portal_is_refused(stripe_client, params, words):
    if params.get("customer") is True:
        params = params | {"customer": stripe_client.v1.customers.create({"email": "a@example.org"}).id}
        stripe_client.v1.billing_portal.configurations.create({"features": FEATURES})
    with pytest.raises(stripe.InvalidRequestError, match=words.replace("billing_portal", "billing.portal")):
        stripe_client.v1.billing_portal.sessions.create(params)


def test_a_portal_needs_a_configuration(stripe_client):
    customer = stripe_client.v1.customers.create({"email": "a@example.org"})
    with pytest.raises(stripe.InvalidRequestError, match="No configuration provided"):
        stripe_client.v1.billing_portal.sessions.create({"customer": customer.id})


def test_configurations_are_found_and_changed(stripe_client):
    configurations = stripe_client.v1.billing_portal.configurations
    made = configurations.create({"features": FEATURES, "metadata": {"made_by": "site"}})
    assert (made.is_default, made.features.payment_method_update.enabled) == (True, True)
    changed = configurations.update(
        made.id, {"active": False, "features": {"invoice_history": {"enabled": True}}}
    )
    assert (changed.active, changed.features.invoice_history.enabled) == (False, True)
    assert configurations.list({"active": True}).data == []
    assert configurations.retrieve(made.id).metadata["made_by"] == "site"
    with pytest.raises(stripe.InvalidRequestError, match="does not do this"):
        configurations.create({"features": {"customer_update": {"enabled": True}}})


def test_endpoints_are_kept(stripe_client):
    endpoints = stripe_client.v1.webhook_endpoints
    made = endpoints.create({"url": "https://example.org/hook", "enabled_events": ["invoice.paid"]})
    assert made.secret.startswith("whsec_")
    assert "secret" not in endpoints.retrieve(made.id)
    assert endpoints.update(made.id, {"disabled": True}).status == "disabled"
    assert len(endpoints.list().data) == 1
    assert endpoints.delete(made.id).deleted
    with pytest.raises(stripe.InvalidRequestError, match="Invalid enabled_events"):
        endpoints.create({"url": "https://example.org/", "enabled_events": ["gift.paid"]})


def press(sandbox, **fields: str) -> requests.Response:
    return requests.post(f"{sandbox.base}/controls", data=fields, timeout=30, allow_redirects=False)


def test_time_and_misfortune_are_in_a_persons_hands(subscribe, sandbox, stripe_client):
    subscription = subscribe()
    assert press(sandbox, do="month").status_code == 303
    assert len(stripe_client.v1.invoices.list({"subscription": subscription.id}).data) == 2
    charge, payout = stripe_client.v1.charges.list().data[0], stripe_client.v1.payouts.list().data[0]
    press(sandbox, do="dispute", subject=charge.id)
    assert stripe_client.v1.charges.retrieve(charge.id).disputed
    assert press(sandbox, do="dispute", subject=charge.id).status_code == 422
    press(sandbox, do="fail", subject=payout.id)
    assert stripe_client.v1.payouts.retrieve(payout.id).status == "failed"
    knobs = {"duplicate": "2", "delay": "0", "drop": "charge.* invoice.*", "after_retries": "unpaid"}
    press(sandbox, do="turn", hold="on", fault="429", **knobs)
    with pytest.raises(stripe.RateLimitError):
        stripe_client.v1.customers.list()
    now = sandbox.state()["knobs"]
    assert (now["duplicate"], now["hold"], now["drop"]) == (2, True, ["charge.*", "invoice.*"])
    assert press(sandbox, do="turn", **(knobs | {"duplicate": "-1"})).status_code == 422
    press(sandbox, do="reset")
    assert sandbox.state()["knobs"]["duplicate"] == 0
    overview = requests.get(sandbox.base, headers={"Accept-Language": "it"}, timeout=10).text
    for words in ("Abbonamenti", "Contestazioni", "Bonifici al conto", "corre avanti", "DE08 3704"):
        assert words in overview
