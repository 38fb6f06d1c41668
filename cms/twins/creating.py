"""A new record that may be there already: its writer sees the others first, and may save it all the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from cms.twins.rules import Twin, twins_of

SEEN = "seen_twins"


def twins_not_shown(request: HttpRequest, record: Model) -> list[Twin]:
    """The records that a new one may be, when one of them was not shown to its writer yet; else none."""
    twins = twins_of(record, request.user)
    seen = set(request.POST.get(SEEN, "").split(","))
    return [] if {str(twin.record.pk) for twin in twins} <= seen else twins


def keys_of(twins: Iterable[Twin]) -> str:
    """What a form carries of the records that were shown."""
    return ",".join(str(twin.record.pk) for twin in twins)


def in_words(twins: Iterable[Twin]) -> str:
    """The records and what speaks for each, on one line."""
    return "; ".join(f"{twin.record} ({', '.join(twin.why)})" for twin in twins)


class TellsOfTwins:
    """For views that create a record by a form."""

    twins: list[Twin] = []

    def form_valid(self, form: Any) -> HttpResponse:
        twins = twins_not_shown(self.request, form.instance)
        if not twins:
            return super().form_valid(form)
        self.form, self.twins = form, twins
        return self.render_to_response(self.get_context_data(form=form), status=409)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = {"twins": self.twins, SEEN: keys_of(self.twins)}
        return super().get_context_data(**kwargs) | told
