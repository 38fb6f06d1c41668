"""Leases: a row belongs to one worker at a time, and comes free when its worker dies."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cms import leases
from cms.models import OutboxMessage
from tests.factories.cms import OutboxMessageFactory


def waiting():
    return OutboxMessage.objects.due().order_by("pk")


@pytest.mark.django_db
def test_claimed_rows_are_free_again_when_the_lease_is_over():
    first, second = OutboxMessageFactory.create_batch(2)
    assert leases.claim(waiting(), seconds=60, limit=1) == [first]
    assert leases.claim(waiting(), seconds=60, limit=5) == [second]
    assert leases.claim(waiting(), seconds=60, limit=5) == []
    OutboxMessage.objects.filter(pk=first.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert leases.claim(waiting(), seconds=60, limit=5) == [first]


@pytest.mark.django_db
def test_claimed_row_knows_until_when():
    OutboxMessageFactory()
    before = timezone.now()
    [row] = leases.claim(waiting(), seconds=60, limit=1)
    assert timedelta(seconds=60) <= row.claimed_until - before < timedelta(seconds=70)


@pytest.mark.django_db
def test_only_rows_of_the_queryset_are_claimed():
    OutboxMessageFactory(sent=True)
    OutboxMessageFactory(next_try_at=timezone.now() + timedelta(hours=1))
    assert leases.claim(waiting(), seconds=60, limit=5) == []


@pytest.mark.django_db
def test_release_and_extend_work_only_while_the_lease_is_ours():
    OutboxMessageFactory()
    [mine] = leases.claim(waiting(), seconds=60, limit=1)
    assert leases.extend(mine, seconds=120, last_error="busy")
    assert OutboxMessage.objects.get().last_error == "busy"
    OutboxMessage.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    [theirs] = leases.claim(waiting(), seconds=60, limit=1)
    assert not leases.extend(mine, seconds=120)
    assert not leases.release(mine, last_error="stolen")
    assert leases.release(theirs)
    row = OutboxMessage.objects.get()
    assert (row.claimed_until, row.last_error) == (None, "busy")


@pytest.mark.django_db(transaction=True)
def test_claiming_inside_a_transaction_is_refused():
    OutboxMessageFactory()
    with pytest.raises(RuntimeError), transaction.atomic():
        leases.claim(waiting(), seconds=60, limit=1)


@pytest.mark.django_db(transaction=True)
def test_two_claimers_at_once_never_get_the_same_row():
    rows = OutboxMessageFactory.create_batch(40)
    taken: dict[str, list[int]] = {"one": [], "two": []}
    faults: list[Exception] = []
    start = threading.Barrier(2)

    def work(name: str) -> None:
        try:
            start.wait(timeout=10)
            while batch := leases.claim(waiting(), seconds=60, limit=3):
                taken[name] += [row.pk for row in batch]
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[name]) for name in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    assert sorted(taken["one"] + taken["two"]) == sorted(row.pk for row in rows)


@pytest.mark.django_db(transaction=True)
def test_lease_of_long_work_is_renewed_until_it_ends():
    OutboxMessageFactory()
    [row] = leases.claim(waiting(), seconds=0.6, limit=1)
    with leases.kept(row, seconds=0.6):
        time.sleep(1.2)
        assert leases.claim(waiting(), seconds=60, limit=1) == []
    assert leases.release(row)
