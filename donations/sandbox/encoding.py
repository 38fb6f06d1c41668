"""From Stripe's form encoding to nested values: ``a[b][0]=x`` is ``{"a": {"b": {"0": "x"}}}``."""

import re
from typing import Any
from urllib.parse import parse_qsl

from .errors import Refusal

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_DEEPEST = 12


def decode(body: str) -> dict[str, Any]:
    """Nested dictionaries of strings; lists stay dictionaries by index, as only a schema can tell them apart.

    Raises Refusal (400) when one name is used both as a value and as a group, or nests too deep.
    """
    result: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True, encoding="utf-8", errors="replace"):
        _insert(result, _keys(name), value, name)
    return result


def _keys(name: str) -> list[str]:
    match = _NAME.match(name)
    if not match:
        return [name]
    keys = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
    if len(keys) > _DEEPEST:
        raise Refusal(f"Invalid parameter name: {name[:80]}", param=name[:80])
    return keys


def _insert(target: dict[str, Any], keys: list[str], value: str, name: str) -> None:
    for key in keys[:-1]:
        target = target.setdefault(key or str(len(target)), {})
        if not isinstance(target, dict):
            raise Refusal(f"Invalid parameter: {name} is given twice.", param=name)
    last = keys[-1] or str(len(target))
    if isinstance(target.get(last), dict):
        raise Refusal(f"Invalid parameter: {name} is given twice.", param=name)
    target[last] = value


def spell(path: tuple[str, ...]) -> str:
    """The name of a nested parameter as Stripe writes it: ``line_items[0][quantity]``."""
    return path[0] + "".join(f"[{key}]" for key in path[1:]) if path else ""
