"""Giving the roles their rights on new models, from inside a migration.

    def grant(apps, schema_editor):
        grant_rights(apps, {"cms.savedview": {Role.CONSORTIUM_ADMIN: "vacd", Role.AUDITOR: "v"}})

Django makes permissions only after all migrations have run, so those that are missing are made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LETTERS = {"v": "view", "a": "add", "c": "change", "d": "delete"}


def grant_rights(apps: Any, rights: Mapping[str, Mapping[str, str]]) -> None:
    """Give roles rights on models. Rights that are there already stay.

    apps: the migration's registry. rights: label of the model -> role -> letters of v(iew), a(dd),
    c(hange), d(elete), or whole codenames separated by spaces ("export_lead import_lead").
    Raises LookupError for a model that the migration's state does not know.
    """
    groups = apps.get_model("auth", "Group").objects
    for label, allowed in rights.items():
        model = apps.get_model(label)
        for role, words in allowed.items():
            group, _made = groups.get_or_create(name=str(role))
            group.permissions.add(*(_permission(apps, model, name) for name in _codenames(model, words)))


def _codenames(model: Any, words: str) -> list[str]:
    if "_" in words:
        return words.split()
    return [f"{LETTERS[letter]}_{model._meta.model_name}" for letter in words]


def _permission(apps: Any, model: Any, codename: str) -> Any:
    meta = model._meta
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=meta.app_label, model=meta.model_name
    )
    named = dict(meta.permissions)
    name = named.get(codename) or f"Can {codename.split('_')[0]} {meta.verbose_name}"
    permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": str(name)[:255]}
    )
    return permission
