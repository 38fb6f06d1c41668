"""The signature that proves a webhook: HMAC-SHA256 over ``<seconds>.<body>``."""

import hashlib
import hmac
import time
from collections.abc import Iterable


def signature_header(body: bytes, secrets: Iterable[str], *, at: int | None = None) -> str:
    """The ``Stripe-Signature`` header: the time in seconds and one ``v1`` for each secret in use."""
    seconds = int(time.time()) if at is None else at
    signed = f"{seconds}.".encode() + body
    marks = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={seconds}", *(f"v1={mark}" for mark in marks)])
