"""What can be known before anything starts: are the ports free, is the database sound and up to date.

Standard library only and a few milliseconds, so that a second start is quick.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

from settings.launch.environment import SITE, fingerprint
from settings.launch.trouble import Trouble

APPS = ("cms", "donations", "members", "pages")


def read_port(text: str | None) -> int:
    """The site's port from PORT, 8000 when empty. The local Stripe takes the next one."""
    try:
        port = int(text or 8000)
    except ValueError:
        port = 0
    if not 1024 <= port <= 65534:
        raise Trouble(f"PORT must be a number from 1024 to 65534, and it is {text!r}.")
    return port


def require_free(port: int, what: str) -> None:
    """Raise Trouble when something on this machine listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            raise Trouble(
                f"Port {port}, needed for {what}, is taken ({problem.strerror}): stop what listens there "
                "(another make run?) or choose another port with make run PORT=8100."
            ) from None


def require_sound(database: Path) -> None:
    """Raise Trouble when the SQLite file is there but cannot be read and written as a database."""
    if not database.exists():
        return
    advice = "move it away to begin afresh, or bring a backup back with make restore FROM=var/backups/..."
    if not os.access(database, os.W_OK):
        raise Trouble(f"The database {database} may not be written by you: change its owner, or {advice}.")
    try:
        with closing(sqlite3.connect(database)) as connection:
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as problem:
        answer = str(problem)
    if answer != "ok":
        raise Trouble(f"The database {database} is broken ({answer}): {advice}.")


def is_prepared(root: Path, database: Path) -> bool:
    """Whether the SQLite file has every migration of ours, those of the pinned packages, and people in it."""
    if not database.exists() or _prepared_with(root) != fingerprint(root / SITE):
        return False
    written = {(app, file.stem) for app in APPS for file in (root / app / "migrations").glob("[0-9]*.py")}
    try:
        with closing(sqlite3.connect(database)) as connection:
            applied = set(connection.execute("SELECT app, name FROM django_migrations"))
            people = connection.execute("SELECT count(*) FROM members_user").fetchone()[0]
    except sqlite3.Error:
        return False
    return written <= applied and people > 0


def _stamp(root: Path) -> Path:
    return root / "var" / "prepared.json"


def _prepared_with(root: Path) -> str:
    try:
        return json.loads(_stamp(root).read_text())[SITE]
    except (OSError, ValueError, KeyError):
        return ""


def remember_prepared(root: Path) -> None:
    """Note the pins that the database was migrated with."""
    _stamp(root).parent.mkdir(parents=True, exist_ok=True)
    _stamp(root).write_text(json.dumps({SITE: fingerprint(root / SITE)}))


def forget_prepared(root: Path) -> None:
    """The database was replaced: look at it afresh at the next start."""
    _stamp(root).unlink(missing_ok=True)
