"""The servers of `make bench-webhooks`: the site, dj-stripe in an environment of its own, Stripe by rote."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.home import free_port

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PINS = HERE / "peer" / "requirements.txt"
VENV = ROOT / "var" / "benchmarks" / "dj-stripe"
SECRET = "whsec_benchmarks"
PEER_KEY = "sk_test_" + "b" * 24
PEER_UUID = "5f0c4bd4-3f5d-4d0e-9d57-2c6a4a1b7d11"
PEER_ADDRESS, ADDRESS = f"/stripe/webhook/{PEER_UUID}/", "/webhooks/stripe/"


@dataclass(frozen=True)
class Server:
    """A running server: its port on the loopback address, and its first process."""

    port: int
    pid: int


def peer_python() -> Path:
    """The interpreter of the peer's environment, installed with hashes when its pins are new."""
    python, stamp = VENV / "bin" / "python", VENV / "pins"
    wanted = hashlib.sha256(PINS.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    print("installing dj-stripe in an environment of its own …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--require-hashes", "-r", str(PINS)], check=True)
    stamp.write_text(wanted)
    return python


def peer_environment(stripe: Server, **more: str) -> dict[str, str]:
    """What the peer's processes read. Its database is beside ours: on the same server, or in one folder."""
    from django.db import connection

    found = connection.settings_dict
    names = ("ENGINE", "HOST", "PORT", "USER", "PASSWORD", "CONN_MAX_AGE", "CONN_HEALTH_CHECKS")
    database = {name: found[name] for name in names}
    if connection.vendor == "postgresql":
        database["NAME"] = peer_database()
    else:
        database |= {"NAME": f"{os.environ['BENCH_DIR']}/peer.sqlite3", "OPTIONS": found["OPTIONS"]}
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(HERE),
        "DJANGO_SETTINGS_MODULE": "peer.settings",
        "PEER_DATABASE": json.dumps(database),
        "PEER_UUID": PEER_UUID,
        "STRIPE_SECRET_KEY": PEER_KEY,
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": f"http://127.0.0.1:{stripe.port}",
        **more,
    }


def peer_database() -> str:
    from django.db import connection

    return f"{connection.settings_dict['NAME']}_peer"


@contextmanager
def peer_tables(python: Path, environment: dict[str, str]) -> Iterator[None]:
    """The peer's database, migrated and with its account and endpoint; gone afterwards."""
    from django.db import connection

    is_server = connection.vendor == "postgresql"
    with ExitStack() as afterwards:
        if is_server:
            _drop_and(f'CREATE DATABASE "{peer_database()}"')
            afterwards.callback(_drop_and)
        for command in (["-m", "django", "migrate", "--verbosity", "0"], ["-m", "peer.prepare"]):
            subprocess.run([str(python), *command], env=environment, cwd=HERE, check=True)
        yield


def _drop_and(more: str = "") -> None:
    from django.db import connection

    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{peer_database()}" WITH (FORCE)')
        if more:
            cursor.execute(more)


@contextmanager
def served(
    application: str, environment: dict[str, str], *, python: Path | None = None, threads: int = 2
) -> Iterator[Server]:
    """A WSGI application under granian, with one worker; the same shape for all that is compared."""
    port = free_port()
    command = [str(python or sys.executable), "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--blocking-threads", str(threads), "--no-ws"]
    process = subprocess.Popen(
        [*command, "--log-level", "error", application], env=environment, cwd=HERE if python else ROOT
    )
    try:
        _wait_for(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/", timeout=30).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("A server did not start.")


@contextmanager
def stripe_by_rote(words: Path, *, listed: int = 0, delay_ms: int = 0) -> Iterator[Server]:
    """Stripe, as tests/benchmarks/stripe_by_rote.py learnt it."""
    environment = {
        **os.environ,
        "STRIPE_WORDS": str(words),
        "STRIPE_LISTED": str(listed),
        "STRIPE_DELAY_MS": str(delay_ms),
    }
    with served("tests.benchmarks.stripe_by_rote:application", environment, threads=8) as server:
        yield server


def calls_of(stripe: Server) -> int:
    """How many calls came since the last time that this was asked."""
    with urllib.request.urlopen(f"http://127.0.0.1:{stripe.port}/_calls", timeout=10) as answer:
        return int(answer.read())
