"""The clock: runs the site's jobs as they fall due."""

import signal
from threading import Event

from django.core.management.base import BaseCommand, CommandError

from cms import clock
from cms.models import ClockRun


class Command(BaseCommand):
    help = "Runs the site's scheduled jobs, until it is told to stop. Several clocks share the work."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="Run what is due now, then end.")

    def handle(self, *args, once: bool = False, **options) -> None:
        if once:
            self.run_once()
            return
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write(f"The clock runs, with {len(clock.jobs)} jobs.")
        clock.run_forever(stop)
        self.stdout.write("The clock stops.")

    def run_once(self) -> None:
        runs = clock.run_due()
        for run in runs:
            told = run.last_error if run.outcome == ClockRun.Outcome.FAILED else run.message
            self.stdout.write(f"{run.name}: {run.outcome} in {run.duration_ms} ms. {told}".rstrip())
        failed = [run.name for run in runs if run.outcome == ClockRun.Outcome.FAILED]
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}")
