"""The payment page of a gift, once or recurring: planned, opened, kept; each step safe to repeat."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from donations import gateway
from donations.gateway import PaymentServiceRefused, PaymentServiceUnavailable, SessionSnapshot
from donations.models import Donation, RecurringDonation

logger = logging.getLogger(__name__)

# Stripe wants thirty minutes at least, counted on its own clock: a minute more for the difference.
SESSION_LIFE = timedelta(minutes=31)
# How long a planned attempt can be repeated before Stripe finds its end too near.
REPEATABLE = timedelta(seconds=50)
# An address that is about to end is not worth sending anybody to.
WORTH_OPENING = timedelta(minutes=2)
_DRAFT, _PENDING = "draft", "pending"

Gift = Donation | RecurringDonation


class CannotGive(ValueError):
    """A gift that the house does not take; the message is for the person who gives.

    field: the field of the form that it is about, or "" for the whole.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def open_session(gift: Gift) -> str:
    """The address of the payment page of a saved gift. Called outside any transaction.

    A second call gives the same page while it is open, so that two clicks do no harm.
    Raises PaymentServiceUnavailable, and the donation is kept; CannotGive when it has ended, or when the
    account takes no such payments.
    """
    gift.refresh_from_db()
    if has_open_page(gift):
        return gift.session_url
    if gift.state != _DRAFT:
        raise CannotGive(_("This payment page has ended. Nothing has been charged."))
    try:
        session = _ask_for_session(gift)
    except PaymentServiceUnavailable as problem:
        _drop_attempt(gift)
        if isinstance(problem, PaymentServiceRefused) and "payment_method_types" in problem.parameter:
            logger.error("Stripe does not take %s on this account: see DONATION_WAYS", gift.pays_with)
            raise CannotGive(
                _("This way of paying is not possible now: choose another."), field="pays_with"
            ) from problem
        raise
    _keep_session(gift, session)
    if not has_open_page(gift):
        raise CannotGive(_("This payment page has ended. Nothing has been charged."))
    # What was kept, not what came: of two calls at once the first one's page is the gift's.
    return gift.session_url


def has_open_page(gift: Gift) -> bool:
    """Whether the donor can still pay on the page that was opened."""
    return bool(
        gift.state == _PENDING
        and gift.session_url
        and gift.session_expires_at
        and gift.session_expires_at > timezone.now() + WORTH_OPENING
    )


def _ask_for_session(gift: Gift) -> SessionSnapshot:
    """Open a session; one without an address, asked for there, when Stripe does not take ours."""
    _plan_attempt(gift)
    try:
        return call_for_session(gift)
    except PaymentServiceRefused as refused:
        if refused.parameter != "customer_email":
            raise
    _drop_attempt(gift)
    _plan_attempt(gift)
    return call_for_session(gift, with_email=False)


def _plan_attempt(gift: Gift) -> None:
    """Fix what the call will say, before the call: a repetition must say the same.

    A planned attempt is kept until its page would be too short-lived; then comes another, under
    another key. Nobody can have paid the first: its address never reached anybody.
    """
    with transaction.atomic():
        row = _locked(gift)
        fresh = (timezone.now() + SESSION_LIFE).replace(microsecond=0)
        planned = row.session_expires_at
        if planned is None or planned < fresh - REPEATABLE:
            row.attempt += int(planned is not None)
            row.session_expires_at = fresh
            row.save(update_fields=["attempt", "session_expires_at", "updated_at"])
    gift.attempt, gift.session_expires_at = row.attempt, row.session_expires_at


def _drop_attempt(gift: Gift) -> None:
    """Let the next try use another key: Stripe repeats a failure to whoever repeats its key."""
    with transaction.atomic():
        row = _locked(gift)
        if row.state == _DRAFT and row.attempt == gift.attempt:
            row.attempt, row.session_expires_at = row.attempt + 1, None
            row.save(update_fields=["attempt", "session_expires_at", "updated_at"])


def call_for_session(gift: Gift, *, with_email: bool = True) -> SessionSnapshot:
    """Put the planned attempt to Stripe. The same attempt gives the same session.

    Raises PaymentServiceUnavailable or PaymentServiceRefused.
    """
    comes_again = isinstance(gift, RecurringDonation)
    ways = (
        ("recurring_thanks", "recurring_cancelled")
        if comes_again
        else ("donation_thanks", "donation_cancelled")
    )
    with translation.override(gift.language):
        success_url, cancel_url = (settings.BASE_URL + reverse(way, args=[gift.return_token]) for way in ways)
        return gateway.open_session(
            reference=str(gift.public_id),
            idempotency_key=f"{gift.public_id}-{gift.attempt}",
            amount=gift.amount,
            product=_("Donation to %(receiver)s") % {"receiver": gift.receiver_name},
            email=gift.donor.email if with_email else "",
            language=gift.language,
            expires_at=gift.session_expires_at,  # type: ignore[arg-type]
            success_url=success_url,
            cancel_url=cancel_url,
            interval=gift.interval if isinstance(gift, RecurringDonation) else "",
            pays_with=gift.pays_with,
        )


def _keep_session(gift: Gift, session: SessionSnapshot) -> None:
    """Write down the session that was opened, unless an event was quicker."""
    with transaction.atomic():
        row: Any = _locked(gift)
        if row.state == _DRAFT:
            row.session_id, row.session_url = session.id, session.url
            row.session_expires_at = session.expires_at
            row.save(update_fields=["session_id", "session_url", "session_expires_at", "updated_at"])
            row.transition(to=_PENDING, because="payment page opened")
    gift.refresh_from_db()


def _locked(gift: Gift) -> Gift:
    return type(gift)._default_manager.select_for_update().get(pk=gift.pk)  # type: ignore[return-value]
