"""Limits on how often something may be done, shared by every process through the cache."""

from __future__ import annotations

import time

from django.core.cache import caches
from django.utils.crypto import salted_hmac


def hit(scope: str, key: str, *, limit: int, seconds: int, using: str = "default") -> bool:
    """Count one try of `key` in `scope`; True while it is allowed.

    At most `limit` tries in each window of `seconds` (windows start at fixed times, so two full
    ones may touch). key: who tries, such as source_of(request); it is stored hashed. Counting needs
    a cache whose add and incr are atomic; cms.cache.DatabaseCache, Redis and LocMem are. Call it
    outside a transaction, or a rollback takes the count back. using: the cache that counts; "local"
    is each process's own, for limits that need not be shared.
    """
    cache = caches[using]
    window = int(time.time() // seconds)
    who = salted_hmac(f"rate-limit:{scope}", key, algorithm="sha256").hexdigest()[:40]
    name = f"rate:{scope}:{who}:{window}"
    # Twice the window, so that a slow clock never revives a count.
    if cache.add(name, 1, timeout=2 * seconds):
        return limit >= 1
    try:
        return cache.incr(name) <= limit
    except ValueError:  # culled between the two calls
        return cache.add(name, 1, timeout=2 * seconds) and limit >= 1
