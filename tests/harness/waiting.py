"""Waiting for what another process or thread does."""

import time
from collections.abc import Callable


def until(what: Callable[[], object], *, seconds: float = 60) -> None:
    """Wait until something holds. Fails when it does not in the seconds given."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"it did not happen within {seconds} seconds"
        time.sleep(0.02)
