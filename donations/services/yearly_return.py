"""What the tax office is told of a year's gifts: who gave how much, and of every gift left out, why.

Bodies send by 16 March the gifts of the year before: of natural persons, with their tax code, in traceable
ways, net of what was given back in the year; and what was given back in the year of gifts of earlier ones,
with the year of the gift. Duty above 220 000 € of income, optional below. Who objected is left out. Sources:
D.M. 3 February 2021 (in the place of D.M. 30 January 2018) art. 1 and 3; Provvedimento AdE 9 February 2018
with the later ones of 19 February 2021 and 4 March 2024 (n. 83793).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.money import Money
from donations import regimes, tax_codes
from donations.models import (
    GIVEN,
    Account,
    Beneficiary,
    Dispute,
    DisputeState,
    Donation,
    LedgerEntry,
    Receipt,
    ReceiptKind,
)
from donations.models.ledger import LedgerEntryQuerySet


class LeftOut(models.TextChoices):
    """Why a gift is not told to the tax office. The first that is true is the one that counts."""

    NO_REGIME = "no_regime", _("no fiscal regime of the beneficiary gives relief on that day")
    CASH = "cash", _("in cash, or in a way that leaves no trace")
    REWARD = "reward", _("a reward of value was given for it")
    GONE = "gone", _("given back whole within the year")
    OBJECTION = "objection", _("the donor objected to the data being sent")
    NO_TAX_CODE = "no_tax_code", _("no tax code")
    BAD_TAX_CODE = "bad_tax_code", _("the tax code has a slip")
    NOT_A_PERSON = "not_a_person", _("given by a company or body, not by a person")


@dataclass(frozen=True)
class Gift:
    """One gift of the year. net_cents: what was given less what went back within the year."""

    donation: Donation
    net_cents: int
    tax_code: str = ""
    because: LeftOut | None = None

    @property
    def net(self) -> Money:
        return Money(self.net_cents)


@dataclass(frozen=True)
class GivenBack:
    """What went back in the year of a gift of an earlier year; less than nothing when it came again."""

    donation: Donation
    gift_year: int
    cents: int
    tax_code: str = ""
    because: LeftOut | None = None

    @property
    def amount(self) -> Money:
        return Money(self.cents)


@dataclass
class Line:
    """One person in the file: what was given in the year, or what went back of an earlier one."""

    tax_code: str
    name: str
    year: int
    cents: int = 0
    gifts: int = 0
    is_refund: bool = False

    @property
    def amount(self) -> Money:
        return Money(self.cents)


@dataclass
class YearlyReturn:
    """A year's gifts to one beneficiary: told, left out, given back. Each cent of the ledger is in one.

    held_cents: what disputes took in the year without being lost in it; it is not given back (yet), as on
    the receipts. Below zero in a year in which more of it was decided.
    """

    beneficiary: Beneficiary
    year: int
    told: list[Gift] = field(default_factory=list)
    left_out: list[Gift] = field(default_factory=list)
    given_back: list[GivenBack] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    held_cents: int = 0

    @property
    def held(self) -> Money:
        return Money(self.held_cents)

    @property
    def told_total(self) -> Money:
        return Money(sum(gift.net_cents for gift in self.told))

    @property
    def left_out_total(self) -> Money:
        return Money(sum(gift.net_cents for gift in self.left_out))

    @property
    def given_back_total(self) -> Money:
        return Money(sum(one.cents for one in self.given_back))

    @property
    def total(self) -> Money:
        """What must be the ledger's own sum for the year."""
        return self.told_total + self.left_out_total - self.given_back_total - self.held

    @property
    def agrees(self) -> bool:
        return self.total == ledger_total(self.beneficiary, self.year)


def prepare(beneficiary: Beneficiary, year: int) -> YearlyReturn:
    """Look through the gifts of a year. Reads only."""
    result = YearlyReturn(beneficiary, year)
    start, end = year_bounds(year)
    moved, result.held_cents = _moved(beneficiary, start, end)
    paid = _gifts(Donation.objects.filter(beneficiary=beneficiary, paid_at__gte=start, paid_at__lt=end))
    for donation in paid:
        code, because = _judge(donation)
        net = moved.pop(donation.pk, 0)
        if because is None and net <= 0:
            because = LeftOut.GONE
        (result.left_out if because else result.told).append(Gift(donation, net, code, because))
    for donation in _gifts(Donation.objects.filter(pk__in=moved)):
        if cents := -moved[donation.pk]:
            code, because = _judge(donation)
            gift_year = timezone.localdate(donation.paid_at).year
            result.given_back.append(GivenBack(donation, gift_year, cents, code, because))
    result.lines = _lines(result)
    return result


def ledger_total(beneficiary: Beneficiary, year: int) -> Money:
    """What the ledger says that a beneficiary was given in a year, less what went back in it."""
    start, end = year_bounds(year)
    entries = _entries(beneficiary, start, end)
    return Money(-(entries.aggregate(sum=Sum("amount_cents"))["sum"] or 0))


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """The first moment of a year in Italy, and the first of the next."""
    first = datetime(year, 1, 1)
    return timezone.make_aware(first), timezone.make_aware(datetime(year + 1, 1, 1))


