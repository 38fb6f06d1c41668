"""The keys with which staff's own programs read records through the network API."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StaffTokenQuerySet(models.QuerySet):
    def usable(self, today: date) -> StaffTokenQuerySet:
        """Neither revoked nor expired, and of somebody whose account is active."""
        return self.filter(revoked_at__isnull=True, expires_on__gte=today, owner__is_active=True)


class StaffToken(models.Model):
    """A bearer token of one person. Only a digest of it is stored: nobody can read it again.

    kinds: keys of the sources it may read ("members.lead"). It never reads more than its owner may see at
    that moment. expires_on: the last day on which it works.
    """

    class State(models.TextChoices):
        USABLE = "usable", _("in use")
        EXPIRED = "expired", _("expired")
        REVOKED = "revoked", _("revoked")
        ASLEEP = "asleep", _("its owner's account is off")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="staff_tokens",
        verbose_name=_("owner"),
    )
    name = models.CharField(
        _("name"), max_length=100, help_text=_("The program that will use it, such as “Sheet of the board”.")
    )
    hint = models.CharField(_("begins with"), max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    kinds = models.JSONField(_("may read"), default=list)
    expires_on = models.DateField(_("works until"), help_text=_("A year from today at most."))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects = StaffTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        if self.revoked_at:
            return self.State.REVOKED
        if self.expires_on < timezone.localdate():
            return self.State.EXPIRED
        return self.State.USABLE if self.owner.is_active else self.State.ASLEEP

    def get_state_display(self) -> str:
        return str(self.State(self.state).label)

    get_state_display.short_description = _("state")  # type: ignore[attr-defined]
