"""The proof a donor gets: a number without gaps, and facts that stay as they were on that day.

Nothing that went out is changed or deleted. Money that goes back makes a correction with a number of its own;
money that comes again, another one; a receipt with a mistake in it is voided, keeps its number, and a new one
takes its place.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.models import Record
from cms.money import Money
from cms.privacy.needles import MARK
from donations.models.base import named, private_storage
from donations.models.beneficiary import Beneficiary
from donations.models.donation import Donation

# A receipt that has not gone out by then needs a look.
PATIENCE = timedelta(hours=1)
# Whose PDF or mail is still to be made. Whose donor was erased has no name any more, and who has no address
# gets no mail.
UNSENT = Q(pdf="") & ~Q(facts__donor__name=MARK) | Q(mailed_at__isnull=True) & ~Q(facts__donor__email="")
# Without letters and digits that look alike on paper.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def verification_code() -> str:
    """Twelve characters that a person can read out and nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _place in range(12))


class ReceiptKind(models.TextChoices):
    RECEIPT = "receipt", _("Receipt")
    CORRECTION = "correction", _("Correction: money went back")
    RESTORATION = "restoration", _("Correction: the money is here after all")


class ReceiptSequence(models.Model):
    """The last number used by a beneficiary in a year; its row lock is what leaves no gaps.

    Receipts and corrections share it.
    """

    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="receipt_sequences")
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("receipt sequence")
        verbose_name_plural = _("receipt sequences")
        constraints = [
            models.UniqueConstraint(
                fields=["beneficiary", "year"], name="one_sequence_per_beneficiary_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.beneficiary_id}/{self.year}: {self.last}"


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def unsent(self) -> ReceiptQuerySet:
        """Those whose PDF or mail is still to be made."""
        return self.filter(UNSENT)

    def standing(self) -> ReceiptQuerySet:
        """Those that were not voided."""
        return self.filter(voided_at__isnull=True)

    def overdue(self, now: datetime) -> ReceiptQuerySet:
        """Unsent for so long that somebody should look."""
        return self.unsent().filter(issued_at__lt=now - PATIENCE)


class Receipt(Record):
    beneficiary = models.ForeignKey(
        Beneficiary, models.PROTECT, related_name="receipts", verbose_name=_("beneficiary")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    donation = models.ForeignKey(
        Donation, models.PROTECT, related_name="receipts", verbose_name=_("donation")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ReceiptKind, default=ReceiptKind.RECEIPT)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", verbose_name=_("corrects")
    )
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    void_reason = models.CharField(_("why it was voided"), max_length=300, blank=True)
    code = models.CharField(_("code"), max_length=20, unique=True, default=verification_code)
    facts = models.JSONField(_("facts"))
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    pdf = models.FileField(
        _("PDF"), storage=private_storage, upload_to="receipts/%Y/", blank=True, max_length=200
    )
    pdf_sha256 = models.CharField(_("fingerprint of the PDF"), max_length=64, blank=True)
    mailed_at = models.DateTimeField(_("mail written"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-year", "-number"]
        permissions = [("replace_receipt", "Can void a receipt and issue another")]
        indexes = [
            models.Index(fields=["-year", "-number", "-id"], name="receipt_in_order"),
            # What the sweeper looks for every minute: almost none.
            models.Index(fields=["id"], condition=UNSENT, name="receipt_unsent"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["beneficiary", "year", "number"], name="receipt_number_is_used_once"
            ),
            models.UniqueConstraint(
                fields=["donation"],
                condition=Q(kind="receipt", voided_at__isnull=True),
                name="one_standing_receipt_per_donation",
            ),
            models.CheckConstraint(
                condition=Q(kind="receipt", corrects__isnull=True)
                | (~Q(kind="receipt") & Q(corrects__isnull=False)),
                name="only_corrections_correct",
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="receipt_numbers_start_at_one"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    @named(_("number"))
    def label(self) -> str:
        """The number as written on the receipt: 12/2026."""
        return f"{self.number}/{self.year}"

    @property
    @named(_("state"))
    def standing(self) -> str:
        """What it is worth now, in a word."""
        if self.voided_at:
            return str(pgettext_lazy("receipt", "Voided"))
        return str(ReceiptKind(self.kind).label)

    @property
    @named(_("kept, as it stands"))
    def stands(self) -> Money:
        """What this paper says that the beneficiary keeps of the gift."""
        return Money(self.facts.get("stands_cents", self.facts["amount_cents"]), self.facts["currency"])

    @property
    @named(_("amount"))
    def amount(self) -> Money:
        """What the receipt says, whatever was given back later; of a correction, what changed."""
        return Money(self.facts["amount_cents"], self.facts["currency"])

    @property
    @named(_("paid on"))
    def paid_on(self) -> date:
        """The day of the payment in Italy."""
        return date.fromisoformat(self.facts["paid_on"])

    @property
    @named(_("code"))
    def shown_code(self) -> str:
        """The code in groups, as printed: ABCD-EFGH-JKMN."""
        return "-".join(self.code[i : i + 4] for i in range(0, len(self.code), 4))
