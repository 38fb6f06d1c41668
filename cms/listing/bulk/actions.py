"""An action on many rows: what it asks, what it would change, what it calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, QuerySet

from cms.permissions import RecordPermissionPolicy
from cms.registries import hidden_from
from cms.registry import Registry
from cms.sources import RecordSource

# What one transaction and one page to look at can hold; more are done by a worker (cms.listing.bulk.running).
MOST_ROWS = 1000


class BulkForm(forms.Form):
    """What an action asks first. It knows who is at work, to offer the right choices."""

    def __init__(self, *args, user, **kwargs) -> None:
        self.user = user
        super().__init__(*args, **kwargs)


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """An entry of the bar below a list.

    foresee(user, row, cleaned): what would change, in words ("Stage: New → Won"); "" when nothing would.
    Raises ValidationError with the reason when the row has to be left as it is. It writes nothing.
    run(user, row, cleaned): the service that does it; the row is locked, and up to MOST_ROWS rows share one
    transaction. Of more rows each is by itself, and one whose service refuses is left out.
    permission: the action word of the model's permissions ("change"), or a full name ("members.move_lead").
    select_related: what foresee reads of each row. field: the one it sets: whoever may
    not see it is not offered the action.
    """

    name: str
    label: Any
    foresee: Callable[[Any, Any, dict], str]
    run: Callable[[Any, Any, dict], Any]
    form_class: type[BulkForm] = BulkForm
    permission: str = "change"
    help_text: Any = ""
    icon: str = "arrow-right"
    is_serious: bool = False
    select_related: Sequence[str] = ()
    field: str = ""

    def rows(self, rows: QuerySet) -> QuerySet:
        """Rows in a fixed order, with what the action reads of each."""
        rows = rows.select_related(*self.select_related) if self.select_related else rows
        return rows.order_by("pk")

    def is_offered_to(self, user: Any, policy: RecordPermissionPolicy) -> bool:
        if "." in self.permission:
            return not policy.read_only and user.has_perm(self.permission)
        return policy.user_has_permission(user, self.permission)

    def may_touch(self, user: Any, row: Model, policy: RecordPermissionPolicy) -> bool:
        """Whether a person may do this to one of their rows."""
        if "." in self.permission:
            return policy.is_in_reach(user, row)
        return policy.user_has_permission_for_instance(user, self.permission, row)


# Name -> function(model, user) -> actions that are not declared in code: those on fields that staff define.
more_bulk_actions: Registry[str, Callable[[type[Model], Any], Sequence[BulkAction]]] = Registry(
    "more bulk actions"
)


def bulk_actions_for(source: RecordSource, user: Any) -> list[BulkAction]:
    """What a person may do to many rows of a list."""
    added = [action for _name, more in more_bulk_actions.items() for action in more(source.model, user)]
    hidden = hidden_from(user, source.model)
    return [
        action
        for action in (*source.bulk_actions, *added)
        if action.field not in hidden and action.is_offered_to(user, source.policy)
    ]
