"""What Stripe refuses, the sandbox refuses, naming the parameter."""

import time

import pytest
import requests
import stripe

from tests.sandbox.conftest import session_params
from tests.sandbox_process import KEY


def line(**changes) -> dict:
    price = {"currency": "eur", "unit_amount": 2550, "product_data": {"name": "Dono"}}
    outside = {key: changes.pop(key) for key in ("quantity", "price") if key in changes}
    price = {key: value for key, value in (price | changes).items() if value is not None}
    wish = {"quantity": 1, "price_data": price} | outside
    return {key: value for key, value in wish.items() if value is not None}


def soon(seconds: int) -> int:
    return int(time.time()) + seconds


REFUSED = {
    "removed parameter": ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
    "unknown within": (
        {"line_items": [line(unit_price=1)]},
        "parameter_unknown",
        "line_items[0][price_data][unit_price]",
    ),
    "old ui_mode": ({"ui_mode": "hosted"}, None, "ui_mode"),
    "unsupported ui_mode": ({"ui_mode": "embedded_page"}, "sandbox_unsupported", "ui_mode"),
    "no mode": ({"mode": None}, "parameter_missing", "mode"),
    "a payment's words in another mode": ({"mode": "subscription"}, None, "payment_intent_data"),
    "a one-time price in a subscription": (
        {"mode": "subscription", "payment_intent_data": None},
        None,
        "line_items",
    ),
    "two rhythms": (
        {
            "mode": "subscription",
            "payment_intent_data": None,
            "line_items": [line(recurring={"interval": "month"}), line(recurring={"interval": "year"})],
        },
        "sandbox_unsupported",
        "line_items",
    ),
    "every four years": (
        {
            "mode": "subscription",
            "payment_intent_data": None,
            "line_items": [line(recurring={"interval": "year", "interval_count": 4})],
        },
        None,
        "line_items[0][price_data][recurring][interval_count]",
    ),
    "lines in setup": (
        {"mode": "setup", "payment_intent_data": None, "submit_type": None},
        None,
        "line_items",
    ),
    "setup without a currency": (
        {"mode": "setup", "payment_intent_data": None, "submit_type": None, "line_items": None},
        "parameter_missing",
        "currency",
    ),
    "a way to pay it lacks": (
        {"allowed_payment_method_types": ["klarna"]},
        "sandbox_unsupported",
        "allowed_payment_method_types",
    ),
    "strange mode": ({"mode": "gift"}, None, "mode"),
    "no lines": ({"line_items": None}, "parameter_missing", "line_items"),
    "lines as text": ({"line_items": "one"}, None, "line_items"),
    "no currency": (
        {"line_items": [line(currency=None)]},
        "parameter_missing",
        "line_items[0][price_data][currency]",
    ),
    "upper case": ({"line_items": [line(currency="EUR")]}, None, "line_items[0][price_data][currency]"),
    "two currencies": ({"line_items": [line(), line(currency="usd")]}, None, "line_items"),
    "no quantity": ({"line_items": [line(quantity=None)]}, None, "line_items[0][quantity]"),
    "quantity zero": ({"line_items": [line(quantity=0)]}, None, "line_items[0][quantity]"),
    "a price we lack": (
        {"line_items": [line(price="price_x")]},
        "resource_missing",
        "line_items[0][price]",
    ),
    "recurring price": ({"line_items": [line(recurring={"interval": "month"})]}, None, "line_items[0]"),
    "half a cent": (
        {"line_items": [line(unit_amount="25.5")]},
        "parameter_invalid_integer",
        "line_items[0][price_data][unit_amount]",
    ),
    "negative": (
        {"line_items": [line(unit_amount=-100)]},
        "parameter_invalid_integer",
        "line_items[0][price_data][unit_amount]",
    ),
    "enormous": (
        {"line_items": [line(unit_amount=10**9)]},
        "parameter_invalid_integer",
        "line_items[0][price_data][unit_amount]",
    ),
    "beyond all numbers": (
        {"line_items": [line(unit_amount=10**30)]},
        "parameter_invalid_integer",
        "line_items[0][price_data][unit_amount]",
    ),
    "below 0.50": ({"line_items": [line(unit_amount=49)]}, "amount_too_small", "line_items"),
    "above the most": ({"line_items": [line(unit_amount=99_999_999, quantity=2)]}, "amount_too_large", None),
    "no name": (
        {"line_items": [line(product_data={"description": "x"})]},
        "parameter_missing",
        "line_items[0][price_data][product_data][name]",
    ),
    "no success_url": ({"success_url": None}, "parameter_missing", "success_url"),
    "relative url": ({"success_url": "/grazie/"}, "url_invalid", "success_url"),
    "script url": ({"cancel_url": "javascript:alert(1)"}, "url_invalid", "cancel_url"),
    "bad e-mail": ({"customer_email": "ada"}, "email_invalid", "customer_email"),
    "empty text": ({"client_reference_id": ""}, "parameter_invalid_empty", "client_reference_id"),
    "long reference": ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
    "unknown customer": (
        {"customer": "cus_x", "customer_email": None},
        "resource_missing",
        "customer",
    ),
    "customer and e-mail": ({"customer": "cus_x"}, None, "customer"),
    "29 minutes": ({"expires_at": soon(29 * 60)}, None, "expires_at"),
    "25 hours": ({"expires_at": soon(25 * 3600)}, None, "expires_at"),
    "expiry as words": ({"expires_at": "tomorrow"}, "parameter_invalid_integer", "expires_at"),
    "51 metadata keys": ({"metadata": {f"k{n}": "v" for n in range(51)}}, None, "metadata"),
    "long metadata": ({"metadata": {"k": "v" * 501}}, None, "metadata[k]"),
    "long metadata key": ({"metadata": {"k" * 41: "v"}}, None, f"metadata[{'k' * 40}]"),
    "subscription_data": (
        {"subscription_data": {"metadata": {"a": "b"}}},
        None,
        "subscription_data",
    ),
    "not a boolean": ({"adaptive_pricing": {"enabled": "maybe"}}, None, "adaptive_pricing[enabled]"),
    "feature it lacks": ({"automatic_tax": {"enabled": True}}, "sandbox_unsupported", "automatic_tax"),
    "deep feature it lacks": (
        {"payment_intent_data": {"capture_method": "manual"}},
        "sandbox_unsupported",
        "payment_intent_data[capture_method]",
    ),
    "strange language": ({"locale": "lombard"}, None, "locale"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_session_is_refused_by_name(stripe_client, name):
    changes, code, param = REFUSED[name]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_client.v1.checkout.sessions.create(session_params(**changes))
    assert refused.value.http_status == 400
    assert refused.value.code == code
    if param:
        assert refused.value.param == param


def test_limits_themselves_are_allowed(open_session):
    session = open_session(
        expires_at=soon(30 * 60 + 5),
        line_items=[line(unit_amount=50)],
        metadata={f"{n:040}": "v" * 500 for n in range(50)},
    )
    assert session.amount_total == 50
    assert open_session(expires_at=soon(24 * 3600 - 5)).status == "open"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"mode=payment&mode[x]=1",
        b"[]=1&a[=2&]=3",
        b"a" + b"[b]" * 500 + b"=1",
        b"line_items[0][quantity]=\xff\xfe",
        b"line_items[99999999999999999999]=1",
        "line_items[²]=1".encode(),
        b"mode=payment&success_url=http://[",
        b"mode=payment&line_items[0]=1&success_url=http://x.it",
        b'{"mode": "payment"}',
        b"metadata[a][b]=1",
        b"expand[]=x&mode=payment",
        b"\x00=\x00",
    ],
)
def test_no_request_breaks_the_api(sandbox, body):
    answer = requests.post(
        f"{sandbox.base}/v1/checkout/sessions",
        data=body,
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/x-www-form-urlencoded"},
        timeout=10,
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_the_list_form_with_empty_brackets_is_understood(sandbox, open_session):
    session = open_session()
    answer = requests.get(
        f"{sandbox.base}/v1/checkout/sessions/{session.id}?expand[]=line_items&expand[]=payment_intent",
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=10,
    )
    assert answer.json()["line_items"]["data"][0]["amount_total"] == 2550
