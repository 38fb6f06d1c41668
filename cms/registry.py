"""How the layers above offer things to cms without cms knowing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class AlreadyRegistered(ValueError):
    """Two parts of the site claim the same key."""


class Registry(Generic[K, V]):
    """Named things in the order of their registration; each key once.

        figures = Registry[str, Callable]("dashboard figures")

        @figures.register("open-leads")
        def open_leads(user): ...

    Register in an AppConfig.ready(), or in a module that ready() imports.
    """

    def __init__(self, subject: str, *, fill: Callable[[], object] | None = None) -> None:
        """fill: called before each reading, to import what registers here; cheap when it has been."""
        self.subject = subject
        self._fill = fill
        self._things: dict[K, V] = {}
        self._kept: list[tuple[K, V | None]] = []

    def register(self, key: K, thing: V | None = None) -> Callable[[V], V] | V:
        """Add a thing under a key; without the thing, decorate it. The same thing again is welcome.

        Raises AlreadyRegistered when the key belongs to another thing.
        """
        if thing is None:
            return lambda decorated: self.register(key, decorated)  # type: ignore[return-value]
        if self._things.get(key, thing) is not thing:
            raise AlreadyRegistered(f"{self.subject}: {key!r} is registered twice")
        self._things[key] = thing
        return thing

    def unregister(self, key: K) -> None:
        """Take a key out; one that is not there is fine."""
        self._things.pop(key, None)

    def _read(self) -> dict[K, V]:
        if self._fill is not None:
            self._fill()
        return self._things

    def replace(self, key: K, thing: V) -> None:
        """Put another thing under a key until restore(): for tests."""
        self._kept.append((key, self._things.get(key)))
        self._things[key] = thing

    def restore(self, key: K) -> None:
        """Put back what stood under a key before replace()."""
        place = max(n for n, (kept, _thing) in enumerate(self._kept) if kept == key)
        _key, thing = self._kept.pop(place)
        self.unregister(key)
        if thing is not None:
            self._things[key] = thing

    def get(self, key: K, default: V | None = None) -> V | None:
        return self._read().get(key, default)

    def items(self) -> list[tuple[K, V]]:
        """Keys and things, in the order of registration."""
        return list(self._read().items())

    def __getitem__(self, key: K) -> V:
        return self._read()[key]

    def __contains__(self, key: object) -> bool:
        return key in self._read()

    def __iter__(self) -> Iterator[K]:
        return iter(list(self._read()))

    def __len__(self) -> int:
        return len(self._read())
