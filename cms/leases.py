"""Leases: how one of several processes takes waiting rows, and how a killed one gives them back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from django.db import DatabaseError, connection, transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

logger = logging.getLogger(__name__)


def claim(queryset: QuerySet, *, seconds: float, limit: int) -> list:
    """Take up to `limit` free rows of the queryset for some seconds; nobody else gets them meanwhile.

    The model has a `claimed_until` column; a row is free while that is empty or past. Each row is
    taken by one conditional UPDATE, which is atomic on SQLite and PostgreSQL whatever the isolation.
    Rows come in the queryset's order. Must not run inside a transaction, since others see a lease
    only when it is committed: raises RuntimeError there.
    """
    now = timezone.now()
    free = queryset.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))
    until = now + timedelta(seconds=seconds)
    taken = []
    for pk in list(free.values_list("pk", flat=True)[:limit]):
        with transaction.atomic(using=free.db, durable=True):
            mine = free.order_by().filter(pk=pk).update(claimed_until=until)
        if mine:
            taken.append(pk)
    rows = queryset.model._base_manager.in_bulk(taken)
    return [rows[pk] for pk in taken if pk in rows]


def extend(row: Model, *, seconds: float, **changes) -> bool:
    """Keep a claimed row for some seconds from now, writing other columns with it.

    False when the lease has passed to somebody else: then leave the row alone.
    """
    return _while_mine(row, claimed_until=timezone.now() + timedelta(seconds=seconds), **changes)


def release(row: Model, **changes) -> bool:
    """Give a claimed row back, writing other columns with it. False when it was no longer ours."""
    return _while_mine(row, claimed_until=None, **changes)


@contextmanager
def kept(row: Model, *, seconds: float) -> Iterator[None]:
    """Renew a claimed row's lease from a thread, for work of unknown length."""
    done = Event()

    def renew() -> None:
        while not done.wait(seconds / 3):
            try:
                extend(row, seconds=seconds)
            except DatabaseError:
                logger.warning("lease of %s %s could not be renewed", row._meta.label, row.pk)
            finally:
                connection.close()

    thread = Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _while_mine(row: Model, **changes) -> bool:
    """Write columns if the lease that was read still stands; the row in hand follows."""
    read = row.claimed_until  # type: ignore[attr-defined]
    mine = type(row)._base_manager.filter(pk=row.pk, claimed_until=read)
    if not mine.update(**changes):
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    return True
