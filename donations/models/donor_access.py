"""How a donor comes to the own donations without a password: a link by mail, once, then a short visit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from donations.models.donor import Donor


class DonorLink(models.Model):
    """Somebody asked for a link. Without a donor nobody with that address is known: then nothing is sent.

    The token is made when the mail is written, and only its hash stays here.
    """

    donor = models.ForeignKey(Donor, models.CASCADE, null=True, related_name="links")
    language = models.CharField(max_length=5, default="it")
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("link of a donor")
        verbose_name_plural = _("links of donors")
        indexes = [models.Index(fields=["id"], condition=Q(sent_at__isnull=True), name="donor_link_to_send")]

    def __str__(self) -> str:
        return f"{self.pk}"


class DonorVisit(models.Model):
    """A donor who came by a link, for an hour. The cookie holds the token, this row its hash."""

    donor = models.ForeignKey(Donor, models.CASCADE, related_name="visits")
    token_hash = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = _("visit of a donor")
        verbose_name_plural = _("visits of donors")

    def __str__(self) -> str:
        return f"{self.pk}"
