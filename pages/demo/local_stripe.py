"""The local Stripe for the time of the demo: started on the configured port, its events received here.

The demo runs without a web server, so a small one in a thread takes the webhooks through the site's real
door, with real signatures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import CommandError
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.utils.translation import gettext as _

STARTS_WITHIN = 20  # seconds


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class LocalStripe:
    """A running sandbox, spoken to as its control pages are."""

    def __init__(self, base: str) -> None:
        self.base = base

    def control(self, path: str, **wishes: Any) -> dict[str, Any]:
        """POST to one of the sandbox's control addresses and return its answer."""
        request = urllib.request.Request(
            f"{self.base}/_sandbox/{path}", json.dumps(wishes).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def pay(self, session_id: str, *, at: int, name: str, email: str, card: str) -> str:
        """Pay a session as if at a past moment (seconds since 1970, UTC). Returns paid or declined."""
        return self.control(f"sessions/{session_id}/pay", at=at, name=name, email=email, card=card)["result"]

    def deliver(self) -> None:
        """Send every waiting event now."""
        self.control("flush")


@contextmanager
def local_stripe() -> Iterator[LocalStripe]:
    """Start the sandbox where the site looks for it, and stop it at the end.

    Raises CommandError when its port is taken (the site is running) or it does not start.
    """
    with _receiver() as receiver:
        process = _start(receiver)
        try:
            stripe = LocalStripe(settings.STRIPE_API_BASE)
            _wait(stripe, process)
            yield stripe
        finally:
            process.terminate()
            process.wait(timeout=15)


def _start(receiver: str) -> subprocess.Popen:
    port = urlsplit(settings.STRIPE_API_BASE).port
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    environment["STRIPE_WEBHOOK_SECRET"] = settings.STRIPE_WEBHOOK_SECRETS[0]
    command = [sys.executable, "-m", "donations.sandbox", "--port", str(port), "--webhook-url", receiver]
    return subprocess.Popen(
        command, cwd=settings.PROJECT_DIR, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def _wait(stripe: LocalStripe, process: subprocess.Popen) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{stripe.base}/_sandbox/health", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            if process.poll() is None:
                return
    said = process.stderr.read().decode() if process.poll() is not None and process.stderr else ""
    raise CommandError(said.strip() or _("The local Stripe did not start."))


@contextmanager
def _receiver() -> Iterator[str]:
    """The site's webhook on a free port, for as long as the block runs."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet, ipv6=False)
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/webhooks/stripe/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
