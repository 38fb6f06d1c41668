"""Start a local Stripe for tests, as a process of its own on a free port."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KEY = "sk_test_sandbox_tests"
SECRET = "whsec_tests"


@dataclass
class SandboxProcess:
    """A running sandbox. ``base`` is its address without a slash at the end."""

    base: str
    secret: str
    database: Path
    process: subprocess.Popen

    def control(self, path: str, **wishes: Any) -> dict[str, Any]:
        """POST to ``/_sandbox/<path>`` and return the answer. Raises AssertionError when it is refused."""
        request = urllib.request.Request(
            f"{self.base}/_sandbox/{path}",
            json.dumps(wishes).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            raise AssertionError(f"{path}: {refusal.code} {refusal.read().decode()}") from None

    def pay(self, session_id: str, card: str = "4242424242424242", **wishes: Any) -> dict[str, Any]:
        """Pay without a browser; ``result`` is paid, declined or closed."""
        return self.control(f"sessions/{session_id}/pay", card=card, **wishes)

    def flush(self) -> dict[str, int]:
        """Send every waiting event now; returns when each was tried once."""
        return self.control("flush")

    def chaos(self, **knobs: Any) -> dict[str, Any]:
        """Turn knobs (see donations/sandbox/chaos.py); none sets all back."""
        return self.control("chaos", **knobs)

    @contextmanager
    def faults(self, **knobs: Any) -> Iterator["SandboxProcess"]:
        """The same knobs, for as long as the block lasts: ``with sandbox.faults(drop=["charge.*"]): …``"""
        before = self.state()["knobs"]
        self.chaos(**knobs)
        try:
            yield self
        finally:
            self.chaos(**{name: before[name] for name in knobs})

    @contextmanager
    def failing(self, kind: str, path: str = "*", *, times: int = 1, **more: Any) -> Iterator[None]:
        """The next calls of the API meet a fault: 500, 409, 429, 500_after_commit, timeout, …"""
        with self.faults(fail=[{"kind": kind, "path": path, "times": times, **more}]):
            yield

    def advance(self, **time: int) -> dict[str, Any]:
        """Let ``days``, ``hours``, ``minutes`` pass, or go ``to`` a moment; all that is due happens."""
        return self.control("advance", **time)

    def state(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.base}/_sandbox/state", timeout=10) as answer:
            return json.load(answer)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> "SandboxProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_sandbox(
    webhook_url: str = "",
    *,
    port: int | None = None,
    database: Path | None = None,
    secret: str = SECRET,
    environment: dict[str, str] | None = None,
) -> SandboxProcess:
    """Start a sandbox and wait until it answers. Stop it with ``stop()`` or use it in a ``with`` block.

    webhook_url: where events go; empty for nowhere. database: kept if it exists, else a new temporary file.
    Raises RuntimeError with its output when it does not start within 40 seconds.
    """
    port = port or free_port()
    database = database or Path(tempfile.mkdtemp(prefix="stripe-sandbox-")) / "sandbox.sqlite3"
    variables = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    variables |= {"STRIPE_WEBHOOK_SECRET": secret, "PYTHONPATH": str(ROOT), **(environment or {})}
    log = database.with_suffix(".log")
    command = [sys.executable, "-m", "donations.sandbox", "--port", str(port), "--database", str(database)]
    with log.open("a") as output:
        process = subprocess.Popen(
            [*command, "--webhook-url", webhook_url],
            cwd=ROOT,
            env=variables,
            stdout=output,
            stderr=output,
        )
    sandbox = SandboxProcess(f"http://127.0.0.1:{port}", secret, database, process)
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{sandbox.base}/_sandbox/health", timeout=2).close()
            return sandbox
        except OSError:
            time.sleep(0.05)
    sandbox.stop()
    raise RuntimeError(f"the sandbox did not start:\n{log.read_text()[-3000:]}")
