"""Receipts: a number without gaps, facts that stay, a PDF, a mail; corrections instead of changes.

Everything here runs in the transaction that books the money, which holds the donation's row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cms.dates import long_date
from cms.money import Money
from donations import receipt_pdf, regimes
from donations.models import (
    Beneficiary,
    Donation,
    FiscalRegime,
    Payment,
    Receipt,
    ReceiptKind,
    ReceiptSequence,
    ReceiptWording,
)


def issue_receipt(
    donation: Donation, *, payment: Payment, reward_cents: int = 0, reward_is_token: bool = False
) -> Receipt:
    """Give a paid donation its receipt, once; the PDF and the mail follow after the commit.

    reward_cents: the fair value of what the donor gets for it. reward_is_token: whether that is a value so
    small that the law overlooks it. The number is the next of the beneficiary in the year of the payment in
    Italy, taken under the lock of the sequence's row: a transaction that is undone gives its number back.
    """
    existing = donation.receipts.standing().filter(kind=ReceiptKind.RECEIPT).first()
    if existing:
        return existing
    paid_on = timezone.localdate(payment.paid_at)
    reward_cents = min(reward_cents, payment.amount_cents)
    receipt = _numbered(Receipt(donation=donation, beneficiary=donation.beneficiary), paid_on.year)
    receipt.facts = {
        **_common(receipt, donation),
        "donor": _donor_facts(donation),
        "beneficiary": _beneficiary_facts(donation.beneficiary),
        "paid_on": paid_on.isoformat(),
        "amount_cents": payment.amount_cents,
        "stands_cents": payment.amount_cents,
        "currency": payment.currency,
        "method": payment.method,
        "campaign": _campaign_facts(donation),
    }
    receipt.facts |= _tax_facts(
        donation, receipt.facts, paid_on, reward_cents=reward_cents, is_token=reward_is_token
    )
    return _kept(receipt)


def correct_receipt(
    donation: Donation, *, occurred_at: datetime, kept: Money | None = None
) -> Receipt | None:
    """Bring the papers to what is kept of a gift now: after refunds, lost disputes, and their undoing.

    kept: what is kept; by default the amount less what was given back and what a lost dispute took.
    occurred_at: when it changed (UTC): its day in Italy dates the paper, its year numbers it. Called again
    with nothing new, or for a donation without a receipt, it writes nothing and returns None. One paper
    covers all that changed since the last one.
    """
    papers = list(donation.receipts.standing().order_by("pk"))
    first = next((paper for paper in papers if paper.kind == ReceiptKind.RECEIPT), None)
    if first is None:
        return None
    stands = (kept_of(donation) if kept is None else kept).cents
    before = papers[-1].stands.cents if papers[-1].pk >= first.pk else first.stands.cents
    if stands == before:
        return None
    happened_on = timezone.localdate(occurred_at)
    kind = ReceiptKind.CORRECTION if stands < before else ReceiptKind.RESTORATION
    paper = Receipt(donation=donation, beneficiary_id=first.beneficiary_id, kind=kind, corrects=first)
    _numbered(paper, happened_on.year)
    paper.facts = {
        **first.facts,
        **_common(paper, donation),
        "happened_on": happened_on.isoformat(),
        "amount_cents": abs(before - stands),
        "stands_cents": stands,
        "eligible_cents": min(first.facts.get("eligible_cents", 0), stands),
        "corrects": {
            "number": first.number,
            "year": first.year,
            "amount_cents": first.facts["amount_cents"],
        },
    }
    return _kept(paper)


def kept_of(donation: Donation) -> Money:
    """What the beneficiary keeps of a paid donation. Money that a dispute holds counts until it is lost."""
    gone = donation.refunded_cents
    if getattr(donation, "dispute", "") == "lost":
        gone += donation.disputed_cents
    return Money(max(donation.amount_cents - gone, 0), donation.currency)


def replace_receipt(receipt: Receipt, *, because: str) -> Receipt:
    """Void a receipt that holds a mistake, and issue another from the records as they are now.

    The voided one keeps its number, its facts and its PDF. Raises ValidationError for one that is voided
    already or was corrected: what went back is said of this very number.
    """
    with transaction.atomic():
        donation = (
            Donation.objects.select_for_update(of=("self",))
            .select_related("beneficiary", "campaign", "donor")
            .get(pk=receipt.donation_id)
        )
        row = Receipt.objects.select_for_update().get(pk=receipt.pk)
        if row.voided_at or row.kind != ReceiptKind.RECEIPT or row.corrections.exists():
            raise ValidationError(_("Only a receipt that stands and was never corrected can be replaced."))
        row.voided_at, row.void_reason = timezone.now(), because.strip()[:300]
        row.save(update_fields=["voided_at", "void_reason", "updated_at"])
        payment = donation.payments.order_by("pk").first()
        if payment is None:
            raise ValidationError(_("The payment of this receipt is not there."))
        return issue_receipt(
            donation,
            payment=payment,
            reward_cents=row.facts.get("reward_cents", 0),
            reward_is_token=row.facts.get("counterpart") == regimes.Counterpart.TOKEN,
        )


def tax_words(
    *,
    beneficiary: Beneficiary,
    method: str,
    paid_on: date,
    amount: Money,
    language: str,
    reward_cents: int = 0,
    is_token: bool = False,
) -> dict[str, Any]:
    """What a receipt says and claims about tax: the regime that holds on the day, and the text for the case.

    Without a regime, or without a text for it, nothing is claimed.
    """
    period = beneficiary.regime_on(paid_on)
    way = regimes.way_of(method)
    counterpart = regimes.counterpart_of(reward_cents=reward_cents, is_token=is_token)
    regime = period.regime if period else FiscalRegime.NO_CLAIM
    wording = ReceiptWording.objects.fitting(regime=regime, way=way, counterpart=counterpart, day=paid_on)
    # A text for any regime promises nothing, and what the text does not promise is not claimed either.
    claims = wording is not None and wording.regime == regime
    gives_relief = claims and regimes.gives_relief(regime=regime, way=way, counterpart=counterpart)
    with translation.override(language):
        values = {
            "amount": amount.format(language),
            "gift": Money(amount.cents - reward_cents, amount.currency).format(language),
            "reward_value": Money(reward_cents, amount.currency).format(language),
            "paid_on": long_date(paid_on),
            "method": receipt_pdf.method_name(method),
            "beneficiary": beneficiary.legal_name,
            "tax_code": beneficiary.tax_code,
            "register_number": period.register_number if period else "",
            "law": regimes.rules_of(regime).law,
        }
    return {
        "fiscal_regime": str(regime),
        "register_number": values["register_number"],
        "way": str(way),
        "counterpart": str(counterpart),
        "reward_cents": reward_cents,
        "eligible_cents": amount.cents if gives_relief else 0,
        "wording": wording.pk if wording else None,
        "tax_text": wording.paragraphs(values, language) if wording else None,
    }


def _numbered(receipt: Receipt, year: int) -> Receipt:
    receipt.year = year
    receipt.number = _next_number(beneficiary_id=receipt.beneficiary_id, year=year)
    return receipt


def _next_number(*, beneficiary_id: int, year: int) -> int:
    ReceiptSequence.objects.get_or_create(beneficiary_id=beneficiary_id, year=year)
    sequence = ReceiptSequence.objects.select_for_update().get(beneficiary_id=beneficiary_id, year=year)
    ReceiptSequence.objects.filter(pk=sequence.pk).update(last=F("last") + 1)
    return sequence.last + 1


def _kept(receipt: Receipt) -> Receipt:
    receipt.save()
    transaction.on_commit(lambda: _hint(receipt.pk))
    return receipt


def _common(receipt: Receipt, donation: Donation) -> dict[str, Any]:
    """What every paper says, as it is today: later changes of a record do not touch it."""
    return {
        "kind": str(receipt.kind),
        "number": receipt.number,
        "year": receipt.year,
        "code": receipt.shown_code,
        "language": donation.language,
        "issued_on": timezone.localdate(receipt.issued_at).isoformat(),
        "donation": str(donation.public_id),
    }


def _donor_facts(donation: Donation) -> dict[str, str]:
    donor = donation.donor
    return {
        "name": donation.display_name,
        "email": donor.email,
        "tax_code": donation.tax_code or donor.tax_code,
        "address": donor.address,
    }


def _beneficiary_facts(beneficiary: Beneficiary) -> dict[str, str]:
    names = ("name", "legal_name", "tax_code", "address", "email")
    return {name: getattr(beneficiary, name) for name in names}


def _campaign_facts(donation: Donation) -> dict[str, str] | None:
    campaign = donation.campaign
    return {"it": campaign.name_it, "en": campaign.name_en or campaign.name_it} if campaign else None


def _tax_facts(
    donation: Donation, facts: Mapping[str, Any], paid_on: date, *, reward_cents: int, is_token: bool
) -> dict[str, Any]:
    language = donation.language if donation.language in ("it", "en") else "it"
    return tax_words(
        beneficiary=donation.beneficiary,
        method=facts["method"],
        paid_on=paid_on,
        amount=Money(facts["amount_cents"], facts["currency"]),
        language=language,
        reward_cents=reward_cents,
        is_token=is_token,
    )


def _hint(receipt_pk: int) -> None:
    from donations import tasks

    tasks.hint(tasks.deliver_receipt, receipt_pk)
