"""Before a deletion: what leans on the rows, so that people are told why instead of meeting an error."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.db import router
from django.db.models import Model, ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

NAMED_AT_MOST = 20


def held_by(rows: Sequence[Model]) -> list[str]:
    """Names of the records that forbid deleting these rows; empty when nothing does."""
    if not rows:
        return []
    collector = Collector(using=router.db_for_write(rows[0].__class__), origin=rows)
    try:
        collector.collect(rows)
    except ProtectedError as refusal:
        held = refusal.protected_objects
    except RestrictedError as refusal:
        held = refusal.restricted_objects
    else:
        return []
    return sorted(str(row) for row in held)[:NAMED_AT_MOST]


class TellsWhatLeans:
    """A deletion that other records forbid is answered with their names."""

    template_name = "cms/admin/record_delete.html"

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if names := held_by([self.object]):
            return self.render_to_response(self.get_context_data(held_by=names), status=409)
        return super().post(request, *args, **kwargs)


def refuse_held(
    request: HttpRequest, action_type: str, objects: Sequence[Model], action
) -> HttpResponse | None:
    """Hook before Wagtail's actions on many rows: a deletion that the database would refuse is told why."""
    if action_type != "delete" or len({type(row) for row in objects}) != 1:
        return None
    names = held_by(list(objects))
    if not names:
        return None
    messages.error(
        request,
        _("Nothing was deleted, because other records lean on what you chose: %(names)s")
        % {"names": ", ".join(names)},
    )
    return redirect(action.next_url if action.next_url != request.path else "wagtailadmin_home")
