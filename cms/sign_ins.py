"""The trail of logins, failed logins, logouts, changes of rights and deletions that Wagtail does not note."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page, Site

from cms import audit

# What of an account opens or closes everything.
FLAGS = ("is_active", "is_superuser")
CHANGES = {"post_add": "added", "post_remove": "removed"}


def register() -> None:
    """Name the actions and listen to Django."""
    audit.register("cms.login", _("Log in"), _("Logged in"))
    audit.register("cms.login_failed", _("Failed log in"), _("Log in failed"))
    audit.register("cms.logout", _("Log out"), _("Logged out"))
    audit.register("cms.rights", _("Change rights"), _("Rights changed"))
    audit.register("cms.audit.export", _("Export the log"), _("Log exported"))
    user_logged_in.connect(note_login, dispatch_uid="cms.login")
    user_login_failed.connect(note_failed_login, dispatch_uid="cms.login_failed")
    user_logged_out.connect(note_logout, dispatch_uid="cms.logout")
    user = get_user_model()
    pre_save.connect(note_flags, sender=user, dispatch_uid="cms.rights.flags")
    for given in (GroupPagePermission, GroupCollectionPermission):
        post_save.connect(note_place, sender=given, dispatch_uid=f"cms.rights.{given.__name__}.given")
        post_delete.connect(note_place, sender=given, dispatch_uid=f"cms.rights.{given.__name__}.taken")
    for through in (user.groups.through, user.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(note_rights, sender=through, dispatch_uid=f"cms.rights.{through.__name__}")


def note_login(sender: Any, user: Any, **_kwargs) -> None:
    audit.record("cms.login", user, user=user)


def note_logout(sender: Any, user: Any, **_kwargs) -> None:
    if user is not None:
        audit.record("cms.logout", user, user=user)


def note_failed_login(sender: Any, credentials: dict, **_kwargs) -> None:
    """Under the account that was tried; under the site when there is none.

    What was typed is not kept: people type their password in the wrong field.
    """
    users = get_user_model()
    typed = str(credentials.get(users.USERNAME_FIELD) or credentials.get("username") or "")
    user = users.objects.filter(email__iexact=typed.strip()).first() if typed else None
    if user is not None:
        # The doors tell of a wrong code in the same way, so that it counts for the lock.
        audit.record("cms.code_failed" if credentials.get("second_factor") else "cms.login_failed", user)
    elif site := Site.objects.order_by("-is_default_site", "pk").first():
        audit.record("cms.login_failed", site, data={"account": "unknown"})


def note_rights(
    sender: Any, instance: Any, action: str, reverse: bool, pk_set: set | None, **_kwargs
) -> None:
    """Under the user or group whose rights changed, with the ids that came or went."""
    what = sender.__name__
    if action == "pre_clear":
        audit.record("cms.rights", instance, data={"what": what, "cleared": True})
    elif action in CHANGES and pk_set:
        audit.record("cms.rights", instance, data={"what": what, CHANGES[action]: sorted(pk_set)})


def note_flags(sender: Any, instance: Any, update_fields: Any = None, raw: bool = False, **_kwargs) -> None:
    """Under the person who was let in, shut out, or made superuser."""
    watched = [flag for flag in FLAGS if update_fields is None or flag in update_fields]
    if raw or instance.pk is None or not watched:
        return
    before = sender._default_manager.filter(pk=instance.pk).values(*watched).first() or {}
    changed = {
        flag: getattr(instance, flag) for flag, was in before.items() if was != getattr(instance, flag)
    }
    if changed:
        audit.record("cms.rights", instance, data=changed)


def note_place(sender: Any, instance: Any, signal: Any, raw: bool = False, **_kwargs) -> None:
    """Under the group that may do something with a part of the pages or of the collections, or no more."""
    if not raw and instance.group_id:
        kind = CHANGES["post_add" if signal is post_save else "post_remove"]
        audit.record(
            "cms.rights", instance.group, data={"what": sender.__name__, kind: [instance.permission_id]}
        )


def note_bulk(request: Any, action_type: str, objects: list, action: Any) -> None:
    """Hook after Wagtail's action on many people, which writes past their models."""
    if action_type == "set_active_state":
        for person in objects:
            active = action.cleaned_form.cleaned_data["mark_as_active"]
            audit.record("cms.rights", person, user=request.user, data={"is_active": active})


def note_deleted(request: Any, action_type: str, objects: list, action: Any) -> None:
    """Hook before Wagtail's deletion of many snippets, people or files, which its log does not hear of.

    Pages tell of themselves. The hooks run in the action's transaction.
    """
    if action_type == "delete":
        for row in objects:
            if not isinstance(row, Page):
                log(row, "wagtail.delete", user=request.user, deleted=True)
