"""The lists that the layers above fill in. Each says what its functions take and give."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet

from cms.registry import Registry

if TYPE_CHECKING:
    from cms.privacy.sources import PersonalDataSource

# Model class -> function(user, queryset) -> queryset: the rows of a model that a user may see. Lists, model
# admins, choosers, forms, exports, the log and the API look objects up through it. A model whose rows are for
# all who have the permission says so by `whole`; one that says nothing shows nothing.
row_scopes: Registry[type[Model], Callable[[Any, QuerySet], QuerySet]] = Registry("row scopes")


def whole(user: Any, queryset: QuerySet) -> QuerySet:
    """The scope of a model whose rows are the same for everybody who may see it at all."""
    return queryset


def visible_rows(user: Any, queryset: QuerySet) -> QuerySet:
    """The part of a queryset that a user may see, by the model's row scope; superusers see all of it."""
    if user.is_superuser:
        return queryset
    scope = row_scopes.get(queryset.model)
    return queryset.none() if scope is None else scope(user, queryset)


# Model class -> function(user) -> names of the fields that a person may not see. Columns, filters, forms,
# records' pages, sheets, history and API leave them out; a model without an entry hides nothing.
hidden_fields: Registry[type[Model], Callable[[Any], AbstractSet[str]]] = Registry("hidden fields")


def hidden_from(user: Any, model: type[Model]) -> AbstractSet[str]:
    """The names of a model's fields that a person may not see."""
    hidden = hidden_fields.get(model)
    return frozenset() if hidden is None else hidden(user)


# Name -> function() -> origins besides our own to which a public form may lead. Browsers follow a form's
# redirect only where the page's Content-Security-Policy allows it by name.
form_destinations: Registry[str, Callable[[], Iterable[str]]] = Registry("form destinations")


# Name -> function(model, user) -> a button of Wagtail's for the menu of that model's list, or None.
list_buttons: Registry[str, Callable[[type[Model], Any], Any]] = Registry("buttons of lists")


@dataclass(frozen=True)
class Figure:
    """A number on the dashboard: a label, the value as it is read, and the list that it opens."""

    label: str
    value: str
    url: str
    note: str = ""


# Name -> function(user) -> Figure, or None when the figure is not for that user. Few queries each:
# the dashboard calls them all.
dashboard_figures: Registry[str, Callable[[Any], Figure | None]] = Registry("dashboard figures")


# Key -> where a person's data stands: rows found by e-mail, confirmed one by one, handed over or erased.
personal_data_sources: Registry[str, PersonalDataSource] = Registry("personal data sources")
