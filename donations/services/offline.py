"""Gifts that never saw the payment page: cash in hand, a transfer, a cheque. Recorded by staff, once."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.money import Money
from donations import regimes
from donations.models import (
    Account,
    Beneficiary,
    Campaign,
    CampaignState,
    Donation,
    Donor,
    Method,
    Payment,
    State,
)
from donations.services import ledger, receipts
from donations.services.begin import known_donor
from donations.services.payment_page import CannotGive


@dataclass(frozen=True, kw_only=True)
class Giver:
    """Who gave, as written on the paper. email: "" for who has none."""

    name: str
    email: str = ""
    language: str = "it"
    tax_code: str = ""
    address: str = ""


def record_offline_gift(
    *,
    public_id: uuid.UUID,
    amount: Money,
    method: str,
    received_on: date,
    giver: Giver,
    beneficiary: Beneficiary,
    campaign: Campaign | None = None,
    donor: Donor | None = None,
    because: str,
    **more: Any,
) -> Donation:
    """Write a gift that arrived by another way: donation, payment, ledger, receipt, in one transaction.

    public_id: drawn when the form was made: the same form sent twice is one gift. received_on: the day on
    which the money came, in Italy; it dates the receipt. donor: when known, else found by e-mail or made.
    because: who recorded it, for the moves. more: further columns of the donation. Raises CannotGive, with
    the field it is about.
    """
    check_gift(
        amount=amount, method=method, received_on=received_on, campaign=campaign, beneficiary=beneficiary
    )
    try:
        with transaction.atomic():
            return _write(
                public_id, amount, method, received_on, giver, beneficiary, campaign, donor, because, more
            )
    except IntegrityError:
        if there := Donation.objects.filter(public_id=public_id).first():
            return there  # two clicks at once
        raise


def _write(
    public_id, amount, method, received_on, giver, beneficiary, campaign, donor, because, more
) -> Donation:
    if there := Donation.objects.filter(public_id=public_id).first():
        return there
    paid_at = moment_of(received_on)
    donation = Donation.objects.create(
        public_id=public_id,
        campaign=campaign,
        beneficiary=beneficiary,
        donor=donor or donor_of(giver),
        amount_cents=amount.cents,
        currency=amount.currency,
        display_name=giver.name.strip(),
        tax_code=giver.tax_code,
        language=giver.language,
        source="offline",
        **more,
    )
    donation.transition(to=State.PAID, because=because, paid_at=paid_at)
    payment = Payment.objects.create(
        donation=donation,
        amount_cents=amount.cents,
        currency=amount.currency,
        method=method,
        paid_at=paid_at,
        fee_cents=0,
    )
    ledger.record_charge(
        donation,
        payment_intent_id=f"offline:{public_id}",
        charged=amount,
        occurred_at=paid_at,
        into=account_of(method),
    )
    receipts.issue_receipt(donation, payment=payment)
    return donation


def check_gift(
    *, amount: Money, method: str, received_on: date, beneficiary: Beneficiary, campaign: Campaign | None
) -> None:
    """Raises CannotGive for a gift that cannot be recorded; the message is for staff."""
    if amount.currency != "EUR" or amount.cents <= 0:
        raise CannotGive(_("The amount must be more than zero, in euros."), field="amount")
    if received_on > timezone.localdate():
        raise CannotGive(_("A gift cannot have arrived in the future."), field="received_on")
    limit = regimes.cash_limit_cents(received_on)
    if method == Method.CASH and amount.cents >= limit:
        raise CannotGive(
            _("The law forbids cash of %(limit)s or more (%(law)s): the gift has to come through a bank.")
            % {"limit": Money(limit).short(), "law": regimes.CASH_LAW},
            field="amount",
        )
    if campaign and campaign.beneficiary_id != beneficiary.pk:
        raise CannotGive(_("This campaign is another beneficiary's."), field="campaign")
    if campaign and campaign.state == CampaignState.DRAFT:
        raise CannotGive(_("This campaign was not launched yet."), field="campaign")


def account_of(method: str) -> Account:
    """The account of the ledger that money of this way comes into, and goes out of."""
    return Account.CASH if method == Method.CASH else Account.BANK


def moment_of(day: date) -> datetime:
    """Noon of a day in Italy: what a day without a time of day is in the books."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def donor_of(giver: Giver) -> Donor:
    """The donor with the giver's address, who keeps name and data, or a new one."""
    return known_donor(**asdict(giver))
