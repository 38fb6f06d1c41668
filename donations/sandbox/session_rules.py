"""What Stripe refuses when a checkout session is opened, beyond what the schema can say."""

import re
from typing import Any
from urllib.parse import urlsplit

from .errors import Refusal, beyond_sandbox, missing, no_such

SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60  # seconds that a session may stay open
MOST = 99_999_999  # cents
LEAST = {"eur": 50, "usd": 50, "gbp": 30, "chf": 50}  # cents, by currency
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")

# Parameters of Stripe that the sandbox honours. Any other is refused aloud, so that nothing is lost quietly.
_HONOURED = {
    "adaptive_pricing", "allowed_payment_method_types", "cancel_url", "client_reference_id", "currency",
    "customer", "customer_creation", "customer_email", "expand", "expires_at", "line_items", "locale",
    "metadata", "mode", "payment_intent_data", "submit_type", "success_url", "ui_mode",
}  # fmt: skip
_HONOURED_INTENT = {
    "capture_method", "description", "metadata", "receipt_email", "statement_descriptor",
    "statement_descriptor_suffix",
}  # fmt: skip


def check_session(params: dict[str, Any], at: int) -> None:
    """Raises Refusal for the first rule that these parameters break. at: now, in seconds since 1970."""
    _check_mode(params)
    _check_honoured(params)
    _check_urls(params)
    _check_customer(params)
    _check_expiry(params.get("expires_at"), at)
    check_metadata(params.get("metadata"), "metadata")
    intent = params.get("payment_intent_data", {})
    check_metadata(intent.get("metadata"), "payment_intent_data[metadata]")
    check_email(intent.get("receipt_email"), "payment_intent_data[receipt_email]")
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
    if mode != "payment":
        raise beyond_sandbox(f"Checkout Sessions in {mode} mode", "mode")
    for param, own in (("subscription_data", "subscription"), ("setup_intent_data", "setup")):
        if param in params:
            raise Refusal(f"You can only pass `{param}` in `{own}` mode.", param=param)
    if params.get("submit_type") == "subscribe":
        raise Refusal("You cannot use `submit_type` `subscribe` in `payment` mode.", param="submit_type")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise beyond_sandbox(f"ui_mode {params['ui_mode']}", "ui_mode")


def _check_honoured(params: dict[str, Any]) -> None:
    intent = params.get("payment_intent_data", {})
    for param in sorted(params.keys() - _HONOURED):
        raise beyond_sandbox(f"the parameter {param}", param)
    for param in sorted(intent.keys() - _HONOURED_INTENT):
        raise beyond_sandbox(f"payment_intent_data[{param}]", f"payment_intent_data[{param}]")
    if intent.get("capture_method") == "manual":
        raise beyond_sandbox("manual capture", "payment_intent_data[capture_method]")
    if params.get("allowed_payment_method_types", ["card"]) != ["card"]:
        raise beyond_sandbox("payment methods other than card", "allowed_payment_method_types")


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


def _check_lines(params: dict[str, Any]) -> None:
    lines = params.get("line_items")
    if not lines:
        raise Refusal(
            "The `line_items` parameter is required in payment mode.",
            code="parameter_missing",
            param="line_items",
        )
    if len(lines) > 100:
        raise Refusal("You may only specify up to 100 line items.", param="line_items")
    total = sum(_line_amount(line, f"line_items[{place}]") for place, line in enumerate(lines))
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
    if "recurring" in data:
        raise Refusal(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode "
            "or use only one-time prices.",
            param=where,
        )
    if "product" in data:
        raise no_such("product", data["product"][:100], f"{within}[product]", status=400)
    if "product_data" not in data:
        raise missing(f"{within}[product_data]")
    if "unit_amount_decimal" in data or "tax_behavior" in data:
        raise beyond_sandbox("unit_amount_decimal and tax_behavior", within)
    if "unit_amount" not in data:
        raise missing(f"{within}[unit_amount]")
    check_currency(data["currency"], f"{within}[currency]")
    check_metadata(line.get("metadata"), f"{where}[metadata]")
    amount, quantity = data["unit_amount"], line.get("quantity")
    if amount < 0 or amount > MOST:
        raise Refusal(
            "Invalid non-negative integer", code="parameter_invalid_integer", param=f"{within}[unit_amount]"
        )
    if quantity is None:
        raise Refusal("Quantity is required. Add `quantity` to each line item.", param=f"{where}[quantity]")
    if not 1 <= quantity <= 999_999:
        raise Refusal("This value must be greater than or equal to 1.", param=f"{where}[quantity]")
    return amount * quantity
