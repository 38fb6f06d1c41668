"""Where donors stand, what the law keeps of them (art. 2220 c.c.), and what goes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.privacy import columns
from cms.privacy.files import doom_files
from cms.privacy.needles import MARK, Needles, erased_address
from cms.privacy.sources import Fate, OwnRows, PersonalDataSource, Plan
from cms.registries import personal_data_sources
from donations.models import (
    BankLine,
    Donation,
    Donor,
    Pledge,
    PledgeState,
    Receipt,
    RecurringDonation,
    RecurringState,
    Refund,
    State,
    StripeEvent,
)
from donations.services import donor_access

YEARS_OF_ACCOUNTS = 10
ACCOUNTS = _("Accounts are kept for ten years (art. 2220 of the civil code).")
# What Stripe tells of a person, wherever it stands in an event.
STRIPE_PERSON = frozenset(
    {
        "billing_details",
        "customer_details",
        "customer_email",
        "receipt_email",
        "shipping",
        "shipping_details",
        "collected_information",
        "custom_fields",
        "description",
    }
)
_UNDER_WAY = (State.DRAFT, State.PENDING, State.PROCESSING)


class Donors(OwnRows):
    model = Donor
    names = (("name",),)
    recognised_by = ("email", "language")
    keeps = frozenset({"language"})
    order = 40

    def plan(self, row: Any) -> Plan:
        if row.donations.exists() or row.recurring_donations.exists():
            return Plan(Fate.PSEUDONYMISE, ACCOUNTS)
        return Plan(Fate.DELETE)

    def pseudonymise(self, row: Any) -> None:
        """Who has given keeps an address that is nobody's: an empty one means a donor without e-mail."""
        donor_access.shut_out(row)
        columns.empty(row, keeps=self.keeps, email=erased_address(f"{self.key}:{row.pk}"))


class Donations(OwnRows):
    model = Donation
    emails = ("donor__email",)
    names = (("display_name",),)
    recognised_by = ("display_name", "campaign", "state", "message")
    fate = Fate.PSEUDONYMISE
    why = ACCOUNTS
    keeps = frozenset(
        {
            "currency",
            "language",
            "source",
            "page_url",
            "pays_with",
            "session_id",
            "invoice_id",
            "payment_intent_id",
        }
    )
    order = 30

    def plan(self, row: Any) -> Plan:
        if row.state in _UNDER_WAY:
            return Plan(Fate.KEEP, _("The payment is under way: ask again when it has ended."))
        return super().plan(row)


class Refunds(OwnRows):
    """What a colleague wrote about why, or the bank's reference, may tell of the donor."""

    model = Refund
    emails = ("donation__donor__email",)
    recognised_by = ("state", "note")
    fate = Fate.PSEUDONYMISE
    why = ACCOUNTS
    keeps = frozenset({"currency", "refund_id"})
    order = 25


class Pledges(OwnRows):
    model = Pledge
    emails = ("donor__email",)
    names = (("display_name",),)
    recognised_by = ("display_name", "campaign", "state", "message")
    fate = Fate.PSEUDONYMISE
    why = ACCOUNTS
    keeps = frozenset({"currency", "language", "source", "page_url", "return_token", "code", "ended_because"})
    order = 15

    def plan(self, row: Any) -> Plan:
        if row.state == PledgeState.OPEN:
            return Plan(Fate.KEEP, _("The transfer is awaited: cancel the pledge first."))
        return super().plan(row)


class BankLines(OwnRows):
    """What the bank wrote of a gift: day and amount stay, the words go."""

    model = BankLine
    emails = ("donation__donor__email",)
    recognised_by = ("booked_on", "description", "payer")
    fate = Fate.PSEUDONYMISE
    why = ACCOUNTS
    order = 16

    def pseudonymise(self, row: Any) -> None:
        """Two emptied lines of a day stay two: their words are what tells lines apart."""
        columns.empty(row, keeps=frozenset({"state"}), description=f"cancellato-{row.pk}")


