"""The one thread beside the requests: it sends events and lets time do its work."""

import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import close_old_connections

from . import agenda, bell, chaos, deliveries

SENDERS = 4
ROUND = 0.5  # seconds between two looks at the rows when nobody rings
log = logging.getLogger("stripe-sandbox")


def start() -> None:
    threading.Thread(target=_run, name="sandbox-background", daemon=True).start()


def _run() -> None:
    parent = os.getppid()
    deliveries.take_over()
    with ThreadPoolExecutor(SENDERS, thread_name_prefix="sandbox-sender") as senders:
        while True:
            try:
                agenda.catch_up()
                if settings.SANDBOX_WEBHOOK_URL and not chaos.read("hold"):
                    _send_due(senders)
            except Exception:  # the thread must outlive any single fault; the rows are still there
                log.exception("sending events failed; trying again")
                close_old_connections()
            bell.wait(ROUND)
            if os.getppid() != parent:
                os._exit(1)  # the server was killed; alone we would hold its port and go on sending


def _send_due(senders: ThreadPoolExecutor) -> None:
    while rows := deliveries.claim(SENDERS * 4):
        if chaos.read("reorder"):
            for row in rows:
                deliveries.send(row)
        else:
            list(senders.map(deliveries.send, rows))
