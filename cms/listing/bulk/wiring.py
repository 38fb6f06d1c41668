"""What the log calls actions on very many rows, and who sees which."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms import audit
from cms.models import BulkRun
from cms.registries import row_scopes


def own_runs(user: Any, runs: QuerySet[BulkRun]) -> QuerySet[BulkRun]:
    """What somebody does to many rows is shown to them, and to superusers."""
    return runs if user.is_superuser else runs.filter(user=user)


def register() -> None:
    audit.register("cms.bulk.ended", _("Change very many rows"), _("Very many rows changed"))
    row_scopes.register(BulkRun, own_runs)
