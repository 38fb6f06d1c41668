"""What Stripe refuses when a checkout session is opened, beyond what the schema can say."""

import re
from typing import Any
from urllib.parse import urlsplit

from . import store
from .errors import Refusal, beyond_sandbox, missing, no_such

SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60  # seconds that a session may stay open
MOST = 99_999_999  # cents
LEAST = {"eur": 50, "usd": 50, "gbp": 30, "chf": 50}  # cents, by currency
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")

# Parameters of Stripe that the sandbox honours. Any other is refused aloud, so that nothing is lost quietly.
_HONOURED = {
    "adaptive_pricing", "allowed_payment_method_types", "cancel_url", "client_reference_id", "currency",
    "customer", "customer_creation", "customer_email", "expand", "expires_at", "line_items", "locale",
    "metadata", "mode", "payment_intent_data", "setup_intent_data", "submit_type", "subscription_data",
    "success_url", "ui_mode",
}  # fmt: skip
_HONOURED_INTENT = {
    "capture_method", "description", "metadata", "receipt_email", "setup_future_usage",
    "statement_descriptor", "statement_descriptor_suffix",
}  # fmt: skip
_HONOURED_SUBSCRIPTION = {
    "billing_cycle_anchor", "description", "metadata", "proration_behavior", "trial_end", "trial_period_days",
}  # fmt: skip
_HONOURED_SETUP = {"description", "metadata"}
# The group that belongs to each mode, and what of it the sandbox honours.
_GROUPS = {
    "payment": ("payment_intent_data", _HONOURED_INTENT),
    "subscription": ("subscription_data", _HONOURED_SUBSCRIPTION),
    "setup": ("setup_intent_data", _HONOURED_SETUP),
}
METHODS = ("card", "sepa_debit")


def check_session(params: dict[str, Any], at: int) -> None:
    """Raises Refusal for the first rule that these parameters break. at: now, in seconds since 1970."""
    _check_mode(params)
    _check_honoured(params)
    _check_urls(params)
    _check_customer(params)
    _check_expiry(params.get("expires_at"), at)
    check_metadata(params.get("metadata"), "metadata")
    for name, _honoured in _GROUPS.values():
        check_metadata(params.get(name, {}).get("metadata"), f"{name}[metadata]")
    receipt_email = params.get("payment_intent_data", {}).get("receipt_email")
    check_email(receipt_email, "payment_intent_data[receipt_email]")
    if params["mode"] == "setup":
        _check_setup(params)
    else:
        _check_lines(params)


def check_metadata(metadata: Any, param: str) -> None:
    """Stripe's limits: 50 keys of 40 characters, values of 500."""
    metadata = metadata or {}
    if len(metadata) > 50:
        raise Refusal(f"Metadata can have at most 50 keys; you passed {len(metadata)}.", param=param)
    for key, value in metadata.items():
        where = f"{param}[{key[:40]}]"
        if len(key) > 40:
            raise Refusal("Metadata keys can be at most 40 characters long.", param=where)
        if len(str(value)) > 500:
            raise Refusal("Metadata values can have up to 500 characters.", param=where)


def merged_metadata(present: dict[str, str] | None, wish: Any) -> dict[str, str]:
    """Metadata after an update: keys are merged, an empty value takes one away, an empty wish all."""
    if wish in ("", None):
        return {} if wish == "" else dict(present or {})
    check_metadata(wish, "metadata")
    merged = dict(present or {}) | {key: str(value) for key, value in wish.items()}
    return {key: value for key, value in merged.items() if value != ""}


def check_email(email: str | None, param: str) -> None:
    if email is not None and (len(email) > 512 or not _EMAIL.match(email)):
        raise Refusal(f"Invalid email address: {email[:80]}", code="email_invalid", param=param)


def check_currency(currency: str, param: str) -> None:
    if currency not in LEAST:
        known = ", ".join(LEAST)
        raise Refusal(f"Invalid currency: {currency[:20]}. The sandbox supports: {known}", param=param)


def _check_mode(params: dict[str, Any]) -> None:
    mode = params.get("mode")
    if mode is None:
        raise missing("mode")
    for own, (param, _honoured) in _GROUPS.items():
        if param in params and own != mode:
            raise Refusal(f"You can only pass `{param}` in `{own}` mode.", param=param)
    if mode == "setup" and "submit_type" in params:
        raise Refusal("You cannot use `submit_type` in `setup` mode.", param="submit_type")
    if mode == "payment" and params.get("submit_type") == "subscribe":
        raise Refusal("You cannot use `submit_type` `subscribe` in `payment` mode.", param="submit_type")
    if mode == "subscription" and "customer_creation" in params:
        raise Refusal("`customer_creation` can only be used in `payment` mode.", param="customer_creation")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise beyond_sandbox(f"ui_mode {params['ui_mode']}", "ui_mode")


def _check_honoured(params: dict[str, Any]) -> None:
    for param in sorted(params.keys() - _HONOURED):
        raise beyond_sandbox(f"the parameter {param}", param)
    for name, honoured in _GROUPS.values():
        for param in sorted(params.get(name, {}).keys() - honoured):
            raise beyond_sandbox(f"{name}[{param}]", f"{name}[{param}]")
    if params.get("payment_intent_data", {}).get("capture_method") == "manual":
        raise beyond_sandbox("manual capture", "payment_intent_data[capture_method]")
    if set(params.get("allowed_payment_method_types", [])) - set(METHODS):
        raise beyond_sandbox("payment methods other than card and sepa_debit", "allowed_payment_method_types")


