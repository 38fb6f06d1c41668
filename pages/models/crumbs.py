"""The way from the home page to where the reader is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from pages.languages import url_for_reader

if TYPE_CHECKING:
    from wagtail.models import Page


def crumbs(page: Page, request: HttpRequest | None) -> list[dict]:
    """From home to a page; the page itself is last, without address. Empty on the home page."""
    above = page.get_ancestors().filter(depth__gt=1).select_related("locale").order_by("depth")
    way = [{"title": parent.title, "url": url_for_reader(parent, request)} for parent in above]
    return [*way, {"title": page.title, "url": ""}] if way else []


def below(page: Page, title: str, request: HttpRequest | None) -> list[dict]:
    """From home to something that stands below a page without being one: a course, a competence."""
    here = {"title": page.title, "url": url_for_reader(page, request)}
    return [*crumbs(page, request)[:-1], here, {"title": title, "url": ""}]
