"""Part one of `make bench-webhooks`: the same signed events to dj-stripe and to us, over HTTP, in turns.

What each does while Stripe waits for its answer is not the same, and is told: dj-stripe keeps the request,
asks Stripe for the object anew and mirrors it; we verify, keep the event and answer, and a worker does the
rest. So the work of both is also told as a whole: CPU of server and worker for one event.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.load import cpu_seconds
from tests.benchmarks.peer_site import (
    ADDRESS,
    PEER_ADDRESS,
    ROOT,
    SECRET,
    Server,
    calls_of,
    peer_environment,
    peer_python,
    peer_tables,
    served,
    stripe_by_rote,
)
from tests.benchmarks.stripe_by_rote import Words

ROUNDS, EVENTS = 5, 150
CONNECTIONS = 4
TIMES_THE_PEER = 4.0
QUERIES_OF_A_REPETITION = 2
# As long as an answer of Stripe's takes from Italy.
DELAY_MS = 100


@dataclass
class Contender:
    """Somebody who takes events: where, and what the rounds showed."""

    name: str
    server: Server
    address: str
    rates: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    calls: int = 0

    @property
    def rate(self) -> float:
        return median(self.rates)

    def told(self) -> str:
        return (
            f"{self.name:34}{self.rate:10.0f}{median(self.cpu_ms):10.2f}"
            f"{self.calls / (EVENTS * len(self.rates)):10.2f}"
        )


def compare(words_file: Path) -> int:
    """Print what both do; the number of bounds that do not hold."""
    words, references = Words.read(words_file), awaited(EVENTS * ROUNDS + 10)
    python = peer_python()
    with stripe_by_rote(words_file) as stripe, peer_tables(python, peer_environment(stripe)):
        with (
            ours(stripe) as site,
            theirs(python, stripe) as peer,
            theirs(python, stripe, PEER_ONLY_KEEPS="1") as keeper,
        ):
            us = Contender("ours: verified and kept", site, ADDRESS)
            them = Contender("dj-stripe: mirrored", peer, PEER_ADDRESS)
            kept = Contender("dj-stripe with an empty callback", keeper, PEER_ADDRESS)
            for one in (them, us, kept):
                warm(one, words)
            queries = {one.name: asked_of(one, words, references) for one in (them, us)}
            calls_of(stripe)
            for number in range(ROUNDS):
                for one in (them, us, kept):
                    play(one, words, number, references, stripe)
        drained = drain(stripe)
        with stripe_by_rote(words_file, delay_ms=DELAY_MS) as slow:
            far = at_a_distance(python, slow, words)
    return tell(us, them, kept, queries, drained, far)


def awaited(count: int) -> list[str]:
    """The references of as many donations that wait for the donor: gift n has the session of event n."""
    from donations.models import Donation
    from tests.benchmarks.stripe_by_rote import amount_of
    from tests.factories.donations import CampaignFactory, DonationFactory

    one = DonationFactory(campaign=CampaignFactory())
    facts = {name: getattr(one, name) for name in ("campaign", "beneficiary", "donor", "display_name")}
    rows = [
        Donation(
            **facts,
            state="pending",
            amount_cents=amount_of(n),
            session_id=f"cs_test_bench{n:09d}",
            session_expires_at=one.session_expires_at,
        )
        for n in range(1, count + 1)
    ]
    Donation.objects.bulk_create(rows)
    return ["", *(str(row.public_id) for row in rows)]


@contextmanager
def ours(stripe: Server) -> Iterator[Server]:
    with served("tests.benchmarks.count_queries:application", our_environment(stripe)) as server:
        yield server


def our_environment(stripe: Server) -> dict[str, str]:
    return {
        **os.environ,
        "STRIPE_SECRET_KEY": "sk_test_sandbox_benchmarks",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": f"http://127.0.0.1:{stripe.port}",
    }


@contextmanager
def theirs(python: Path, stripe: Server, **more: str) -> Iterator[Server]:
    environment = peer_environment(stripe, **more)
    with served("count_queries:application", environment, python=python) as server:
        yield server


def signed(body: bytes) -> dict[str, str]:
    """The headers of an event, signed as Stripe signs it."""
    now = int(time.time())
    mark = hmac.new(SECRET.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "Stripe-Signature": f"t={now},v1={mark}"}


def send(connection: http.client.HTTPConnection, address: str, body: bytes, **headers: str) -> Any:
    connection.request("POST", address, body, {**signed(body), **headers})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{address} answered {answer.status}")
    return answer


def warm(one: Contender, words: Words) -> None:
    """The first events of a process fill its caches. They belong to nobody."""
    connection = http.client.HTTPConnection("127.0.0.1", one.server.port, timeout=60)
    for n in range(20):
        send(connection, one.address, words.say("event", 900_000 + n + 100 * one.server.port).encode())
    connection.close()


def asked_of(one: Contender, words: Words, references: list[str]) -> tuple[int, int]:
    """How many statements a new event and its repetition ask."""
    connection = http.client.HTTPConnection("127.0.0.1", one.server.port, timeout=60)
    n = EVENTS * ROUNDS + 5
    body = words.say("event", n, reference=references[n]).encode()
    twice = [send(connection, one.address, body, **{"Count-Queries": "1"}) for _time in range(2)]
    connection.close()
    return int(twice[0].headers["Queries"]), int(twice[1].headers["Queries"])


def play(one: Contender, words: Words, number: int, references: list[str], stripe: Server) -> None:
    """One round: as many new events over a few connections that stay open."""
    numbers = range(number * EVENTS + 1, (number + 1) * EVENTS + 1)
    if "callback" in one.name:  # it shares dj-stripe's database, where these are known already
        numbers = range(500_000 + numbers.start, 500_000 + numbers.stop)
    bodies = [words.say("event", n, reference=(references[n : n + 1] or [""])[0]).encode() for n in numbers]
    cpu, start = cpu_seconds(one.server.pid), time.monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda part: _deliver(one, bodies[part::CONNECTIONS]), range(CONNECTIONS)))
    one.rates.append(EVENTS / (time.monotonic() - start))
    one.cpu_ms.append(1000 * (cpu_seconds(one.server.pid) - cpu) / EVENTS)
    one.calls += calls_of(stripe)


def _deliver(one: Contender, bodies: list[bytes]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", one.server.port, timeout=60)
    for body in bodies:
        send(connection, one.address, body)
    connection.close()


def drain(stripe: Server) -> dict[str, float]:
    """Work on what was kept, in two steps, and charge each event with its share of the CPU."""
    from donations.models import Donation, StripeEvent
    from donations.services import audit

    calls_of(stripe)
    waiting = StripeEvent.objects.filter(state="waiting").count()
    work = "from donations.services import stripe_events; stripe_events.process_waiting(limit=100_000)"
    applied, wall = _more_than_idle(stripe, ["shell", "-c", work])
    calls = calls_of(stripe)
    papers, _wall = _more_than_idle(stripe, ["db_worker", "--batch", "--no-startup-delay", "--no-reload"])
    paid = Donation.objects.paid().count()
    if paid < EVENTS * ROUNDS or audit.problems():
        raise SystemExit(f"Only {paid} donations were paid, or the books do not agree: {audit.problems()}")
    return {
        "events": waiting,
        "applied": 1000 * applied / waiting,
        "papers": 1000 * papers / waiting,
        "per_second": waiting / wall,
        "calls": calls / waiting,
    }


def _more_than_idle(stripe: Server, command: list[str]) -> tuple[float, float]:
    """CPU seconds and seconds of a command, less those that it needs when nothing is left to do."""
    (busy, took), (idle, rest) = _run(stripe, command), _run(stripe, command)
    return busy - idle, max(took - rest, 0.001)


def _run(stripe: Server, command: list[str]) -> tuple[float, float]:
    before, start = os.times(), time.monotonic()
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=our_environment(stripe),
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used, time.monotonic() - start


def at_a_distance(python: Path, stripe: Server, words: Words) -> dict[str, float]:
    """The rates when each of Stripe's answers takes as long as over the network. One round each."""
    rates = {}
    with theirs(python, stripe) as peer, ours(stripe) as site:
        for one in (Contender("dj-stripe", peer, PEER_ADDRESS), Contender("ours", site, ADDRESS)):
            warm(one, words)
            play(one, words, 700, [], stripe)
            rates[one.name] = one.rate
    return rates


