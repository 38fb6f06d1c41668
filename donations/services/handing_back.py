"""Money that goes back without Stripe: somebody hands it over and writes down when and how.

The refund's row, its states and the second person are those of `refunds`; here the books follow what
people say that they did, on the day they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import audit
from cms.money import Money
from donations import regimes
from donations.models import Donation, Method, Payment, Refund, RefundState
from donations.services import ledger, receipts
from donations.services.offline import account_of, moment_of


class CannotRefund(ValueError):
    """Money that cannot be given back so; the message is for staff. field: of the form, or ""."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Handed:
    """How money goes back by hand. given_on: the day in Italy, None while it is still to be given.

    reference: by which the bank or the cash book knows it.
    """

    way: str
    given_on: date | None = None
    reference: str = ""


def check_handed(payment: Payment, amount: Money, handed: Handed | None) -> None:
    """Raise CannotRefund where the way back is not that of the payment, or the day or the law forbid it."""
    if not payment.is_by_hand:
        if handed:
            raise CannotRefund(_("This money came through Stripe: it goes back through Stripe."))
        return
    if handed is None or handed.way not in Method.values:
        raise CannotRefund(
            _("This money did not come through Stripe: say how it is given back."), field="way"
        )
    day = handed.given_on or timezone.localdate()
    _check_day(day, since=payment.paid_at)
    limit = regimes.cash_limit_cents(day)
    if handed.way == Method.CASH and amount.cents >= limit:
        raise CannotRefund(
            _("The law forbids cash of %(limit)s or more (%(law)s): give it back through a bank.")
            % {"limit": Money(limit).short(), "law": regimes.CASH_LAW},
            field="way",
        )


def record_given(refund: Refund, *, handed: Handed, by: Any) -> Refund:
    """Somebody has handed over what was confirmed: books and receipt follow, on that day.

    Again returns quietly. Raises CannotRefund.
    """
    with transaction.atomic():
        row = _locked(refund)
        if row.state == RefundState.SUCCEEDED:
            return row
        if row.state != RefundState.CONFIRMED:
            raise CannotRefund(_("This refund is not to be handed over (any more)."))
        if handed.given_on is None:
            raise CannotRefund(_("Say on which day it was given back."), field="given_on")
        check_handed(row.payment, row.amount, handed)
        row.way, row.given_on, row.reference = handed.way, handed.given_on, handed.reference.strip()
        book_given(row, by=by)
    return row


def book_given(refund: Refund, *, by: Any) -> None:
    """Write a confirmed refund that was handed over into the books. Its donation is the locked row.

    Raises CannotRefund when less is left of the payment.
    """
    if refund.given_on is None:
        raise ValueError("Money is given back on a day")
    payment = refund.payment
    payment.donation = refund.donation  # the locked row, so that what is written to it is seen here
    if payment.refundable < refund.amount:
        raise CannotRefund(_("At most %(left)s can still be given back.") % {"left": payment.refundable})
    refund.transition(
        to=RefundState.SUCCEEDED, way=refund.way, given_on=refund.given_on, reference=refund.reference
    )
    _book(refund, refunded=payment.amount - payment.refundable + refund.amount, at=moment_of(refund.given_on))
    audit.record("donations.refund.given", refund.donation, user=by, data={"refund": refund.pk})


def record_came_back(refund: Refund, *, on: date, because: str, by: Any) -> Refund:
    """What was handed over is here again: the bank sent the transfer back, the cheque was never cashed.

    on: the day, in Italy. The gift counts again and its receipt says so. Again returns quietly. Raises
    CannotRefund.
    """
    with transaction.atomic():
        row = _locked(refund)
        if row.state == RefundState.FAILED:
            return row
        if row.state != RefundState.SUCCEEDED or row.given_on is None:
            raise CannotRefund(_("Only what was handed over can come back."))
        _check_day(on, since=moment_of(row.given_on), field="on")
        row.transition(to=RefundState.FAILED, failure=because.strip()[:200])
        given_back = row.payment.amount - row.payment.refundable
        _book(row, refunded=given_back - row.amount, at=moment_of(on))
        audit.record("donations.refund.came_back", row.donation, user=by, data={"refund": row.pk})
    return row


def call_off(refund: Refund, *, by: Any) -> Refund:
    """What was confirmed is not handed over after all. Again returns quietly. Raises CannotRefund."""
    with transaction.atomic():
        row = _locked(refund)
        if row.state == RefundState.CANCELED:
            return row
        if row.state != RefundState.CONFIRMED:
            raise CannotRefund(_("This refund is not to be handed over (any more)."))
        row.transition(to=RefundState.CANCELED)
        audit.record("donations.refund.called_off", row.donation, user=by, data={"refund": row.pk})
    return row


def _locked(refund: Refund) -> Refund:
    """The refund as it is now, with its donation locked. Raises CannotRefund for one of Stripe's."""
    donation = Donation.objects.select_for_update().get(pk=refund.donation_id)
    row = Refund.objects.select_related("payment").get(pk=refund.pk)
    if not row.is_by_hand:
        raise CannotRefund(_("Stripe says what becomes of this refund."))
    row.donation = row.payment.donation = donation
    return row


def _book(refund: Refund, *, refunded: Money, at: datetime) -> None:
    ledger.record_refunded(refund.payment, refunded=refunded, occurred_at=at, out_of=account_of(refund.way))
    receipts.correct_receipt(refund.donation, occurred_at=at)


def _check_day(day: date, *, since: datetime, field: str = "given_on") -> None:
    if day > timezone.localdate():
        raise CannotRefund(_("Money that goes back cannot have done so in the future."), field=field)
    if day < timezone.localdate(since):
        raise CannotRefund(_("It cannot go back before it came."), field=field)
