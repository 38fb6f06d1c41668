"""The proof a donor gets: a number without gaps, and facts that stay as they were on that day."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models import Record
from cms.money import Money
from donations.models.base import named, private_storage
from donations.models.beneficiary import Beneficiary
from donations.models.donation import Donation

# A receipt that has not gone out by then needs a look.
PATIENCE = timedelta(hours=1)
# Without letters and digits that look alike on paper.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def verification_code() -> str:
    """Twelve characters that a person can read out and nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _place in range(12))


class ReceiptSequence(models.Model):
    """The last number used by a beneficiary in a year; its row lock is what leaves no gaps."""

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
        # Whose donor was erased has no address any more: nothing is made or sent for it.
        waiting = self.filter(Q(pdf="") | Q(mailed_at__isnull=True))
        return waiting.exclude(facts__donor__email="")

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
    code = models.CharField(_("code"), max_length=20, unique=True, default=verification_code)
    facts = models.JSONField(_("facts"))
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    pdf = models.FileField(
        _("PDF"), storage=private_storage, upload_to="receipts/%Y/", blank=True, max_length=200
    )
    pdf_sha256 = models.CharField(max_length=64, blank=True)
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
        indexes = [models.Index(fields=["-year", "-number", "-id"], name="receipt_in_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["beneficiary", "year", "number"], name="receipt_number_is_used_once"
            ),
            models.UniqueConstraint(fields=["donation"], name="one_receipt_per_donation"),
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
    @named(_("amount"))
    def amount(self) -> Money:
        """What the receipt says, whatever was given back later."""
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
