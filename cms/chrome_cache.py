"""When what surrounds the pages has changed: one version in the shared cache, raised after commit."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.models import Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from cms.models import Menu, MenuItem, SiteChrome, SocialLink

VERSION = "chrome:version"


def connect() -> None:
    """Listen to everything that a menu or a footer shows."""
    for model in (SiteChrome, SocialLink, Menu, MenuItem, Site):
        for signal in (post_save, post_delete):
            signal.connect(raise_version, sender=model, dispatch_uid=f"cms.chrome.{model.__name__}")
    for number, signal in enumerate((page_published, page_unpublished, post_page_move, page_slug_changed)):
        signal.connect(raise_version, dispatch_uid=f"cms.chrome.page.{number}")


def raise_version(**_kwargs: Any) -> None:
    """Make every process build the chrome anew, once the change is committed."""
    transaction.on_commit(_raise, robust=True)


def _raise() -> None:
    cache.set(VERSION, uuid.uuid4().hex, None)
