"""Which request is being answered, so that events can say what caused them."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """Both are null when nobody called the API: a person paid on the page, or time passed."""

    request_id: str | None = None
    idempotency_key: str | None = None


cause: ContextVar[Cause] = ContextVar("cause", default=Cause())  # noqa: B039 - frozen
