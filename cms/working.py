"""Carrying works on: each finds what comes next in its own row, so that a task is only a hint.

A work is taken under a lease (cms.leases). A killed worker's lease runs out, the clock sees the row, and the
next worker goes on from what is committed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from cms import leases
from cms.models.work import Work

logger = logging.getLogger(__name__)

LEASE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Worker:
    """What does the works of one model.

    steps: state -> what is done in it; it ends by moving the work to another state. failed_at: where a work
    goes whose step fails by an error of ours, with failed_words for the person. task: calls run_waiting.
    """

    model: type[Work]
    steps: Mapping[str, Callable[[Any], None]]
    failed_at: Mapping[str, str]
    failed_words: Any
    task: Any

    def at_work(self) -> QuerySet:
        """Works for a worker that nobody has taken."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=timezone.now())
        return self.model._base_manager.filter(free, state__in=self.model.AT_WORK)

    def run_waiting(self) -> int:
        """Do what waits, until nothing waits; how many steps were done. Several may run at once."""
        steps = 0
        waiting = self.at_work().order_by("updated_at")
        while works := leases.claim(waiting, seconds=LEASE_SECONDS, limit=1):
            self.run(works[0])
            steps += 1
        return steps

    def run(self, work: Any) -> None:
        """Do the next step of a claimed work, in the language of the person who waits for it."""
        state = work.state
        with leases.kept(work, seconds=LEASE_SECONDS), translation.override(_language_of(work.user)):
            try:
                self.steps[state](work)
            except OperationalError:
                # The database is busy or away: the lease runs out, and the work is found again.
                raise
            except Exception:
                logger.exception("%s %s failed while %s", work._meta.label, work.pk, state)
                work.refresh_from_db()
                if work.state == state and state in self.failed_at:
                    work.transition(to=self.failed_at[state], message=str(self.failed_words))

    def hint(self) -> None:
        """Tell the worker, when the transaction is committed, that something waits."""
        transaction.on_commit(self.task.enqueue)

    def sweep(self) -> str | None:
        """Find works whose worker was killed or whose task was lost."""
        waiting = self.at_work().count()
        if waiting:
            self.hint()
        return f"{waiting} waiting" if waiting else None


def _language_of(user: Any) -> str:
    profile = getattr(user, "wagtail_userprofile", None)
    return profile.get_preferred_language() if profile else "it"
