"""A rule that says no, in words for the person who asked."""

from django.core.exceptions import ValidationError
from django.utils.functional import Promise


class Refusal(ValidationError):
    """What was asked cannot be done. Its words are for people, so a form may show it as it is."""

    reason: str | Promise = ""

    def __init__(self, reason: str | Promise | None = None) -> None:
        super().__init__(reason or self.reason)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return str(self.message)
