"""Where people who keep only a part of the site may write: given when the place itself is made."""

from django.contrib.auth.models import Group, Permission
from django.db.models.signals import post_save
from wagtail.models import GroupPagePermission, Page

from cms.roles import Role
from pages.models import CooperativeIndexPage, DonatePage, EventIndexPage

# "add" is also the right to change and withdraw one's own pages; an editor publishes them.
PLACES = {
    EventIndexPage: {Role.COOPERATIVE_EDITOR: ("add",)},
    CooperativeIndexPage: {Role.COOPERATIVE_EDITOR: ("add",)},
    DonatePage: {Role.FUNDRAISER: ("add", "change", "publish")},
}


def open_place(sender, instance: Page, created: bool, **kwargs) -> None:
    """Let the roles write below a new place, in whatever language it is made."""
    if not created or kwargs.get("raw"):
        return
    for role, actions in PLACES[sender].items():
        group = Group.objects.filter(name=role).first()
        permissions = Permission.objects.filter(
            content_type__app_label="wagtailcore", codename__in=[f"{action}_page" for action in actions]
        )
        for permission in permissions if group else ():
            GroupPagePermission.objects.get_or_create(
                group=group, page_id=instance.page_ptr_id, permission=permission
            )


def connect() -> None:
    """Called once, when the app is ready."""
    for model in PLACES:
        post_save.connect(open_place, sender=model, dispatch_uid=f"open_{model.__name__}")
