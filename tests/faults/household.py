"""The site, its worker, its clock and the local Stripe, each a process that may be killed at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import requests

from tests.harness.waiting import until
from tests.sandbox_process import ROOT, SECRET, SandboxProcess, free_port

SITE, WORKER, CLOCK, STRIPE = "site", "worker", "clock", "stripe"
EVERYBODY = (STRIPE, SITE, WORKER, CLOCK)


class Household:
    """As the Procfile runs them, with a mail server and a database of the test's. Nobody has started yet."""

    def __init__(self, folder: Path, given: Callable[..., dict[str, str]]) -> None:
        self.folder = folder
        site, stripe = free_port(), free_port()
        self.site, self.stripe = f"http://127.0.0.1:{site}", f"http://127.0.0.1:{stripe}"
        self._environment = given(site=self.site, stripe=self.stripe)
        self._commands = {
            SITE: "-m granian --interface wsgi --http 1 --no-ws --blocking-threads 4 --log-level warning "
            f"--host 127.0.0.1 --port {site} settings.wsgi:application",
            WORKER: "manage.py db_worker --no-reload --no-startup-delay --interval 0.1 --skip-checks",
            CLOCK: "manage.py clock --skip-checks",
            STRIPE: f"-m donations.sandbox --port {stripe} --database {folder / 'stripe.sqlite3'} "
            f"--webhook-url {self.site}/webhooks/stripe/",
        }
        self._processes: dict[str, subprocess.Popen] = {}
        self.deaths = dict.fromkeys(EVERYBODY, 0)

    @property
    def sandbox(self) -> SandboxProcess:
        """The local Stripe's back door."""
        return SandboxProcess(self.stripe, SECRET, self.folder / "stripe.sqlite3", self._processes[STRIPE])

    def start(self, *names: str) -> None:
        """Start some, without waiting for them; all by default."""
        for name in names or EVERYBODY:
            environment = dict(self._environment)
            if name == STRIPE:
                del environment["DJANGO_SETTINGS_MODULE"]
                environment["STRIPE_WEBHOOK_SECRET"] = SECRET
            with (self.folder / f"{name}.log").open("a") as log:
                self._processes[name] = subprocess.Popen(
                    [sys.executable, *self._commands[name].split()],
                    cwd=ROOT,
                    env=environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def wait(self) -> None:
        """Until site and Stripe answer."""
        for address in (f"{self.site}/healthz/", f"{self.stripe}/_sandbox/health"):
            until(lambda address=address: _answers(address), seconds=120)

    def kill(self, name: str) -> None:
        """kill -9, children and all: no handler runs, nothing is tidied."""
        self._end(name)
        self.deaths[name] += 1

    def look_after(self) -> None:
        """Start again whoever ended by itself, as a supervisor would."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                self.start(name)

    def stop(self, *names: str) -> None:
        for name in names or list(self._processes):
            self._end(name)

    def _end(self, name: str) -> None:
        process = self._processes[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def last_words(self) -> str:
        """The end of each log, for whoever must find out why."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"== {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in logs)


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False
