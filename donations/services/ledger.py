"""Booking money. The only module that writes the ledger and the totals beside it.

Every function is called inside a transaction that holds the row of what it books (the donation, the
payout), names the fact by a key, and is quiet when that fact is already written.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from cms.money import CurrencyMismatch, Money
from donations.models import (
    Account,
    CampaignTotal,
    DayTotal,
    Dispute,
    Donation,
    DonorTotal,
    Kind,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    book_day,
)


class Unbalanced(ValueError):
    """The entries of a transaction do not add up to zero."""


def post(
    *,
    kind: Kind,
    key: str,
    occurred_at: datetime,
    donation: Donation | None,
    lines: list[tuple[Account, int]],
    currency: str = "EUR",
) -> LedgerTransaction | None:
    """Write one transaction, unless its key is already there (then None).

    donation: whose campaign and beneficiary the lines carry; None for money that is moved together.
    lines: account and cents, positive where the account is debited, in the donation's currency (without
    one, in `currency`). Raises Unbalanced.
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
            currency=donation.currency if donation else currency,
            campaign_id=donation.campaign_id if donation else None,
            beneficiary_id=donation.beneficiary_id if donation else None,
        )
        for account, cents in lines
    )
    return written


def record_charge(
    donation: Donation,
    *,
    payment_intent_id: str,
    charged: Money,
    occurred_at: datetime,
    into: Account = Account.STRIPE,
) -> LedgerTransaction | None:
    """Write the money that arrived. Safe to call twice for one payment.

    payment_intent_id: what names the payment: Stripe's number, or one of ours for money that came by
    another way. charged: the gross amount, in the donation's currency. occurred_at: when it was taken
    (UTC). into: where the money is now. Raises CurrencyMismatch. The donation is already in state paid.
    """
    _same_currency(donation, charged)
    written = post(
        kind=Kind.CHARGE,
        key=f"charge:{payment_intent_id}",
        occurred_at=occurred_at,
        donation=donation,
        lines=[(into, charged.cents), (Account.GIFTS, -charged.cents)],
    )
    if written:
        _move_totals(donation, cents=charged.cents, counted_before=False)
        _move_day(donation, occurred_at, arrived_cents=charged.cents, gifts=1)
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
    written = post(
        kind=Kind.FEE,
        key=f"fee:{payment.charge_id}",
        occurred_at=occurred_at,
        donation=donation,
        lines=[(Account.FEES, fee.cents), (Account.STRIPE, -fee.cents)],
    )
    if written:
        _hold_totals(donation)
        _move_day(donation, occurred_at, fees_cents=fee.cents)
    return written


def record_refunded(
    payment: Payment, *, refunded: Money, occurred_at: datetime, out_of: Account | None = None
) -> LedgerTransaction | None:
    """Make the books agree with what has been given back of a payment in all.

    refunded: the whole sum given back so far, as the charge says; it goes down when a refund fails.
    out_of: where the money leaves from, or comes back to; by default where it came in. Nothing is written
    while the sum has not changed.
    """
    donation = payment.donation
    _same_currency(donation, refunded)
    change = refunded.cents - payment.refunded_cents
    if not change:
        return None
    counted_before = donation.is_counted
    written = post(
        kind=Kind.REFUND if change > 0 else Kind.REFUND_UNDONE,
        key=_next_key(donation, f"refund:{payment.charge_id or payment.pk}"),
        occurred_at=occurred_at,
        donation=donation,
        lines=[(Account.REFUNDS, change), (out_of or Account(payment.account), -change)],
    )
    payment.refunded_cents = refunded.cents
    payment.save(update_fields=["refunded_cents", "updated_at"])
    donation.refunded_cents = refunded.cents
    donation.save(update_fields=["refunded_cents", "updated_at"])
    _move_totals(donation, cents=-change, counted_before=counted_before)
    _move_day(donation, occurred_at, returned_cents=change, returns=1)
    return written


