"""The site, its worker, its clock and the local Stripe under one process manager (honcho and the Procfile).

``python -m settings.launch.processes`` starts them all; Ctrl-C, a closed terminal or the end of one ends all.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import KILL_WAIT, Manager
from honcho.process import Popen, Process

from settings.launch.environment import ROOT
from settings.launch.state import read_port

CARDS = [
    ("4242 4242 4242 4242", "succeeds"),
    ("4000 0025 0000 3155", "asks for 3-D Secure"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 0069", "has expired"),
    ("4000 0000 0000 0341", "can be saved, and every later charge is declined"),
    ("4000 0000 0000 0259", "succeeds, then is disputed"),
]
IBANS = [
    ("IT40 S054 2811 1010 0000 0123 456", "succeeds after a few seconds"),
    ("DE08 3704 0044 0532 0130 03", "succeeds after five days of the local Stripe's clock"),
    ("DE62 3704 0044 0532 0130 01", "fails after a few seconds"),
]


class Household(Popen):
    """A process that takes its own children along when it ends, were it by kill -9.

    They are in its group. Left behind, they would hold its output open, and honcho would never see the end.
    """

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        threading.Thread(target=self._take_along, daemon=True).start()

    def _take_along(self) -> None:
        self.wait()
        for last_word in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.pid, last_word)
            except ProcessLookupError:
                return
            time.sleep(KILL_WAIT)


class Member(Process):
    """Honcho's process, as a Household."""

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self._child_ctor = Household


class Family(Manager):
    """Honcho's manager, which also ends when the terminal closes, and tells when all have started."""

    def __init__(self, *, when_started: Callable[[], None], printer=None) -> None:
        super().__init__(printer)
        self._process_ctor = Member
        self.when_started = when_started

    def _start(self) -> None:
        # A closed terminal would otherwise leave the children behind.
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        super()._start()
        self.when_started()


def uses_sandbox(key: str) -> bool:
    """The mode follows the key: without a key of Stripe's own, giving goes to the local Stripe."""
    return not key or key.startswith("sk_test_sandbox_")


def run(procfile: Path, *, leave_out: set[str], when_started: Callable[[], None]) -> int:
    """Run the processes of a Procfile until one ends or we are told to stop.

    Returns 0 after Ctrl-C or a polite end, 1 when one of them ended by itself.
    """
    multiprocessing.set_start_method("fork", force=True)  # honcho's processes hold what cannot be pickled
    family = Family(when_started=when_started)
    for name, command in parse_procfile(procfile.read_text()).processes.items():
        if name not in leave_out:
            family.add_process(name, command, cwd=str(procfile.parent), env=dict(os.environ))
    family.loop()
    if family.returncode in (128 + signal.SIGINT, 128 + signal.SIGTERM):
        print("Stopped.")
        return 0
    print("One of the processes ended by itself, so the others were stopped: its last words are above.")
    return 1


def banner(port: int, *, sandbox: bool, accounts: Path) -> str:
    """Where everything is, for the person who started it."""
    lines = ["", "Cultnetwork runs.", f"  Site          http://127.0.0.1:{port}/"]
    lines.append(f"  Admin         http://127.0.0.1:{port}/admin/")
    if sandbox:
        lines.append(f"  Local Stripe  http://127.0.0.1:{port + 1}/")
    if accounts.exists():
        lines.append(f"  Accounts      {os.path.relpath(accounts)}")
        lines += [f"                {line}" for line in accounts.read_text().splitlines() if line.strip()]
    else:
        lines.append("  Accounts      none yet: make one with .venv/bin/python manage.py createsuperuser")
    if sandbox:
        lines.append("  Test cards    any future date and any code")
        lines += [f"                {number}  {what}" for number, what in CARDS]
        lines.append("  Test IBANs    nothing is debited")
        lines += [f"                {number}  {what}" for number, what in IBANS]
    return "\n".join([*lines, "Ctrl-C ends everything.", ""])


def tell_when_it_answers(port: int, text: str) -> None:
    """Print the text as soon as the site answers, from a thread of its own."""

    def wait() -> None:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/", timeout=5).close()
            except urllib.error.HTTPError:
                break  # it answers; what is wrong stands in its log
            except OSError:
                time.sleep(0.1)
            else:
                break
        print(text, flush=True)

    threading.Thread(target=wait, daemon=True).start()


def main() -> int:
    port = read_port(os.environ.get("PORT"))
    sandbox = uses_sandbox(os.environ.get("STRIPE_SECRET_KEY", ""))
    os.environ.update(
        PORT=str(port),
        DJANGO_SETTINGS_MODULE="settings.dev",
        PYTHONUNBUFFERED="1",
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    )
    text = banner(port, sandbox=sandbox, accounts=ROOT / "var" / "demo-accounts.txt")
    return run(
        ROOT / "Procfile",
        leave_out=set() if sandbox else {"stripe"},
        when_started=lambda: tell_when_it_answers(port, text),
    )


if __name__ == "__main__":
    sys.exit(main())
