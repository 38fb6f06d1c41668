"""What is said when an import cannot go on."""

from __future__ import annotations

from collections.abc import Sequence


class Conflict(Exception):
    """Nothing may be written. rows: (number of the row, sentence) of each that is in the way."""

    def __init__(self, sentence: str, rows: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.rows = list(rows)


class Interrupted(Exception):
    """The batch went on without us: it was cancelled, or another worker has it."""
