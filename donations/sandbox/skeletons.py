"""Objects built from the schema itself, so that a required field cannot be forgotten."""

from typing import Any

from .schema import definition_of, resolve


def build(kind: str, **values: Any) -> dict[str, Any]:
    """An object of this kind with every required field.

    What is not given is null where Stripe allows null, else empty (0, false, [], an empty group). A required
    text or choice has no honest default and must be given. Raises TypeError for what is missing, and for a
    field the schema does not know.
    """
    return _fill(definition_of(kind), values, kind)


def _fill(schema: dict[str, Any], values: dict[str, Any], where: str) -> dict[str, Any]:
    properties = schema.get("properties", {})
    strangers = values.keys() - properties.keys()
    if strangers:
        raise TypeError(f"{where} has no field {', '.join(sorted(strangers))}")
    required = schema.get("required", [])
    return {
        name: values[name] if name in values else _empty(field, f"{where}.{name}")
        for name, field in properties.items()
        if name in values or name in required
    }


def _empty(schema: dict[str, Any], where: str) -> Any:
    schema = resolve(schema)
    if "anyOf" in schema:
        if any(resolve(option).get("type") == "null" for option in schema["anyOf"]):
            return None
        raise TypeError(f"{where} must be given")
    if len(schema.get("enum", [])) == 1:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return _fill(schema, {}, where)
    if kind in _EMPTY:
        return _EMPTY[kind]()
    raise TypeError(f"{where} must be given")


_EMPTY = {"array": list, "boolean": bool, "integer": int}
