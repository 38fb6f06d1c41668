"""What people agreed to, in the very words they were shown, and when they took it back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentRecord(models.Model):
    """One yes or one no of one person for one purpose. Written once; a change of mind is a new row."""

    purpose = models.SlugField(_("purpose"), max_length=60)
    email = models.EmailField(_("e-mail address"), db_index=True)
    text = models.TextField(_("text as shown"), blank=True)
    language = models.CharField(_("language"), max_length=5)
    source = models.CharField(_("where"), max_length=200)
    given = models.BooleanField(_("given"), default=True)
    recorded_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-recorded_at", "-id"]
        indexes = [models.Index(fields=["email", "purpose", "-recorded_at"], name="consent_latest")]
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
