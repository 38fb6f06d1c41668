"""How the child gives up on a file: with a code that the parent turns into a sentence."""

from typing import Any


class Stop(Exception):
    """code: a key of cms.spreadsheets.reading.refusals.SENTENCES, with what its sentence names."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
