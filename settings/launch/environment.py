"""The virtual environment .venv, with the pinned packages. Installs again only when the pins changed.

Runs before any package is there, so it knows the standard library only:
``python -m settings.launch.environment`` installs what the site needs, ``... --dev`` what tests need too.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from settings.launch.trouble import Trouble, told_in_one_sentence

ROOT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = (3, 11)
SITE, TESTS = "requirements.txt", "requirements-dev.txt"


def python_of(venv: Path) -> Path:
    """The interpreter of a virtual environment."""
    return venv / "bin" / "python"


def fingerprint(file: Path) -> str:
    """Changes when the file does."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def ensure(root: Path = ROOT, *, tests: bool = False) -> Path:
    """Make sure that .venv holds the pinned packages, and return its interpreter.

    tests: with what the tests need. Raises Trouble when Python is too old or something cannot be installed.
    """
    venv, stamp = root / ".venv", root / ".venv" / "cultnetwork.json"
    wanted = {name: fingerprint(root / name) for name in ((SITE, TESTS) if tests else (SITE,))}
    if not _works(python_of(venv)):
        _make(venv)
    if not wanted.items() <= _installed(stamp).items():
        # The pins of the tests hold those of the site, so one file is enough.
        _install(root, venv, root / (TESTS if tests else SITE))
        stamp.write_text(json.dumps(wanted, indent=1))
    return python_of(venv)


def _installed(stamp: Path) -> dict:
    try:
        return json.loads(stamp.read_text())
    except (OSError, ValueError):
        return {}


def _works(python: Path) -> bool:
    """Whether the interpreter is there, starts, and is new enough: an upgrade of the system may break it."""
    probe = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        return subprocess.run([str(python), "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make(venv: Path) -> None:
    if sys.version_info[:2] < OLDEST_PYTHON:
        raise Trouble(
            f"Cultnetwork needs Python 3.11 or newer and this is {sys.version.split()[0]}: "
            "install a newer one, or name it with make PYTHON=/path/to/python3.11."
        )
    print("Making the virtual environment .venv", flush=True)
    shutil.rmtree(venv, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        shutil.rmtree(venv, ignore_errors=True)
        raise Trouble(
            "The virtual environment cannot be made, most often because Python's venv module is missing "
            "(on Debian and Ubuntu: sudo apt-get install python3-venv). "
            f"Python said: {last_line(made.stdout + made.stderr)}"
        )


def _install(root: Path, venv: Path, pins: Path) -> None:
    count = pins.read_text().count("==")
    print(f"Installing {count} pinned packages (a minute or two, only when they change)", flush=True)
    log = root / "var" / "install.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    python = str(python_of(venv))
    pip = [python, "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check", "-r", str(pins)]
    commands = [pip]
    if uv := shutil.which("uv"):  # several times faster; pip stays the way that always works
        commands.insert(0, [uv, "pip", "install", "--python", python, "--require-hashes", "-r", str(pins)])
    for command in commands:
        with log.open("w") as output:
            done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, cwd=root, check=False)
        if done.returncode == 0:
            return
    raise Trouble(
        f"The packages cannot be installed (is the network there?): see {log.relative_to(root)}. "
        f"It ends with: {last_line(log.read_text())}"
    )


def last_line(text: str) -> str:
    """The last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing"


if __name__ == "__main__":
    with told_in_one_sentence():
        ensure(tests="--dev" in sys.argv[1:])
