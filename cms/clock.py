"""The one schedule of the site: a list of jobs, run by `manage.py clock`.

Each job may run twice without harm, returns a short sentence about what it did (or None), and is
taken by a lease, so that two clocks share the work.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

from django.db import close_old_connections
from django.utils import timezone

from cms import leases
from cms.models.clock_run import ClockRun
from cms.registry import Registry

logger = logging.getLogger(__name__)

# Renewed while a job runs; the job of a clock that was killed is free again after it.
LEASE_SECONDS = 90
TICK_SECONDS = 5
# A neighbour that is not up yet, as the local Stripe in the first seconds of `make run`, is soon asked again.
FIRST_RETRY = timedelta(minutes=1)


@dataclass(frozen=True)
class Job:
    name: str
    every: timedelta
    work: Callable[[], str | None]


jobs: Registry[str, Job] = Registry("clock jobs")


def register(name: str, every: timedelta, job: Callable[[], str | None]) -> None:
    """Add a job to the schedule; call it in AppConfig.ready().

    name: unique, read by staff in Reports, such as "send the outbox". every: from one start to the
    next. job: does the work, safe to run twice; what it returns is shown, what it raises is noted
    and never stops the others. Raises ValueError for a period that is not positive.
    """
    if every <= timedelta(0):
        raise ValueError(f"The job {name!r} needs a period above zero")
    known = jobs.get(name)
    if known is None or (known.every, known.work) != (every, job):
        jobs.register(name, Job(name, every, job))


def pause_before_next(job: Job, failures_in_a_row: int) -> timedelta:
    """From one start to the next: the period, or after failures one minute, doubling up to the period."""
    if failures_in_a_row == 0:
        return job.every
    # Sixteen doublings are six weeks: beyond the period of any job, and no power of two without an end.
    return min(job.every, FIRST_RETRY * 2 ** min(failures_in_a_row - 1, 16))


def run_due(stop: Event | None = None) -> list[ClockRun]:
    """Run each job whose time has come and that no other clock holds; the runs, as written."""
    runs = []
    for _name, job in jobs.items():
        if stop is not None and stop.is_set():
            break
        try:
            run = _take(job)
            if run is not None:
                runs.append(_run(job, run))
        except Exception:
            # The database may be away for a moment: the next tick tries again.
            logger.exception("clock: %s could not be taken or noted", job.name)
    return runs


def run_forever(stop: Event) -> None:
    """Run jobs as they fall due, until `stop` is set; a job under way is finished first."""
    while not stop.is_set():
        close_old_connections()
        run_due(stop)
        close_old_connections()
        stop.wait(TICK_SECONDS)


def _take(job: Job) -> ClockRun | None:
    """The job's row under our lease, when it is due and free."""
    now = timezone.now()
    ClockRun.objects.get_or_create(name=job.name, defaults={"next_run_at": now})
    # A period that was shortened counts at once, not after the old one.
    due = ClockRun.objects.filter(name=job.name, next_run_at__lte=now) | ClockRun.objects.filter(
        name=job.name, started_at__lte=now - job.every
    )
    return next(iter(leases.claim(due, seconds=LEASE_SECONDS, limit=1)), None)


def _run(job: Job, run: ClockRun) -> ClockRun:
    """Do the work and write how it went."""
    started_at, begun = timezone.now(), time.monotonic()
    notes: dict = {"outcome": ClockRun.Outcome.DONE, "failures_in_a_row": 0}
    try:
        with leases.kept(run, seconds=LEASE_SECONDS):
            notes["message"] = job.work() or ""
    except Exception as fault:
        logger.exception("clock: %s failed", job.name)
        notes = {
            "outcome": ClockRun.Outcome.FAILED,
            "message": "",
            "failures_in_a_row": run.failures_in_a_row + 1,
            "last_failed_at": started_at,
            "last_error": f"{type(fault).__name__}: {fault}"[:2000],
        }
    leases.release(
        run,
        started_at=started_at,
        duration_ms=round((time.monotonic() - begun) * 1000),
        next_run_at=started_at + pause_before_next(job, notes["failures_in_a_row"]),
        **notes,
    )
    return run
