import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

ROOT = Path(__file__).resolve().parents[3]


class Command(BaseCommand):
    help = "Start the local Stripe: its API, hosted page and webhooks, without any money. Loopback only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", help="default: PORT + 1")
        parser.add_argument("--host", help="loopback addresses only; default 127.0.0.1")
        parser.add_argument("--database", help="SQLite file; default var/stripe-sandbox.sqlite3")
        parser.add_argument("--webhook-url", help="default http://127.0.0.1:PORT/webhooks/stripe/")
        parser.add_argument("--fresh", action="store_true", help="forget everything before starting")

    def handle(self, *args: Any, **options: Any) -> None:
        """Become the sandbox's own process: a project apart, into which nothing of the site may leak."""
        command = [sys.executable, "-m", "donations.sandbox"]
        for name in ("port", "host", "database", "webhook_url"):
            if options[name] is not None:
                command += [f"--{name.replace('_', '-')}", options[name]]
        if options["fresh"]:
            command.append("--fresh")
        # The site's manage.py has set its own settings module; the sandbox chooses for itself.
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        environment["PYTHONPATH"] = os.pathsep.join(
            filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])
        )
        sys.stdout.flush()
        os.execve(sys.executable, command, environment)
