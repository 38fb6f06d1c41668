"""Which tests run, in which order, and that none is skipped where everything must run."""

import os

import pytest

NO_SKIPS = os.environ.get("CULTNETWORK_NO_SKIPS") == "1"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests that belong to the other database; journeys last, since the browser's loop stays."""
    from django.db import connection

    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    kept = [item for item in items if not item.get_closest_marker(other)]
    items[:] = sorted(kept, key=lambda item: item.get_closest_marker("journey") is not None)


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
