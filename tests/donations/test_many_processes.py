"""Receipts of several processes at once, one of which is killed: no gap, no double, books that agree."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connections, transaction

from donations.models import Donation, Receipt
from donations.services.apply import apply_session
from tests.factories.donations import CampaignFactory, DonationFactory, DonorFactory, paid_session

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 4
ROME = ZoneInfo("Europe/Rome")
# Either side of midnight in Italy, where UTC says the same day: the year of the number is Italy's.
MOMENTS = (datetime(2025, 12, 31, 23, 59, tzinfo=ROME), datetime(2026, 1, 1, 0, 0, tzinfo=ROME))


def at_once(work: Callable[[int], None], processes: int = PROCESSES) -> list[int]:
    """Let processes work that begin together, each with a connection of its own; their exit codes."""
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(processes)

    def begin(which: int) -> None:
        start.wait(30)
        work(which)
        connections.close_all()

    connections.close_all()  # a connection that two processes share would be nobody's
    started = [fork.Process(target=begin, args=(which,)) for which in range(processes)]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
    return [process.exitcode for process in started]


def pay(donation: Donation, which: int) -> None:
    apply_session(paid_session(donation, at=MOMENTS[which % 2]), because="test")


def issue(many: int, books) -> None:
    """Many gifts to two beneficiaries and in two years, paid at once; one process is killed in the midst."""
    donors, campaigns = DonorFactory.create_batch(5), CampaignFactory.create_batch(2)
    gifts = [DonationFactory(campaign=campaigns[place % 2], donor=donors[place % 5]) for place in range(many)]
    lost = DonationFactory(campaign=campaigns[0])

    def work(which: int) -> None:
        if which == PROCESSES:
            with transaction.atomic():
                pay(lost, 0)
                os.kill(os.getpid(), signal.SIGKILL)
        for place, donation in enumerate(gifts):
            if place % PROCESSES == which:
                pay(donation, place // PROCESSES)

    assert at_once(work, PROCESSES + 1) == [0] * PROCESSES + [-signal.SIGKILL]
    numbers: dict[tuple[int, int], list[int]] = {}
    for beneficiary, year, number in Receipt.objects.values_list("beneficiary", "year", "number"):
        numbers.setdefault((beneficiary, year), []).append(number)
    assert len(numbers) == 4
    for taken in numbers.values():
        assert sorted(taken) == list(range(1, many // 4 + 1))
    assert sum(total for total, _gifts, _donors in books()["totals"]) == 2550 * many


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """The PDFs are the worker's, and wait."""
    monkeypatch.setattr("donations.tasks.hint", lambda *work: None)


def test_processes_that_issue_receipts_at_once_leave_no_gap_and_no_double(books):
    issue(40, books)


@pytest.mark.long
@pytest.mark.postgresql
def test_two_hundred_receipts_of_several_processes_have_no_gap_and_no_double(books):
    issue(200, books)
