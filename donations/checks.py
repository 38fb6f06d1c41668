"""Is the way to Stripe safe to use? Asked by `manage.py check`, and at every start."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from donations import gateway
from donations.gateway import Mode
from donations.models.payment_page import PaysWith


@register("donations")
def check_stripe(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Errors that must stop a start, and warnings for whoever runs the site."""
    mode = gateway.mode()
    if mode is Mode.OFF:
        return _off()
    if mode is Mode.UNKNOWN:
        return [
            Error(
                "STRIPE_SECRET_KEY is not a key of Stripe.",
                hint="It starts with sk_live_, sk_test_, rk_live_ or rk_test_ (sandbox: sk_test_sandbox_).",
                id="donations.E001",
            )
        ]
    problems: list[CheckMessage] = []
    if mode is Mode.SANDBOX:
        problems += _sandbox()
    elif settings.STRIPE_API_BASE:
        problems.append(
            Error(
                "STRIPE_API_BASE is set, but the key is one of Stripe itself.",
                hint="Unset it: only the sandbox has an address of its own.",
                id="donations.E003",
            )
        )
    if not settings.STRIPE_WEBHOOK_SECRETS or not all(settings.STRIPE_WEBHOOK_SECRETS):
        problems.append(
            Error(
                "STRIPE_WEBHOOK_SECRET is missing: payments would arrive and not be recorded.",
                hint="Take the signing secret (whsec_...) from the webhook endpoint in Stripe's dashboard.",
                id="donations.E005",
            )
        )
    elif not all(secret.startswith("whsec_") for secret in settings.STRIPE_WEBHOOK_SECRETS):
        problems.append(
            Error(
                "STRIPE_WEBHOOK_SECRET is not a signing secret of Stripe.",
                hint="It starts with whsec_; two of them are separated by a comma.",
                id="donations.E006",
            )
        )
    if not settings.DONATION_WAYS or set(settings.DONATION_WAYS) - set(PaysWith.values):
        problems.append(
            Error(
                "DONATION_WAYS is empty, or names a way of paying that the forms do not know.",
                hint=f"Known are: {', '.join(PaysWith.values)}.",
                id="donations.E008",
            )
        )
    if mode is Mode.TEST and not settings.STRIPE_SANDBOX_ALLOWED:
        problems.append(
            Warning(
                "STRIPE_SECRET_KEY is a test key: no money will arrive, and every giving page says so.",
                id="donations.W001",
            )
        )
    return problems


def _off() -> list[CheckMessage]:
    if settings.STRIPE_API_BASE or settings.STRIPE_WEBHOOK_SECRETS:
        return [
            Error(
                "STRIPE_SECRET_KEY is missing, while other settings of Stripe are there.",
                hint="Set it, or unset STRIPE_API_BASE and STRIPE_WEBHOOK_SECRET to switch giving off.",
                id="donations.E007",
            )
        ]
    return []


def _sandbox() -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    if not settings.STRIPE_SANDBOX_ALLOWED:
        problems.append(
            Error(
                "The key of the sandbox is set on a public site.",
                hint="Set STRIPE_SECRET_KEY to a key of Stripe, or unset it to switch giving off.",
                id="donations.E004",
            )
        )
    if not gateway.is_loopback(settings.STRIPE_API_BASE):
        problems.append(
            Error(
                "The sandbox must be on this machine: STRIPE_API_BASE is not a loopback address.",
                hint="For example http://127.0.0.1:8001.",
                id="donations.E002",
            )
        )
    return problems


def refuse_to_start() -> None:
    """Raise ImproperlyConfigured with what is wrong and how to mend it, if anything is."""
    wrong = [problem for problem in check_stripe() if problem.level >= 40]
    if wrong:
        raise ImproperlyConfigured(" ".join(f"{problem.msg} {problem.hint}" for problem in wrong))


def banner() -> str:
    """What every giving page must say about the mode, or ""."""
    if gateway.mode() is Mode.TEST and not settings.STRIPE_SANDBOX_ALLOWED:
        return _("Trial: this site is connected to a test account. No money is taken.")
    return ""
