"""Any history ends, after one reconcile, in what is true at Stripe; and the books agree after every step.

The few that run each time are always the same ones. `make test-long` draws two thousand others, in shards so
that all workers have their part; HISTORIES_SEED=17 draws others again. Of a failure Hypothesis prints the
shortest history that it finds, step by step.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.donations.histories import Histories

pytestmark = pytest.mark.django_db

SHARDS, IN_EACH, STEPS = 40, 50, 30
SEED = int(os.environ.get("HISTORIES_SEED", "1"))


def run(monkeypatch: pytest.MonkeyPatch, machine: type[Histories] = Histories, **how) -> None:
    machine.monkeypatch = monkeypatch
    quiet = list(HealthCheck)
    run_state_machine_as_test(
        machine, settings=settings(deadline=None, suppress_health_check=quiet, database=None, **how)
    )


def test_any_history_ends_in_what_is_true(db, monkeypatch):
    run(monkeypatch, max_examples=20, stateful_step_count=30, derandomize=True)


@pytest.mark.long
@pytest.mark.parametrize("shard", range(SHARDS))
def test_any_of_many_histories_ends_in_what_is_true(db, monkeypatch, shard):
    drawn = seed(SEED * SHARDS + shard)(type("Histories", (Histories,), {}))
    run(monkeypatch, drawn, max_examples=IN_EACH, stateful_step_count=STEPS, print_blob=False)
