"""What keeps the site from starting, told in one sentence. Runs on any Python 3.7 or newer."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import Iterator  # noqa: UP035


class Trouble(Exception):
    """Its text is one sentence for the person who typed the command: what is wrong and what to do."""


@contextmanager
def told_in_one_sentence() -> Iterator[None]:
    """Turn a Trouble into its sentence and exit code 1, and Ctrl-C into a quiet end."""
    try:
        yield
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        raise SystemExit(130) from None