def _check_urls(params: dict[str, Any]) -> None:
    if "success_url" not in params:
        raise missing("success_url")
    for param in ("success_url", "cancel_url"):
        if param in params and not _is_web_address(params[param]):
            raise Refusal("Not a valid URL", code="url_invalid", param=param)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and len(url) <= 5000


def _check_customer(params: dict[str, Any]) -> None:
    if "customer" in params and "customer_email" in params:
        raise Refusal(
            "You may only specify one of these parameters: customer, customer_email.", param="customer"
        )
    if "customer" in params and "customer_creation" in params:
        raise Refusal(
            "`customer_creation` can only be used when no `customer` is passed.", param="customer_creation"
        )
    check_email(params.get("customer_email"), "customer_email")
    if len(params.get("client_reference_id", "")) > 200:
        raise Refusal("Invalid string: at most 200 characters.", param="client_reference_id")


def _check_expiry(expires_at: int | None, at: int) -> None:
    if expires_at is None:
        return
    if expires_at < at + SHORTEST:
        raise Refusal(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
            param="expires_at",
        )
    if expires_at > at + LONGEST:
        raise Refusal(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def _check_setup(params: dict[str, Any]) -> None:
    if "line_items" in params:
        raise Refusal("You can not pass `line_items` in `setup` mode.", param="line_items")
    if "currency" not in params and "allowed_payment_method_types" not in params:
        raise missing("currency")
    if "currency" in params:
        check_currency(params["currency"], "currency")


def _check_lines(params: dict[str, Any]) -> None:
    lines = params.get("line_items")
    if not lines:
        raise Refusal(
            f"The `line_items` parameter is required in {params['mode']} mode.",
            code="parameter_missing",
            param="line_items",
        )
    if len(lines) > 100:
        raise Refusal("You may only specify up to 100 line items.", param="line_items")
    places = [f"line_items[{place}]" for place in range(len(lines))]
    total = sum(_line_amount(line, where) for line, where in zip(lines, places, strict=True))
    _check_rhythm(lines, params["mode"])
    currencies = {line["price_data"]["currency"] for line in lines}
    if len(currencies) > 1 or params.get("currency", next(iter(currencies))) not in currencies:
        raise Refusal("All line items and the session must use the same currency.", param="line_items")
    least = LEAST[currencies.pop()]
    if total < least:
        raise Refusal(
            f"The Checkout Session's total amount must convert to at least {least} cents.",
            code="amount_too_small",
            param="line_items",
        )
    if total > MOST:
        raise Refusal(
            "The Checkout Session's total amount must be no more than 999999.99.",
            code="amount_too_large",
            param="line_items",
        )


def _line_amount(line: dict[str, Any], where: str) -> int:
    """The line's amount in cents, once all its rules hold."""
    if "price" in line:
        raise no_such("price", line["price"][:100], f"{where}[price]", status=400)
    if "adjustable_quantity" in line or "tax_rates" in line:
        raise beyond_sandbox("adjustable quantities and tax rates", where)
    if "price_data" not in line:
        raise missing(f"{where}[price_data]")
    data, within = line["price_data"], f"{where}[price_data]"
    if "product" in data:
        store.get("product", data["product"], param=f"{within}[product]", status=400)
    elif "product_data" not in data:
        raise missing(f"{within}[product_data]")
    check_price(data, within)
    check_metadata(line.get("metadata"), f"{where}[metadata]")
    amount, quantity = data["unit_amount"], line.get("quantity")
    if quantity is None:
        raise Refusal("Quantity is required. Add `quantity` to each line item.", param=f"{where}[quantity]")
    if not 1 <= quantity <= 999_999:
        raise Refusal("This value must be greater than or equal to 1.", param=f"{where}[quantity]")
    return amount * quantity


def _check_rhythm(lines: list[dict[str, Any]], mode: str) -> None:
    """Recurring prices belong to subscriptions, which bill all of them together."""
    rhythms = [line["price_data"].get("recurring") for line in lines]
    if mode == "payment" and any(rhythms):
        raise Refusal(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode "
            "or use only one-time prices.",
            param=f"line_items[{next(place for place, rhythm in enumerate(rhythms) if rhythm)}]",
        )
    if mode == "subscription" and not any(rhythms):
        raise Refusal(
            "You must provide at least one recurring price in `subscription` mode.", param="line_items"
        )
    if mode == "subscription" and any(rhythm != rhythms[0] for rhythm in rhythms):
        raise beyond_sandbox("subscriptions of several rhythms, or with one-time prices", "line_items")


def check_price(data: dict[str, Any], within: str) -> None:
    """The rules of ``price_data``, wherever it stands. Raises Refusal."""
    if "unit_amount_decimal" in data or "tax_behavior" in data:
        raise beyond_sandbox("unit_amount_decimal and tax_behavior", within)
    if "unit_amount" not in data:
        raise missing(f"{within}[unit_amount]")
    check_currency(data["currency"], f"{within}[currency]")
    if not 0 <= data["unit_amount"] <= MOST:
        raise Refusal(
            "Invalid non-negative integer", code="parameter_invalid_integer", param=f"{within}[unit_amount]"
        )
    longest = {"day": 1095, "week": 156, "month": 36, "year": 3}
    if rhythm := data.get("recurring"):
        count = rhythm.get("interval_count", 1)
        if not 1 <= count <= longest[rhythm["interval"]]:
            raise Refusal(
                "The interval count must be at least 1, and at most three years together.",
                param=f"{within}[recurring][interval_count]",
            )
