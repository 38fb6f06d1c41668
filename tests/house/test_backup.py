"""A backup holds the whole site, and comes back as it was, on both databases."""

import io
import stat
import tarfile
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db import connection, connections
from wagtail.models import Page

from members.models import User
from settings.backup import archive, databases
from settings.launch.trouble import Trouble
from tests.harness.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files():
    """A public and a private file; gone after the test."""
    for alias in ("default", "private"):
        storages[alias].save("letters/grazie.txt", io.BytesIO(f"{alias}: perché sì".encode()))
    yield
    for folder in archive.folders().values():
        archive._replace(folder, folder / "nothing")


def words_in(alias: str) -> str:
    with storages[alias].open("letters/grazie.txt") as file:
        return file.read().decode()


def test_restored_site_has_its_rows_and_both_kinds_of_files(tmp_path, files):
    User.objects.create_user(email="kept@house.example", first_name="Èva")
    pages = list(Page.objects.values_list("pk", "title"))
    saved = archive.save(tmp_path / "backups")

    User.objects.create_user(email="later@house.example")
    Page.objects.filter(depth=2).update(title="changed")
    storages["default"].delete("letters/grazie.txt")
    storages["private"].save("letters/later.txt", io.BytesIO(b"later"))
    kept = archive.restore(saved, over=True, backups=tmp_path / "backups")

    assert list(User.objects.values_list("email", "first_name")) == [("kept@house.example", "Èva")]
    assert list(Page.objects.values_list("pk", "title")) == pages
    assert words_in("default") == "default: perché sì"
    assert words_in("private") == "private: perché sì"
    assert not storages["private"].exists("letters/later.txt")
    assert User.objects.create_user(email="next@house.example").pk

    archive.restore(kept, over=True, backups=tmp_path / "backups")
    assert User.objects.filter(email="later@house.example").exists()
    assert storages["private"].exists("letters/later.txt")


def test_restored_private_files_stay_private(tmp_path, files):
    saved = archive.save(tmp_path)
    archive.restore(saved, over=True, backups=tmp_path)
    assert stat.S_IMODE(Path(storages["private"].path("letters/grazie.txt")).stat().st_mode) == 0o600


def test_backup_can_be_read_by_its_owner_only_and_leaves_nothing_else(tmp_path):
    saved = archive.save(tmp_path / "backups")
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert stat.S_IMODE(saved.parent.stat().st_mode) == 0o700
    assert [file.name for file in saved.parent.iterdir()] == [saved.name]


def test_database_with_accounts_is_replaced_only_when_asked(tmp_path):
    saved = archive.save(tmp_path)
    User.objects.create_user(email="kept@house.example")
    with pytest.raises(Trouble, match="OVER=yes"):
        archive.restore(saved, over=False, backups=tmp_path)
    assert User.objects.filter(email="kept@house.example").exists()


def test_database_in_use_is_not_replaced(tmp_path):
    saved = archive.save(tmp_path)
    other = connections.create_connection("default")
    other.cursor().execute("SELECT 1 FROM members_user")
    try:
        assert databases.in_use()
        with pytest.raises(Trouble, match="in use"):
            archive.restore(saved, over=True, backups=tmp_path)
    finally:
        other.close()
    # PostgreSQL lets a server process go a moment after its client has left.
    until(lambda: not databases.in_use(), seconds=10)


@pytest.mark.parametrize("harm", ["cut", "other", "changed", "missing"])
def test_damaged_backup_changes_nothing(tmp_path, harm, files):
    User.objects.create_user(email="kept@house.example")
    saved = archive.save(tmp_path)
    if harm == "cut":
        saved.write_bytes(saved.read_bytes()[:-2000])
    elif harm == "other":
        saved.write_bytes(b"not a backup")
    elif harm == "missing":
        saved.unlink()
    else:
        changed = tmp_path / "changed.tar.gz"
        with tarfile.open(saved) as old, tarfile.open(changed, "w:gz") as new:
            for member in old.getmembers():
                content = old.extractfile(member).read() if member.isfile() else b""
                if member.name.startswith("database"):
                    content = content[:-1] + bytes([content[-1] ^ 1])
                new.addfile(member, io.BytesIO(content))
        saved = changed
    with pytest.raises(Trouble, match=r"backup|damaged"):
        archive.restore(saved, over=True, backups=tmp_path)
    assert User.objects.filter(email="kept@house.example").exists()
    assert words_in("private") == "private: perché sì"


def test_backup_of_the_other_kind_of_database_is_refused(tmp_path):
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    saved = tmp_path / databases.NAMES[other]
    saved.touch()
    with pytest.raises(Trouble, match="set DATABASE_URL"):
        databases.bring_back(saved)


@pytest.mark.postgresql
def test_missing_client_of_the_database_is_told_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Trouble, match="pg_dump is needed"):
        archive.save(tmp_path / "backups")


def test_command_tells_trouble_in_one_sentence(tmp_path, project):
    done = project.run(*project.python, "-m", "settings.backup", "restore", str(tmp_path / "none.tar.gz"))
    assert done.returncode == 1
    assert "There is no backup at" in done.stderr
    assert "Traceback" not in done.stderr
