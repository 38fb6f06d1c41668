"""Every address of the back office, of the APIs and of documents, one by one, with what it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin.views.bulk_action.registry import bulk_action_registry

from cms.modeladmin import RecordModelAdmin

# Where staff and programs go. Any other address is the public's, and named in rules/public.txt.
GUARDED = ("admin/", "api/", "documents/", "webhooks/")


@dataclass(frozen=True)
class Address:
    """A named address. `variant` tells apart what one pattern does in several ways ("note", "delete")."""

    name: str
    route: str
    asks: tuple[str, ...]
    variant: str = ""
    given: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """How the rules call it."""
        return f"{self.name}[{self.variant}]" if self.variant else self.name


@cache
def every_address() -> tuple[Address, ...]:
    """All of them, in the order of the site's own list."""
    found: dict[str, Address] = {}
    for pattern in _patterns(get_resolver()):
        for one in _variants(pattern):
            if one.key in found and found[one.key].route != one.route:
                # A second pattern of one name asks for something more.
                one = _variant(one, one.asks[-1])
            found[one.key] = one
    return tuple(found.values())


def _patterns(resolver: URLResolver, route: str = "", spaces: tuple[str, ...] = ()) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLPattern):
            asks = tuple(re.findall(r"<(?:\w+:)?(\w+)>", here))
            name = ":".join([*spaces, entry.name or f"({here})"])
            yield Address(name, here, asks)
        else:
            yield from _patterns(entry, here, (*spaces, entry.namespace) if entry.namespace else spaces)


def _variants(address: Address) -> Iterator[Address]:
    if address.name.endswith("_modeladmin_action"):
        admin = _record_admins()[address.name.removesuffix("_modeladmin_action")]
        for action in admin.record_actions:
            yield _variant(address, action.name, action=action.name)
    elif address.name == "wagtail_bulk_action":
        for app, models in _bulk_actions().items():
            for model, actions in models.items():
                for action in actions:
                    known = {"app_label": app, "model_name": model, "action": action}
                    yield _variant(address, f"{app}.{model}.{action}", **known)
    else:
        yield address


def _variant(address: Address, variant: str, **given: str) -> Address:
    return Address(address.name, address.route, address.asks, variant, given)


def _bulk_actions() -> dict:
    bulk_action_registry._scan_for_bulk_actions()
    return bulk_action_registry.actions


def _record_admins() -> dict[str, type[RecordModelAdmin]]:
    def below(kind: type) -> Iterator[type]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    return {
        f"{admin.model._meta.app_label}_{admin.model._meta.model_name}": admin
        for admin in below(RecordModelAdmin)
        if getattr(admin, "model", None) is not None and not admin.__module__.startswith("tests.")
    }