def as_csv(prepared: YearlyReturn) -> bytes:
    """The file: one line a person and kind, amounts with a decimal comma, semicolons, UTF-8 with its mark.

    It holds what the tax office asks, in the order in which its own program for filling in the return asks
    it. The telematic file of fixed length is made by that program, or by the accountant's: docs/receipts.md
    says why.
    """
    paper = io.StringIO()
    writer = csv.writer(paper, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            "codice fiscale beneficiario", "anno di riferimento", "tipo", "codice fiscale erogante",
            "nome indicato",
            "anno dell'erogazione", "numero di erogazioni", "importo",
        ]
    )  # fmt: skip
    for line in prepared.lines:
        writer.writerow(
            [
                prepared.beneficiary.tax_code,
                prepared.year,
                "rimborso" if line.is_refund else "erogazione",
                line.tax_code,
                _plain(line.name),
                line.year,
                line.gifts,
                f"{Decimal(line.cents) / 100:.2f}".replace(".", ","),
            ]
        )
    return paper.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    """A name that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def _entries(
    beneficiary: Beneficiary, start: datetime, end: datetime, accounts: Iterable[Account] = GIVEN
) -> LedgerEntryQuerySet:
    return LedgerEntry.objects.filter(
        beneficiary=beneficiary,
        account__in=accounts,
        transaction__occurred_at__gte=start,
        transaction__occurred_at__lt=end,
    )


def _moved(beneficiary: Beneficiary, start: datetime, end: datetime) -> tuple[dict[int, int], int]:
    """Donation -> cents given in the time, less what went back in it; and what disputes hold of it.

    The ledger moves when a dispute opens; here, as on the receipts, money is gone when it is lost.
    """
    entries = _entries(beneficiary, start, end, (Account.GIFTS, Account.REFUNDS))
    rows = entries.order_by().values_list("transaction__donation").annotate(sum=Sum("amount_cents"))
    moved = {donation: -cents for donation, cents in rows if donation}
    lost = Dispute.objects.filter(
        donation__beneficiary=beneficiary,
        state=DisputeState.LOST,
        closed_at__gte=start,
        closed_at__lt=end,
    )
    held = _entries(beneficiary, start, end, (Account.DISPUTES,)).balance_cents()
    for donation, cents in lost.order_by().values_list("donation", "withdrawn_cents"):
        moved[donation] = moved.get(donation, 0) - cents
        held -= cents
    return moved, held


def _gifts(rows: QuerySet[Donation]) -> Iterable[Donation]:
    receipts = Receipt.objects.standing().filter(kind=ReceiptKind.RECEIPT)
    return (
        rows.select_related("donor")
        .prefetch_related(Prefetch("receipts", receipts, to_attr="standing_receipts"))
        .order_by("paid_at", "pk")
    )


def _judge(donation: Any) -> tuple[str, LeftOut | None]:
    """The tax code of a gift, and why it is not told, if it is not: the receipt says what it was worth."""
    receipt = donation.standing_receipts[0] if donation.standing_receipts else None
    facts = receipt.facts if receipt else {}
    code = donation.donor.tax_code or donation.tax_code or facts.get("donor", {}).get("tax_code", "")
    return code, _reason(donation, facts, code)


def _reason(donation: Donation, facts: dict[str, Any], code: str) -> LeftOut | None:
    if facts.get("way", regimes.Way.CASH) == regimes.Way.CASH:
        known = "way" in facts
        return LeftOut.CASH if known else LeftOut.NO_REGIME
    if facts.get("counterpart") == regimes.Counterpart.VALUE:
        return LeftOut.REWARD
    if not facts.get("eligible_cents") or not regimes.rules_of(facts["fiscal_regime"]).is_reported:
        return LeftOut.NO_REGIME
    if donation.donor.objected_on or donation.objects_to_report:
        return LeftOut.OBJECTION
    if not code:
        return LeftOut.NO_TAX_CODE
    try:
        tax_codes.validate_tax_code(code)
    except ValidationError:
        return LeftOut.BAD_TAX_CODE
    return None if tax_codes.is_of_a_person(code) else LeftOut.NOT_A_PERSON


def _lines(prepared: YearlyReturn) -> list[Line]:
    """People with what they gave, then what went back of earlier years, by tax code."""
    lines: dict[tuple[bool, str, int], Line] = {}
    for gift in prepared.told:
        key = (False, gift.tax_code, prepared.year)
        line = lines.setdefault(key, Line(gift.tax_code, gift.donation.display_name, prepared.year))
        line.cents, line.gifts = line.cents + gift.net_cents, line.gifts + 1
    for back in prepared.given_back:
        if back.because is None:
            key = (True, back.tax_code, back.gift_year)
            line = lines.setdefault(
                key, Line(back.tax_code, back.donation.display_name, back.gift_year, is_refund=True)
            )
            line.cents, line.gifts = line.cents + back.cents, line.gifts + 1
    return [lines[key] for key in sorted(lines)]
