"""What is known for two days of who opens payment pages, so that testers of stolen cards are kept out."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from donations.models.base import named
from donations.models.donation import Donation


class SourceKey(models.Model):
    """The secret of one day, under which addresses are printed. Without it a print leads to nobody."""

    day = models.DateField(unique=True)
    secret = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("key of sources")
        verbose_name_plural = _("keys of sources")

    def __str__(self) -> str:
        return str(self.day)


class OpenedPage(models.Model):
    """A payment page that was opened: by whom (prints of source and e-mail address), how often it failed."""

    reference = models.UUIDField(unique=True)
    source = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    opened_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveSmallIntegerField(default=0)
    must_end = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("opened payment page")
        verbose_name_plural = _("opened payment pages")
        indexes = [
            models.Index(fields=["source", "opened_at"], name="opened_by_source"),
            models.Index(fields=["address", "opened_at"], name="opened_by_address"),
            models.Index(
                fields=["id"],
                condition=Q(must_end=True, ended_at__isnull=True),
                name="opened_must_end",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class FailedPayment(models.Model):
    """One try to pay that the bank or Stripe refused. key: by which Stripe knows the try."""

    key = models.CharField(max_length=255, unique=True)
    page = models.ForeignKey(OpenedPage, models.CASCADE, related_name="failed_payments")
    source = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("failed payment")
        verbose_name_plural = _("failed payments")
        indexes = [
            models.Index(fields=["source", "at"], name="failed_by_source"),
            models.Index(fields=["address", "at"], name="failed_by_address"),
        ]

    def __str__(self) -> str:
        return self.key


class BlockKind(models.TextChoices):
    SOURCE = "source", _("Connection")
    ADDRESS = "address", _("E-mail address")


class GivingBlockQuerySet(models.QuerySet["GivingBlock"]):
    def active(self, now: datetime) -> GivingBlockQuerySet:
        return self.filter(lifted_at__isnull=True, until__gt=now)


class GivingBlock(models.Model):
    """No new payment page for this connection, or this e-mail address, until a moment."""

    kind = models.CharField(_("what is blocked"), max_length=10, choices=BlockKind)
    who = models.CharField(_("print"), max_length=64)
    failures = models.PositiveSmallIntegerField(_("failed payments"))
    began_at = models.DateTimeField(_("began"), default=timezone.now)
    until = models.DateTimeField(_("until"))
    donation = models.ForeignKey(
        Donation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("donation"),
        help_text=_("The last one whose payment failed."),
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )

    objects = GivingBlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ["-id"]
        permissions = [("lift_givingblock", "Can lift a block")]
        indexes = [models.Index(fields=["kind", "who", "until"], name="block_of_whom")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.short}"

    @property
    @named(_("print"))
    def short(self) -> str:
        """As much of the print as tells two blocks apart."""
        return self.who[:8]

    @property
    def is_active(self) -> bool:
        return self.lifted_at is None and self.until > timezone.now()

    @property
    @named(_("state"))
    def label(self) -> str:
        if self.lifted_at:
            return pgettext("block", "Lifted")
        return pgettext("block", "Active") if self.is_active else pgettext("block", "Over")
