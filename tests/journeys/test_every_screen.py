"""Every screen of the back office that is ours, in the browser: fit for everybody, and within 360 pixels.

The screens are the addresses of tests/cms/rights/rules/*.txt, so that a new one is looked at from its
first day. `make test` looks at each once, half of them on a phone by day and in Italian, half at a desk by
night and in English; of lists, forms and records, which are the same templates for every kind, it opens
those of three kinds. `make test-long` looks at all, in both ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

import pytest
from django.urls import reverse
from playwright.sync_api import Error, Page, expect
from wagtail.users.models import UserProfile

from cms.roles import Role
from tests.cms.rights.addresses import every_address
from tests.cms.rights.filling import both
from tests.cms.rights.site import TwoOfEach, two_of_each
from tests.cms.rights.table import ROLES, Rule, rules
from tests.journeys.faults import faults_of
from tests.journeys.people import enter

pytestmark = pytest.mark.journey

OURS = {"cms", "donations", "members", "pages"}
# The same templates and views for each kind of record: the quick look opens those of a model admin that is
# written, of one that is only read, and of a snippet.
ALIKE = tuple(
    f"{mark}{screen}"
    for mark in "_:"
    for screen in ("index", "list", "create", "add", "edit", "inspect", "history", "usage", "delete")
)
PATTERNS = ("members_lead_", "donations_donation_", "wagtailsnippets_members_course")
# Not by an address alone: what people read when something is missing or wrong, and Wagtail's own beside it.
BESIDES = {
    "a list without an answer": "/admin/members/lead/?colore=rosso",
    "a list with filters": "/admin/members/lead/?q=nostra&columns=title,stage,owner&ordering=-created_at",
    "an empty list": "/admin/members/lead/?q=nessuno",
    "a row that is not there": "/admin/members/lead/edit/999999/",
    "password again": "/admin/password-again/?next=/admin/&back=/admin/",
    "account": "/admin/account/",
    "clock": "/admin/cms/clockrun/?q=prova",
}
# Wagtail's own screens beside ours, and one step on the way in: they have no "?".
HELPLESS = {"account", "editor of an event", "a row that is not there", "second_factor_set_up"}
HELPLESS |= {"wagtailforms", "usage", "unpublish", "history", "workflow_history", "inspect", "delete"}
WAYS = {"phone": (360, False, "it"), "desk": (1280, True, "en")}


def screens(site: TwoOfEach, *, everything: bool) -> Iterator[tuple[str, str, str]]:
    """Name, role that opens it, address."""
    known = rules()
    for address in every_address():
        rule = known[address.key]
        role = opener_of(rule)
        if rule.file not in OURS or role is None or address.variant or _is_part_of_a_screen(rule):
            continue
        is_alike = rule.address.endswith(ALIKE) and not rule.address.startswith(PATTERNS)
        if everything or not is_alike:
            yield address.key, role, both(address, site)[0]
    for role in ROLES:
        yield f"dashboard of {role}", role, reverse("wagtailadmin_home")
    for name, url in BESIDES.items():
        yield name, Role.CONSORTIUM_ADMIN.value, url
    yield (
        "editor of an event",
        Role.EDITOR.value,
        reverse("wagtailadmin_pages:edit", args=[site.extra["event"][0].pk]),
    )


def opener_of(rule: Rule) -> str | None:
    """Who opens it: an administrator who may, else the cooperative's editor, whose rows they are."""
    if rule.stranger != "login":
        return None
    asked = (Role.CONSORTIUM_ADMIN.value, Role.COOPERATIVE_EDITOR.value, *ROLES)
    return next((role for role in asked if "r" in rule.rights[role]), None)


def _is_part_of_a_screen(rule: Rule) -> bool:
    """Windows of choosers, rows for a list, previews: shown within another page, or Wagtail's own."""
    parts = ("chooser", "results", "preview", "wagtailadmin_", "wagtail_localize")
    return any(part in rule.address for part in parts)


class Browser:
    """One page for each role, logged in once."""

    def __init__(self, page_at, site: TwoOfEach, way: str) -> None:
        self.page_at, self.site, self.way = page_at, site, way
        self.pages: dict[str, Page] = {}

    def page_of(self, role: str) -> Page:
        if role not in self.pages:
            width, dark, language = WAYS[self.way]
            page = self.pages[role] = self.page_at(width, dark=dark, language=language)
            user = self.site.users[role]
            UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
            enter(page, user)
        return self.pages[role]

    def faults(self, name: str, role: str, url: str) -> list[str]:
        """What is wrong with a screen; nothing for an address that gives a file or leads elsewhere."""
        page = self.page_of(role)
        try:
            answer = page.goto(url, wait_until="domcontentloaded")
        except Error as error:
            if "Download is starting" in error.message or "ERR_ABORTED" in error.message:
                return []
            raise
        if "text/html" not in answer.headers["content-type"]:
            return []
        if answer.request.redirected_from:
            closed = (reverse("wagtailadmin_home"), f"{reverse('wagtailadmin_login')}?next={url}")
            return [f"{name}: refused, {url}"] if page.url.endswith(closed) else []
        faults = faults_of(page)
        if not HELPLESS & {name, *name.split(":")} and is_helpless(page):
            faults.append('has no "?" that says what it is for')
        return [f"{name}: {fault}" for fault in faults]


def is_helpless(page: Page) -> bool:
    return page.locator(".screen-help summary").count() == 0


@pytest.mark.parametrize("way", WAYS)
def test_every_screen_is_fit_for_everybody(page_at, transactional_db, way):
    site = two_of_each()
    browser = Browser(page_at, site, way)
    place = list(WAYS).index(way)
    mine = [one for one in screens(site, everything=False) if crc32(one[0].encode()) % len(WAYS) == place]
    assert len(mine) > 20
    faults = [fault for one in mine for fault in browser.faults(*one)]
    assert not faults, "\n".join(faults)


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_every_screen_in_every_way_is_fit_for_everybody(page_at, transactional_db, way):
    site = two_of_each()
    browser = Browser(page_at, site, way)
    faults = [fault for one in screens(site, everything=True) for fault in browser.faults(*one)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("way", WAYS)
def test_the_preview_of_many_rows_is_fit_for_everybody(page_at, transactional_db, way):
    site = two_of_each()
    browser = Browser(page_at, site, way)
    page = browser.page_of(Role.CONSORTIUM_ADMIN.value)
    page.goto(reverse("members_lead_modeladmin_index"))
    page.locator(".record-cell--select input").nth(1).check()
    page.locator(".bulk-bar select").select_option(index=1)
    page.locator(".bulk-bar button").first.click()
    expect(page.locator(".bulk-form")).to_be_visible()
    assert faults_of(page) == []
