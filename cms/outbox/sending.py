"""Sending what waits in the outbox.

A row is taken by lease, tried once, and marked in a transaction of its own. A kill between the
server's "accepted" and our mark sends it again when the lease is over, with the same Message-ID: see
docs/decisions/outbox.md.
"""

from __future__ import annotations

import logging
import random
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import storages
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils import timezone

from cms import leases
from cms.models.outbox import OutboxMessage, OutboxState, Stream, Suppression
from cms.outbox.unsubscribing import is_unwanted

logger = logging.getLogger(__name__)

BATCH = 10
# Longer than a slow server may keep one mail (EMAIL_TIMEOUT for each step); renewed before each.
LEASE_SECONDS = 120
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
# With the pauses above, about two days.
MAX_ATTEMPTS = 16


def send_waiting(*, limit: int = 500) -> int:
    """Try the mails that are due, up to a limit; how many were sent. Several may run at once."""
    sent = 0
    while limit > 0:
        batch = leases.claim(
            OutboxMessage.objects.due().order_by("next_try_at", "id"),
            seconds=LEASE_SECONDS,
            limit=min(BATCH, limit),
        )
        if not batch:
            break
        limit -= len(batch)
        sent += _send_batch(batch)
    return sent


def send_again(message: OutboxMessage) -> bool:
    """Put a failed or suppressed mail back in the queue. False when it changed meanwhile."""
    return message.transition(to=OutboxState.WAITING, attempts=0, next_try_at=timezone.now(), last_error="")


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: doubling, capped, a fifth more or less by chance."""
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return pause * random.uniform(0.8, 1.2)


def _send_batch(batch: list[OutboxMessage]) -> int:
    """Send claimed mails through one connection; how many were sent."""
    connection = get_connection()
    sent = 0
    try:
        for message in batch:
            sent += _send_one(message, connection)
    finally:
        _close(connection)
    return sent


def _send_one(message: OutboxMessage, connection: BaseEmailBackend) -> bool:
    # The attempt is counted before the try, so that a mail that kills its worker ends as failed too.
    if not leases.extend(message, seconds=LEASE_SECONDS, attempts=F("attempts") + 1):
        return False
    message.refresh_from_db(fields=["attempts"])
    if message.attempts > MAX_ATTEMPTS:
        error = message.last_error or "Each try ended its worker"
        message.transition(to=OutboxState.FAILED, attempts=MAX_ATTEMPTS, last_error=error)
        return False
    if is_unwanted(message):
        message.transition(to=OutboxState.SUPPRESSED)
        return False
    try:
        connection.open()
        if not connection.send_messages([_mail_of(message)]):
            raise OSError("The mail server took nothing")
    except Exception as fault:
        # Whatever is wrong with one mail or with the server, the others get their try.
        _close(connection)
        _note_failure(message, fault)
        return False
    message.transition(to=OutboxState.SENT, sent_at=timezone.now(), last_error="")
    return True


def _mail_of(message: OutboxMessage) -> EmailMultiAlternatives:
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.stream == Stream.PROMOTIONAL:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        message.subject, message.text, settings.DEFAULT_FROM_EMAIL, [message.to], headers=headers
    )
    mail.attach_alternative(message.html, "text/html")
    for file in message.attachments:
        with storages[file["storage"]].open(file["name"], "rb") as content:
            mail.attach(file["filename"], content.read(), file["mime"])
    return mail


def _note_failure(message: OutboxMessage, fault: Exception) -> None:
    """Write why a try failed: for good when the address is refused for good or tries are used up."""
    # The error's own text may hold the address: it is kept on the row, the log gets the kind.
    error = f"{type(fault).__name__}: {fault}"[:1000]
    logger.warning("outbox %s attempt %s: %s", message.pk, message.attempts, type(fault).__name__)
    refused = _refused_for_good(message, fault)
    if refused:
        Suppression.objects.get_or_create(
            email=message.to.lower(),
            scope=Suppression.Scope.ALL,
            defaults={"reason": Suppression.Reason.BOUNCED, "note": error[:250]},
        )
    if refused or message.attempts >= MAX_ATTEMPTS:
        message.transition(to=OutboxState.FAILED, last_error=error)
    else:
        pause = pause_after(message.attempts)
        leases.release(message, next_try_at=timezone.now() + pause, last_error=error)


def _refused_for_good(message: OutboxMessage, fault: Exception) -> bool:
    """Whether the server says that this mailbox does not exist (5.1.x, or 550/553 without more)."""
    if not isinstance(fault, smtplib.SMTPRecipientsRefused):
        return False
    code, text = fault.recipients.get(message.to, (0, b""))
    words = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    if words[:1] in "245" and words[1:2] == ".":
        return words.startswith("5.1.")
    return code in (550, 553)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except Exception as fault:
        logger.warning("outbox: closing the mail connection: %s", type(fault).__name__)