def record_dispute(dispute: Dispute, *, withdrawn: Money, fee: Money, occurred_at: datetime) -> None:
    """Make the books agree with what a dispute has taken from the balance so far, and its fee.

    withdrawn, fee: whole sums as the dispute's movements say; they go down when money is reinstated.
    Nothing is written while they have not changed. The payment's donation is the locked row.
    """
    donation = dispute.payment.donation
    _same_currency(donation, withdrawn)
    taken, fees = withdrawn.cents - dispute.withdrawn_cents, fee.cents - dispute.fee_cents
    if not taken and not fees:
        return
    counted_before = donation.is_counted
    lines = [(Account.DISPUTES, taken), (Account.FEES, fees), (Account.STRIPE, -taken - fees)]
    post(
        kind=Kind.DISPUTE if taken + fees > 0 else Kind.DISPUTE_UNDONE,
        key=_next_key(donation, f"dispute:{dispute.dispute_id}"),
        occurred_at=occurred_at,
        donation=donation,
        lines=[line for line in lines if line[1]],
    )
    dispute.withdrawn_cents, dispute.fee_cents = withdrawn.cents, fee.cents
    dispute.save(update_fields=["withdrawn_cents", "fee_cents", "updated_at"])
    donation.disputed_cents += taken
    donation.save(update_fields=["disputed_cents", "updated_at"])
    _move_totals(donation, cents=-taken, counted_before=counted_before)
    _move_day(donation, occurred_at, returned_cents=taken, returns=int(bool(taken)), fees_cents=fees)


def record_payout(*, payout_id: str, amount: Money, step: Kind, occurred_at: datetime) -> None:
    """Write one step of a payout: sent to the bank, arrived there, or come back. Once for each step.

    step: PAYOUT, PAYOUT_ARRIVED or PAYOUT_UNDONE. A payout that failed after it had arrived comes back
    from the bank.
    """
    arrived = LedgerTransaction.objects.filter(key=f"{Kind.PAYOUT_ARRIVED}:{payout_id}").exists()
    sources = {
        Kind.PAYOUT: (Account.TRANSIT, Account.STRIPE),
        Kind.PAYOUT_ARRIVED: (Account.BANK, Account.TRANSIT),
        Kind.PAYOUT_UNDONE: (Account.STRIPE, Account.BANK if arrived else Account.TRANSIT),
    }
    debited, credited = sources[step]
    post(
        kind=step,
        key=f"{step}:{payout_id}",
        occurred_at=occurred_at,
        donation=None,
        lines=[(debited, amount.cents), (credited, -amount.cents)],
        currency=amount.currency,
    )


def _next_key(donation: Donation, fact: str) -> str:
    """The key of a fact's next change: counted under the donation's lock."""
    earlier = LedgerTransaction.objects.filter(donation=donation, key__startswith=f"{fact}:").count()
    return f"{fact}:{earlier + 1}"


def _same_currency(donation: Donation, amount: Money) -> None:
    if amount.currency != donation.currency:
        raise CurrencyMismatch(f"{amount.currency} for a donation in {donation.currency}")


def _move_totals(donation: Donation, *, cents: int, counted_before: bool) -> None:
    """Move the totals of donor and campaign with the ledger, and count the gift and its giver in or out.

    Always the donor's row first, then the campaign's, then the day's, the earlier day before the later, so
    that two transactions never wait for each other.
    """
    step = int(donation.is_counted) - int(counted_before)
    DonorTotal.objects.get_or_create(donor_id=donation.donor_id)
    DonorTotal.objects.filter(donor_id=donation.donor_id).update(
        given_cents=F("given_cents") + cents, donations=F("donations") + step
    )
    if donation.campaign_id is None:
        return
    total = CampaignTotal.objects.select_for_update().get(campaign_id=donation.campaign_id)
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


def _hold_totals(donation: Donation) -> None:
    """Take the locks of _move_totals where it has nothing to move, before that of the day."""
    DonorTotal.objects.select_for_update().filter(donor_id=donation.donor_id).first()
    if donation.campaign_id:
        CampaignTotal.objects.select_for_update().filter(campaign_id=donation.campaign_id).first()


def _move_day(donation: Donation, occurred_at: datetime, **sums: int) -> None:
    """Add to the sums of the day on which it happened, for the donation's campaign and beneficiary."""
    of_the_day: dict[str, Any] = {
        "day": book_day(occurred_at),
        "beneficiary_id": donation.beneficiary_id,
        "campaign_id": donation.campaign_id,
        "is_recurring": donation.recurring_id is not None,
        "currency": donation.currency,
    }
    changes = {name: F(name) + step for name, step in sums.items()}
    if not DayTotal.objects.filter(**of_the_day).update(**changes):
        total, _is_new = DayTotal.objects.get_or_create(**of_the_day)
        DayTotal.objects.filter(pk=total.pk).update(**changes)