def tell(
    us: Contender,
    them: Contender,
    kept: Contender,
    queries: dict[str, tuple[int, int]],
    drained: dict[str, float],
    far: dict[str, float],
) -> int:
    from django.db import connection

    print(f"\nIntake on {connection.vendor}: medians of {ROUNDS} rounds in turns, {EVENTS} new events each")
    print(f"{'':34}{'events/s':>10}{'CPU ms':>10}{'calls':>10}   statements: new, repeated")
    for one in (us, them, kept):
        statements = "   {} and {}".format(*queries[one.name]) if one.name in queries else ""
        print(one.told() + statements)
    print(
        f"applied afterwards (ledger, totals, receipt's number): {drained['events']:.0f} events at "
        f"{drained['per_second']:.0f}/s, {drained['applied']:.2f} CPU ms and {drained['calls']:.2f} calls"
    )
    whole = median(us.cpu_ms) + drained["applied"]
    print(
        f"CPU ms of an event in all: kept and applied {whole:.2f}, dj-stripe mirrors it in "
        f"{median(them.cpu_ms):.2f}; PDF and mail of the receipt are {drained['papers']:.2f} more"
    )
    print(
        f"with {DELAY_MS} ms to Stripe and back: ours {far['ours']:.0f}/s, dj-stripe {far['dj-stripe']:.1f}/s"
    )
    ratio, repeated = us.rate / them.rate, queries[us.name][1]
    bounds = {
        f"{ratio:.1f} times dj-stripe's rate (at least {TIMES_THE_PEER:.0f})": ratio >= TIMES_THE_PEER,
        f"{repeated} statements for a repetition (at most {QUERIES_OF_A_REPETITION})": repeated
        <= QUERIES_OF_A_REPETITION,
        f"{us.calls} calls to Stripe while it waits (none)": us.calls == 0,
    }
    for words, holds in bounds.items():
        print(f"{'ok      ' if holds else 'FAILED  '}{words}")
    return sum(not holds for holds in bounds.values())
