"""The platform's own jobs of the clock."""

from __future__ import annotations

import io
from datetime import timedelta

from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from django_tasks import task_backends
from django_tasks_db import DatabaseBackend

from cms import clock
from cms.listing.bulk import running as bulk
from cms.models import ClockRun
from cms.outbox.sending import send_waiting
from cms.spreadsheets.importing import running as imports

TASK_RESULTS_DAYS = 14


def register_jobs() -> None:
    """Put the platform's jobs on the schedule."""
    clock.register("publish scheduled pages", timedelta(minutes=1), publish_scheduled)
    clock.register("send the outbox", timedelta(minutes=1), send_outbox)
    clock.register("resume imports", timedelta(minutes=1), imports.sweep)
    clock.register("resume changes of many rows", timedelta(minutes=1), bulk.worker.sweep)
    clock.register("forget old changes of many rows", timedelta(days=1), bulk.purge)
    clock.register("empty old imports", timedelta(days=1), imports.purge)
    clock.register("clear old task results", timedelta(days=1), prune_task_results)
    clock.register("clear expired sessions", timedelta(days=1), clear_sessions)
    clock.register("clear the cache of what is over", timedelta(hours=1), clear_cache)
    clock.register("forget jobs that are gone", timedelta(days=1), forget_old_jobs)


def publish_scheduled() -> str | None:
    """Publish and take down what editors scheduled."""
    return _command("publish_scheduled")


def send_outbox() -> str | None:
    """Find mails whose hint was lost or whose time has come again."""
    sent = send_waiting(limit=200)
    return f"{sent} sent" if sent else None


def prune_task_results() -> str | None:
    """Only tasks kept in the database leave results behind."""
    if not isinstance(task_backends["default"], DatabaseBackend):
        return None
    return _command("prune_db_task_results", min_age_days=TASK_RESULTS_DAYS)


def clear_sessions() -> str | None:
    return _command("clearsessions")


def clear_cache() -> str | None:
    """Only the cache in the database keeps what is over; others drop it by themselves."""
    gone = cache.clear_expired() if hasattr(cache, "clear_expired") else 0
    return f"{gone} entries" if gone else None


def forget_old_jobs() -> str | None:
    """Drop the rows of jobs that nobody registers any more."""
    month_ago = timezone.now() - timedelta(days=30)
    gone, _rows = (
        ClockRun.objects.exclude(name__in=list(clock.jobs)).filter(started_at__lt=month_ago).delete()
    )
    return f"{gone} forgotten" if gone else None


def _command(name: str, **options) -> str | None:
    """Run a management command; what it printed, shortened."""
    said = io.StringIO()
    call_command(name, stdout=said, stderr=said, **options)
    return said.getvalue().strip()[:500] or None
