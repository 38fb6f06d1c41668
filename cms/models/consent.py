"""What people agreed to, in the very words they were shown, and when they took it back."""

from __future__ import annotations

from typing import NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentQuerySet(models.QuerySet["ConsentRecord"]):
    """Refuses to change or delete what people said, but for two doors that privacy opens."""

    def update(self, **kwargs) -> NoReturn:
        raise TypeError("A consent is written once: record a new one instead of changing it")

    def delete(self) -> NoReturn:
        raise TypeError("A consent is written once: forget() it when its time is over")

    def forget(self) -> int:
        """Delete records whose time is over; how many. For rules of retention."""
        return super().delete()[0]

    def detach(self, email: str) -> int:
        """Put another address in the place of a person's who asked to be erased; the proof stays."""
        return super().update(email=email)


class ConsentRecord(models.Model):
    """One yes or one no of one person for one purpose. Written once; a change of mind is a new row."""

    purpose = models.SlugField(_("purpose"), max_length=60)
    email = models.EmailField(_("e-mail address"), db_index=True)
    text = models.TextField(_("text as shown"), blank=True)
    version = models.PositiveIntegerField(_("version of the text"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=5)
    source = models.CharField(_("where"), max_length=200)
    given = models.BooleanField(_("given"), default=True)
    recorded_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
        help_text=_("The colleague who wrote it for the person; empty when the person did it."),
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-recorded_at", "-id"]
        permissions = [("withdraw_consentrecord", _("Can write that a person takes a consent back"))]
        indexes = [
            models.Index(fields=["-recorded_at", "-id"], name="consent_in_order"),
            models.Index(fields=["email", "purpose", "-recorded_at"], name="consent_latest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(given=False) | ~models.Q(text=""),
                name="consent_keeps_the_text_it_was_given_to",
                violation_error_message=_("A consent is kept together with the text that was shown."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.purpose}"

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise TypeError("A consent is written once: record a new one instead of changing it")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs) -> NoReturn:
        raise TypeError("A consent is written once: forget() it when its time is over")

    @property
    def purpose_label(self) -> str:
        """The purpose as people read it."""
        from cms.consent import label_of

        return label_of(self.purpose)

    purpose_label.fget.short_description = _("purpose")  # type: ignore[attr-defined]
