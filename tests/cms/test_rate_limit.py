"""Limits: so many tries in a window, counted by all processes together."""

import threading

import pytest
import time_machine
from django.core.cache import cache, caches
from django.db import connection
from django.test import RequestFactory

from cms.client_address import source_of
from cms.rate_limit import hit

pytestmark = pytest.mark.django_db
LOCMEM = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"}}


@pytest.fixture(params=["as set up", "locmem"])
def any_cache(request, settings):
    """The site's cache, and Django's one in memory."""
    if request.param == "locmem":
        settings.CACHES = LOCMEM
    cache.clear()


def tries(count: int, **limits) -> list[bool]:
    return [hit("forms", "203.0.113.9", **limits) for _ in range(count)]


def test_limit_is_exact(any_cache):
    assert tries(5, limit=3, seconds=60) == [True, True, True, False, False]


def test_next_window_begins_afresh(any_cache):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        assert tries(3, limit=2, seconds=60) == [True, True, False]
        clock.shift(59)
        assert tries(1, limit=2, seconds=60) == [False]
        clock.shift(1)
        assert tries(3, limit=2, seconds=60) == [True, True, False]


def test_counting_on_does_not_lengthen_the_window(any_cache):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        for _ in range(6):
            tries(1, limit=2, seconds=60)
            clock.shift(10)
        assert tries(1, limit=2, seconds=60) == [True]


def test_sources_and_scopes_are_counted_apart():
    assert tries(2, limit=1, seconds=60) == [True, False]
    assert hit("forms", "203.0.113.10", limit=1, seconds=60)
    assert hit("search", "203.0.113.9", limit=1, seconds=60)


def test_limit_of_zero_allows_nothing():
    assert tries(2, limit=0, seconds=60) == [False, False]


def test_forged_header_does_not_escape_the_limit(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    answers = []
    for number in range(4):
        forged = {"REMOTE_ADDR": "10.0.0.2", "HTTP_X_FORWARDED_FOR": f"1.2.3.{number}, 203.0.113.9"}
        source = source_of(RequestFactory().get("/", **forged))
        answers.append(hit("forms", source, limit=2, seconds=60))
    assert answers == [True, True, False, False]


def test_cache_does_not_hold_the_address(settings):
    settings.CACHES = LOCMEM
    cache.clear()
    tries(1, limit=1, seconds=60)
    [key] = caches["default"]._cache
    assert "rate:forms" in key
    assert "203.0.113.9" not in key


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_never_exceed_the_limit():
    answers: list[bool] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait(timeout=10)
        for _ in range(5):
            answers.append(hit("forms", "203.0.113.9", limit=7, seconds=3600))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (answers.count(True), answers.count(False)) == (7, 13)
