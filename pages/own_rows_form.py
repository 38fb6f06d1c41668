"""The form of every page: it offers, and takes, only rows that the person may see."""

from __future__ import annotations

from django.db.models import Model, QuerySet
from wagtail.admin.forms import WagtailAdminPageForm

from cms.registries import visible_rows
from cms.rows import has_scope


class OwnRowsPageForm(WagtailAdminPageForm):
    """What a colleague of the consortium has chosen before stays on the page, though it is another's."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is None:
            return
        for name, field in self.fields.items():
            rows = getattr(field, "queryset", None)
            if rows is not None and has_scope(rows.model):
                field.queryset = self._offered(name, rows)

    def _offered(self, name: str, rows: QuerySet) -> QuerySet:
        own = visible_rows(self.for_user, rows)
        if own is rows:
            return rows
        chosen = self.initial.get(name) if self.instance.pk else None
        kept = [getattr(one, "pk", one) for one in _as_list(chosen)]
        return rows.filter(pk__in=[*own.values_list("pk", flat=True), *kept])


def _as_list(chosen: object) -> list:
    if chosen is None or isinstance(chosen, (Model, str, int)):
        return [chosen] if chosen else []
    return list(chosen)  # type: ignore[call-overload]
