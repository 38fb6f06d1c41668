"""What several models of the app share."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from django.core.files.storage import Storage, storages
from django.db import models

F = TypeVar("F", bound=Callable)


class ForbiddenTransition(Exception):
    """A record was asked to make a move that its table of states does not allow."""


def named(label: Any) -> Callable[[F], F]:
    """Give a property of a record the name under which staff read it."""

    def name(function: F) -> F:
        function.short_description = label  # type: ignore[attr-defined]
        return function

    return name


class AppendOnly(Exception):
    """A row that must stay as it was written was about to be changed or deleted."""


class AppendOnlyQuerySet(models.QuerySet):
    """Refuses the ways of changing many rows at once."""

    def update(self, **kwargs) -> NoReturn:
        raise AppendOnly(f"Rows of {self.model.__name__} are never changed")

    def delete(self) -> NoReturn:
        raise AppendOnly(f"Rows of {self.model.__name__} are never deleted")

    def bulk_update(self, *args, **kwargs) -> NoReturn:
        raise AppendOnly(f"Rows of {self.model.__name__} are never changed")


class AppendOnlyModel(models.Model):
    """A row that is written once. A mistake is corrected by another row."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise AppendOnly(f"{self!r} is already written")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs) -> NoReturn:
        raise AppendOnly(f"{self!r} is never deleted")


def private_storage() -> Storage:
    """Where files lie that only a view which checks rights may hand out."""
    return storages["private"]


def return_token() -> str:
    """The random word of a donor's return addresses: unguessable, and not an id of ours or Stripe's."""
    return secrets.token_urlsafe(24)
