"""The menu of the back office: seven groups in a fixed order, each with the items of its subject.

    menus.register(MenuGroup.REQUESTS, LeadAdmin)

takes a model admin class, a snippet viewset class, a Wagtail menu item, or a function that makes one.
Items stand in a group by their `menu_order`; a group with nothing for a person is not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet
from wagtail_modeladmin.options import ModelAdmin


class MenuGroup(Enum):
    """A group: key, label, icon. The order of the members is the order on the screen."""

    CONTENT = "content", _("Content"), "folder-open-inverse"
    NETWORK = "network", _("Network"), "group"
    REQUESTS = "requests", _("Requests"), "mail"
    COURSES = "courses", _("Courses"), "calendar-alt"
    FUNDRAISING = "fundraising", _("Fundraising"), "pick"
    REPORTS = "reports", _("Reports"), "site"
    SETTINGS = "settings", _("Settings"), "cogs"

    @property
    def key(self) -> str:
        return self.value[0]

    @property
    def is_wagtails(self) -> bool:
        """Whether Wagtail has this group already."""
        return self in (MenuGroup.REPORTS, MenuGroup.SETTINGS)

    @property
    def hook(self) -> str:
        """The Wagtail hook that collects the group's items."""
        kind = "menu" if self.is_wagtails else "group"
        return f"register_{self.key}_{kind}_item"

    @property
    def construct_hook(self) -> str:
        """The Wagtail hook that may change the group's items for one request."""
        return f"construct_{self.key}_{'menu' if self.is_wagtails else 'group'}"


# Items that Wagtail puts on the first level, and the group in which they are looked for.
WAGTAILS_OWN = {
    "explorer": MenuGroup.CONTENT,
    "images": MenuGroup.CONTENT,
    "documents": MenuGroup.CONTENT,
    "snippets": MenuGroup.CONTENT,
    "forms": MenuGroup.CONTENT,
}


def register(group: MenuGroup, entry: type[ModelAdmin] | type[ViewSet] | MenuItem | Callable[[], MenuItem]):
    """Give an entry its place in a group; model admins and snippet viewsets are registered with Wagtail too.

    Returns the entry. Called from an app's wagtail_hooks.py.
    """
    if isinstance(entry, type) and issubclass(entry, ModelAdmin):
        entry.add_to_admin_menu = False
        admin = entry()
        admin.register_with_wagtail()
        hooks.register(group.hook, admin.get_menu_item)
    elif isinstance(entry, type) and issubclass(entry, SnippetViewSet):
        entry.menu_hook = group.hook
        register_snippet(entry)
    elif isinstance(entry, MenuItem):
        hooks.register(group.hook, lambda: entry)
    else:
        hooks.register(group.hook, entry)
    return entry


class GroupMenu(Menu):
    """The items of a group: those registered for it, and Wagtail's own that belong there."""

    def __init__(self, group: MenuGroup) -> None:
        super().__init__(register_hook_name=group.hook, construct_hook_name=group.construct_hook)
        self.group = group

    @cached_property
    def registered_menu_items(self) -> list[MenuItem]:
        own = [make() for make in hooks.get_hooks("register_admin_menu_item")]
        return [
            *(item for item in own if WAGTAILS_OWN.get(item.name) is self.group),
            *(make() for make in hooks.get_hooks(self.group.hook)),
        ]

    def menu_items_for_request(self, request: HttpRequest) -> list[MenuItem]:
        """What the person sees of it. Wagtail asks twice for each page: whether there is any, and for all."""
        found = request.__dict__.setdefault("_items_of_groups", {})
        if self.group not in found:
            found[self.group] = super().menu_items_for_request(request)
        return found[self.group]


def group_item(group: MenuGroup) -> SubmenuMenuItem:
    """The first-level item of a group."""
    _key, label, icon = group.value
    place = list(MenuGroup).index(group)
    return SubmenuMenuItem(label, GroupMenu(group), name=group.key, icon_name=icon, order=10 + place)


def arrange(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave on the first level only the groups, in their order, and what is no group's."""
    items[:] = [item for item in items if item.name not in WAGTAILS_OWN]
    order = {group.key: 10 + place for place, group in enumerate(MenuGroup)}
    for item in items:
        item.order = order.get(item.name, max(item.order, 1000))


def trim_reports(request: HttpRequest, items: list[MenuItem]) -> None:
    """Show the reports of translations and of the log, which ask no right of their own, to those who may."""
    if not request.user.has_perm("wagtailcore.view_modellogentry"):
        items[:] = [item for item in items if item.name != "site-history"]
    if not request.user.has_perm("wagtail_localize.submit_translation"):
        report = reverse("wagtail_localize:translations_report")
        items[:] = [item for item in items if item.url != report]
