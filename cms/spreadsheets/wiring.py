"""What the log calls imports, who sees which, and how a list leads to them."""

from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import Button

from cms import audit
from cms.models import ImportBatch
from cms.registries import list_buttons, row_scopes
from cms.spreadsheets.custom_columns import custom_columns
from cms.spreadsheets.resources import extensions, resources


def own_imports(user, batches: QuerySet[ImportBatch]) -> QuerySet[ImportBatch]:
    """A file may hold more than others may see: it is shown to who sent it, and to superusers."""
    return batches if user.is_superuser else batches.filter(user=user)


def import_button(model: type[Model], user: Any) -> Button | None:
    """The way from a list to the import of its records."""
    resource = resources.get(model._meta.label_lower)
    if resource is None or not resource.may_import(user):
        return None
    url = reverse("cms_import_start", args=(resource.target(),))
    return Button(_("Import"), url=url, icon_name="upload", priority=40)


def register() -> None:
    audit.register("cms.import.confirmed", _("Import a sheet"), _("Sheet imported"))
    audit.register("cms.import.undone", _("Undo an import"), _("Import undone"))
    row_scopes.register(ImportBatch, own_imports)
    extensions.register("custom fields", custom_columns)
    list_buttons.register("import", import_button)
