"""Whether and how a gift's donor is shown among the others."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from donations.models.base import named


class WallQuestions:
    """What the QuerySet of gifts is asked for the wall."""

    def on_the_wall(self: Any) -> Any:
        """Those whose name the donor wanted to be shown, and staff approved; the latest first."""
        rows = self.counted().filter(wants_wall=True, is_anonymous=False, wall_approved_at__isnull=False)
        rows = rows.exclude(display_name="")  # of whom the site has forgotten
        return rows.order_by("-paid_at", "-id")

    def asking_for_the_wall(self: Any) -> Any:
        """Those whose donor wanted to be shown, and of which staff have not said whether."""
        return self.counted().filter(wants_wall=True, is_anonymous=False, wall_approved_at__isnull=True)


class NamedOnTheWall(models.Model):
    """The donor asks for it, staff approve it; a group's name stands in the place of the donor's."""

    wants_wall = models.BooleanField(_("name wanted on the wall of donors"), default=False)
    dedication = models.CharField(_("dedication"), max_length=140, blank=True)
    group_name = models.CharField(_("given in the name of a group"), max_length=120, blank=True)
    wall_approved_at = models.DateTimeField(_("approved for the wall"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    @named(_("shown as"))
    def wall_name(self) -> str:
        """The name under which the wall shows it: the group's, if it was given in its name."""
        return self.group_name or self.display_name  # type: ignore[attr-defined]
