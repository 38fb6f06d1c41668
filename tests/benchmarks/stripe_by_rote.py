"""A Stripe that has learnt its answers by heart: so quick that it is never what is measured.

The words are the local Stripe's own (`learn`), with numbers in the place of ids. As a WSGI application
(granian serves it) it answers a session, its payment, and the lists that `reconcile --deep` walks through.
It counts its calls, and may wait before it answers, as the network does.

STRIPE_WORDS: the file that `learn` wrote. STRIPE_LISTED: how many paid gifts the lists hold. STRIPE_DELAY_MS.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

NOTHING = '{"object": "list", "url": "/v1", "has_more": false, "data": []}'
FEE_CENTS = 63
# What the gift that is learnt by heart costs: numbers that stand nowhere else.
LEARNT_CENTS, LEARNT_FEE, LEARNT_NET = 987_654, 14_840, 972_814
ONES = {"checkout/sessions": "session", "payment_intents": "payment", "payment_methods": "method"}
LISTS = {"/v1/checkout/sessions": "shallow session", "/v1/payment_intents": "payment"}
PAGE = 100
# The listed gifts were made a second apart, the last one a day ago.
LISTED_AGO = 86_400


def amount_of(n: int) -> int:
    """Cents of gift n, the same in these answers and in tests/benchmarks/many_gifts.py."""
    return 1000 + n % 50 * 100


class Words:
    """The texts of one gift, in which marks stand for its ids, amount and moment."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    @classmethod
    def read(cls, file: Path) -> Words:
        return cls(json.loads(file.read_text()))

    def say(self, what: str, n: int, *, reference: str = "", at: int = 0) -> str:
        """The event, session or payment of gift n, as JSON. at: seconds since 1970."""
        marks = {
            "EVENT": f"evt_bench{n:09d}",
            "SESSION": f"cs_test_bench{n:09d}",
            "PAYMENT": f"pi_bench{n:09d}",
            "CHARGE": f"ch_bench{n:09d}",
            "MOVEMENT": f"txn_bench{n:09d}",
            "METHOD": f"pm_bench{n:09d}",
            "REFERENCE": reference,
            "CENTS": str(amount_of(n)),
            "FEE": str(FEE_CENTS),
            "NET": str(amount_of(n) - FEE_CENTS),
            "AT": str(at or int(time.time())),
        }
        return re.sub(r"<<(\w+)>>", lambda mark: marks[mark[1]], self.texts[what])


def learn(file: Path) -> None:
    """Pay one gift at the local Stripe and keep its words. Needs the site's settings, and no database."""
    import uuid
    from datetime import timedelta

    import stripe
    from django.test.utils import override_settings
    from django.utils import timezone

    from cms.money import Money
    from donations import gateway
    from tests.donations.stripe_voice import events_of
    from tests.sandbox_process import KEY, start_sandbox

    reference = str(uuid.uuid4())
    with start_sandbox() as sandbox, override_settings(STRIPE_API_BASE=sandbox.base, STRIPE_SECRET_KEY=KEY):
        opened = gateway.open_session(
            reference=reference,
            idempotency_key=reference,
            amount=Money(LEARNT_CENTS),
            product="Un palco sull'acqua",
            email="ada@persone.example",
            language="it",
            expires_at=timezone.now() + timedelta(minutes=31),
            success_url="https://www.example.org/grazie/",
            cancel_url="https://www.example.org/annullata/",
        )
        sandbox.pay(opened.id)
        event = next(one for one in events_of(sandbox) if one["type"] == "checkout.session.completed")
        client = stripe.StripeClient(KEY, base_addresses={"api": sandbox.base})
        deep = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
        session = client.v1.checkout.sessions.retrieve(opened.id, deep).to_dict(for_json=True)
        payment = session["payment_intent"]
        method = client.v1.payment_methods.retrieve(payment["payment_method"]).to_dict(for_json=True)
    charge = payment["latest_charge"]
    shallow = {**session, "payment_intent": payment["id"]}
    found = {"event": event, "session": session, "shallow session": shallow, "payment": payment}
    found["method"] = method
    marks = {
        event["id"]: "EVENT",
        opened.id: "SESSION",
        payment["id"]: "PAYMENT",
        charge["id"]: "CHARGE",
        charge["balance_transaction"]["id"]: "MOVEMENT",
        method["id"]: "METHOD",
        reference: "REFERENCE",
        str(LEARNT_CENTS): "CENTS",
        str(LEARNT_FEE): "FEE",
        str(LEARNT_NET): "NET",
    }
    file.write_text(json.dumps({name: _marked(json.dumps(data), marks) for name, data in found.items()}))


def _marked(text: str, marks: dict[str, str]) -> str:
    for known, mark in marks.items():
        text = text.replace(known, f"<<{mark}>>")
    return re.sub(r'"created": \d+', '"created": <<AT>>', text)


class ByRote:
    """The application. `GET /_calls` says how many calls came since it was last asked."""

    def __init__(self) -> None:
        self.words = Words.read(Path(os.environ["STRIPE_WORDS"]))
        self.listed = int(os.environ.get("STRIPE_LISTED", "0"))
        self.delay = int(os.environ.get("STRIPE_DELAY_MS", "0")) / 1000
        self.newest = int(time.time()) - LISTED_AGO
        self.calls = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path, query = environ["PATH_INFO"], parse_qs(environ["QUERY_STRING"])
        if path == "/_calls":
            calls, self.calls = self.calls, 0
            body = str(calls)
        else:
            self.calls += 1
            time.sleep(self.delay)
            body = self.answer(path, query)
        start_response("200 OK", [("Content-Type", "application/json"), ("Request-Id", "req_bench")])
        return [body.encode()]

    def answer(self, path: str, query: dict[str, list[str]]) -> str:
        if found := re.fullmatch(r"/v1/(.+)/\w+?bench(\d+)", path):
            return self.words.say(ONES[found[1]], int(found[2]))
        return self.page(LISTS[path], query) if path in LISTS else NOTHING

    def page(self, what: str, query: dict[str, list[str]]) -> str:
        """Newest first: gift `listed` was made last, at `newest`."""
        first = self.listed
        if until := query.get("created[lt]"):
            first = min(first, self.listed - (self.newest - int(until[0])) - 1)
        if after := query.get("starting_after"):
            first = int(after[0][-9:]) - 1
        since = int(query.get("created[gte]", ["0"])[0])
        last = max(1, self.listed - (self.newest - since))
        shown = range(first, max(last, first - PAGE + 1) - 1, -1)
        rows = ",".join(self.words.say(what, n, at=self.newest - (self.listed - n)) for n in shown)
        more = "true" if first - PAGE + 1 > last else "false"
        return f'{{"object": "list", "url": "/v1", "has_more": {more}, "data": [{rows}]}}'


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    global _by_rote
    if _by_rote is None:
        _by_rote = ByRote()
    return _by_rote(environ, start_response)


_by_rote: ByRote | None = None
