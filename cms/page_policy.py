"""Pages may also be given for reading only: somebody with "view" on a tree explores it and its history."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy

from cms.registries import visible_rows

# Wagtail asks for any of these where it only wants to know whether somebody may look around.
EXPLORING = frozenset({"add", "change", "publish", "bulk_delete", "lock", "unlock"})


class ReadablePagePolicy(PagePermissionPolicy):
    """Wagtail's rights on pages, and the right to look at a tree without changing anything in it."""

    def user_has_any_permission(self, user, actions: Iterable[str]) -> bool:
        actions = set(actions)
        return super().user_has_any_permission(user, actions | {"view"} if actions >= EXPLORING else actions)

    def instances_with_direct_explore_permission(self, user):
        pages = super().instances_with_direct_explore_permission(user)
        return pages if user.is_superuser else [*pages, *self._readable(user)]

    def explorable_instances(self, user) -> QuerySet:
        pages = super().explorable_instances(user)
        for top in self._readable(user):
            pages |= self.model._default_manager.descendant_of(top, inclusive=True)
        return visible_rows(user, pages)

    def instances_user_has_any_permission_for(self, user, actions: Iterable[str]) -> QuerySet:
        return visible_rows(user, super().instances_user_has_any_permission_for(user, actions))

    def user_has_any_permission_for_instance(self, user, actions: Iterable[str], instance: Page) -> bool:
        return super().user_has_any_permission_for_instance(user, actions, instance) and (
            user.is_superuser or visible_rows(user, Page.objects.filter(pk=instance.pk)).exists()
        )

    def _readable(self, user) -> list[Page]:
        view = self._get_permission_codename("view")
        given = self.get_cached_permissions_for_user(user)
        return [right.page for right in given if right.permission.codename == view]


def register() -> None:
    """Make this the policy of every page."""
    register_permission_policy(Page, ReadablePagePolicy("wagtailcore.Page"))
