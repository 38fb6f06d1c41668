"""Booking money. The only module that writes the ledger and the totals beside it.

Every function is called inside a transaction that holds the donation's row, names the fact it books by
a key, and is quiet when that fact is already written.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from cms.money import CurrencyMismatch, Money
from donations.models import (
    Account,
    CampaignTotal,
    Donation,
    Kind,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    State,
)


class Unbalanced(ValueError):
    """The entries of a transaction do not add up to zero."""


def post(
    *, kind: Kind, key: str, occurred_at: datetime, donation: Donation, lines: list[tuple[Account, int]]
) -> LedgerTransaction | None:
    """Write one transaction, unless its key is already there (then None).

    lines: account and cents, positive where the account is debited, in the donation's currency.
    Raises Unbalanced.
    """
    if sum(cents for _account, cents in lines) != 0 or len(lines) < 2:
        raise Unbalanced(key)
    if LedgerTransaction.objects.filter(key=key).exists():
        return None
    written = LedgerTransaction.objects.create(kind=kind, key=key, occurred_at=occurred_at, donation=donation)
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            transaction=written,
            account=account,
            amount_cents=cents,
            currency=donation.currency,
            campaign_id=donation.campaign_id,
            beneficiary_id=donation.beneficiary_id,
        )
        for account, cents in lines
    )
    return written


def record_charge(
    donation: Donation, *, payment_intent_id: str, charged: Money, occurred_at: datetime
) -> LedgerTransaction | None:
    """Write the money that arrived. Safe to call twice for one payment.

    charged: the gross amount, in the donation's currency. occurred_at: when it was taken (UTC).
    Raises CurrencyMismatch. The donation is already in state paid.
    """
    _same_currency(donation, charged)
    written = post(
        kind=Kind.CHARGE,
        key=f"charge:{payment_intent_id}",
        occurred_at=occurred_at,
        donation=donation,
        lines=[(Account.STRIPE, charged.cents), (Account.GIFTS, -charged.cents)],
    )
    if written:
        _move_total(donation, cents=charged.cents, counted_before=False)
    return written


def record_fee(payment: Payment, *, fee: Money, occurred_at: datetime) -> LedgerTransaction | None:
    """Write what the payment service kept. Quiet when it is already booked, or when it is nothing.

    Raises CurrencyMismatch when the fee is not in the payment's currency.
    """
    donation = payment.donation
    _same_currency(donation, fee)
    if payment.fee_cents is not None:
        return None
    payment.fee_cents = fee.cents
    payment.save(update_fields=["fee_cents", "updated_at"])
    if not fee.cents:
        return None
    return post(
        kind=Kind.FEE,
        key=f"fee:{payment.charge_id}",
        occurred_at=occurred_at,
        donation=donation,
        lines=[(Account.FEES, fee.cents), (Account.STRIPE, -fee.cents)],
    )


def record_refunded(payment: Payment, *, refunded: Money, occurred_at: datetime) -> LedgerTransaction | None:
    """Make the books agree with what has been given back of a payment in all.

    refunded: the whole sum given back so far, as the charge says; it goes down when a refund fails.
    Nothing is written while it has not changed.
    """
    donation = payment.donation
    _same_currency(donation, refunded)
    change = refunded.cents - payment.refunded_cents
    if not change:
        return None
    counted_before = _is_counted(donation)
    earlier = LedgerTransaction.objects.filter(
        donation=donation, kind__in=[Kind.REFUND, Kind.REFUND_UNDONE]
    ).count()
    written = post(
        kind=Kind.REFUND if change > 0 else Kind.REFUND_UNDONE,
        key=f"refund:{payment.charge_id}:{earlier + 1}",
        occurred_at=occurred_at,
        donation=donation,
        lines=[(Account.GIFTS, change), (Account.STRIPE, -change)],
    )
    payment.refunded_cents = refunded.cents
    payment.save(update_fields=["refunded_cents", "updated_at"])
    donation.refunded_cents = refunded.cents
    donation.save(update_fields=["refunded_cents", "updated_at"])
    _move_total(donation, cents=-change, counted_before=counted_before)
    return written


def _same_currency(donation: Donation, amount: Money) -> None:
    if amount.currency != donation.currency:
        raise CurrencyMismatch(f"{amount.currency} for a donation in {donation.currency}")


def _is_counted(donation: Donation) -> bool:
    return donation.state == State.PAID and donation.refunded_cents < donation.amount_cents


def _move_total(donation: Donation, *, cents: int, counted_before: bool) -> None:
    """Move the campaign's total with the ledger, and count the gift and its giver in or out."""
    if donation.campaign_id is None:
        return
    total = CampaignTotal.objects.select_for_update().get(campaign_id=donation.campaign_id)
    step = int(_is_counted(donation)) - int(counted_before)
    # Asked under the total's lock, so that two gifts of one person at once count one giver.
    gave_also = step and (
        Donation.objects.counted()
        .filter(campaign_id=donation.campaign_id, donor_id=donation.donor_id)
        .exclude(pk=donation.pk)
        .exists()
    )
    CampaignTotal.objects.filter(pk=total.pk).update(
        raised_cents=F("raised_cents") + cents,
        donations=F("donations") + step,
        donors=F("donors") + (0 if gave_also else step),
    )
