"""Where the doors stand in the admin: the account's menu, the list of people, the list of locks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets.button import Button

from cms.doors import lockouts, urls
from cms.listing import DateColumn
from cms.modeladmin import RecordAction, RecordModelAdmin
from cms.models import Lockout


def register() -> None:
    hooks.register("register_admin_urls", lambda: urls.urlpatterns)
    hooks.register("register_account_menu_item", account_item)
    hooks.register("register_user_listing_buttons", person_button)


def account_item(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": reverse("account_doors"),
        "label": _("Second factor and sessions"),
        "help_text": _("Set up an app with codes for your login, and see where you are logged in."),
    }


def person_button(user: Any, request_user: Any) -> Iterator[Button]:
    """Beside each person that one may keep."""
    model = type(user)
    if request_user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}"):
        yield Button(
            _("Second factor and sessions"),
            reverse("person_doors", args=[user.pk]),
            icon_name="lock",
            priority=30,
        )


def lift(request: HttpRequest, lockout: Lockout, cleaned: dict) -> str:
    name = str(lockout)
    lockouts.lift(lockout, by=request.user)
    return _("%(name)s may try again at once.") % {"name": name}


class LockoutAdmin(RecordModelAdmin):
    model = Lockout
    help_text = gettext_lazy(
        "Logins that are closed for an hour after eight wrong attempts. If you are sure who it is, "
        "lift the lock from its page; a new password can be set meanwhile."
    )
    menu_label = gettext_lazy("Locked logins")
    menu_icon = "lock"
    menu_order = 140
    read_only = True
    list_columns = ("user", DateColumn("since", sort_key="since"), DateColumn("until", sort_key="until"))
    list_select_related = ("user",)
    ordering = ("-since",)
    empty_text = gettext_lazy(
        "Nobody. A login that fails eight times from one place is closed there for an hour, and listed here."
    )
    inspect_sections = (("", ("user", "since", "until")),)
    record_actions = (
        RecordAction(
            name="lift",
            label=gettext_lazy("Let them try again"),
            icon="lock-open",
            run=lift,
            permission="cms.delete_lockout",
            is_offered=lambda lockout, user: lockout.until > timezone.now(),
        ),
    )
