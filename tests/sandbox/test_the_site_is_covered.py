"""Whatever the site asks of Stripe, the sandbox can answer."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import stripe

from tests.sandbox_process import KEY, ROOT


def chains(source: Path) -> Iterator[str]:
    """Each method of Stripe's client that a file names, called or handed on: ``checkout.sessions.create``."""
    text = source.read_text()
    if ".v1" not in text:  # spares reading hundreds of files at each collection of the tests
        return
    tree = ast.parse(text)
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in inner:
            words, part = [], node
            while isinstance(part, ast.Attribute):
                words.insert(0, part.attr)
                part = part.value
            if "v1" in words:
                yield ".".join(words[words.index("v1") + 1 :])


class Recorder(stripe.RequestsClient):
    """Stripe's own transport, which writes down where a call would go and goes nowhere."""

    def request(self, method, url, headers, post_data=None):
        self.seen = method.upper(), urlsplit(url).path
        return "{}", 200, {}


def request_of(chain: str) -> tuple[str, str]:
    """The HTTP method and path of a method of the library, as the library itself makes them."""
    recorder = Recorder()
    method = stripe.StripeClient(KEY, http_client=recorder).v1
    for word in chain.split("."):
        method = getattr(method, word)
    parameters = inspect.signature(method).parameters.values()
    ids = [each for each in parameters if each.default is each.empty and each.name != "params"]
    method(*["x_1"] * len(ids), **({"params": {}} if "params" in {each.name for each in parameters} else {}))
    return recorder.seen


FOUND = sorted({chain for file in (ROOT / "donations").rglob("*.py") for chain in chains(file)})


def test_the_calls_of_the_site_are_found():
    assert {"checkout.sessions.create", "events.list", "refunds.create"} <= set(FOUND)
    assert request_of("checkout.sessions.expire") == ("POST", "/v1/checkout/sessions/x_1/expire")


def test_one_that_the_sandbox_lacks_would_be_seen(sandbox):
    method, path = request_of("application_fees.list")
    answer = requests.request(
        method, sandbox.base + path, headers={"Authorization": f"Bearer {KEY}"}, timeout=10
    )
    assert "Unrecognized request URL" in answer.text


@pytest.mark.parametrize("chain", FOUND)
def test_an_operation_that_the_site_calls_is_known(sandbox, chain):
    method, path = request_of(chain)
    answer = requests.request(
        method, sandbox.base + path, headers={"Authorization": f"Bearer {KEY}"}, timeout=10
    )
    assert "Unrecognized request URL" not in answer.text, f"{method} {path}"
