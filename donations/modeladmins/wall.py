"""What staff say of a name for the wall of donors: shown, or not."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms import audit
from cms.modeladmin import RecordAction, RecordActionForm
from donations.models import Donation
from donations.services import wall


class ApprovalForm(RecordActionForm):
    """Knows what was on the screen: only that is approved."""

    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = wall.as_shown(self.record)


def _approve(request: HttpRequest, donation: Donation, cleaned: dict) -> str:
    try:
        approved = wall.approve(donation, seen=cleaned["seen"] or None)
    except wall.HasChanged as changed:
        raise ValidationError(str(changed)) from changed
    audit.record("donations.wall.approved", approved, user=request.user)
    return gettext("“%(name)s” stands among the donors.") % {"name": approved.wall_name}


def _take_off(request: HttpRequest, donation: Donation, cleaned: dict) -> str:
    wall.take_off(donation)
    audit.record("donations.wall.removed", donation, user=request.user)
    return gettext("The name is not shown any more.")


def _may_be_shown(donation: Donation, user: Any) -> bool:
    return donation.is_named and donation.is_counted


WALL_ACTIONS = (
    RecordAction(
        name="approve",
        label=_("Show the name among the donors"),
        help_text=_(
            "The donor asked for it. Look at name, group and dedication first: everybody reads them."
        ),
        submit_label=_("Show it"),
        icon="view",
        form_class=ApprovalForm,
        run=_approve,
        permission="donations.approve_wall",
        is_offered=lambda gift, user: _may_be_shown(gift, user) and gift.wall_approved_at is None,
        is_open=True,
    ),
    RecordAction(
        name="take-off",
        label=_("Do not show the name"),
        submit_label=_("Do not show it"),
        icon="cross",
        run=_take_off,
        permission="donations.approve_wall",
        is_offered=_may_be_shown,
    ),
)
