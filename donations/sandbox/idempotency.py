"""Idempotency keys: the same request sent twice is done once.

As with Stripe, a request that fails before anything is done (wrong parameters, a conflict) does not use
up its key; an answer that was reached does, and every repetition gets that answer, byte for byte.
"""

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from .errors import Refusal
from .models import IdempotencyKey

LEASE = 60.0  # seconds after which a request that died under way gives its key back


def fingerprint(method: str, path: str, params: dict[str, Any]) -> str:
    written = json.dumps([method, path, params], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def once(
    key: str, mark: str, request_id: str, perform: Callable[[], tuple[int, str]]
) -> tuple[int, str, IdempotencyKey]:
    """Perform the request, or give the answer that it had before; the row tells which (``request_id``).

    perform: does the work and returns status and body; it and the saving of its answer are one transaction.
    Raises Refusal: 400 when the key was used with other parameters, 409 while the first is under way.
    """
    if len(key) > 255:
        raise Refusal("Idempotency keys can be at most 255 characters.", kind="idempotency_error")
    row = _claim(key, mark, request_id)
    if row.status is not None:
        return row.status, row.body, row
    try:
        with transaction.atomic():
            status, body = perform()
            row.status, row.body = status, body
            row.save()
    except BaseException:
        IdempotencyKey.objects.filter(pk=row.pk, status=None).delete()
        raise
    return status, body, row


def _claim(key: str, mark: str, request_id: str) -> IdempotencyKey:
    """The key's row, new and in our hands, or with the answer of the request that had it before."""
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                key=key, fingerprint=mark, request_id=request_id, started_at=time.time()
            )
    except IntegrityError:
        pass
    with transaction.atomic():
        row = IdempotencyKey.objects.filter(key=key).first()
        if row is None:
            raise _in_use(key)  # it failed this very moment; the client tries again
        if row.fingerprint != mark:
            raise Refusal(
                "Keys for idempotent requests can only be used with the same parameters they were first used "
                f"with. Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        if row.status is None:
            if row.started_at > time.time() - LEASE:
                raise _in_use(key)
            row.started_at, row.request_id = time.time(), request_id
            row.save()
        return row


def _in_use(key: str) -> Refusal:
    return Refusal(
        "There is currently another in-progress request using this Idempotent Key (that probably means you "
        f"submitted twice, and the other request is still going through): {key}. Please try again later.",
        status=409,
        code="idempotency_key_in_use",
    )
