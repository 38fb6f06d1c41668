"""The file of a backup: a compressed tar with a manifest, the database, and the files of both storages."""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, storages
from django.utils import timezone

from settings.backup import databases
from settings.launch.trouble import Trouble

STORAGES = {"media": "default", "private": "private"}
FORMAT = 1


def folders() -> dict[str, Path]:
    """Where the public and the private files lie, by their name in a backup."""
    found = {name: storages[alias] for name, alias in STORAGES.items()}
    return {
        name: Path(place.location) for name, place in found.items() if isinstance(place, FileSystemStorage)
    }


def save(into: Path, *, now: datetime | None = None) -> Path:
    """Write a backup into a folder and return it; readable by its owner only, for it holds personal data.

    The database is copied first: whatever file a row names was there before, and is copied after.
    """
    moment = (now or timezone.now()).strftime("%Y%m%d-%H%M%S")
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = into / f"cultnetwork-{moment}.tar.gz"
    with _workroom(into) as room:
        database = databases.save(room)
        manifest = room / "manifest.json"
        manifest.write_text(
            json.dumps(
                {"format": FORMAT, "made_at": moment, "database": database.name, "sha256": digest(database)}
            )
        )
        unfinished = room / "backup.tar.gz"
        with _private(unfinished).open("wb") as file, tarfile.open(fileobj=file, mode="w:gz") as tar:
            tar.add(manifest, manifest.name)
            tar.add(database, database.name)
            for name, folder in folders().items():
                if folder.exists():
                    tar.add(folder, name)
        unfinished.replace(target)
    return target


def restore(source: Path, *, over: bool, backups: Path) -> Path | None:
    """Bring a backup back: the database and the files of both storages.

    over: replace a database that holds data; what is there is saved into backups first, and that file is
    returned. Raises Trouble, and changes nothing, when the backup is damaged or the site is not ready for it.
    """
    if not source.is_file():
        there = f" at {source}" if source.name else ""
        raise Trouble(f"There is no backup{there}: name one with make restore FROM=var/backups/...")
    if databases.in_use():
        raise Trouble("The database is in use: stop the site, its worker and its clock, then restore again.")
    has_data = databases.holds_data()
    if has_data and not over:
        raise Trouble(
            "The database already holds accounts, and restoring replaces everything: "
            "add OVER=yes if you mean it (what is there is saved first)."
        )
    backups.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _workroom(backups) as room:
        database = _unpack(source, room)
        kept = save(backups) if has_data else None
        databases.bring_back(database)
        for name, folder in folders().items():
            _replace(folder, room / name)
    cache.clear()
    return kept


def digest(file: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _unpack(source: Path, room: Path) -> Path:
    """Unpack a backup into a folder, check it, and return its database."""
    try:
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(room, filter="data")  # refuses names that lead out of the folder
        manifest = json.loads((room / "manifest.json").read_text())
        database = room / Path(manifest["database"]).name
        sound = manifest["format"] == FORMAT and digest(database) == manifest["sha256"]
    except (OSError, EOFError, ValueError, KeyError, tarfile.TarError) as problem:
        raise Trouble(f"{source} is not a backup of Cultnetwork, or it is damaged ({problem}).") from None
    if not sound:
        raise Trouble(
            f"{source} is damaged, or was made by a newer version: its database is not what it says."
        )
    return database


def _replace(folder: Path, restored: Path) -> None:
    """Put the restored files in the place of a folder's, which may be a mount point and so stays itself."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    if restored.exists():
        for new in restored.iterdir():
            shutil.move(new, folder / new.name)


def _private(file: Path) -> Path:
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
    return file


@contextmanager
def _workroom(beside: Path) -> Iterator[Path]:
    """A folder for unfinished work, on the same disk as the backups and readable by its owner only."""
    with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=beside) as name:
        yield Path(name)
