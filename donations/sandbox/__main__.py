"""``python -m donations.sandbox``: start the local Stripe. ``manage.py stripe_sandbox`` is the same."""

import argparse
import json
import os
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = ("127.0.0.1", "localhost")


def _port(written: str) -> int:
    if not 1 <= int(written) <= 65535:
        raise ValueError(written)
    return int(written)


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="stripe_sandbox", description="Start the local Stripe.")
    try:
        site_port = _port(os.environ.get("PORT") or "8000")
    except ValueError:
        parser.error("PORT must be a whole number between 1 and 65534.")
    parser.add_argument("--host", default="127.0.0.1", help="loopback addresses only")
    parser.add_argument("--port", type=_port, default=site_port + 1, help="default: the site's port + 1")
    parser.add_argument("--database", help="SQLite file; default: var/stripe-sandbox.sqlite3")
    parser.add_argument(
        "--webhook-url",
        default=os.environ.get("SANDBOX_WEBHOOK_URL", f"http://127.0.0.1:{site_port}/webhooks/stripe/"),
        help="where events go; empty for nowhere",
    )
    parser.add_argument("--fresh", action="store_true", help="forget everything before starting")
    return parser.parse_args(arguments)


def check_address(options: argparse.Namespace) -> None:
    """Exits with one sentence when it may not, or cannot, listen there."""
    if options.host not in LOOPBACK:
        sys.exit(f"stripe_sandbox: it may listen on this machine only (127.0.0.1), not on {options.host}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as problem:
            sys.exit(
                f"stripe_sandbox: port {options.port} cannot be used ({problem.strerror}). "
                "Stop what listens there or choose another with --port."
            )


def prepare(options: argparse.Namespace) -> None:
    """Settle the environment that the settings read. Exits with one sentence when a wish cannot be read."""
    try:
        json.loads(os.environ.get("SANDBOX_CHAOS") or "{}")
    except ValueError as problem:
        sys.exit(f"stripe_sandbox: SANDBOX_CHAOS is not JSON ({problem}).")
    database = Path(
        options.database or os.environ.get("SANDBOX_DATABASE") or ROOT / "var/stripe-sandbox.sqlite3"
    )
    database.parent.mkdir(parents=True, exist_ok=True)
    if options.fresh:
        for file in (database, Path(f"{database}-wal"), Path(f"{database}-shm")):
            file.unlink(missing_ok=True)
    os.environ["SANDBOX_DATABASE"] = str(database)
    os.environ["SANDBOX_WEBHOOK_URL"] = options.webhook_url
    if not os.environ.get("STRIPE_WEBHOOK_SECRET"):
        from .secret import read_or_make

        os.environ["STRIPE_WEBHOOK_SECRET"] = read_or_make(ROOT / "var/stripe-webhook-secret")
    os.environ["SANDBOX_BACKGROUND"] = "on"
    os.environ["DJANGO_SETTINGS_MODULE"] = "donations.sandbox.settings"


def migrate() -> None:
    """Bring the database file up to date. Exits with one sentence when the file is not a database."""
    import django
    from django.core.management import call_command
    from django.db import DatabaseError, connections

    django.setup()
    try:
        call_command("migrate", verbosity=0)
    except DatabaseError as problem:
        sys.exit(
            f"stripe_sandbox: {os.environ['SANDBOX_DATABASE']} cannot be opened ({problem}). "
            "Start it with --fresh to make a new one."
        )
    connections.close_all()  # the server forks; an open SQLite file must not be shared


def serve(options: argparse.Namespace) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    target = os.environ["SANDBOX_WEBHOOK_URL"] or "nowhere"
    print(
        f"Local Stripe (no money moves): http://{options.host}:{options.port}/  events go to {target}",
        flush=True,
    )
    Granian(
        "donations.sandbox.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=1,  # one sender of events
        blocking_threads=8,
        log_level=LogLevels.error,
        websockets=False,
    ).serve()


def main(arguments: list[str] | None = None) -> None:
    options = read_arguments(sys.argv[1:] if arguments is None else arguments)
    check_address(options)
    prepare(options)
    migrate()
    serve(options)


if __name__ == "__main__":
    main()
