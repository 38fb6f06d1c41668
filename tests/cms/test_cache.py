"""The shared cache in the database: a counter that can be trusted, and no litter."""

import threading

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection

from cms.cache import DatabaseCache, RedisCache


@pytest.fixture
def cache(db):
    """The site's cache in its table, whatever this run keeps its cache in."""
    kept = DatabaseCache("cache", {"KEY_PREFIX": "table"})
    if not isinstance(caches["default"], DatabaseCache):
        from django.core.management import call_command
        from django.test.utils import override_settings

        table = {"BACKEND": "cms.cache.DatabaseCache", "LOCATION": "cache"}
        with override_settings(CACHES={"default": table}):
            call_command("createcachetable", verbosity=0)
    return kept


def test_counter_adds_and_keeps_its_time(cache):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        cache.set("count", 1, timeout=60)
        assert cache.incr("count") == 2
        clock.shift(50)
        assert cache.incr("count", 5) == 7
        assert cache.get("count") == 7
        clock.shift(11)
        assert cache.get("count") is None


def test_counter_that_is_missing_or_over_is_told(cache):
    with pytest.raises(ValueError, match="not found"):
        cache.incr("count")
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        cache.set("count", 1, timeout=10)
        clock.shift(11)
        with pytest.raises(ValueError, match="not found"):
            cache.incr("count")


def test_what_is_over_is_cleared_and_the_rest_stays(cache):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        cache.set("short", 1, timeout=10)
        cache.set("long", 1, timeout=1000)
        cache.set("for ever", 1, timeout=None)
        clock.shift(11)
        assert cache.clear_expired() == 1
        assert (cache.get("long"), cache.get("for ever")) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_parallel_counting_loses_nothing(cache):
    cache.set("count", 0, timeout=600)
    start = threading.Barrier(4)

    def work() -> None:
        start.wait(timeout=10)
        for _ in range(10):
            cache.incr("count")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert cache.get("count") == 40


@pytest.mark.postgresql  # the run on PostgreSQL is the one that keeps its cache in Redis
def test_clearing_one_cache_of_redis_leaves_the_keys_of_others(settings):
    ours, others = (
        RedisCache(settings.CACHES["default"]["LOCATION"], {"KEY_PREFIX": name})
        for name in ("one[*]of-us", "one[*]of-us-too")
    )
    ours.set("key", 1)
    others.set("key", 2)
    try:
        ours.clear()
        assert (ours.get("key"), others.get("key")) == (None, 2)
    finally:
        others.clear()
