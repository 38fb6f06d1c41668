"""make run tells trouble in one sentence, does nothing twice, and leaves nobody behind."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from settings.launch import environment, processes, state
from settings.launch.trouble import Trouble, told_in_one_sentence


@pytest.mark.parametrize(("text", "port"), [(None, 8000), ("", 8000), ("8100", 8100)])
def test_port_is_8000_unless_another_is_named(text, port):
    assert state.read_port(text) == port


@pytest.mark.parametrize("text", ["abc", "80", "65535", "-1", "8000.5", "９９９９９"])
def test_senseless_port_is_told(text):
    with pytest.raises(Trouble, match="PORT must be a number"):
        state.read_port(text)


def test_taken_port_is_told_with_a_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Trouble, match=rf"Port {port}, needed for the site, is taken .* make run PORT="):
            state.require_free(port, "the site")
    state.require_free(port, "the site")


def test_broken_database_is_told_with_a_way_out(tmp_path):
    broken = tmp_path / "cultnetwork.sqlite3"
    state.require_sound(broken)
    broken.write_bytes(b"not a database, but long enough to look like a file of some kind" * 20)
    with pytest.raises(Trouble, match=r"is broken \(file is not a database\): .* make restore"):
        state.require_sound(broken)
    broken.unlink()
    with closing(sqlite3.connect(broken)) as connection:
        connection.execute("CREATE TABLE a (b)")
    state.require_sound(broken)


def test_trouble_is_one_sentence_and_exit_code_1(capsys):
    with pytest.raises(SystemExit) as end, told_in_one_sentence():
        raise Trouble("The door is shut: open it.")
    assert end.value.code == 1
    assert capsys.readouterr().err.strip() == "The door is shut: open it."


@pytest.fixture
def clone(tmp_path):
    """Pins of a package that does not exist, in a folder of their own."""
    (tmp_path / environment.SITE).write_text("nothing==1.0 --hash=sha256:" + "0" * 64)
    (tmp_path / environment.TESTS).write_text("nothing==2.0 --hash=sha256:" + "0" * 64)
    return tmp_path


@pytest.fixture
def calls(monkeypatch):
    """What would be made and installed, without doing it."""
    made: list[str] = []
    monkeypatch.setattr(environment, "_works", lambda python: (python.parents[1]).exists())
    monkeypatch.setattr(environment, "_make", lambda venv: (made.append("venv"), venv.mkdir()))
    monkeypatch.setattr(environment, "_install", lambda root, venv, pins: made.append(pins.name))
    return made


def test_packages_are_installed_only_when_the_pins_change(clone, calls):
    environment.ensure(clone)
    environment.ensure(clone)
    assert calls == ["venv", environment.SITE]
    (clone / environment.SITE).write_text("other==1.0")
    environment.ensure(clone)
    assert calls == ["venv", environment.SITE, environment.SITE]


def test_pins_of_the_tests_hold_those_of_the_site(clone, calls):
    environment.ensure(clone, tests=True)
    environment.ensure(clone)
    environment.ensure(clone, tests=True)
    assert calls == ["venv", environment.TESTS]
    assert set(pins(environment.SITE)) <= set(pins(environment.TESTS))


def pins(name: str) -> list[str]:
    return [line.split()[0] for line in (environment.ROOT / name).read_text().splitlines() if "==" in line]


def test_every_direct_pin_is_among_the_hashed_ones():
    import tomllib

    project = tomllib.loads((environment.ROOT / "pyproject.toml").read_text())
    for name, direct in (
        (environment.SITE, project["project"]["dependencies"]),
        (environment.TESTS, project["dependency-groups"]["dev"]),
    ):
        wanted = {pin.split("[")[0].lower() + "==" + pin.split("==")[1] for pin in direct if "[" in pin}
        wanted |= {pin.lower() for pin in direct if "[" not in pin}
        assert wanted <= {pin.lower() for pin in pins(name)}


def test_pinned_files_name_no_index():
    for name in (environment.SITE, environment.TESTS):
        text = (environment.ROOT / name).read_text()
        assert "://" not in text
        assert "--index" not in text and "--find-links" not in text


def test_old_python_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(Trouble, match=r"needs Python 3\.11 or newer"):
        environment._make(tmp_path / ".venv")


def test_missing_venv_module_is_told_and_nothing_half_made_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(Trouble, match="python3-venv"):
        environment._make(tmp_path / ".venv")
    assert not (tmp_path / ".venv").exists()


def test_failed_installation_is_told_with_its_log(clone, monkeypatch):
    fails = shutil.which("false")
    monkeypatch.setattr(environment, "python_of", lambda venv: Path(fails))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Trouble, match=r"see var/install\.log"):
        environment._install(clone, clone / ".venv", clone / environment.SITE)


@pytest.mark.parametrize(
    ("key", "sandbox"),
    [("", True), ("sk_test_sandbox_local", True), ("sk_test_123", False), ("sk_live_1", False)],
)
def test_local_stripe_runs_only_where_the_key_is_not_stripes_own(key, sandbox):
    assert processes.uses_sandbox(key) is sandbox


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("pids", child.pid, flush=True)
time.sleep({seconds})
"""
RUNNER = """
import sys
from pathlib import Path
from settings.launch import processes
sys.exit(processes.run(Path(sys.argv[1]), leave_out={"left-out"}, when_started=lambda: None))
"""


