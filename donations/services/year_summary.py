"""A donor's year: the receipts, net of what went back within it, and what of them counts for tax.

Made of the papers that went out, as they stood on the last day of the year; what goes back later is in the
summary of the year in which it does. So the years of a donor add up, and each agrees with the yearly file
for the tax office.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from cms.money import Money
from donations import regimes
from donations.models import Donor, FiscalRegime, Receipt, ReceiptKind


class NotCounted(models.TextChoices):
    """Why a gift does not count for tax. The first that is true is the one that counts."""

    CASH = "cash"
    REWARD = "reward"
    NO_RELIEF = "no_relief"
    GONE = "gone"


@dataclass(frozen=True)
class Line:
    """One receipt in a year. went_back_cents: within that year; below zero when money came again."""

    receipt: Receipt
    went_back_cents: int
    kept_cents: int
    counted_cents: int

    @property
    def because(self) -> NotCounted | None:
        """Why nothing of it counts, if nothing does."""
        facts = self.receipt.facts
        if self.counted_cents:
            return None
        if facts.get("way") == regimes.Way.CASH:
            return NotCounted.CASH
        if facts.get("counterpart") == regimes.Counterpart.VALUE:
            return NotCounted.REWARD
        return NotCounted.GONE if facts.get("eligible_cents") else NotCounted.NO_RELIEF


@dataclass
class Part:
    """What one beneficiary received under one fiscal regime."""

    facts: dict[str, Any]
    regime: str
    lines: list[Line] = field(default_factory=list)

    @property
    def given(self) -> Money:
        return Money(sum(line.receipt.amount.cents for line in self.lines))

    @property
    def went_back(self) -> Money:
        return Money(sum(line.went_back_cents for line in self.lines))

    @property
    def kept(self) -> Money:
        return Money(sum(line.kept_cents for line in self.lines))

    @property
    def counted(self) -> Money:
        return Money(sum(line.counted_cents for line in self.lines))

    def not_counted(self, because: NotCounted) -> Money:
        """What was kept of the gifts that do not count for this reason."""
        return Money(sum(line.kept_cents for line in self.lines if line.because == because))


@dataclass
class YearSummary:
    """A year of a donor. earlier: what went back in it of gifts of earlier years."""

    donor: Donor
    year: int
    drawn_on: date
    parts: list[Part] = field(default_factory=list)
    earlier: list[Line] = field(default_factory=list)

    @property
    def kept(self) -> Money:
        return Money(sum(part.kept.cents for part in self.parts))

    @property
    def counted(self) -> Money:
        return Money(sum(part.counted.cents for part in self.parts))

    @property
    def is_empty(self) -> bool:
        return not self.parts and not self.earlier

    @property
    def went_back_of_earlier(self) -> Money:
        return Money(sum(line.went_back_cents for line in self.earlier))


def prepare(donor: Donor, year: int, *, among: QuerySet[Receipt] | None = None) -> YearSummary:
    """A donor's year from the papers, in two queries. among: the receipts that the reader may see.

    Year: of the payment in Italy, as on the receipt. Without papers the summary has no parts.
    """
    summary = YearSummary(donor, year, timezone.localdate())
    parts: dict[tuple[int, str], Part] = {}
    for receipt in _papers(donor, year, among):
        changes = receipt.corrections.all()
        before = receipt.amount.cents + _changed(one for one in changes if one.year < year)
        kept = before + _changed(one for one in changes if one.year == year)
        eligible = receipt.facts.get("eligible_cents", 0)
        if receipt.year < year:
            gone = min(eligible, before) - min(eligible, kept)
            summary.earlier.append(Line(receipt, before - kept, kept, gone))
            continue
        regime = receipt.facts.get("fiscal_regime", FiscalRegime.NO_CLAIM)
        part = parts.setdefault((receipt.beneficiary_id, regime), Part(receipt.facts["beneficiary"], regime))
        part.lines.append(Line(receipt, before - kept, kept, min(eligible, kept)))
    summary.parts = sorted(parts.values(), key=lambda part: (part.facts["legal_name"], part.regime))
    return summary


def years_of(donor: Donor, *, among: QuerySet[Receipt] | None = None) -> list[dict[str, Any]]:
    """The years of a donor, the last first: year, amount kept (what went back is taken off the year in which
    it did), count of gifts. One query."""
    cents = Cast(KT("facts__amount_cents"), IntegerField())
    signed = Case(When(kind=ReceiptKind.CORRECTION, then=-cents), default=cents)
    rows = (
        _standing(donor, among)
        .order_by("-year")
        .values("year")
        .annotate(cents=Sum(signed), count=Count("pk", filter=Q(kind=ReceiptKind.RECEIPT)))
    )
    return [{**row, "amount": Money(row["cents"])} for row in rows]


def _standing(donor: Donor, among: QuerySet[Receipt] | None) -> QuerySet[Receipt]:
    rows = Receipt.objects.all() if among is None else among
    return rows.filter(voided_at__isnull=True, donation__donor=donor)


def _papers(donor: Donor, year: int, among: QuerySet[Receipt] | None) -> QuerySet[Receipt]:
    """The receipts of the year, and those of earlier ones of which something went back in it."""
    corrected = Receipt.objects.filter(corrects__isnull=False, year=year).values("corrects")
    return (
        _standing(donor, among)
        .filter(Q(year=year) | Q(pk__in=corrected), kind=ReceiptKind.RECEIPT)
        .prefetch_related("corrections")
        .order_by(F("year"), F("number"), "pk")
    )


def _changed(papers: Iterable[Receipt]) -> int:
    """What these corrections change, in cents: below zero for money that went back."""
    return sum(paper.amount.cents * (-1 if paper.kind == ReceiptKind.CORRECTION else 1) for paper in papers)
