"""Real processes of the site, to be killed, and a mail server that sees what they send."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from tests.donations.conftest import books, campaign, sandbox, sandbox_of_all, stripe_says  # noqa: F401
from tests.faults.household import Household
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
def given(transactional_db, settings, post_office) -> Callable[..., dict[str, str]]:
    """What another process needs to work on the test's database, as its environment. Tasks wait for it."""
    from django.core.cache import cache

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    def environment(**more: str) -> dict[str, str]:
        names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
        facts = {
            "database": {name: str(connection.settings_dict[name]) for name in names},
            "key_prefix": cache.key_prefix,
            "post": post_office.port,
            "stripe": settings.STRIPE_API_BASE,
            "media": str(settings.MEDIA_ROOT),
            "private": str(settings.PRIVATE_MEDIA_ROOT),
            **more,
        }
        variables = {"FAULTS": json.dumps(facts), "DJANGO_SETTINGS_MODULE": "tests.faults.settings"}
        return {**os.environ, **variables}

    return environment


@pytest.fixture
def start_worker(given, settings, tmp_path) -> Iterator[Callable[[], subprocess.Popen]]:
    """Start `manage.py db_worker` on the test's database."""
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        command = ["manage.py", "db_worker", "--no-reload", "--no-startup-delay", "--interval", "0.1"]
        with (tmp_path / "worker.log").open("a") as log:
            worker = subprocess.Popen(
                [sys.executable, *command, "--skip-checks"],
                cwd=settings.PROJECT_DIR,
                env=given(),
                stdout=log,
                stderr=log,
            )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


@pytest.fixture
def household(given, settings, tmp_path) -> Iterator[Household]:
    """The site with all its processes, on the test's database; nobody has started yet."""
    home = Household(tmp_path, given)
    settings.STRIPE_API_BASE, settings.BASE_URL = home.stripe, home.site
    yield home
    home.stop()


def kill(worker: subprocess.Popen) -> None:
    """kill -9: no handler runs, nothing is tidied."""
    worker.kill()
    worker.wait()
