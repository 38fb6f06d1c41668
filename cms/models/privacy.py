"""What people ask about their own data, what was found, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.dates import months_from
from cms.models.outbox import ForbiddenTransition
from cms.models.record import Record


def private_storage() -> Storage:
    return storages["private"]


class PrivacyState(models.TextChoices):
    RECEIVED = "received", _("received")
    VERIFIED = "verified", _("identity verified")
    CONFIRMED = "confirmed", _("rows confirmed")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")


ALLOWED = {
    PrivacyState.RECEIVED: {PrivacyState.VERIFIED, PrivacyState.REFUSED},
    PrivacyState.VERIFIED: {PrivacyState.CONFIRMED, PrivacyState.REFUSED},
    PrivacyState.CONFIRMED: {PrivacyState.VERIFIED, PrivacyState.DONE, PrivacyState.REFUSED},
    PrivacyState.DONE: set(),
    PrivacyState.REFUSED: set(),
}
OPEN = (PrivacyState.RECEIVED, PrivacyState.VERIFIED, PrivacyState.CONFIRMED)


class PrivacyRequest(Record):
    """Somebody asks to have their data, or to have it erased."""

    class Kind(models.TextChoices):
        EXPORT = "export", _("a copy of their data")
        ERASE = "erase", _("erasure")

    State = PrivacyState

    kind = models.CharField(_("what is asked"), max_length=10, choices=Kind)
    state = models.CharField(
        _("state"), max_length=10, choices=PrivacyState, default=PrivacyState.RECEIVED, editable=False
    )
    email = models.EmailField(
        _("e-mail address of the person"), blank=True, help_text=_("By which the data is looked for.")
    )
    email_hash = models.CharField(max_length=64, blank=True, editable=False)
    asked_by = models.CharField(
        _("who asked"), max_length=120, help_text=_("The person, or who acts for them and by what right.")
    )
    channel = models.CharField(
        _("how it was asked"), max_length=120, help_text=_("For example: mail of 3 May, letter, by voice.")
    )
    asked_on = models.DateField(_("asked on"), default=timezone.localdate)
    due_on = models.DateField(
        _("to be answered by"),
        blank=True,
        help_text=_("Empty: one month after the request, as the law wants."),
    )
    language = models.CharField(
        _("language"), max_length=2, choices=[("it", _("Italian")), ("en", _("English"))], default="it"
    )
    verified_how = models.CharField(
        _("how identity was verified"), max_length=250, blank=True, editable=False
    )
    verified_at = models.DateTimeField(_("verified"), null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("verified by"),
    )
    refusal = models.TextField(_("why it was refused"), blank=True, editable=False)
    report = models.JSONField(_("what was done"), default=list, blank=True, editable=False)
    file = models.FileField(
        _("file for the person"),
        storage=private_storage,
        upload_to="privacy/",
        max_length=200,
        blank=True,
        editable=False,
    )
    file_until = models.DateTimeField(_("file kept until"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    class Meta:
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        ordering = ["-asked_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.pk}"  # no name: it goes into the log

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        self.due_on = self.due_on or months_from(self.asked_on, 1)  # art. 12.3 of the GDPR
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_late(self, today: date) -> bool:
        return self.is_open and self.due_on < today

    def transition(self, *, to: PrivacyState, **changes: Any) -> bool:
        """The one door of the state; the caller holds the row's lock.

        Same state again returns False quietly; raises ForbiddenTransition.
        """
        if to == self.state:
            return False
        if to not in ALLOWED[PrivacyState(self.state)]:
            raise ForbiddenTransition(f"{self.state} -> {to}")
        self.state = to
        for name, value in changes.items():
            setattr(self, name, value)
        if to not in OPEN:
            self.closed_at = timezone.now()
        self.save()
        return True


class PrivacyRow(models.Model):
    """A row that was found for a request: staff say whether it is the person's."""

    class Decision(models.TextChoices):
        UNDECIDED = "undecided", _("not looked at")
        THEIRS = "theirs", _("the person's")
        OTHER = "other", _("somebody else's")

    request = models.ForeignKey(PrivacyRequest, models.CASCADE, related_name="rows")
    source = models.CharField(max_length=100)
    model = models.CharField(max_length=100)
    object_id = models.CharField(max_length=64)
    title = models.CharField(max_length=250, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    happened_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.UNDECIDED)

    class Meta:
        verbose_name = _("row of a privacy request")
        verbose_name_plural = _("rows of privacy requests")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "source", "model", "object_id"], name="privacy_row_is_found_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.model}:{self.object_id}"


class ErasedRow(models.Model):
    """That a row was erased for an address of which only a print is kept: replayed after a restore."""

    email_hash = models.CharField(max_length=64)
    source = models.CharField(max_length=100)
    model = models.CharField(max_length=100)
    object_id = models.CharField(max_length=64)
    erased_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("erased row")
        verbose_name_plural = _("erased rows")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email_hash", "source", "model", "object_id"], name="erased_row_is_listed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.model}:{self.object_id}"


class DoomedFile(models.Model):
    """A file to be deleted from a storage once the rows that named it are gone."""

    storage = models.CharField(max_length=40)
    name = models.CharField(max_length=500)
    doomed_at = models.DateTimeField(default=timezone.now)
    last_error = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("file to delete")
        verbose_name_plural = _("files to delete")
        constraints = [models.UniqueConstraint(fields=["storage", "name"], name="doomed_file_is_named_once")]

    def __str__(self) -> str:
        return f"{self.storage}:{self.pk}"
