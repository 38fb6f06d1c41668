"""The way of a gift to the payment page: saved first, then opened, each step safe to repeat."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.consent import record_consent
from cms.money import Money
from donations import gateway
from donations.models import Beneficiary, Campaign, CampaignMode, Donation, Donor, State
from donations.services.apply import apply_session
from donations.services.payment_page import CannotGive, call_for_session, has_open_page, open_session

__all__ = [
    "CannotGive",
    "call_for_session",
    "check_amount",
    "check_receiver",
    "end_session",
    "give_again",
    "known_donor",
    "open_session",
    "readable_amount",
    "start_checkout",
]

# The same form sent again so soon is the same gift.
DOUBLE_CLICK = timedelta(minutes=2)
CONSENT_PURPOSE = "donation"


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
    covered_fee_cents: int = 0,
    consent_text: str = "",
) -> Donation:
    """Save a gift, before anybody talks to Stripe. Opening its payment page is open_session's work.

    beneficiary: who receives, needed without a campaign (a campaign has its own). source: where the
    gift was made, "page" or "api". page_url: the path to come back to. consent_text: the words about
    personal data as they were shown. covered_fee_cents: what of the amount covers fees.

    The same gift sent twice within two minutes and not yet paid is one gift: a double click. Raises
    CannotGive when the amount is out of bounds, the campaign is not open, or giving is switched off.
    """
    check_amount(amount)
    receiver = check_receiver(campaign=campaign, beneficiary=beneficiary)
    with transaction.atomic():
        donor = known_donor(name=name, email=email, language=language)
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
            "covered_fee_cents": covered_fee_cents,
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


def known_donor(*, name: str, email: str, language: str, tax_code: str = "", address: str = "") -> Donor:
    """The donor with this e-mail address, made if need be; always made for "".

    A known one keeps name, tax code and postal address: anybody may type an e-mail address.
    """
    email = email.strip().lower()
    if known := Donor.objects.with_address(email).first():
        return known
    try:
        with transaction.atomic():
            return Donor.objects.create(
                email=email, name=name.strip(), language=language, tax_code=tax_code, address=address
            )
    except IntegrityError:  # two forms of one person at once
        return Donor.objects.with_address(email).get()


def give_again(donation: Donation, *, amount: Money) -> Donation:
    """The gift to send to the payment page when somebody tries again, perhaps with another amount.

    The same one while it can still be paid and the amount is the same; else the old page is ended, so
    that it cannot be paid beside the new one, and a new gift is saved with all that was typed.
    Raises CannotGive; the returned gift is opened by open_session.
    """
    check_amount(amount)
    donation.refresh_from_db()
    if donation.amount == amount and (donation.state == State.DRAFT or has_open_page(donation)):
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
