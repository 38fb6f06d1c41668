"""The outbox: every mail is a row first, so that none is lost and each can be accounted for."""

from __future__ import annotations

import secrets

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models.record import Record


class Stream(models.TextChoices):
    """Service mail answers something a person did; promotional mail may be refused with one click."""

    SERVICE = "service", _("service")
    PROMOTIONAL = "promotional", _("promotional")


class OutboxState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    SUPPRESSED = "suppressed", _("not sent: the person does not want it or the address does not exist")


ALLOWED = {
    OutboxState.WAITING: {OutboxState.SENT, OutboxState.FAILED, OutboxState.SUPPRESSED},
    OutboxState.FAILED: {OutboxState.WAITING},
    OutboxState.SUPPRESSED: {OutboxState.WAITING},
    OutboxState.SENT: set(),
}


class OutboxQuerySet(models.QuerySet):
    def due(self) -> OutboxQuerySet:
        """Waiting messages whose time to be tried has come."""
        return self.filter(state=OutboxState.WAITING, next_try_at__lte=timezone.now())


class OutboxMessage(Record):
    """One mail to one address, as it will be read. Its words never change after queueing."""

    State = OutboxState

    key = models.CharField(_("key"), max_length=200, unique=True, null=True, blank=True, editable=False)
    stream = models.CharField(_("stream"), max_length=12, choices=Stream)
    to = models.EmailField(_("to"), db_index=True)
    language = models.CharField(_("language"), max_length=5)
    template = models.CharField(_("template"), max_length=120)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(_("formatted text"))
    attachments = models.JSONField(_("attachments"), default=list, blank=True)
    unsubscribe_url = models.URLField(_("unsubscribe address"), max_length=500, blank=True)
    # Kept from the first try on: a receiver drops the second copy after a crash between send and save.
    message_id = models.CharField(_("message id"), max_length=255, unique=True, editable=False)
    about_type = models.ForeignKey(
        ContentType, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("about")
    )
    about_id = models.CharField(max_length=64, blank=True)
    about = GenericForeignKey("about_type", "about_id")

    state = models.CharField(_("state"), max_length=12, choices=OutboxState, default=OutboxState.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    claimed_until = models.DateTimeField(_("taken until"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="outbox_in_order"),
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="outbox_waiting"),
            models.Index(fields=["about_type", "about_id"], name="outbox_about"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="outbox_sent_mail_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(stream="service") | ~Q(unsubscribe_url=""),
                name="outbox_promotional_mail_can_be_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    def transition(self, *, to: OutboxState, **changes) -> bool:
        """Write a new state, with other columns, while this message is still ours.

        The row is changed only if its lease and state are those that were read; False means that
        somebody else has taken it. Raises ForbiddenTransition for a move that the table lacks.
        """
        if to == self.state:
            return True
        if to not in ALLOWED[OutboxState(self.state)]:
            raise ForbiddenTransition(f"{self.state} -> {to}")
        changes |= {"state": to, "claimed_until": None, "updated_at": timezone.now()}
        same = type(self).objects.filter(pk=self.pk, state=self.state, claimed_until=self.claimed_until)
        if not same.update(**changes):
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        return True


class ForbiddenTransition(ValueError):
    """A mail was told to go to a state that its own does not lead to."""


class Suppression(models.Model):
    """An address that must not be written to, and why."""

    class Scope(models.TextChoices):
        PROMOTIONAL = "promotional", _("promotional mail")
        ALL = "all", _("all mail")

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("the address does not exist")
        COMPLAINED = "complained", _("reported as spam")
        ASKED = "asked", _("asked not to be written to")

    email = models.EmailField(_("e-mail address"))
    scope = models.CharField(_("what is not sent"), max_length=12, choices=Scope, default=Scope.PROMOTIONAL)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    note = models.CharField(_("note"), max_length=250, blank=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "scope",
                name="suppression_is_unique",
                violation_error_message=_("This address is already on the list."),
            )
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args, **kwargs) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)


def new_token() -> str:
    """A word that nobody can guess, safe in an address."""
    return secrets.token_urlsafe(24)


class UnsubscribeLink(models.Model):
    """The secret word of an address's unsubscribe link: the same in every mail, so old links keep working."""

    email = models.EmailField(unique=True)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("unsubscribe link")
        verbose_name_plural = _("unsubscribe links")

    def __str__(self) -> str:
        return self.email
