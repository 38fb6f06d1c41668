"""Saving and bringing back the database, each kind with its own tools."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection

from settings.launch.environment import last_line
from settings.launch.state import require_sound
from settings.launch.trouble import Trouble

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


def save(into: Path) -> Path:
    """Write a consistent copy of the database into a folder, while the site runs; returns the file."""
    target = into / NAMES[connection.vendor]
    if connection.vendor == "sqlite":
        source = Path(connection.settings_dict["NAME"])
        if not source.exists():
            raise Trouble(f"There is no database at {source} to save: make one with make run.")
        require_sound(source)
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    else:
        _postgresql("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    target.chmod(0o600)
    return target


def holds_data() -> bool:
    """Whether anybody has an account in the database, or has written a page."""
    tables = connection.introspection.table_names()
    if "members_user" not in tables:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM members_user")
        return cursor.fetchone()[0] > 0


def in_use() -> bool:
    """Whether another process is connected to the database."""
    if connection.vendor == "postgresql":
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            cursor.execute(others, cursor.fetchone())
            return cursor.fetchone()[0] > 0
    connection.close()
    file = Path(connection.settings_dict["NAME"])
    if not file.exists():
        return False
    with closing(sqlite3.connect(file, timeout=1)) as alone:
        try:
            # Leaving WAL mode needs the file for oneself.
            return alone.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete"
        except sqlite3.OperationalError:
            return True


def bring_back(saved: Path) -> None:
    """Replace the database by the saved one, wholly or not at all.

    Raises Trouble when the saved one is damaged or of the other kind.
    """
    if saved.name != NAMES[connection.vendor]:
        kind = "SQLite" if saved.suffix == ".sqlite3" else "PostgreSQL"
        raise Trouble(f"This backup holds a {kind} database and the site uses another: set DATABASE_URL.")
    connection.close()
    if connection.vendor == "sqlite":
        _bring_back_sqlite(saved, Path(connection.settings_dict["NAME"]))
    else:
        _bring_back_postgresql(saved)


def _bring_back_sqlite(saved: Path, target: Path) -> None:
    with closing(sqlite3.connect(saved)) as copy:
        if (found := copy.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            raise Trouble(f"The database in this backup is damaged ({found}).")
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(saved, beside)
    beside.chmod(0o600)
    for leftover in ("-wal", "-shm"):  # they belong to the file that goes
        Path(f"{target}{leftover}").unlink(missing_ok=True)
    beside.replace(target)


def _bring_back_postgresql(saved: Path) -> None:
    script = saved.with_suffix(".sql")
    _postgresql("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(saved))
    # Tables that the backup does not know must go too, and all in one transaction.
    afresh = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _postgresql("psql", *options, f"--command={afresh}", f"--file={script}")


def _postgresql(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools on the site's database. Raises Trouble with its last words."""
    where = connection.settings_dict
    if not shutil.which(tool):
        raise Trouble(
            f"{tool} is needed and was not found: install PostgreSQL's client of the server's version "
            "(on Debian and Ubuntu: sudo apt-get install postgresql-client)."
        )
    variables = {
        "PGHOST": where["HOST"],
        "PGPORT": str(where["PORT"] or ""),
        "PGUSER": where["USER"],
        # Not as an argument, which every user of the machine may read.
        "PGPASSWORD": where["PASSWORD"],
        "PGDATABASE": where["NAME"],
    }
    environment = {**os.environ, **{name: value for name, value in variables.items() if value}}
    command = [tool, "--no-password", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"{tool} did not succeed: {last_line(done.stderr)}")
