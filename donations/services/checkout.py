"""The way of a gift to the payment page: saved first, then opened, each step safe to repeat."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cms.consent import record_consent
from cms.money import Money
from donations import gateway
from donations.gateway import PaymentServiceRefused, PaymentServiceUnavailable, SessionSnapshot
from donations.models import Beneficiary, Campaign, CampaignMode, Donation, Donor, State
from donations.services.apply import apply_session

logger = logging.getLogger(__name__)

# Stripe wants thirty minutes at least, counted on its own clock: a minute more for the difference.
SESSION_LIFE = timedelta(minutes=31)
# How long a planned attempt can be repeated before Stripe finds its end too near.
REPEATABLE = timedelta(seconds=50)
# An address that is about to end is not worth sending anybody to.
WORTH_OPENING = timedelta(minutes=2)
# The same form sent again so soon is the same gift.
DOUBLE_CLICK = timedelta(minutes=2)
CONSENT_PURPOSE = "donation"


class CannotGive(ValueError):
    """A gift that the house does not take; the message is for the person who gives.

    field: the field of the form that it is about, or "" for the whole.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def start_checkout(
    *,
    amount: Money,
    campaign: Campaign | None,
    beneficiary: Beneficiary | None = None,
    name: str,
    email: str,
    message: str = "",
    is_anonymous: bool = False,
    language: str,
    source: str,
    page_url: str = "",
    consent_text: str = "",
) -> Donation:
    """Save a gift, before anybody talks to Stripe. Opening its payment page is open_session's work.

    beneficiary: who receives, needed without a campaign (a campaign has its own). source: where the
    gift was made, "page" or "api". page_url: the path to come back to. consent_text: the words about
    personal data as they were shown.

    The same gift sent twice within two minutes and not yet paid is one gift: a double click. Raises
    CannotGive when the amount is out of bounds, the campaign is not open, or giving is switched off.
    """
    check_amount(amount)
    receiver = check_receiver(campaign=campaign, beneficiary=beneficiary)
    with transaction.atomic():
        donor = _donor(name=name, email=email, language=language)
        facts = {
            "campaign": campaign,
            "beneficiary": receiver,
            "donor": donor,
            "amount_cents": amount.cents,
            "currency": amount.currency,
            "display_name": name.strip(),
            "is_anonymous": is_anonymous,
            "message": message.strip(),
            "language": language,
            "source": source[:40],
            "page_url": page_url[:500],
        }
        if twin := Donation.objects.sent_twice(facts, since=timezone.now() - DOUBLE_CLICK).first():
            return twin
        donation = Donation.objects.create(**facts)
        if consent_text:
            record_consent(
                purpose=CONSENT_PURPOSE,
                email=donor.email,
                text=consent_text,
                language=language,
                source=f"donation {donation.public_id}",
            )
    return donation


def check_amount(amount: Money) -> None:
    """Raise CannotGive when an amount is not one that the site takes."""
    least = Money(settings.DONATION_MINIMUM_CENTS, "EUR")
    most = Money(settings.DONATION_MAXIMUM_CENTS, "EUR")
    if amount.currency != "EUR":
        raise CannotGive(_("Donations are made in euros."), field="amount")
    if amount < least:
        raise CannotGive(_("The smallest donation is %(least)s.") % {"least": least.format()}, field="amount")
    if most < amount:
        raise CannotGive(
            _("Above %(most)s please write to us: a bank transfer costs less.") % {"most": most.format()},
            field="amount",
        )


def readable_amount(text: str) -> Money:
    """Read and check an amount. Raises NotMoney or CannotGive, both of them ValueErrors."""
    amount = Money.parse(text, "EUR")
    check_amount(amount)
    return amount


def check_receiver(*, campaign: Campaign | None, beneficiary: Beneficiary | None) -> Beneficiary:
    """Who receives the gift. Raises CannotGive when nobody can receive it now."""
    if not gateway.is_on():
        raise CannotGive(_("Online donations are switched off for now. Nothing has been charged."))
    if campaign is None:
        if beneficiary is None:
            raise ValueError("A gift needs a campaign or a beneficiary")
        return beneficiary
    # All-or-nothing gives money back or takes it later; until that is built no such gift is taken.
    if not campaign.is_open or campaign.mode != CampaignMode.FLEXIBLE:
        raise CannotGive(_("This campaign is not taking donations now. Nothing has been charged."))
    return campaign.beneficiary


def _donor(*, name: str, email: str, language: str) -> Donor:
    """The donor with this address. A known one keeps the name: anybody may type an address."""
    address = email.strip().lower()
    known = Donor.objects.with_address(address).first()
    if known:
        return known
    try:
        with transaction.atomic():
            return Donor.objects.create(email=address, name=name.strip(), language=language)
    except IntegrityError:  # two forms of one person at once
        return Donor.objects.with_address(address).get()


def open_session(donation: Donation) -> str:
    """The address of the payment page of a saved gift. Called outside any transaction.

    A second call gives the same page while it is open, so that two clicks do no harm.
    Raises PaymentServiceUnavailable, and the donation is kept; CannotGive when it has ended.
    """
    donation.refresh_from_db()
    if _has_open_page(donation):
        return donation.session_url
    if donation.state != State.DRAFT:
        raise CannotGive(_("This payment page has ended. Nothing has been charged."))
    try:
        session = _ask_for_session(donation)
    except PaymentServiceUnavailable:
        _drop_attempt(donation)
        raise
    _keep_session(donation, session)
    if not _has_open_page(donation):
        raise CannotGive(_("This payment page has ended. Nothing has been charged."))
    # What was kept, not what came: of two calls at once the first one's page is the donation's.
    return donation.session_url


