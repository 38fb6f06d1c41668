"""How long each kind of rows is kept, on which basis, and what becomes of it then."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.models.record import Record


class RetentionRule(Record):
    """One rule for one kind of rows. It does nothing until somebody approves it; a change takes that back."""

    class Action(models.TextChoices):
        DELETE = "delete", _("delete")
        PSEUDONYMISE = "pseudonymise", _("keep without the person")

    kind = models.CharField(_("what"), max_length=60, unique=True)
    after_months = models.PositiveSmallIntegerField(
        _("after how many months"), validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    action = models.CharField(_("what is done"), max_length=14, choices=Action)
    basis = models.TextField(
        _("basis"), max_length=500, help_text=_("Why this long: the law or the reason, in your words.")
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    last_run_at = models.DateTimeField(_("last run"), null=True, blank=True, editable=False)
    last_count = models.PositiveIntegerField(_("rows at the last run"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The kind in words."""
        from cms.privacy.retention import kinds

        known = kinds.get(self.kind)
        return str(known.label) if known else self.kind

    label.fget.short_description = _("what")  # type: ignore[attr-defined]

    @property
    def is_on(self) -> bool:
        return self.approved_at is not None

    is_on.fget.short_description = _("runs")  # type: ignore[attr-defined]

    def save(self, *args: Any, **kwargs: Any) -> None:
        before = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        if before and (before.after_months, before.action) != (self.after_months, self.action):
            self.approved_at = self.approved_by = None
            if fields := kwargs.get("update_fields"):
                kwargs["update_fields"] = {*fields, "approved_at", "approved_by"}
        super().save(*args, **kwargs)
