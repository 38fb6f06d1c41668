"""The commands of the Makefile: all there, and each trouble at the door told in one sentence."""

import shutil

import pytest

PROMISED = {
    *("help", "run", "demo", "test", "test-postgres", "test-long", "browser", "lint", "messages"),
    *("backup", "restore", "bench-%"),
}


def test_help_lists_every_command_with_a_word_about_it(project):
    listed = dict(line.split(None, 1) for line in project.run("make").stdout.splitlines())
    assert listed.keys() >= PROMISED
    assert all(listed.values())


def sentences(done) -> list[str]:
    """What was said, without make's own last line."""
    said = (done.stdout + done.stderr).splitlines()
    return [line for line in said if line.strip() and not line.startswith("make")]


def test_senseless_port_is_told_in_one_sentence(project):
    done = project.run("make", "run", "PORT=abc")
    assert done.returncode != 0
    assert sentences(done) == ["PORT must be a number from 1024 to 65534, and it is 'abc'."]


def test_missing_python_is_told_in_one_sentence(project, tmp_path):
    for tool in ("make", "sh", "echo", "test", "env"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    done = project.run("make", "run", PATH=str(tmp_path))
    assert done.returncode != 0
    (said,) = sentences(done)
    assert said.startswith("Cultnetwork needs Python 3.11 or newer, and none was found: install it")


@pytest.mark.parametrize("command", ["run", "backup"])
def test_broken_database_is_told_in_one_sentence(project, command):
    database = project.root / "var" / "cultnetwork.sqlite3"
    database.parent.mkdir(exist_ok=True)
    kept = database.read_bytes() if database.exists() else None
    database.write_bytes(b"once a database, now something else " * 200)
    project.has_its_packages()
    try:
        done = project.run("make", command, PORT="18999")
    finally:
        database.unlink()
        if kept is not None:
            database.write_bytes(kept)
    assert done.returncode != 0
    (said,) = sentences(done)
    assert "is broken (file is not a database)" in said


def test_restore_without_a_file_is_told_in_one_sentence(project):
    project.has_its_packages()
    done = project.run("make", "restore")
    assert done.returncode != 0
    assert sentences(done) == ["There is no backup: name one with make restore FROM=var/backups/..."]
