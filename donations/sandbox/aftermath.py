"""What follows a successful charge with certain test cards: disputes and warnings."""

from collections.abc import Callable

from .models import StoredObject

_SEQUELS: dict[str, Callable[[StoredObject], None]] = {}


def sequel(name: str) -> Callable[[Callable[[StoredObject], None]], Callable[[StoredObject], None]]:
    """Register what happens to a charge whose card or account has this ``after``."""

    def register(happen: Callable[[StoredObject], None]) -> Callable[[StoredObject], None]:
        _SEQUELS[name] = happen
        return happen

    return register


def begin(charge: StoredObject, name: str) -> None:
    if name in _SEQUELS:
        _SEQUELS[name](charge)
