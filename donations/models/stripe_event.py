"""What Stripe told us: stored as it came, then worked on from here."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("event", "Waiting")
    DONE = "done", pgettext_lazy("event", "Done")
    IGNORED = "ignored", _("Of a kind that is not used")
    UNMATCHED = "unmatched", _("No donation found")
    REFUSED = "refused", _("From the other mode of Stripe")
    FAILED = "failed", _("Needs a person")


class StripeEventQuerySet(models.QuerySet["StripeEvent"]):
    def due(self, now: datetime) -> StripeEventQuerySet:
        """Those whose turn it is, oldest first."""
        return self.filter(
            Q(next_try_at__isnull=True) | Q(next_try_at__lte=now), state=EventState.WAITING
        ).order_by("created", "id")

    def needing_a_person(self) -> StripeEventQuerySet:
        return self.filter(state__in=[EventState.UNMATCHED, EventState.REFUSED, EventState.FAILED])


class StripeEvent(models.Model):
    event_id = models.CharField(_("event"), max_length=255, unique=True)
    type = models.CharField(_("type"), max_length=120)
    created = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    api_version = models.CharField(max_length=40, blank=True)
    livemode = models.BooleanField(_("real money"))
    raw = models.TextField(_("as it came"), blank=True)
    state = models.CharField(_("state"), max_length=20, choices=EventState, default=EventState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    processed_at = models.DateTimeField(_("done"), null=True, blank=True)
    last_error = models.TextField(_("last problem"), blank=True)

    objects = StripeEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("Stripe event")
        verbose_name_plural = _("Stripe events")
        ordering = ["-id"]
        permissions = [("replay_stripeevent", _("Can work on Stripe events again"))]
        indexes = [models.Index(fields=["state", "next_try_at"], name="stripe_event_due")]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class StripeCursor(models.Model):
    """How far one part of the comparison with Stripe has come: what was made before it has been seen."""

    name = models.CharField(max_length=40, primary_key=True)
    reached_at = models.DateTimeField(_("reached"))

    class Meta:
        verbose_name = _("place in Stripe's lists")
        verbose_name_plural = _("places in Stripe's lists")

    def __str__(self) -> str:
        return f"{self.name}: {self.reached_at:%d/%m/%Y %H:%M}"