@pytest.fixture
def family(tmp_path):
    """Three processes with a child each under the manager; returns it and the pids of the grandchildren."""

    def start(*seconds: float) -> tuple[subprocess.Popen, list[int]]:
        lines = []
        for number, each in enumerate(seconds):
            (tmp_path / f"p{number}.py").write_text(PARENT.format(seconds=each))
            lines.append(f"p{number}: exec {sys.executable} p{number}.py")
        lines.append("left-out: exec /nonexistent")
        procfile = tmp_path / "Procfile"
        procfile.write_text("\n".join(lines))
        manager = subprocess.Popen(
            [sys.executable, "-c", RUNNER, str(procfile)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=environment.ROOT,
            start_new_session=True,
        )
        pids: list[int] = []
        while len(pids) < len(seconds):
            line = manager.stdout.readline()
            assert line, "the manager ended"
            if " pids " in f" {line}":
                pids.append(int(line.split()[-1]))
        return manager, pids

    return start


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_telling_the_manager_to_stop_ends_every_process_and_its_children(family, how):
    manager, pids = family(60, 60, 60)
    os.killpg(manager.pid, how)  # as a terminal does: to the whole group
    output = manager.communicate(timeout=20)[0]
    assert manager.returncode == 0
    assert output.rstrip().endswith("Stopped.")
    assert [pid for pid in pids if alive(pid)] == []


def test_end_of_one_process_ends_the_others(family):
    manager, pids = family(0.5, 60)
    output = manager.communicate(timeout=20)[0]
    assert manager.returncode == 1
    assert "One of the processes ended by itself" in output
    assert [pid for pid in pids if alive(pid)] == []


def test_banner_tells_where_everything_is(tmp_path):
    accounts = tmp_path / "demo-accounts.txt"
    accounts.write_text("editor@demo.example  rosso-di-sera\n")
    text = processes.banner(8100, sandbox=True, accounts=accounts)
    for part in (
        "http://127.0.0.1:8100/admin/",
        "http://127.0.0.1:8101/",
        "rosso-di-sera",
        "4242 4242 4242 4242",
        "IT40 S054 2811 1010 0000 0123 456",
    ):
        assert part in text
    assert "4242" not in processes.banner(8100, sandbox=False, accounts=accounts)


def test_cards_of_the_banner_are_those_of_the_sandbox():
    for file, numbers in (("cards.py", processes.CARDS), ("ibans.py", processes.IBANS)):
        source = (environment.ROOT / "donations" / "sandbox" / file).read_text()
        assert all(number.replace(" ", "") in source for number, _ in numbers)


def free_pair() -> int:
    """A port with a free neighbour."""
    while True:
        with socket.socket() as probe, socket.socket() as next_one:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            try:
                next_one.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@pytest.mark.sqlite
def test_second_start_installs_and_migrates_nothing_and_answers(project, transactional_db):
    """The real thing, on a database that somebody already uses."""
    from django.conf import settings

    from members.models import User

    User.objects.create_superuser(email="somebody@house.example", password="rosso di sera")
    database = project.root / "var" / "cultnetwork.sqlite3"
    database.parent.mkdir(exist_ok=True)
    used = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    with closing(used), closing(sqlite3.connect(database)) as target:
        used.backup(target)
    project.has_its_packages()
    state.remember_prepared(project.root)

    port = free_pair()
    began = time.monotonic()
    running = subprocess.Popen(
        [*project.python, "-m", "settings.launch"],
        cwd=project.root,
        env={**project.environment, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        for address in (f"http://127.0.0.1:{port}/healthz/", f"http://127.0.0.1:{port + 1}/_sandbox/health"):
            while True:
                try:
                    urllib.request.urlopen(address, timeout=5).close()
                    break
                except OSError:
                    assert time.monotonic() - began < 60, "it does not answer"
                    assert running.poll() is None, running.stdout.read()
                    time.sleep(0.1)
    finally:
        os.killpg(running.pid, signal.SIGINT)
        output = running.communicate(timeout=30)[0]
    assert running.returncode == 0
    assert "Installing" not in output and "Applying" not in output and "demo content" not in output
    assert output.rstrip().endswith("Stopped.")
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
