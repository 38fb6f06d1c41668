"""The one thread beside the requests: it sends events and lets sessions expire."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections

from . import bell, chaos, checkout, deliveries

SENDERS = 4
ROUND = 0.5  # seconds between two looks at the rows when nobody rings
log = logging.getLogger("stripe-sandbox")


def start() -> None:
    threading.Thread(target=_run, name="sandbox-background", daemon=True).start()


def _run() -> None:
    with ThreadPoolExecutor(SENDERS, thread_name_prefix="sandbox-sender") as senders:
        while True:
            try:
                checkout.expire_due()
                if not chaos.read("hold"):
                    _send_due(senders)
            except Exception:  # the thread must outlive any single fault; the rows are still there
                log.exception("sending events failed; trying again")
                close_old_connections()
            bell.wait(ROUND)


def _send_due(senders: ThreadPoolExecutor) -> None:
    while rows := deliveries.claim(SENDERS * 4):
        if chaos.read("reorder"):
            for row in rows:
                deliveries.send(row)
        else:
            list(senders.map(deliveries.send, rows))
