"""What the log calls imports, and who sees which."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms import audit
from cms.models import ImportBatch
from cms.registries import row_scopes


def own_imports(user, batches: QuerySet[ImportBatch]) -> QuerySet[ImportBatch]:
    """A file may hold more than others may see: it is shown to who sent it, and to superusers."""
    return batches if user.is_superuser else batches.filter(user=user)


def register() -> None:
    audit.register("cms.import.confirmed", _("Import a sheet"), _("Sheet imported"))
    audit.register("cms.import.undone", _("Undo an import"), _("Import undone"))
    row_scopes.register(ImportBatch, own_imports)
