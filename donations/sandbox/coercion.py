"""Read the parameters of a request by their schema, refusing what Stripe would refuse.

Every value arrives as text. What the operation's schema calls an integer or a boolean becomes one, and
whatever the schema does not know is refused by name.
"""

import re
from typing import Any

from .encoding import spell
from .errors import Refusal, missing
from .schema import faults, resolve

_INTEGER = re.compile(r"^-?\d{1,18}$")


def read_params(raw: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Typed parameters. Raises Refusal (400) naming the parameter at fault."""
    params = _object(raw, resolve(schema), ())
    left = faults(params, schema)
    if left:  # the walk below knows every keyword that the schema uses; this is the net under it
        raise Refusal(f"Invalid request: {left[0]}")
    return params


def _read(value: Any, schema: dict[str, Any], path: tuple[str, ...]) -> Any:
    schema = resolve(schema)
    if "anyOf" in schema:
        return _any_of(value, [resolve(option) for option in schema["anyOf"]], path)
    if "enum" in schema:
        return _enum(value, schema["enum"], path)
    reader = _READERS.get(schema.get("type", ""))
    return reader(value, schema, path) if reader else value


def _any_of(value: Any, options: list[dict[str, Any]], path: tuple[str, ...]) -> Any:
    refusal = None
    for option in options:
        if option.get("type") == "null":
            continue
        try:
            return _read(value, option, path)
        except Refusal as problem:
            # The most telling refusal is that of the option with the value's own shape.
            if refusal is None or isinstance(value, dict) == (option.get("type") == "object"):
                refusal = problem
    raise refusal or Refusal(f"Invalid value: {_shown(value)}", param=spell(path))


def _object(value: Any, schema: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refusal("Invalid object", param=spell(path))
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    unknown = [] if others else [spell((*path, key)) for key in value if key not in properties]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        raise Refusal(
            f"Received unknown parameter{plural}: {', '.join(unknown)}"[:500],
            code="parameter_unknown",
            param=unknown[0][:200],
        )
    for key in schema.get("required", []):
        if key not in value:
            raise missing(spell((*path, key)))
    rest = others if isinstance(others, dict) else {}
    return {key: _read(entry, properties.get(key, rest), (*path, key)) for key, entry in value.items()}


def _array(value: Any, schema: dict[str, Any], path: tuple[str, ...]) -> list[Any]:
    if not isinstance(value, dict) or not all(key.isascii() and key.isdigit() for key in value):
        raise Refusal("Invalid array", param=spell(path))
    places = sorted(value, key=int)
    return [_read(value[place], schema.get("items", {}), (*path, place)) for place in places]


def _string(value: Any, schema: dict[str, Any], path: tuple[str, ...]) -> str:
    name = spell(path)
    if not isinstance(value, str):
        raise Refusal("Invalid string", param=name)
    if value == "" and "metadata" not in path:
        raise Refusal(
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a "
            f"parameter; however '{name}' cannot be unset.",
            code="parameter_invalid_empty",
            param=name,
        )
    if "pattern" in schema and not re.search(schema["pattern"], value):
        raise Refusal(f"Invalid value: {_shown(value)}", param=name)
    return value


def _integer(value: Any, schema: dict[str, Any], path: tuple[str, ...]) -> int:
    if not isinstance(value, str) or not _INTEGER.match(value):
        raise Refusal(
            f"Invalid integer: {_shown(value)}", code="parameter_invalid_integer", param=spell(path)
        )
    return int(value)


def _boolean(value: Any, schema: dict[str, Any], path: tuple[str, ...]) -> bool:
    if value not in ("true", "false"):
        raise Refusal(f"Invalid boolean: {_shown(value)}", param=spell(path))
    return value == "true"


def _number(value: Any, schema: dict[str, Any], path: tuple[str, ...]) -> Any:
    # Rates and percentages only; nothing that the sandbox supports takes one.
    raise Refusal(f"Invalid decimal: {_shown(value)}", param=spell(path))


def _enum(value: Any, allowed: list[Any], path: tuple[str, ...]) -> Any:
    if not isinstance(value, str) or value not in allowed:
        words = ", ".join(str(option) for option in allowed if option != "")
        raise Refusal(f"Invalid {spell(path)}: must be one of {words}"[:600], param=spell(path))
    return value


def _shown(value: Any) -> str:
    return str(value)[:80] if isinstance(value, str) else "a group of values"


_READERS = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "number": _number,
}
