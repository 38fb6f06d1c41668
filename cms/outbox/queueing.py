"""Putting a mail in the outbox: checked, worded and written with the caller's own rows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, models, transaction

from cms.models.outbox import OutboxMessage, Stream
from cms.outbox.unsubscribing import unsubscribe_url
from cms.outbox.wording import word_mail
from cms.tasks import send_outbox


class NotAnAddress(ValueError):
    """A mail was addressed to something that is not one e-mail address."""


@dataclass(frozen=True)
class FileRef:
    """A file to attach, read when the mail is sent. `storage` is an alias of STORAGES."""

    storage: str
    name: str
    filename: str
    mime: str = "application/octet-stream"


def queue_mail(
    *,
    to: str,
    stream: Stream,
    template: str,
    context: dict,
    language: str,
    about: models.Model | None = None,
    key: str | None = None,
    attachments: Sequence[FileRef] = (),
) -> OutboxMessage:
    """Write a mail into the outbox, within the caller's transaction, worded now.

    template: path without ending; `<template>.subject.txt` and `<template>.txt` must exist,
    `<template>.html` may (it extends cms/emails/base.html; without it the text is set in the same
    frame). language: "it" or "en". about: the row it is about. key: unique; the same key again
    gives the first row back, unchanged. Sent after commit; promotional mail carries a link to
    unsubscribe. Raises NotAnAddress for a `to` that is not one valid address.
    """
    address = _checked(to)
    if key is not None and (known := OutboxMessage.objects.filter(key=key).first()):
        return known
    link = unsubscribe_url(address, language) if stream == Stream.PROMOTIONAL else ""
    words = word_mail(template, context, language=language, unsubscribe_url=link)
    message = OutboxMessage(
        key=key,
        stream=stream,
        to=address,
        language=language[:2],
        template=template,
        subject=words.subject,
        text=words.text,
        html=words.html,
        attachments=[asdict(attachment) for attachment in attachments],
        unsubscribe_url=link,
        message_id=f"<{uuid.uuid4().hex}@{_mail_domain()}>",
    )
    if about is not None:
        message.about = about
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        # Somebody queued the same key between our look and our write.
        known = OutboxMessage.objects.filter(key=key).first() if key is not None else None
        if not known:
            raise
        return known
    # Only a hint: when it is lost, the clock finds the row.
    transaction.on_commit(send_outbox.enqueue, robust=True)
    return message


def _checked(to: str) -> str:
    address = to.strip()
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise NotAnAddress("A mail needs one valid e-mail address") from wrong
    if len(address) > 254:
        raise NotAnAddress("The e-mail address is too long")
    return address


def _mail_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
