"""What the platform's own reports ask of people: jobs and mails that failed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext

from cms.dashboard import DashboardTask, counted, dashboard_tasks
from cms.models import ClockRun, OutboxMessage
from cms.models.outbox import OutboxState


def failed_jobs(user: Any) -> DashboardTask | None:
    """Jobs of the clock whose last run failed."""
    found = counted(user, ClockRun, outcome=ClockRun.Outcome.FAILED)
    if found is None or not found.count:
        return None
    label = ngettext("%(n)s job of the clock failed", "%(n)s jobs of the clock failed", found.count)
    return DashboardTask(label % {"n": found.count}, found.count, found.url, is_late=True)


def failed_mails(user: Any) -> DashboardTask | None:
    """Mails about what a person may see that nobody will get without help."""
    found = counted(user, OutboxMessage, state=OutboxState.FAILED)
    if found is None or not found.count:
        return None
    label = ngettext("%(n)s mail could not be sent", "%(n)s mails could not be sent", found.count)
    return DashboardTask(label % {"n": found.count}, found.count, found.url, is_late=True)


def register() -> None:
    """Called once, when the app is ready."""
    dashboard_tasks.register("cms.jobs", failed_jobs)
    dashboard_tasks.register("cms.mails", failed_mails)
