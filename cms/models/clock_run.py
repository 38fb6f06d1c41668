"""How each job of the clock is doing: one row for each job."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClockRun(models.Model):
    """The last run of a job, the next one, and the lease by which only one clock runs it."""

    class Outcome(models.TextChoices):
        NEVER = "never", _("not run yet")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    name = models.CharField(_("job"), max_length=100, unique=True)
    next_run_at = models.DateTimeField(_("next run"), db_index=True)
    claimed_until = models.DateTimeField(_("taken until"), null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("last run"), null=True, blank=True)
    duration_ms = models.PositiveBigIntegerField(_("duration (ms)"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.NEVER)
    message = models.TextField(_("what it did"), blank=True)
    failures_in_a_row = models.PositiveIntegerField(_("failures in a row"), default=0)
    last_failed_at = models.DateTimeField(_("last failure"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("clock job")
        verbose_name_plural = _("clock jobs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