class RecurringDonations(OwnRows):
    model = RecurringDonation
    emails = ("donor__email",)
    names = (("display_name",),)
    recognised_by = ("display_name", "campaign", "state", "message")
    fate = Fate.PSEUDONYMISE
    why = ACCOUNTS
    keeps = frozenset(
        {
            "currency",
            "interval",
            "language",
            "source",
            "page_url",
            "pays_with",
            "session_id",
            "subscription_id",
        }
    )
    order = 35

    def plan(self, row: Any) -> Plan:
        if row.state not in (RecurringState.CANCELED, RecurringState.EXPIRED):
            return Plan(Fate.KEEP, _("The recurring donation goes on: end it first."))
        return super().plan(row)


class Receipts(OwnRows):
    """Until the legal date a receipt keeps the name on it and its PDF; the address goes at once."""

    model = Receipt
    emails = ("donation__donor__email", "facts__donor__email")
    order = 20

    def detail(self, row: Any, needles: Needles) -> str:
        return " · ".join([row.facts["donor"]["name"], str(row.amount)])

    def words(self, row: Any) -> Needles:
        return Needles("", names=[row.facts["donor"]["name"]])

    def plan(self, row: Any) -> Plan:
        until = legal_date(row)
        if until >= timezone.localdate():
            return Plan(Fate.KEEP, _("The receipt keeps name and amount; the address is taken out."), until)
        return Plan(Fate.PSEUDONYMISE, ACCOUNTS)

    def erase(self, row: Any, plan: Plan, needles: Needles) -> None:
        if plan.fate == Fate.KEEP:
            donor = row.facts["donor"] | {"email": ""}
            columns.write(row, facts=row.facts | {"donor": donor}, last_error="")
        else:
            self.pseudonymise(row)

    def pseudonymise(self, row: Any) -> None:
        doom_files(row)
        donor = {"name": MARK, "email": ""}
        columns.write(row, facts=row.facts | {"donor": donor}, pdf="", last_error="")


class StripeEvents(PersonalDataSource):
    """What Stripe sent: the money stays, the person goes."""

    key = "donations.stripeevent"
    label = _("Stripe events")
    order = 80

    def find(self, needles: Needles) -> Iterable[Model]:
        wanted = Q(raw__icontains=needles.email)
        ids = Donation.objects.filter(donor__email__iexact=needles.email).values_list(
            "session_id", "payment_intent_id"
        )
        for known in {key for pair in ids for key in pair if key}:
            wanted |= Q(raw__contains=known)
        return StripeEvent.objects.filter(wanted).order_by("pk")

    def detail(self, row: Any, needles: Needles) -> str:
        return f"{row.type} · {row.created:%d/%m/%Y}"

    def moment(self, row: Any):
        return row.created

    def plan(self, row: Model) -> Plan:
        return Plan(Fate.SCRUB, ACCOUNTS)

    def export(self, row: Any) -> dict[str, Any]:
        return {str(_("Type")): row.type, str(_("As it came")): _parsed(row.raw)}

    def erase(self, row: Any, plan: Plan, needles: Needles) -> None:
        facts = _parsed(row.raw)
        left = json.dumps(needles.scrub(without_stripes_person(facts)), separators=(",", ":"))
        columns.write(row, raw=left if facts is not None else needles.scrub(row.raw), last_error="")


def _parsed(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def without_stripes_person(facts: Any) -> Any:
    """An event's facts with nothing in the places where Stripe tells of a person."""
    if isinstance(facts, dict):
        return {
            key: None if key in STRIPE_PERSON else without_stripes_person(value)
            for key, value in facts.items()
        }
    if isinstance(facts, list):
        return [without_stripes_person(entry) for entry in facts]
    return facts


def legal_date(receipt: Receipt) -> date:
    """The last day on which the law wants a receipt: ten years after the end of its year."""
    return date(receipt.paid_on.year + YEARS_OF_ACCOUNTS, 12, 31)


SOURCES = (
    Receipts(),
    Donations(),
    Donors(),
    StripeEvents(),
    RecurringDonations(),
    Refunds(),
    Pledges(),
    BankLines(),
)
RECEIPTS, DONATIONS, DONORS, *_others = SOURCES


def register() -> None:
    for source in SOURCES:
        personal_data_sources.register(source.key, source)
