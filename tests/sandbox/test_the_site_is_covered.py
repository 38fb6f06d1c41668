"""Whatever the site asks of Stripe, the sandbox can answer."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.sandbox_process import KEY, ROOT

_VERBS = {"create": "POST", "retrieve": "GET", "list": "GET"}


def chains(source: Path) -> Iterator[list[str]]:
    """Each call on Stripe's client in a file, as the words after ``v1``: checkout, sessions, create."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Call):
            words, part = [], node.func
            while isinstance(part, ast.Attribute):
                words.insert(0, part.attr)
                part = part.value
            if "v1" in words:
                yield words[words.index("v1") + 1 :]


def operation(chain: list[str]) -> tuple[str, str]:
    """Method and path of such a call."""
    *resource, verb = chain
    path = "/v1/" + "/".join(resource)
    if verb in ("create", "list"):
        return _VERBS[verb], path
    return _VERBS.get(verb, "POST"), f"{path}/x" + ("" if verb == "retrieve" else f"/{verb}")


CALLS = sorted(
    {operation(chain) for file in (ROOT / "donations" / "gateway").rglob("*.py") for chain in chains(file)}
)


def test_the_calls_of_the_site_are_found():
    assert ("POST", "/v1/checkout/sessions") in CALLS


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_an_operation_that_the_site_calls_is_known(sandbox, method, path):
    answer = requests.request(
        method, sandbox.base + path, headers={"Authorization": f"Bearer {KEY}"}, timeout=10
    )
    assert "Unrecognized request URL" not in answer.text
