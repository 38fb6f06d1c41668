"""Stripe's own description of its API, read once from ``stripe_data``."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

API_VERSION = "2026-10-28.endive"
_FILE = Path(__file__).parent / "stripe_data" / "stripe-schema-endive.json"


@cache
def description() -> dict[str, Any]:
    with _FILE.open(encoding="utf-8") as file:
        data = json.load(file)
    if data["x-stripe-api-version"] != API_VERSION:
        raise ValueError(f"{_FILE.name} describes {data['x-stripe-api-version']}, not {API_VERSION}")
    with _FILE.with_name("additions.json").open(encoding="utf-8") as file:
        more = json.load(file)
    for part in ("objects", "definitions"):
        data[part] |= more[part]
    data["operations"] += more["operations"]
    return data


def definition(name: str) -> dict[str, Any]:
    """The schema called ``name``, for instance ``Checkout.Session``. Raises KeyError if there is none."""
    return description()["definitions"][name]


def definition_of(kind: str) -> dict[str, Any]:
    """The schema of an object by the word in its ``object`` field, for instance ``checkout.session``."""
    return definition(description()["objects"][kind])


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow ``$ref`` until there is none."""
    while "$ref" in schema:
        schema = definition(schema["$ref"].removeprefix("#/definitions/"))
    return schema


@cache
def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """Every operation of Stripe's API described here, by method and path pattern."""
    return {(entry["method"], entry["path"]): entry for entry in description()["operations"]}


def kinds_of_event(event_type: str) -> list[str]:
    """What ``data.object`` may be in this type of event. Raises KeyError for a type Stripe does not have."""
    return description()["events"][event_type]


@cache
def _root() -> Draft7Validator:
    return Draft7Validator({"definitions": description()["definitions"]})


def faults(value: Any, schema: dict[str, Any]) -> list[str]:
    """What of ``value`` the schema forbids, one sentence each, the place first; empty when nothing is."""
    errors = _root().evolve(schema=schema).iter_errors(value)
    return [f"{error.json_path}: {error.message[:200]}" for error in errors]
