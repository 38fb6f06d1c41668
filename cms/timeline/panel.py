"""The timeline on a record's page: a choice of kinds, the latest moments, and a way to the earlier ones."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cms.modeladmin.panels import InspectPanel
from cms.timeline.moments import latest, open_sources, subjects

ON_A_PAGE = 20
# Nobody turns a page more often; what is older is found in the lists.
LAST_PAGE = 50
KIND, PAGE = "moments", "moments_page"


class TimelinePanel(InspectPanel):
    """What happened with whom the record is about, as far as the person may see it."""

    def __init__(self) -> None:
        super().__init__(_("Timeline"), "cms/admin/_timeline.html", icon="history")

    def context(self, record: Model, request: HttpRequest) -> dict | None:
        about = subjects[type(record)](record, request.user)
        if about is None:
            return None
        sources = open_sources(request.user)
        kind = request.GET.get(KIND, "")
        chosen = [source for source in sources if source.key == kind] or sources
        page = _number(request.GET.get(PAGE, ""))
        seen = latest(about, request.user, chosen, most=page * ON_A_PAGE + 1)
        return {
            "moments": seen[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
            "kinds": [
                {"label": source.label, "url": _address(kind=source.key), "is_chosen": source.key == kind}
                for source in sources
            ],
            "all_url": _address(),
            "is_whole": len(chosen) == len(sources),
            "later_url": _address(kind=kind, page=page - 1) if page > 1 else "",
            "earlier_url": _address(kind=kind, page=page + 1)
            if len(seen) > page * ON_A_PAGE and page < LAST_PAGE
            else "",
        }


def _number(text: str) -> int:
    """The page that an address asks for; the first for anything that is no page."""
    is_page = text.isascii() and text.isdecimal() and len(text) < 4
    return min(max(int(text), 1), LAST_PAGE) if is_page else 1


def _address(*, kind: str = "", page: int = 1) -> str:
    asked: dict[str, Any] = {KIND: kind} if kind else {}
    if page > 1:
        asked[PAGE] = page
    return f"?{urlencode(asked)}#timeline"
