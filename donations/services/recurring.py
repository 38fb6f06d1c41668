"""Gifts that come again: begun by the donor, then changed, paused or ended by donor or staff.

What is asked for is kept as a RecurringChange and done at Stripe afterwards (recurring_changes), outside any
transaction and one after the other for each gift. What Stripe tells is applied by recurring_apply.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.money import Money
from donations import gateway
from donations.models import (
    ChangeKind,
    ChangeState,
    Interval,
    RecurringChange,
    RecurringDonation,
    RecurringState,
)
from donations.services.begin import Said, check_amount, save_draft
from donations.services.payment_page import CannotGive, open_session

__all__ = ["CannotChange", "CannotGive", "open_session", "start_recurring"]

# Stripe's hour of the day for a payment on a chosen day, in Italy: office hours, so that a donor who is
# surprised can call.
_HOUR = time(10)
_FURTHEST = timedelta(days=365)


class CannotChange(ValueError):
    """A change that cannot be made; the message is for who asks. field: of the form, or ""."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def start_recurring(*, interval: Interval, **said: Unpack[Said]) -> RecurringDonation:
    """Save a recurring gift, before anybody talks to Stripe; open_session opens its payment page.

    Arguments and refusals as for begin.save_draft. The first payment is a Donation of its own, as is each
    later one; the recurring gift itself is no money.
    """
    return save_draft(RecurringDonation, interval=Interval(interval), **said)


def change_amount(recurring: RecurringDonation, *, amount: Money, by: Any = None) -> RecurringChange:
    """From the next payment on, another amount; nothing is charged or returned in between.

    by: the colleague who asks, None for the donor. Raises CannotChange, or CannotGive for an amount that
    the site does not take.
    """
    check_amount(amount)
    if amount.currency != recurring.currency:
        raise CannotChange(_("Donations are made in euros."), field="amount")
    return _ask(recurring, ChangeKind.AMOUNT, by=by, wanted_cents=amount.cents)


def change_date(recurring: RecurringDonation, *, day: date, by: Any = None) -> RecurringChange:
    """Take the next payment on a day (in Italy), and then each month or year on that day.

    Raises CannotChange for a day that is not between tomorrow and a year from now.
    """
    today = timezone.localdate()
    if not today < day <= today + _FURTHEST:
        raise CannotChange(_("Choose a day between tomorrow and a year from now."), field="day")
    return _ask(recurring, ChangeKind.DATE, by=by, wanted_at=_moment_of(day))


def pause(recurring: RecurringDonation, *, until: date | None = None, by: Any = None) -> RecurringChange:
    """Take nothing until a day (in Italy), or until it is resumed. What falls due meanwhile is not made up.

    Raises CannotChange.
    """
    if until is not None and not timezone.localdate() < until <= timezone.localdate() + _FURTHEST:
        raise CannotChange(_("Choose a day between tomorrow and a year from now."), field="until")
    return _ask(recurring, ChangeKind.PAUSE, by=by, wanted_at=_moment_of(until) if until else None)


def resume(recurring: RecurringDonation, *, by: Any = None) -> RecurringChange:
    """Take payments again. Raises CannotChange."""
    return _ask(recurring, ChangeKind.RESUME, by=by)


def cancel(recurring: RecurringDonation, *, by: Any = None) -> RecurringChange | None:
    """End it at once and for good; what was given stays given. None when it has ended already.

    Whatever else was asked for and is not yet done is dropped. No new payment is wanted from now on: one
    that Stripe has under way is booked when it arrives, and listed for staff.
    """
    with transaction.atomic():
        row = RecurringDonation.objects.select_for_update().get(pk=recurring.pk)
        if row.state in (RecurringState.CANCELED, RecurringState.EXPIRED):
            return None
        if row.state == RecurringState.DRAFT and row.session_id is None:
            row.transition(to=RecurringState.EXPIRED, because="ended before it began")
            return None
        waiting = row.changes.filter(state=ChangeState.WAITING)
        if same := waiting.filter(kind=ChangeKind.CANCEL).first():
            return same
        for change in waiting.select_for_update():
            change.transition(to=ChangeState.DROPPED)
        change = RecurringChange.objects.create(recurring=row, kind=ChangeKind.CANCEL, asked_by=by)
        transaction.on_commit(lambda: _hint(row.pk))
    return change


def _ask(recurring: RecurringDonation, kind: ChangeKind, *, by: Any, **wanted: Any) -> RecurringChange:
    """Keep what is wanted, once; the last wish of a kind counts."""
    with transaction.atomic():
        row = RecurringDonation.objects.select_for_update().get(pk=recurring.pk)
        waiting = row.changes.filter(state=ChangeState.WAITING)
        if not row.is_alive or waiting.filter(kind=ChangeKind.CANCEL).exists():
            raise CannotChange(
                _("This recurring donation has ended, or has not begun: it cannot be changed.")
            )
        if same := waiting.filter(kind=kind, **wanted).first():
            return same
        for older in waiting.filter(kind=kind, attempts=0).select_for_update():
            older.transition(to=ChangeState.DROPPED)
        change = RecurringChange.objects.create(recurring=row, kind=kind, asked_by=by, **wanted)
        transaction.on_commit(lambda: _hint(row.pk))
    return change


def _hint(recurring_pk: int) -> None:
    from donations import tasks

    tasks.hint(tasks.change_recurring, recurring_pk)


def _moment_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, _HOUR))


def open_card_page(recurring: RecurringDonation, *, return_url: str) -> str:
    """The address of Stripe's page for another card, for a donor who has been recognised.

    Raises PaymentServiceUnavailable; CannotChange for a gift that has ended or never began.
    """
    if not recurring.is_alive or not recurring.customer_id:
        raise CannotChange(_("This recurring donation has ended, or has not begun: it cannot be changed."))
    return gateway.open_portal(customer_id=recurring.customer_id, return_url=return_url)
