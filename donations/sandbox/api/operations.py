"""The operations this sandbox knows, by method and path pattern."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..errors import Refusal, beyond_sandbox
from ..schema import operations


@dataclass(frozen=True)
class Call:
    """One request, already checked against the schema of its operation."""

    params: dict[str, Any]
    base_url: str
    id: str = ""

    def honour(self, names: set[str], of: str) -> dict[str, Any]:
        """The parameters without ``expand``. Raises Refusal for one that the sandbox does not honour."""
        for param in sorted(self.params.keys() - names - {"expand"}):
            raise beyond_sandbox(f"the parameter {param} of {of}", param)
        return {key: value for key, value in self.params.items() if key != "expand"}


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    answer: Callable[[Call], dict[str, Any]]
    pattern: re.Pattern[str] = field(repr=False)

    @property
    def description(self) -> dict[str, Any]:
        return operations()[self.method, self.path]


KNOWN: list[Operation] = []


def operation(method: str, path: str) -> Callable:
    """Register a function as the answer to one of Stripe's operations. Raises KeyError for one it lacks."""
    operations()[method, path]
    pattern = re.compile(re.escape(path).replace(r"\{id\}", r"(?P<id>[^/]+)") + "$")

    def register(answer: Callable[[Call], dict[str, Any]]) -> Callable[[Call], dict[str, Any]]:
        KNOWN.append(Operation(method, path, answer, pattern))
        return answer

    return register


def find_operation(method: str, path: str) -> tuple[Operation, str]:
    """The operation and the id in its path. Raises Refusal (404) as Stripe does for an unknown URL."""
    for known in KNOWN:
        if known.method == method and (match := known.pattern.match(path)):
            return known, match.groupdict().get("id", "")
    raise Refusal(
        f"Unrecognized request URL ({method}: {path[:200]}). Please see https://stripe.com/docs or we can "
        "help at https://support.stripe.com/.",
        status=404,
    )
