"""What a worker does in steps for a person who waits and looks on: its state is the only memory it needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models.record import Record


class ForbiddenTransition(ValueError):
    """A work was told to go to a state that its own does not lead to."""


class Work(Record):
    """Base of works that cms.working carries on. Whoever inherits has a column `state` as well.

    ALLOWED: state -> the states it leads to. AT_WORK: those in which a worker has something to do.
    """

    ALLOWED: ClassVar[Mapping[Any, Collection[Any]]]
    AT_WORK: ClassVar[Collection[Any]]
    state: str

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    message = models.TextField(_("what happened"), blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def transition(self, *, to: str, **changes) -> bool:
        """Write a new state with other columns, if the row still has the state that was read.

        False when somebody else moved it meanwhile. Raises ForbiddenTransition for a move that the table
        lacks.
        """
        if not self.may_go(to):
            raise ForbiddenTransition(f"{self.state} -> {to}")
        changes |= {"state": to, "claimed_until": None, "updated_at": timezone.now()}
        if not type(self)._base_manager.filter(pk=self.pk, state=self.state).update(**changes):
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        return True

    def may_go(self, to: str) -> bool:
        return to in self.ALLOWED[self.state]

    @property
    def is_at_work(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.state in self.AT_WORK
