"""Whether and how a gift's donor is shown among the others."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from donations.models.base import named


class NamedOnTheWall(models.Model):
    """The donor asks for it, staff approve it; a group's name stands in the place of the donor's."""

    display_name = models.CharField(_("name as given"), max_length=120)
    is_anonymous = models.BooleanField(_("name not to be shown"), default=False)
    wants_wall = models.BooleanField(_("name wanted on the wall of donors"), default=False)
    dedication = models.CharField(_("dedication"), max_length=140, blank=True)
    group_name = models.CharField(_("given in the name of a group"), max_length=120, blank=True)

    class Meta:
        abstract = True

    @property
    def is_named(self) -> bool:
        """Whether the donor wants the name to be shown."""
        return self.wants_wall and not self.is_anonymous

    @property
    @named(_("shown as"))
    def wall_name(self) -> str:
        """The name under which the wall shows it: the group's, if it was given in its name."""
        return self.group_name or self.display_name
