"""Identifiers shaped like Stripe's."""

import secrets
import string

_LETTERS = string.ascii_letters + string.digits


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def new_id(prefix: str) -> str:
    """``pi_`` and the like, followed by 24 letters and digits; a checkout session's id is longer."""
    if prefix == "cs_test_":
        return f"cs_test_a1{_random(56)}"
    return prefix + _random(24)


def client_secret(owner: str) -> str:
    return f"{owner}_secret_{_random(24)}"
