"""The numbers of the desk, each with the list that shows its rows and no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cms.dashboard import counted
from cms.money import Money
from cms.sources import Question, source_of
from donations.amounts import long_date
from donations.desk.periods import Period
from donations.desk.recurring import Health
from donations.desk.sums import Given
from donations.models import (
    BankLine,
    Concern,
    ConcernState,
    Dispute,
    Donation,
    Interval,
    LedgerEntry,
    Payout,
    RecurringDonation,
    RecurringState,
    Refund,
    RefundState,
    State,
    book_day,
)


@dataclass(frozen=True)
class Number:
    """A number, what it counts and the list of its rows. needs_a_person: whether it should be nothing."""

    label: str
    value: str
    url: str
    note: str = ""
    needs_a_person: bool = False


def address(model: type[Model], **filters: Any) -> str:
    """The address of a list under these filters."""
    source = source_of(model)
    if source is None:
        raise LookupError(f"{model.__name__} has no list")
    return source.list_url(Question(filters={name: (str(value),) for name, value in filters.items()}))


def entries(period: Period, given: str, currency: str, **more: Any) -> str:
    """The entries of the ledger behind a sum. given: "net", "arrived" or "back"."""
    return address(LedgerEntry, given=given, currency=currency, **period.filters("when"), **more)


def gifts(period: Period, currency: str, **more: Any) -> str:
    """The donations that arrived in a period."""
    return address(Donation, state=State.PAID, currency=currency, **period.filters("paid"), **more)


def net(label: str, given: Given, period: Period) -> Number:
    """What stays given of a period, with the number of gifts; it opens the entries that it sums up."""
    url = entries(period, "net", given.currency)
    return Number(label, given.net.format(), url, count_of(given.gifts))


def count_of(count: int) -> str:
    """ "1 donation", "1,204 donations"."""
    return ngettext("%(n)s donation", "%(n)s donations", count) % {"n": whole(count)}


def whole(number: int) -> str:
    """A whole number as people write it."""
    return number_format(number, use_l10n=True, force_grouping=True)


def of_the_period(given: Given, once: Given, again: Given, period: Period) -> list[Number]:
    """The period's sums: what arrived less what went back is what stays."""
    currency = given.currency
    back = ngettext("%(n)s movement", "%(n)s movements", given.returns) % {"n": whole(given.returns)}
    return [
        Number(
            pgettext("money", "Arrived"),
            given.arrived.format(),
            entries(period, "arrived", currency),
            _("before refunds and disputes"),
        ),
        Number(_("Donations"), whole(given.gifts), gifts(period, currency), _("that arrived")),
        Number(_("Went back"), given.returned.format(), entries(period, "back", currency), back),
        Number(
            _("Stays given"),
            given.net.format(),
            entries(period, "net", currency),
            _("net of refunds and disputes"),
        ),
        Number(
            _("Made once"),
            once.net.format(),
            entries(period, "net", currency, recurring="once"),
            count_of(once.gifts),
        ),
        Number(
            pgettext("money", "Recurring"),
            again.net.format(),
            entries(period, "net", currency, recurring="again"),
            count_of(again.gifts),
        ),
        Number(
            _("Payment fees"),
            given.fees.format(),
            address(LedgerEntry, account="fees", currency=currency, **period.filters("when")),
            _("kept by the payment service, of what arrived"),
        ),
    ]


def of_recurring(user: Any, now: Health, period: Period, currency: str) -> list[Number]:
    """The health of the recurring donations: how they stand now, and what the period brought."""
    gift, of = RecurringDonation, {"currency": currency}
    numbers = [
        _listed(gift, pgettext("desk", "Active"), now.active, {"state": RecurringState.ACTIVE, **of}),
        _value(_("Each month"), now.monthly, Interval.MONTH),
        _value(_("Each year"), now.yearly, Interval.YEAR) if now.yearly else None,
        _listed(gift, _("Not being paid"), now.failing, {"failing": "yes", **of}, needs=True),
        _listed(gift, pgettext("desk", "Paused"), now.paused, {"state": RecurringState.PAUSED, **of}),
        _counted(user, gift, pgettext("desk", "Began"), period.filters("began"), note=period.label),
        _counted(user, gift, pgettext("desk", "Ended"), period.filters("ended"), note=period.label),
    ]
    return [number for number in numbers if number]


def that_wait(user: Any, period: Period) -> list[Number]:
    """What a person should look at, and where payments did not go through."""
    failed = {"state": RefundState.FAILED, **period.filters("settled")}
    unpaid = {"state": State.FAILED, **period.filters("begun")}
    to_confirm = {"state": RefundState.REQUESTED}
    numbers = [
        _counted(user, Refund, _("Refunds that wait for a second person"), to_confirm, needs=True),
        _counted(user, Refund, _("Refunds to hand over"), {"to_give": "yes"}, needs=True),
        _counted(user, Refund, _("Refunds that failed"), failed, note=period.label, needs=True),
        _disputes(user),
        _counted(user, BankLine, _("Bank lines to match"), {"waiting": "yes"}, needs=True),
        _counted(user, Donation, _("Names and dedications to approve"), {"wall": "asks"}, needs=True),
        _counted(user, Concern, _("Matters to look at"), {"state": ConcernState.OPEN}, needs=True),
        _counted(user, Donation, _("Payments that failed"), unpaid, note=period.label),
    ]
    return [number for number in numbers if number]


def of_payouts(user: Any, period: Period) -> list[Number]:
    """What Stripe sent to the bank in the period, what is on its way, and what does not add up."""
    numbers = [
        _counted(user, Payout, _("Payouts"), period.filters("arrives"), note=period.label),
        _counted(user, Payout, _("On their way to the bank"), {"under_way": "yes"}),
        _counted(user, Payout, _("That do not add up"), {"differs": "yes"}, needs=True),
    ]
    return [number for number in numbers if number]


def _disputes(user: Any) -> Number | None:
    found = counted(user, Dispute, waiting="yes")
    if found is None:
        return None
    first = found.rows.order_by("due_by").values_list("due_by", flat=True).first()
    note = _("the first by %(day)s") % {"day": long_date(book_day(first))} if first else ""
    return Number(_("Disputes to answer"), whole(found.count), found.url, note, bool(found.count))


def _counted(
    user: Any,
    model: type[Model],
    label: str,
    filters: Mapping[str, Any],
    *,
    note: str = "",
    needs: bool = False,
) -> Number | None:
    """A count of a list; None for who may not see the list."""
    found = counted(user, model, **filters)
    if found is None:
        return None
    return Number(label, whole(found.count), found.url, note, needs and bool(found.count))


def _listed(
    model: type[Model], label: str, count: int, filters: Mapping[str, Any], *, needs: bool = False
) -> Number:
    """A count that is known already, and its list."""
    return Number(label, whole(count), address(model, **filters), "", needs and bool(count))


def _value(label: str, value: Money, interval: Interval) -> Number:
    url = address(RecurringDonation, state=RecurringState.ACTIVE, interval=interval, currency=value.currency)
    return Number(label, value.format(), url, _("from the active ones"))
