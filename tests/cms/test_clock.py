"""The clock: jobs fall due, failures are noted and stop nobody, two clocks share the work."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone
from wagtail.models import Page, Site

from cms import clock, jobs
from cms.models import ClockRun
from cms.registry import AlreadyRegistered, Registry
from tests.factories.cms import OutboxMessageFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def only_ours(monkeypatch):
    """An empty schedule."""
    monkeypatch.setattr(clock, "jobs", Registry("clock jobs"))


def test_job_runs_at_once_and_then_when_its_period_is_over():
    ran: list[int] = []
    clock.register("count", HOUR, lambda: ran.append(1))
    before = timezone.now()
    [run] = clock.run_due()
    assert clock.run_due() == []
    assert (run.outcome, run.failures_in_a_row, run.claimed_until) == ("done", 0, None)
    assert HOUR <= run.next_run_at - before < HOUR + timedelta(seconds=10)
    ClockRun.objects.update(next_run_at=timezone.now(), started_at=before - HOUR)
    clock.run_due()
    assert ran == [1, 1]


def test_what_a_job_says_is_kept():
    clock.register("talk", HOUR, lambda: "3 sent")
    clock.run_due()
    assert ClockRun.objects.get().message == "3 sent"


def test_failing_job_is_noted_and_stops_no_other():
    def fail() -> None:
        raise RuntimeError("no ink")

    ran: list[int] = []
    clock.register("fail", HOUR, fail)
    clock.register("count", HOUR, lambda: ran.append(1))
    clock.run_due()
    assert ran == [1]
    run = ClockRun.objects.get(name="fail")
    assert (run.outcome, run.failures_in_a_row, run.last_error) == ("failed", 1, "RuntimeError: no ink")
    assert run.next_run_at > timezone.now()

    ClockRun.objects.update(next_run_at=timezone.now())
    clock.run_due()
    run.refresh_from_db()
    assert run.failures_in_a_row == 2
    clock.jobs.unregister("fail")
    clock.register("fail", HOUR, lambda: "mended")
    ClockRun.objects.update(next_run_at=timezone.now())
    clock.run_due()
    run.refresh_from_db()
    assert (run.outcome, run.failures_in_a_row, run.message) == ("done", 0, "mended")
    assert run.last_error == "RuntimeError: no ink"  # the last failure stays in sight


def test_failed_job_is_tried_again_soon_and_never_later_than_its_period():
    started = timezone.now()
    clock.register("fail", timedelta(minutes=5), lambda: 1 / 0)
    pauses = []
    with time_machine.travel(started, tick=False) as now:
        for _ in range(5):
            [run] = clock.run_due()
            pauses.append(run.next_run_at - timezone.now())
            now.move_to(run.next_run_at)
    assert pauses == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 5, 5)]


def test_job_that_runs_more_often_than_the_first_retry_keeps_its_period():
    job = clock.Job("often", timedelta(seconds=10), lambda: None)
    assert [clock.pause_before_next(job, failures) for failures in (0, 1, 1000)] == [job.every] * 3


def test_job_that_another_clock_holds_is_left_alone_until_its_lease_is_over():
    ran: list[int] = []
    clock.register("count", HOUR, lambda: ran.append(1))
    ClockRun.objects.create(
        name="count", next_run_at=timezone.now(), claimed_until=timezone.now() + timedelta(minutes=1)
    )
    assert clock.run_due() == []
    ClockRun.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert len(clock.run_due()) == 1
    assert ran == [1]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_run_each_job_once():
    ran: list[str] = []
    for name in ("a", "b", "c", "d", "e"):
        clock.register(name, HOUR, lambda name=name: ran.append(name))
    start = threading.Barrier(2)

    def tick() -> None:
        start.wait(timeout=10)
        clock.run_due()
        connection.close()

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(ran) == ["a", "b", "c", "d", "e"]


def test_period_that_was_shortened_counts_at_once():
    ran: list[int] = []
    clock.register("count", timedelta(minutes=5), lambda: ran.append(1))
    ClockRun.objects.create(
        name="count",
        started_at=timezone.now() - timedelta(minutes=6),
        next_run_at=timezone.now() + timedelta(days=1),
    )
    clock.run_due()
    assert ran == [1]


def test_database_that_is_away_for_a_moment_does_not_end_the_clock(monkeypatch):
    ran: list[int] = []
    clock.register("lost", HOUR, lambda: ran.append(1))
    clock.register("count", HOUR, lambda: ran.append(2))
    take = clock._take

    def away(job):
        if job.name == "lost":
            raise OperationalError("server closed the connection")
        return take(job)

    monkeypatch.setattr(clock, "_take", away)
    assert [run.name for run in clock.run_due()] == ["count"]


@pytest.mark.django_db(transaction=True)
def test_clock_that_is_told_to_stop_begins_no_other_job():
    stop = threading.Event()
    ran: list[str] = []

    def first() -> None:
        ran.append("first")
        stop.set()

    clock.register("first", HOUR, first)
    clock.register("second", HOUR, lambda: ran.append("second"))
    clock.run_forever(stop)
    assert ran == ["first"]


def test_same_job_twice_is_welcome_and_two_jobs_of_one_name_are_not():
    clock.register("send", HOUR, jobs.send_outbox)
    clock.register("send", HOUR, jobs.send_outbox)
    assert len(clock.jobs) == 1
    with pytest.raises(AlreadyRegistered):
        clock.register("send", HOUR, jobs.clear_cache)
    with pytest.raises(ValueError, match="above zero"):
        clock.register("never", timedelta(0), jobs.clear_cache)


def test_once_tells_what_ran_and_fails_when_a_job_failed():
    clock.register("fine", HOUR, lambda: "2 sent")
    said = StringIO()
    call_command("clock", once=True, stdout=said)
    assert said.getvalue().startswith("fine: done in ")
    assert said.getvalue().rstrip().endswith("2 sent")
    clock.register("bad", HOUR, lambda: 1 / 0)
    with pytest.raises(CommandError, match="bad"):
        call_command("clock", once=True, stdout=StringIO())


def test_every_job_of_the_platform_runs():
    jobs.register_jobs()
    OutboxMessageFactory()
    runs = {run.name: run for run in clock.run_due()}
    assert {run.outcome for run in runs.values()} == {"done"}
    assert runs["send the outbox"].message == "1 sent"
    assert "publish scheduled pages" in runs


def test_page_scheduled_by_an_editor_goes_online():
    home = Site.objects.get(is_default_site=True).root_page
    page = home.add_child(instance=Page(title="Domani", slug="domani", live=False))
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    jobs.publish_scheduled()
    page.refresh_from_db()
    assert not page.live
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        jobs.publish_scheduled()
    page.refresh_from_db()
    assert page.live


def test_rows_of_jobs_that_are_gone_are_forgotten_after_a_month():
    clock.register("here", HOUR, lambda: None)
    long_ago = timezone.now() - timedelta(days=40)
    for name in ("here", "gone"):
        ClockRun.objects.create(name=name, next_run_at=long_ago, started_at=long_ago)
    ClockRun.objects.create(name="lately", next_run_at=long_ago, started_at=timezone.now())
    assert jobs.forget_old_jobs() == "1 forgotten"
    assert set(ClockRun.objects.values_list("name", flat=True)) == {"here", "lately"}


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_running_clock_ends_cleanly_on_sigterm():
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "settings.dev",
        "DATABASE_URL": f"sqlite:///{django_settings.DATABASES['default']['NAME']}",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "clock"],
        cwd=django_settings.PROJECT_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout.readline().startswith("The clock runs, with ")
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, said
    assert said.rstrip().endswith("The clock stops.")
