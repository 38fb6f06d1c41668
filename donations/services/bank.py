"""From the bank's lines to donations: matched by the reason, proposed by amount and name."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.folding import words
from donations import causale
from donations.models import (
    BankLine,
    BankLineState,
    Beneficiary,
    Campaign,
    Donation,
    Method,
    Payment,
    Pledge,
    PledgeState,
    Refund,
)
from donations.services import ledger, offline, receipts
from donations.services.checkout import CannotGive
from donations.services.offline import Giver

# What one line proposes at most.
PROPOSED = 5


@dataclass(frozen=True)
class Proposal:
    """A pledge that a line may be, and why, in words."""

    pledge: Pledge
    why: str
    is_sure: bool = False


def proposals(line: BankLine) -> list[Proposal]:
    """The pledges that an incoming line may be, the surest first. A sure one has reason and amount right."""
    if line.amount_cents <= 0:
        return []
    awaited = Pledge.objects.awaited().select_related("donor", "beneficiary", "campaign")
    found: dict[int, Proposal] = {}
    for pledge in awaited.filter(code__in=causale.found_in(line.words)):
        same = pledge.amount_cents == line.amount_cents
        why = _("reason and amount are right") if same else _("the reason is right, the amount is another")
        found[pledge.pk] = Proposal(pledge, why, is_sure=same)
    mistyped = causale.mistyped_in(line.words)
    named = set(words(line.words))
    for pledge in awaited.filter(amount_cents=line.amount_cents).order_by("-id")[:500]:
        if pledge.pk in found:
            continue
        if any(causale.is_near(typed, pledge.code) for typed in mistyped):
            found[pledge.pk] = Proposal(pledge, _("the amount is right, the reason has a slip"))
        elif set(words(pledge.display_name)) <= named:
            found[pledge.pk] = Proposal(pledge, _("amount and name are right"))
    return sorted(found.values(), key=lambda one: not one.is_sure)[:PROPOSED]


def match_sure(lines: Iterable[int]) -> int:
    """Match the lines, by key, that name exactly one pledge with its very amount; how many were."""
    matched = 0
    for line in BankLine.objects.waiting().filter(pk__in=list(lines)).order_by("pk"):
        sure = [proposal for proposal in proposals(line) if proposal.is_sure]
        if len(sure) != 1:
            continue
        try:
            match_line(line, pledge=sure[0].pledge, because="matched by its reason")
        except (ValidationError, CannotGive):
            continue  # it stays for staff, who read why when they try
        matched += 1
    return matched


def match_line(line: BankLine, *, pledge: Pledge, because: str) -> Donation:
    """Let a line be the money of a pledge: the donation is paid on its day, with the amount that came.

    because: who or what decided it. Raises ValidationError when either is taken.
    """
    with transaction.atomic():
        row, promised = _free(line), Pledge.objects.select_for_update(of=("self",)).get(pk=pledge.pk)
        if promised.state == PledgeState.PAID:
            raise ValidationError(_("The money of this pledge has arrived already."))
        said = promised.as_given()
        donation = offline.record_offline_gift(
            public_id=uuid.uuid4(),
            amount=row.amount,
            method=Method.BANK_TRANSFER,
            received_on=row.booked_on,
            giver=Giver(
                name=said.pop("display_name"), tax_code=said.pop("tax_code"), language=said.pop("language")
            ),
            donor=promised.donor,
            beneficiary=promised.beneficiary,
            campaign=promised.campaign,
            because=because,
            page_url=promised.page_url,
            **said,
        )
        promised.transition(to=PledgeState.PAID, because=because, donation=donation)
        row.transition(to=BankLineState.MATCHED, donation=donation, note=promised.shown_code)
    return donation


def record_line(
    line: BankLine, *, giver: Giver, beneficiary: Beneficiary, campaign: Campaign | None, because: str
) -> Donation:
    """Let a line that nobody promised be a donation. Raises ValidationError if it is taken, or CannotGive."""
    with transaction.atomic():
        row = _free(line)
        donation = offline.record_offline_gift(
            public_id=uuid.uuid4(),
            amount=row.amount,
            method=Method.BANK_TRANSFER,
            received_on=row.booked_on,
            giver=giver,
            beneficiary=beneficiary,
            campaign=campaign,
            because=because,
        )
        row.transition(to=BankLineState.MATCHED, donation=donation)
    return donation


def ignore_line(line: BankLine, *, note: str) -> None:
    """Say that a line is no donation. Raises ValidationError when it is one already."""
    with transaction.atomic():
        row = BankLine.objects.select_for_update().get(pk=line.pk)
        if row.state == BankLineState.MATCHED:
            raise ValidationError(_("This line is a donation already: undo that first."))
        row.transition(to=BankLineState.IGNORED, note=note)


def reopen_line(line: BankLine, *, because: str) -> None:
    """Take back what a line was said to be. A donation made from it is booked back and its receipt corrected.

    The pledge, if there was one, is awaited again. Raises ValidationError when money of the donation has
    gone back to the donor meanwhile: that cannot be undone here.
    """
    with transaction.atomic():
        row = BankLine.objects.select_for_update().get(pk=line.pk)
        if row.state == BankLineState.OPEN:
            return
        if row.state == BankLineState.MATCHED:
            _book_back(row.donation_id, because)
        row.transition(to=BankLineState.OPEN)


def _book_back(donation_pk: int | None, because: str) -> None:
    donation = Donation.objects.select_for_update(of=("self",)).get(pk=donation_pk)
    payment = Payment.objects.select_for_update().get(donation=donation)
    payment.donation = donation
    if payment.refunded_cents or Refund.objects.filter(payment=payment).spoken_for_cents():
        raise ValidationError(_("Money of this donation was given back: it cannot be undone any more."))
    now = timezone.now()
    ledger.record_refunded(payment, refunded=payment.amount, occurred_at=now)
    receipts.correct_receipt(donation, occurred_at=now)
    pledge = Pledge.objects.select_for_update(of=("self",)).filter(donation=donation).first()
    if pledge:
        pledge.transition(to=PledgeState.OPEN, because=because)


def _free(line: BankLine) -> BankLine:
    """The locked row of an incoming line that is nothing yet. Raises ValidationError."""
    row = BankLine.objects.select_for_update().get(pk=line.pk)
    if row.state != BankLineState.OPEN:
        raise ValidationError(_("Somebody has said meanwhile what this line is."))
    if row.amount_cents <= 0:
        raise ValidationError(_("Money that went out is no donation."))
    return row
