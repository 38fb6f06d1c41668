"""A new record that may be there already: its writer sees the others first, and may save it all the same."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from cms.twins.rules import Twin, twins_of

SEEN = "seen_twins"


class TellsOfTwins:
    """For views that create a record by a form."""

    twins: list[Twin] = []

    def form_valid(self, form: Any) -> HttpResponse:
        twins = twins_of(form.instance, self.request.user)  # type: ignore[attr-defined]
        # Somebody new may have come since: what was not shown is shown first.
        seen = set(self.request.POST.get(SEEN, "").split(","))  # type: ignore[attr-defined]
        if {str(twin.record.pk) for twin in twins} <= seen:
            return super().form_valid(form)  # type: ignore[misc]
        self.form, self.twins = form, twins
        return self.render_to_response(self.get_context_data(form=form), status=409)  # type: ignore[attr-defined]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seen = ",".join(str(twin.record.pk) for twin in self.twins)
        return super().get_context_data(**kwargs) | {"twins": self.twins, "seen_twins": seen}  # type: ignore[misc]
