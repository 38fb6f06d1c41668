"""Who may call: only keys made for a sandbox."""

import base64
import binascii

from ..errors import Refusal

PREFIX = "sk_test_sandbox_"


def check_key(authorization: str) -> None:
    """Raises Refusal (401) unless the header carries a sandbox key, as bearer token or Basic user name."""
    key = _key_in(authorization)
    if not key:
        raise Refusal(
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    if not key.startswith(PREFIX) or len(key) > 255:
        shown = key[:8] + "*" * min(len(key[8:]), 12)
        raise Refusal(
            f"Invalid API Key provided: {shown}. This is the local sandbox: "
            f"it takes only keys that begin with {PREFIX}",
            status=401,
        )


def _key_in(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, ValueError):
            return ""
    return ""