def _has_open_page(donation: Donation) -> bool:
    return bool(
        donation.state == State.PENDING
        and donation.session_url
        and donation.session_expires_at
        and donation.session_expires_at > timezone.now() + WORTH_OPENING
    )


def _ask_for_session(donation: Donation) -> SessionSnapshot:
    """Open a session; one without an address, asked for there, when Stripe does not take ours."""
    _plan_attempt(donation)
    try:
        return call_for_session(donation)
    except PaymentServiceRefused as refused:
        if refused.parameter != "customer_email":
            raise
    _drop_attempt(donation)
    _plan_attempt(donation)
    return call_for_session(donation, with_email=False)


def _plan_attempt(donation: Donation) -> None:
    """Fix what the call will say, before the call: a repetition must say the same.

    A planned attempt is kept until its page would be too short-lived; then comes another, under
    another key. Nobody can have paid the first: its address never reached anybody.
    """
    with transaction.atomic():
        row = Donation.objects.select_for_update().get(pk=donation.pk)
        fresh = (timezone.now() + SESSION_LIFE).replace(microsecond=0)
        planned = row.session_expires_at
        if planned is None or planned < fresh - REPEATABLE:
            row.attempt += int(planned is not None)
            row.session_expires_at = fresh
            row.save(update_fields=["attempt", "session_expires_at", "updated_at"])
    donation.attempt, donation.session_expires_at = row.attempt, row.session_expires_at


def _drop_attempt(donation: Donation) -> None:
    """Let the next try use another key: Stripe repeats a failure to whoever repeats its key."""
    with transaction.atomic():
        row = Donation.objects.select_for_update().get(pk=donation.pk)
        if row.state == State.DRAFT and row.attempt == donation.attempt:
            row.attempt, row.session_expires_at = row.attempt + 1, None
            row.save(update_fields=["attempt", "session_expires_at", "updated_at"])


def call_for_session(donation: Donation, *, with_email: bool = True) -> SessionSnapshot:
    """Put the planned attempt to Stripe. The same attempt gives the same session.

    Raises PaymentServiceUnavailable or PaymentServiceRefused.
    """
    with translation.override(donation.language):
        receiver = donation.campaign.name if donation.campaign else donation.beneficiary.name
        return gateway.open_session(
            reference=str(donation.public_id),
            idempotency_key=f"{donation.public_id}-{donation.attempt}",
            amount=donation.amount,
            product=_("Donation to %(receiver)s") % {"receiver": receiver},
            email=donation.donor.email if with_email else "",
            language=donation.language,
            expires_at=donation.session_expires_at,  # type: ignore[arg-type]
            success_url=settings.BASE_URL + reverse("donation_thanks", args=[donation.return_token]),
            cancel_url=settings.BASE_URL + reverse("donation_cancelled", args=[donation.return_token]),
        )


def _keep_session(donation: Donation, session: SessionSnapshot) -> None:
    """Write down the session that was opened, unless an event was quicker."""
    with transaction.atomic():
        row = Donation.objects.select_for_update().get(pk=donation.pk)
        if row.state == State.DRAFT:
            row.session_id, row.session_url = session.id, session.url
            row.session_expires_at = session.expires_at
            row.save(update_fields=["session_id", "session_url", "session_expires_at", "updated_at"])
            row.transition(to=State.PENDING, because="payment page opened")
    donation.refresh_from_db()


def give_again(donation: Donation, *, amount: Money) -> Donation:
    """The gift to send to the payment page when somebody tries again, perhaps with another amount.

    The same one while it can still be paid and the amount is the same; else the old page is ended, so
    that it cannot be paid beside the new one, and a new gift is saved with all that was typed.
    Raises CannotGive; the returned gift is opened by open_session.
    """
    check_amount(amount)
    donation.refresh_from_db()
    if donation.amount == amount and (donation.state == State.DRAFT or _has_open_page(donation)):
        return donation
    if donation.state in (State.PAID, State.PROCESSING):
        raise CannotGive(_("This donation has already been made. Thank you!"))
    if donation.state == State.PENDING:
        donation = end_session(donation)
        if donation.state in (State.PAID, State.PROCESSING):
            raise CannotGive(_("This donation has already been made. Thank you!"))
    elif donation.state == State.DRAFT:
        _close_draft(donation)
    return start_checkout(
        amount=amount,
        campaign=donation.campaign,
        beneficiary=donation.beneficiary,
        name=donation.display_name,
        email=donation.donor.email,
        message=donation.message,
        is_anonymous=donation.is_anonymous,
        language=donation.language,
        source=donation.source,
        page_url=donation.page_url,
    )


def end_session(donation: Donation) -> Donation:
    """End the open payment page of a gift, and take over what Stripe says of it then.

    Raises PaymentServiceUnavailable when that cannot be known.
    """
    session = gateway.expire_session(donation.session_id or "")
    return apply_session(session, because="the donor chose again")


def _close_draft(donation: Donation) -> None:
    with transaction.atomic():
        row = Donation.objects.select_for_update().get(pk=donation.pk)
        if row.state == State.DRAFT:
            row.transition(to=State.CANCELED, because="the donor chose again")
