"""Django's shared caches, mended where several processes lean on them.

In the database: Django's own `incr` reads, adds and writes, so that two processes may both count the same
try, and the entry's time is set anew. Ours adds under the row's lock and keeps the time.
In Redis: Django's own `clear` empties the whole Redis database. Ours takes only its own keys.
"""

from __future__ import annotations

import base64
import pickle

from django.core.cache.backends import db as django_db
from django.core.cache.backends import redis as django_redis
from django.db import connections, router, transaction
from django.utils import timezone


class DatabaseCache(django_db.DatabaseCache):
    """The shared cache of a site without Redis."""

    _table: str

    def clear_expired(self) -> int:
        """Delete the entries whose time is over; how many. Django does it only when the table is full."""
        connection = connections[router.db_for_write(self.cache_model_class)]
        table = connection.ops.quote_name(self._table)
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])
            return cursor.rowcount

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number, atomically, on SQLite and PostgreSQL. Raises ValueError without the key."""
        missing = ValueError(f"Key {key!r} not found")
        name = self.make_and_validate_key(key, version=version)
        database = router.db_for_write(self.cache_model_class)
        connection = connections[database]
        table = connection.ops.quote_name(self._table)
        with transaction.atomic(using=database), connection.cursor() as cursor:
            # Writing first takes the row's lock (on SQLite the whole database's) before we read.
            cursor.execute(f"UPDATE {table} SET expires = expires WHERE cache_key = %s", [name])
            if not cursor.rowcount or not self.has_key(key, version=version):
                raise missing
            cursor.execute(f"SELECT value FROM {table} WHERE cache_key = %s", [name])
            stored = connection.ops.process_clob(cursor.fetchone()[0])
            number = pickle.loads(base64.b64decode(stored.encode())) + delta
            fresh = base64.b64encode(pickle.dumps(number, self.pickle_protocol)).decode("latin1")
            cursor.execute(f"UPDATE {table} SET value = %s WHERE cache_key = %s", [fresh, name])
        return number


class RedisCache(django_redis.RedisCache):
    """The shared cache of a site with Redis, which may serve others as well."""

    def clear(self) -> bool:
        """Delete what this cache keeps, by its prefix; the keys of others stay. Raises nothing of its own."""
        client = self._cache.get_client(None, write=True)
        batch: list[bytes] = []
        for key in client.scan_iter(match=f"{_literally(self.key_prefix)}:*", count=1000):
            batch.append(key)
            if len(batch) == 1000:
                client.unlink(*batch)
                batch.clear()
        if batch:
            client.unlink(*batch)
        return True


def _literally(text: str) -> str:
    """A text in which Redis sees no pattern."""
    return "".join(f"\\{sign}" if sign in r"*?[]\^-" else sign for sign in text)
