"""The door: how it starts, what it refuses, and that it stands apart from the site."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

import pytest
import requests
from django.conf import settings
from django.test import RequestFactory

from donations.sandbox.__main__ import read_arguments
from donations.sandbox.secret import read_or_make
from donations.sandbox.web.guard import LoopbackOnlyMiddleware
from tests.sandbox_process import ROOT, free_port


def run(*arguments: str, program: str = "", **variables: str) -> subprocess.CompletedProcess:
    command = [sys.executable, *(["-c", program] if program else ["-m", "donations.sandbox"]), *arguments]
    environment = os.environ | {"STRIPE_WEBHOOK_SECRET": "whsec_tests"} | variables
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False
    )


def test_it_listens_on_this_machine_only():
    refused = run("--host", "0.0.0.0")
    assert refused.returncode == 1
    assert refused.stderr == (
        "stripe_sandbox: it may listen on this machine only (127.0.0.1), not on 0.0.0.0.\n"
    )


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PORT": "many"}, "PORT must be a whole number"),
        ({"PORT": "70000"}, "PORT must be a whole number"),
        ({"SANDBOX_CHAOS": "{duplicate"}, "SANDBOX_CHAOS is not JSON"),
    ],
)
def test_a_wish_it_cannot_read_is_one_clear_sentence(variables, words):
    refused = run("--port", str(free_port()), **variables)
    assert refused.returncode != 0
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_taken_port_is_one_clear_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run("--port", str(port))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"stripe_sandbox: port {port} cannot be used")
    assert refused.stderr.count("\n") == 1


def test_a_broken_database_is_one_clear_sentence(tmp_path):
    broken = tmp_path / "broken.sqlite3"
    broken.write_text("no database " * 100)
    refused = run("--port", str(free_port()), "--database", str(broken))
    assert refused.returncode == 1
    assert "cannot be opened" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_ports_follow_the_sites(monkeypatch):
    for name in ("PORT", "SANDBOX_WEBHOOK_URL"):
        monkeypatch.delenv(name, raising=False)
    standard = read_arguments([])
    assert (standard.port, standard.webhook_url) == (8001, "http://127.0.0.1:8000/webhooks/stripe/")
    monkeypatch.setenv("PORT", "9100")
    other = read_arguments([])
    assert (other.port, other.webhook_url) == (9101, "http://127.0.0.1:9100/webhooks/stripe/")
    monkeypatch.setenv("SANDBOX_WEBHOOK_URL", "")
    assert read_arguments([]).webhook_url == ""


def test_the_command_starts_it_and_ends_with_it(tmp_path):
    port, database = str(free_port()), tmp_path / "door.sqlite3"
    database.write_text("what --fresh forgets")
    command = [sys.executable, "manage.py", "stripe_sandbox", "--fresh", "--port", port]
    process = subprocess.Popen(
        [*command, "--database", str(database), "--webhook-url", ""],
        cwd=ROOT,
        env=os.environ | {"STRIPE_WEBHOOK_SECRET": "whsec_tests", "DJANGO_SETTINGS_MODULE": "settings.test"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert "Local Stripe (no money moves): http://127.0.0.1:" in process.stdout.readline()
        deadline = time.monotonic() + 30
        while True:
            try:
                health = requests.get(f"http://127.0.0.1:{port}/_sandbox/health", timeout=2)
                break
            except requests.ConnectionError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        assert health.json() == {"ok": True, "objects": 0}
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        process.stdout.close()


def test_all_who_listen_are_there_before_anything_falls_due():
    """After a kill much may be due before the first request: whoever is loaded later would not hear of it."""
    listens = re.compile(r"^@(agenda\.when_due|intents\.on_change|invoices\.on_change|sequel)", re.M)
    files = (ROOT / "donations" / "sandbox").glob("*.py")
    listeners = {f"donations.sandbox.{file.stem}" for file in files if listens.search(file.read_text())}
    assert len(listeners) > 4
    shown = subprocess.run(
        [sys.executable, "-c", "import sys, donations.sandbox.wsgi; print(*sys.modules)"],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert listeners <= set(shown.stdout.split())


def test_the_secret_is_made_once_and_for_its_owner(tmp_path):
    path, found = tmp_path / "var" / "secret", []
    threads = [threading.Thread(target=lambda: found.append(read_or_make(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert found[0].startswith("whsec_")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret"]


def test_it_is_no_part_of_the_site_and_loads_nothing_of_it():
    assert not [app for app in settings.INSTALLED_APPS if "sandbox" in app]
    loaded = run(
        program="import donations.sandbox.wsgi, sys; print(*sorted({n.split('.')[0] for n in sys.modules}))"
    )
    assert loaded.returncode == 0, loaded.stderr
    names = set(loaded.stdout.split())
    assert "django" in names
    assert names.isdisjoint({"stripe", "wagtail", "cms", "pages", "members", "settings", "requests"})


def test_its_migrations_are_complete():
    done = run(
        program=(
            "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'donations.sandbox.settings'\n"
            "from django.core.management import execute_from_command_line as run\n"
            "run(['x', 'makemigrations', '--check', '--dry-run'])"
        )
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.168.1.7", 403)])
def test_only_this_machine_is_answered(address, status):
    from django.http import HttpResponse

    guard = LoopbackOnlyMiddleware(lambda request: HttpResponse("in"))
    assert guard(RequestFactory().get("/", REMOTE_ADDR=address)).status_code == status


def test_web_pages_of_other_sites_cannot_use_it(open_session, sandbox):
    session = open_session()
    evil = {"Sec-Fetch-Site": "cross-site"}
    assert requests.post(session.url, headers=evil, timeout=10).status_code == 403
    renamed = requests.get(sandbox.base, headers={"Host": "evil.example"}, timeout=10)
    assert renamed.status_code == 400


def test_an_unknown_address_is_not_a_traceback(sandbox):
    answer = requests.get(f"{sandbox.base}/admin/", timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json")
