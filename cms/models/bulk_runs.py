"""An action on more rows of a list than one page can do: a worker goes through them, a few at a time."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms import audit
from cms.models.work import Work


class BulkState(models.TextChoices):
    RUNNING = "running", _("at work")
    DONE = "done", pgettext_lazy("rows", "done")
    CANCELLED = "cancelled", _("stopped by you")
    FAILED = "failed", _("stopped")


class BulkRun(Work):
    """One action on many rows. What was typed for it is kept only while it is at work."""

    State = BulkState
    ALLOWED = {
        BulkState.RUNNING: {BulkState.DONE, BulkState.CANCELLED, BulkState.FAILED},
        BulkState.DONE: set(),
        BulkState.CANCELLED: set(),
        BulkState.FAILED: set(),
    }
    AT_WORK = (BulkState.RUNNING,)

    # Of the page that was confirmed: a second click finds the run of the first.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    target = models.CharField(_("records"), max_length=100, help_text=_("Such as members.contact."))
    action = models.CharField(_("action"), max_length=100)
    label = models.CharField(_("action"), max_length=200, help_text=_("As it was called."))
    # Of the list whose rows these all are (cms.sources.Question); empty when they were ticked one by one.
    question = models.JSONField(null=True, blank=True)
    # Name -> values, as the action's form got them. Both are JSON so that a person named in them is found.
    typed = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=BulkState, default=BulkState.RUNNING, db_index=True
    )
    last_row = models.BigIntegerField(default=0, editable=False)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    changed_count = models.PositiveIntegerField(_("changed"), default=0)
    same_count = models.PositiveIntegerField(_("same"), default=0)
    left_count = models.PositiveIntegerField(_("left out"), default=0)

    class Meta:
        verbose_name = _("change of many rows")
        verbose_name_plural = _("changes of many rows")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.label} · {self.pk}"

    def transition(self, *, to: str, **changes) -> bool:
        """Every move is an end: what was typed and the rows without a turn are forgotten, and it is told."""
        with transaction.atomic():
            if not super().transition(to=to, typed={}, **changes):
                return False
            self.refresh_from_db()
            self.rows.filter(why="").delete()
            counts = {name: getattr(self, f"{name}_count") for name in ("changed", "same", "left")}
            data = {"records": self.target, "action": self.action, "state": to, **counts}
            audit.record("cms.bulk.ended", self, user=self.user, data=data)
        return True

    @property
    def rows_done(self) -> int:
        """How many rows had their turn."""
        return self.changed_count + self.same_count + self.left_count

    @property
    def rows_untouched(self) -> int:
        """How many rows a run that ended early never came to."""
        return self.rows_total - self.rows_done

    @property
    def tone(self) -> str:
        """The colour of its state: cms.sources.columns.StateColumn names them."""
        return {BulkState.RUNNING: "busy", BulkState.DONE: "good", BulkState.FAILED: "bad"}.get(
            BulkState(self.state), "quiet"
        )

    @property
    def progress(self) -> dict[str, Any]:
        return {"state": self.state, "done": self.rows_done, "total": self.rows_total}


class BulkRow(models.Model):
    """A row that waits for its turn; afterwards only those that were left out stay, with the reason."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="rows", db_index=False)
    object_id = models.CharField(max_length=64)
    why = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("row of a change of many")
        verbose_name_plural = _("rows of changes of many")
        ordering = ["run", "pk"]
        indexes = [models.Index(fields=["run", "id"], name="bulk_rows_in_order")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.object_id}"
