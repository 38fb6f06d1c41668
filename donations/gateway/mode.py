"""Which Stripe the site talks to. The mode follows the key, so that there is nothing else to forget."""

from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

SANDBOX_PREFIX = "sk_test_sandbox_"


class Mode(StrEnum):
    OFF = "off"  # no key: giving is switched off
    SANDBOX = "sandbox"  # the local stand-in, on loopback
    TEST = "test"  # Stripe itself, without money
    LIVE = "live"  # Stripe itself, with money
    UNKNOWN = "unknown"  # a key that is none of these: a system check refuses it


def mode() -> Mode:
    """The mode that the secret key stands for. Restricted keys (rk_) count like secret ones."""
    key = settings.STRIPE_SECRET_KEY
    if not key:
        return Mode.OFF
    if key.startswith(SANDBOX_PREFIX):
        return Mode.SANDBOX
    if key.startswith(("sk_test_", "rk_test_")):
        return Mode.TEST
    if key.startswith(("sk_live_", "rk_live_")):
        return Mode.LIVE
    return Mode.UNKNOWN


def is_on() -> bool:
    """Whether anybody can give by way of Stripe."""
    return mode() not in (Mode.OFF, Mode.UNKNOWN)


def expects_livemode() -> bool:
    """What `livemode` must be in whatever Stripe tells us."""
    return mode() is Mode.LIVE


def is_loopback(address: str) -> bool:
    """Whether an address of the web stays on this machine."""
    parts = urlsplit(address)
    if parts.scheme != "http" or not parts.hostname:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


def payment_page_origins() -> list[str]:
    """Where a form of ours may send the donor: the browser's policy must allow it by name."""
    if mode() is Mode.SANDBOX:
        parts = urlsplit(settings.STRIPE_API_BASE)
        return [f"{parts.scheme}://{parts.netloc}"]
    return list(settings.STRIPE_PAYMENT_PAGES) if is_on() else []
