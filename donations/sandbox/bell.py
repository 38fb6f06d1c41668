"""Wakes the thread that sends events, so that they leave at once and not at its next round."""

import threading

_rung = threading.Event()


def ring() -> None:
    _rung.set()


def wait(seconds: float) -> None:
    """Sleep until somebody rings, at most so long."""
    _rung.wait(seconds)
    _rung.clear()
