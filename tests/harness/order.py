"""Which tests run, in which order, and that none is skipped where everything must run."""

import os

import pytest

NO_SKIPS = os.environ.get("CULTNETWORK_NO_SKIPS") == "1"


# What a test asks for when it opens the database; pytest-django gives the marker for most.
_DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


def opens_the_database(item: pytest.Item) -> bool:
    """Whether a test can end differently on another database."""
    asked_for = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or not _DATABASE_FIXTURES.isdisjoint(asked_for)


def _belongs_elsewhere(item: pytest.Item, vendor: str) -> bool:
    """Whether the run on the other database is the place of a test."""
    if vendor == "sqlite":
        return item.get_closest_marker("postgresql") is not None
    is_ours = item.get_closest_marker("postgresql") is not None
    return item.get_closest_marker("sqlite") is not None or not (is_ours or opens_the_database(item))


def _turn(item: pytest.Item) -> int:
    """Journeys come last, since the browser's loop stays; of those first the ones that open everything.

    They take longest: begun at the very end, one would keep a worker at it while the other has nothing to do.
    """
    if item.get_closest_marker("journey") is None:
        return 0
    return 1 if item.path.name.startswith("test_every_") else 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the run on the other database, and put the rest in the order of their turns.

    `make test` on SQLite runs every test that opens no database: on PostgreSQL it would only be run again.
    """
    from django.db import connection

    kept, left_out = [], []
    for item in items:
        (left_out if _belongs_elsewhere(item, connection.vendor) else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    items[:] = sorted(kept, key=_turn)


def _forbid_skip(report) -> None:
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"{report.nodeid} was skipped, and here a skipped test is a failure. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    _forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    _forbid_skip(report)
    return report
