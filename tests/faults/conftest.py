"""A real worker in a process of its own, to be killed, and a mail server that sees what it sends."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from tests.donations.conftest import books, campaign, sandbox, sandbox_of_all, stripe_says  # noqa: F401
from tests.faults.post_office import PostOffice


@pytest.fixture
def post_office(settings) -> Iterator[PostOffice]:
    """The mail server of the worker and of this process."""
    office = PostOffice()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    yield office
    office.let_go()
    office.shutdown()
    office.server_close()


@pytest.fixture
def start_worker(
    transactional_db, settings, post_office, tmp_path
) -> Iterator[Callable[[], subprocess.Popen]]:
    """Start `manage.py db_worker` on the test's database. Tasks wait for it, as in life."""
    from django.core.cache import cache

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
        given = {
            "database": {name: str(connection.settings_dict[name]) for name in names},
            "key_prefix": cache.key_prefix,
            "post": post_office.port,
            "stripe": settings.STRIPE_API_BASE,
            "media": str(settings.MEDIA_ROOT),
            "private": str(settings.PRIVATE_MEDIA_ROOT),
        }
        variables = {"FAULTS": json.dumps(given), "DJANGO_SETTINGS_MODULE": "tests.faults.settings"}
        command = ["manage.py", "db_worker", "--no-reload", "--no-startup-delay", "--interval", "0.1"]
        with (tmp_path / "worker.log").open("a") as log:
            worker = subprocess.Popen(
                [sys.executable, *command, "--skip-checks"],
                cwd=settings.PROJECT_DIR,
                env={**os.environ, **variables},
                stdout=log,
                stderr=log,
            )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


def kill(worker: subprocess.Popen) -> None:
    """kill -9: no handler runs, nothing is tidied."""
    worker.kill()
    worker.wait()
