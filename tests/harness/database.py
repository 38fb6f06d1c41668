"""Each test begins with what the migrations made: groups, languages, home pages. None sees another's rows."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.harness import template


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.run_folder = tempfile.mkdtemp(prefix="cultnetwork-run-")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Tell a worker of pytest-xdist where the run keeps what its workers share."""
    node.workerinput["run_folder"] = node.config.run_folder


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        folder = Path(config.run_folder)
        template.drop_template(folder)
        shutil.rmtree(folder, ignore_errors=True)


def run_folder(config: pytest.Config) -> Path:
    """The folder shared by all workers of this run."""
    return Path(getattr(config, "workerinput", vars(config))["run_folder"])


def worker_name(config: pytest.Config) -> str:
    """gw0, gw1, ... under pytest-xdist, else main."""
    return getattr(config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """The worker's own database, in the place of pytest-django's, which migrates in every worker."""
    from django.test import TransactionTestCase

    database = template.databases(folder=run_folder(request.config), worker=worker_name(request.config))
    with django_db_blocker.unblock():
        database.create()
        # Django would flush every table, and with them what the migrations made.
        flush = TransactionTestCase._fixture_teardown
        TransactionTestCase._fixture_teardown = lambda self: database.restore()
    yield
    TransactionTestCase._fixture_teardown = flush
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture(scope="session", autouse=True)
def _own_corner_of_the_cache(request, django_test_environment):
    """Workers and runs share one Redis: each keeps to its own prefix, in every thread."""
    from django.core.cache import caches

    run = run_folder(request.config).name.rsplit("-", 1)[-1]
    prefix = f"{run}-{worker_name(request.config)}"
    for options in caches.settings.values():
        options["KEY_PREFIX"] = prefix
    for opened_early in caches.all(initialized_only=True):
        opened_early.key_prefix = prefix


@pytest.fixture(autouse=True)
def _nothing_left_from_the_test_before(request):
    """Language, zone, files and cache begin afresh. The cache in the database goes back with its rows."""
    from django.conf import settings
    from django.core.cache import caches
    from django.utils import timezone, translation

    translation.deactivate()
    timezone.deactivate()
    kept = [Path(settings.MEDIA_ROOT), Path(settings.PRIVATE_MEDIA_ROOT)]
    yield
    for folder in kept:
        for file in folder.glob("*"):
            shutil.rmtree(file, ignore_errors=True) if file.is_dir() else file.unlink(missing_ok=True)
    for cache in caches.all():
        if type(cache).__name__ in ("RedisCache", "LocMemCache"):
            cache.clear()
