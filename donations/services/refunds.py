"""Giving money back: asked for by staff and confirmed; refund_sending sends it.

The books follow the charge (`ledger.record_refunded`), whatever happens here: a refund's row tells who
wanted it and why, and what became of it. Money that never passed Stripe is handed over by somebody
(handing_back).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import audit
from cms.dates import long_date
from cms.money import Money
from donations.models import Donation, Method, Payment, Refund, RefundReason, RefundState, State
from donations.services import handing_back
from donations.services.handing_back import CannotRefund, Handed

__all__ = ["CannotRefund", "Handed"]

# A donor's bank gives a debit back unasked for so long; a refund in that time may be paid twice.
SEPA_DAYS = timedelta(weeks=8)
DOUBLE_CLICK = timedelta(minutes=1)


def refundable(donation: Donation) -> Money:
    """What can still be given back of a donation: what arrived, less what is given back or asked for."""
    payment = donation.payments.order_by("pk").first()
    if payment is None or donation.state != State.PAID:
        return Money(0, donation.currency)
    return Money(max(payment.amount_cents - _gone_cents(payment), 0), payment.currency)


def _gone_cents(payment: Payment) -> int:
    """What went back of a payment, or is asked for."""
    held = Refund.objects.filter(payment=payment).spoken_for_cents()
    # What was refunded before the site kept a row for each refund is in the charge's sum only.
    return max(held, payment.refunded_cents)


def needs_second_person(amount: Money) -> bool:
    """Whether an amount is so large that a colleague must confirm its refund."""
    return amount.cents > settings.REFUND_SECOND_PERSON_ABOVE_CENTS


def may_be_paid_twice(payment: Payment) -> bool:
    """Whether the donor could also take the money back at the bank: a direct debit of the last 8 weeks."""
    return payment.method == "sepa_debit" and payment.paid_at > timezone.now() - SEPA_DAYS


@dataclass(frozen=True)
class Foreseen:
    """One thing that a refund will bring. tone: "plain", or "warning" for what to think twice about."""

    words: str
    tone: str = "plain"


def foresee(donation: Donation, amount: Money, handed: Handed | None = None) -> list[Foreseen]:
    """What giving this amount back will bring, in sentences for staff, before anything is done."""
    payment = donation.payments.order_by("pk").first()
    facts = {"amount": amount, "whole": donation.amount, "donor": donation.display_name}
    told = [_how_it_goes_back(handed) % (facts | _in_words(handed))]
    if payment and payment.fee:
        told.append(_("Stripe keeps its fee of %(fee)s.") % {"fee": payment.fee})
    if donation.campaign:
        after = Money(donation.campaign.raised_cents - amount.cents, donation.currency)
        told.append(
            _("“%(campaign)s” goes down to %(after)s raised.")
            % {"campaign": donation.campaign.name, "after": after}
        )
    if receipt := donation.receipts.order_by("pk").first():
        told.append(
            _("Receipt %(number)s stays and is corrected; its public check shows what was given back.")
            % {"number": receipt.label}
        )
    warnings = []
    if gone := _gone_cents(payment) if payment else 0:
        warnings.append(
            _("%(gone)s of this donation went back already or are asked for: this is one more refund.")
            % {"gone": Money(gone, donation.currency)}
        )
    if payment and may_be_paid_twice(payment):
        warnings.append(
            _(
                "It was a bank debit less than 8 weeks ago: the donor can still take it back at the bank as "
                "well, and would be paid twice. Ask the donor first."
            )
        )
    if donation.disputed_cents:
        warnings.append(_("The donor's bank has taken this money back already: it would be paid twice."))
    if needs_second_person(amount):
        limit = Money(settings.REFUND_SECOND_PERSON_ABOVE_CENTS, amount.currency)
        told.append(
            _("It is more than %(limit)s: a colleague must confirm it before the books follow.")
            % {"limit": limit}
            if handed
            else _("It is more than %(limit)s: a colleague must confirm it before it is sent.")
            % {"limit": limit}
        )
    return [*map(Foreseen, told), *(Foreseen(words, "warning") for words in warnings)]


def _how_it_goes_back(handed: Handed | None) -> str:
    if handed is None:
        return _("%(amount)s of %(whole)s go back to %(donor)s the way they came. Banks take 5 to 10 days.")
    if handed.given_on:
        return _("The books say that %(amount)s of %(whole)s went back to %(donor)s on %(day)s (%(way)s).")
    return _(
        "%(amount)s of %(whole)s go back to %(donor)s (%(way)s). Nobody sends them by itself: hand them over "
        "and write the day on the refund’s page; the books follow then."
    )


def _in_words(handed: Handed | None) -> dict[str, str]:
    if handed is None:
        return {}
    day = long_date(handed.given_on) if handed.given_on else ""
    return {"way": str(Method(handed.way).label).lower(), "day": day}


def check(donation: Donation, amount: Money) -> None:
    """Raise CannotRefund when this amount of the donation cannot be given back."""
    _check(donation, donation.payments.order_by("pk").first(), amount)


def check_handed(donation: Donation, amount: Money, handed: Handed) -> None:
    """Raise CannotRefund when money of this donation cannot go back by hand so."""
    if payment := donation.payments.order_by("pk").first():
        handing_back.check_handed(payment, amount, handed)


def just_asked(
    donation: Donation,
    *,
    amount: Money,
    reason: RefundReason,
    note: str,
    by: Any,
    handed: Handed | None = None,
) -> Refund | None:
    """The same request by the same person within a minute: what a double click sends again."""
    facts = _facts(amount=amount, reason=reason, note=note, by=by, handed=handed)
    since = timezone.now() - DOUBLE_CLICK
    return Refund.objects.filter(**facts, donation=donation, created_at__gte=since).first()


def _facts(*, amount: Money, reason: RefundReason, note: str, by: Any, handed: Handed | None) -> dict:
    asked = {"amount_cents": amount.cents, "reason": reason, "note": note.strip(), "requested_by": by}
    return asked | (asdict(handed) if handed else {})


def request_refund(
    donation: Donation,
    *,
    amount: Money,
    reason: RefundReason,
    note: str,
    by: Any,
    handed: Handed | None = None,
) -> Refund:
    """Ask to give back an amount of a donation. Above the limit it waits for a second person.

    note: why, for the log and for colleagues. Stripe is asked after the commit, by a task; the sweeper
    does what a crash cut off. handed: for money that did not come through Stripe, how it goes back; with a
    day it is in the books as soon as it is confirmed. The same request again within a minute is the same
    refund: a double click. Raises CannotRefund.
    """
    wish: dict[str, Any] = {"amount": amount, "reason": reason, "note": note, "by": by, "handed": handed}
    with transaction.atomic():
        row = Donation.objects.select_for_update().get(pk=donation.pk)
        payment = row.payments.order_by("pk").first()
        if twin := just_asked(row, **wish):
            return twin
        payment = _check(row, payment, amount)
        handing_back.check_handed(payment, amount, handed)
        refund = Refund.objects.create(
            **_facts(**wish),
            donation=row,
            payment=payment,
            currency=amount.currency,
            needs_second_person=needs_second_person(amount),
        )
        audit.record("donations.refund.requested", row, user=by, data={"refund": refund.pk})
        if not refund.needs_second_person:
            _confirm(refund, by=by)
    return refund


def _check(donation: Donation, payment: Payment | None, amount: Money) -> Payment:
    if donation.state != State.PAID or payment is None:
        raise CannotRefund(_("This donation has not been paid: there is nothing to give back."))
    if amount.cents < 1:
        raise CannotRefund(_("Give back more than nothing."), field="amount")
    left = refundable(donation)
    if left < amount:
        raise CannotRefund(
            _("At most %(left)s can still be given back.") % {"left": left.format()}, field="amount"
        )
    return payment


def confirm_refund(refund: Refund, *, by: Any) -> Refund:
    """A second person agrees: the refund is sent after the commit, or is to be handed over.

    Confirming what is already confirmed returns quietly. Raises CannotRefund.
    """
    with transaction.atomic():
        donation = Donation.objects.select_for_update().get(pk=refund.donation_id)
        row = Refund.objects.select_related("payment").get(pk=refund.pk)
        row.donation = donation
        if row.state not in (RefundState.REQUESTED, RefundState.REFUSED):
            return row
        if row.state == RefundState.REFUSED:
            raise CannotRefund(_("A colleague has refused this refund meanwhile."))
        if row.requested_by_id == by.pk:
            raise CannotRefund(_("Somebody else than who asked for it must confirm it."))
        _confirm(row, by=by)
    return row


def _confirm(refund: Refund, *, by: Any) -> None:
    refund.transition(to=RefundState.CONFIRMED, confirmed_by=by, confirmed_at=timezone.now())
    audit.record("donations.refund.confirmed", refund.donation, user=by, data={"refund": refund.pk})
    if not refund.is_by_hand:
        transaction.on_commit(lambda: _hint(refund.pk))
    elif refund.given_on:
        handing_back.book_given(refund, by=by)


def _hint(refund_pk: int) -> None:
    from donations import tasks

    tasks.hint(tasks.send_refund, refund_pk)


def what_follows(refund: Refund) -> str:
    """What becomes now of a refund that was asked for or confirmed, in a sentence for staff."""
    if refund.state == RefundState.REQUESTED:
        return _("A colleague must confirm it: it waits under Refunds.")
    if not refund.is_by_hand:
        return _("The refund is on its way to Stripe.")
    if refund.state == RefundState.SUCCEEDED:
        return _("The books and the receipt say that it was given back.")
    return _("Hand the money over, then write down here when and how.")


def refuse_refund(refund: Refund, *, by: Any) -> Refund:
    """A second person does not agree: nothing is sent. Raises CannotRefund when it is too late."""
    with transaction.atomic():
        Donation.objects.select_for_update().get(pk=refund.donation_id)
        row = Refund.objects.get(pk=refund.pk)
        if row.state == RefundState.REFUSED:
            return row
        if row.state != RefundState.REQUESTED:
            raise CannotRefund(_("It has been confirmed meanwhile: the money is on its way."))
        row.transition(to=RefundState.REFUSED)
        audit.record("donations.refund.refused", row.donation, user=by, data={"refund": row.pk})
    return row
