"""Finding one row among those that a person may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404

from cms.registries import row_scopes, visible_rows, whole

Scope = Callable[[Any, QuerySet], QuerySet]
# Settings, reports and lists of choices: who may see them at all sees them all.
WHOLE = [
    "auth.Group",
    "contenttypes.ContentType",
    "wagtailcore.Site",
    "wagtailcore.Locale",
    "wagtailcore.Collection",
    "wagtailcore.Workflow",
    "wagtailcore.Task",
    "wagtailimages.Image",
    "wagtaildocs.Document",
    "cms.SiteChrome",
    "cms.Menu",
    "cms.Suppression",
    "cms.ConsentRecord",
    "cms.ClockRun",
    "cms.Lockout",
    "cms.CustomField",
    "cms.PrivacyRequest",
    "cms.RetentionRule",
    "wagtailredirects.Redirect",
    "wagtailsearchpromotions.Query",
    "wagtailcore.GroupApprovalTask",
]


def has_scope(model: type[Model]) -> bool:
    """Whether some people see only a part of this model's rows, or none."""
    return row_scopes.get(model) is not whole


def parents_rows(name: str) -> Scope:
    """The scope of children that go with their parent: name is the foreign key that leads to it."""

    def with_parent(user, rows: QuerySet) -> QuerySet:
        parents = rows.model._meta.get_field(name).related_model._default_manager.all()
        seen = visible_rows(user, parents)
        return rows if seen is parents else rows.filter(**{f"{name}__in": seen.values("pk")})

    return with_parent


def row_or_404(user, queryset: QuerySet, pk) -> Model:
    """One row among those a user may see. Raises Http404 for any other, and for what is no key at all."""
    try:
        return visible_rows(user, queryset).get(pk=pk)
    except (queryset.model.DoesNotExist, ValueError, TypeError, OverflowError, ValidationError) as missing:
        raise Http404 from missing


def own_views(user, views: Any) -> QuerySet:
    """The saved views that a person may open."""
    return views.open_to(user)


def register_whole(*models: type[Model]) -> None:
    """Say of models that whoever has the permission sees all their rows."""
    for model in models:
        row_scopes.register(model, whole)


def register() -> None:
    """The platform's own models and the framework's; called once, when the app is ready."""
    from django.apps import apps

    register_whole(*(apps.get_model(label) for label in WHOLE))
    row_scopes.register(apps.get_model("cms.SavedView"), own_views)
