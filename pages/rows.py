"""Which pages a cooperative's editor finds in the back office: not the profiles and events of others."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from wagtail.models import Page, PagePermissionTester, get_page_models

from cms.registries import row_scopes
from members.rows import keeps_one_cooperative


def own_keys(user) -> set[int]:
    """The profiles and events of a person's cooperative, and the person's own events of nobody yet.

    Looked up once for each user object: lists ask it of every row.
    """
    from pages.models import CooperativePage, EventPage

    if not hasattr(user, "_own_pages"):
        cooperative = user.cooperative_id or 0
        profiles = CooperativePage.objects.filter(cooperative=cooperative)
        events = EventPage.objects.filter(Q(organisers=cooperative) | Q(organisers=None, owner=user))
        user._own_pages = {*profiles.values_list("pk", flat=True), *events.values_list("pk", flat=True)}
    return user._own_pages


def own_pages(user, pages: QuerySet[Page]) -> QuerySet[Page]:
    """All pages, but for a cooperative's editor none that is another cooperative's."""
    from pages.models import CooperativePage, EventPage

    if not keeps_one_cooperative(user):
        return pages
    own = own_keys(user)
    others = [
        model.objects.exclude(pk__in=own).order_by().values("pk") for model in (CooperativePage, EventPage)
    ]
    return pages.exclude(Q(pk__in=others[0]) | Q(pk__in=others[1]))


class OwnPageTester(PagePermissionTester):
    """A cooperative's editors change all pages of their cooperative, whoever began them, and no other."""

    def can_edit(self) -> bool:
        if not keeps_one_cooperative(self.user) or not self.user.is_active:
            return super().can_edit()
        return self.page.pk in own_keys(self.user) and "add" in self.permissions


class OfACooperative:
    """Base of the pages that belong to cooperatives."""

    def permissions_for_user(self, user) -> PagePermissionTester:
        return OwnPageTester(user, self)


def register() -> None:
    """Called once, when the app is ready."""
    for model in {Page, *get_page_models()}:
        row_scopes.register(model, own_pages)
