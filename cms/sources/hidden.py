"""Leaving out what a person may not see, wherever a path of fields leads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from cms.registries import hidden_from


def is_hidden(user: Any, model: type[Model], path: str) -> bool:
    """Whether one of the fields on a path ("donation.donor", "donor__email") is hidden from a person."""
    owner: Any = model
    for step in path.lstrip("-").replace(".", "__").split("__"):
        if owner is None:
            return False
        if step in hidden_from(user, owner):
            return True
        try:
            owner = owner._meta.get_field(step).related_model
        except (FieldDoesNotExist, AttributeError):
            owner = None
    return False


def any_hidden(user: Any, model: type[Model], paths: Iterable[Any]) -> bool:
    return any(is_hidden(user, model, path) for path in paths if isinstance(path, str) and path)
