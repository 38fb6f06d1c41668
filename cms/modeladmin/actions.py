"""What staff can do to a record besides editing it: assign, move, note. Each calls one service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest

from cms.permissions import RecordPermissionPolicy


class RecordActionForm(forms.Form):
    """A form that knows the record it is about and the person at work, to offer the right choices."""

    def __init__(self, *args, record: Model, user, **kwargs) -> None:
        self.record = record
        self.user = user
        super().__init__(*args, **kwargs)


def _always(record: Any, user: Any) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class RecordAction:
    """A button on a record's page; with a form class, the fields it asks for first.

    run(request, record, cleaned) calls the service and returns the sentence that tells the success, or
    None. It may raise ValidationError: its words are shown at the form, and what was typed stays.
    permission: the action word of the model's permissions ("change"), or a full name ("members.move_lead").
    is_offered(record, user): whether the button makes sense now.
    is_open: the form stands open from the start. in_row: also offered at each row of the list.
    is_serious: a red button, for what cannot be undone.
    """

    name: str
    label: Any
    run: Callable[[HttpRequest, Any, dict], Any]
    icon: str = "arrow-right"
    form_class: type[forms.Form] | None = None
    permission: str = "change"
    help_text: Any = ""
    submit_label: Any = ""
    is_offered: Callable[[Any, Any], bool] = _always
    is_open: bool = False
    is_serious: bool = False
    in_row: bool = False

    def is_offered_in_list(self, user, record: Model, policy: RecordPermissionPolicy) -> bool:
        """As `allows`, for a row that is known to be the person's: it asks the database nothing."""
        if "." in self.permission:
            permitted = user.has_perm(self.permission)
        else:
            permitted = policy.user_has_permission(user, self.permission)
        return permitted and self.is_offered(record, user)

    def allows(self, user, record: Model, policy: RecordPermissionPolicy) -> bool:
        """Whether a person may do this to this record, and whether it makes sense now."""
        return self.permits(user, record, policy) and self.is_offered(record, user)

    def permits(self, user, record: Model, policy: RecordPermissionPolicy) -> bool:
        """Whether a person may do this to this record when it makes sense."""
        if "." in self.permission:
            return user.has_perm(self.permission) and policy.is_in_reach(user, record)
        return policy.user_has_permission_for_instance(user, self.permission, record)

    def check(self, user, record: Model, policy: RecordPermissionPolicy) -> None:
        """Raises PermissionDenied for who may not."""
        if not self.permits(user, record, policy):
            raise PermissionDenied

    def form(self, request: HttpRequest, record: Model, *, is_posted: bool = False) -> forms.Form:
        """The form, bound to what was posted when it is this action's turn."""
        form_class = self.form_class or forms.Form
        kwargs: dict[str, Any] = {"prefix": self.name}
        if issubclass(form_class, RecordActionForm):
            kwargs |= {"record": record, "user": request.user}
        if is_posted:
            kwargs |= {"data": request.POST, "files": request.FILES}
        return form_class(**kwargs)


@dataclass(frozen=True)
class OfferedAction:
    """An action on one record's page: what the template draws."""

    action: RecordAction
    url: str
    form: forms.Form
    is_asked: bool = False

    @property
    def is_open(self) -> bool:
        return self.is_asked or self.action.is_open or self.form.is_bound
