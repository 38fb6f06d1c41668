"""The template database: migrated once per run, then copied for each worker and after each dirty test.

On SQLite the template is kept in the user's temporary folder under a name made from the migrations, so that
running one test file again, here or in another clone, does not migrate again; not so where everything must be
proved (CULTNETWORK_NO_SKIPS). On PostgreSQL it lives as long as the run.
"""

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection

from cms.sources import word_index
from donations import ledger_guard
from tests.harness import rows

DAYS_KEPT = 2
_OUR_IMPORT = re.compile(r"^\s*from ((?:cms|donations|members|pages|settings)\.[\w.]+) import", re.M)


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold a lock that keeps other workers of the run out."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def templates_of_this_user() -> Path:
    """Where migrated databases wait for the next run; nobody else may write there."""
    folder = Path(tempfile.gettempdir()) / f"cultnetwork-templates-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise RuntimeError(f"{folder} belongs to somebody else")
    return folder


def fingerprint_of_migrations() -> str:
    """Name the state that migrations lead to: changes with each migration and what ours import."""
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        try:
            folder = Path(import_module(f"{app.name}.migrations").__path__[0])
        except ModuleNotFoundError:
            continue
        ours = folder.is_relative_to(settings.PROJECT_DIR / app.label)
        for file in sorted(folder.glob("*.py")):
            source = file.read_bytes()
            digest.update(f"{app.label}/{file.name}".encode() + source)
            for module in _OUR_IMPORT.findall(source.decode()) if ours else ():
                spec = find_spec(module)
                if spec and spec.origin:
                    digest.update(Path(spec.origin).read_bytes())
    for file in sorted((settings.PROJECT_DIR / "settings" / "parts").glob("*.py")):
        digest.update(file.read_bytes())
    # The triggers of the index of words are made after the migrations, from what the lists search.
    digest.update(repr([*word_index.indexed_kinds(), word_index.LETTERS]).encode())
    digest.update(Path(word_index.__file__).read_bytes())
    digest.update(Path(ledger_guard.__file__).read_bytes())
    return digest.hexdigest()[:16]


def _point_at(name: str | Path) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


class SQLiteDatabases:
    """A file per worker, copied from the kept template."""

    def __init__(self, *, folder: Path, worker: str) -> None:
        self.folder, self.worker = folder, worker
        self.copies = 0
        self.copy = folder / f"{worker}-0.sqlite3"
        kept = folder if os.environ.get("CULTNETWORK_NO_SKIPS") == "1" else templates_of_this_user()
        self.template = kept / f"migrated-{fingerprint_of_migrations()}.sqlite3"

    def create(self) -> None:
        with only_one(self.template.with_suffix(".lock")):
            if not self.template.exists():
                self._migrate()
        self.restore()

    def _migrate(self) -> None:
        unfinished = self.template.with_suffix(f".{os.getpid()}")
        connection.settings_dict["TEST"]["NAME"] = str(unfinished)
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
        with sqlite3.connect(unfinished) as plain:
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        plain.close()
        for old in self.template.parent.glob("migrated-*"):
            if time.time() - old.stat().st_mtime > DAYS_KEPT * 86_400:
                old.unlink(missing_ok=True)
        unfinished.rename(self.template)

    def restore(self) -> None:
        """Put the worker's database back as the migrations left it, as a file of a new name.

        A thread of the live site may still be answering what a browser asked last: it must not open a file
        that is half copied, nor leave a write-ahead log beside the fresh one.
        """
        connection.close()
        self._remove()
        self.copies += 1
        self.copy = self.folder / f"{self.worker}-{self.copies}.sqlite3"
        shutil.copyfile(self.template, self.copy)
        _point_at(self.copy)

    def _remove(self) -> None:
        # A connection left open elsewhere keeps the removed file.
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.copy}{suffix}").unlink(missing_ok=True)

    def drop(self) -> None:
        connection.close()
        self._remove()


class PostgreSQLDatabases:
    """A database per worker, made by CREATE DATABASE ... TEMPLATE."""

    def __init__(self, *, folder: Path, worker: str) -> None:
        self.folder = folder
        self.made = folder / "template.made"
        base = f"{connection.settings_dict['NAME']}_{folder.name.rsplit('-', 1)[-1]}"
        self.template, self.copy = f"{base}_template", f"{base}_{worker}"

    def create(self) -> None:
        with only_one(self.folder / "template.lock"):
            if not self.made.exists():
                connection.settings_dict["TEST"]["NAME"] = self.template
                connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
                self.made.write_text(self.template)
            self._clone()
        self.snapshot = rows.take()

    def _clone(self) -> None:
        _point_at(self.copy)
        self._execute(
            f'DROP DATABASE IF EXISTS "{self.copy}" WITH (FORCE)',
            f'CREATE DATABASE "{self.copy}" TEMPLATE "{self.template}"',
        )

    def restore(self) -> None:
        """Put the worker's database back as the migrations left it."""
        connection.close()
        try:
            rows.put_back(self.snapshot)
        except DatabaseError:
            self._clone()

    def drop(self) -> None:
        connection.close()
        self._execute(f'DROP DATABASE IF EXISTS "{self.copy}" WITH (FORCE)')

    def _execute(self, *statements: str) -> None:
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def drop_template(folder: Path) -> None:
    """At the end of the run, drop what PostgreSQLDatabases made; does nothing on SQLite."""
    made = folder / "template.made"
    if made.exists():
        import psycopg

        where = {**connection.get_connection_params(), "dbname": "postgres"}
        with psycopg.connect(**where, autocommit=True) as plain:
            plain.execute(f'DROP DATABASE IF EXISTS "{made.read_text()}" WITH (FORCE)')


def databases(*, folder: Path, worker: str) -> SQLiteDatabases | PostgreSQLDatabases:
    """The databases of this run, for the server that the settings name."""
    kind = SQLiteDatabases if connection.vendor == "sqlite" else PostgreSQLDatabases
    return kind(folder=folder, worker=worker)
