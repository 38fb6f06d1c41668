"""The records' endpoints: kinds, rows of a kind, saved views and their rows."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.errors import HttpError

from cms.api import Paged, Problem, Reading
from cms.models import SavedView, StaffToken
from cms.records_api.access import StaffTokenAuth, TokenThrottle, asked_source
from cms.records_api.shapes import (
    Asking,
    FilterOut,
    KindOut,
    KindsOut,
    RecordsOut,
    ViewOut,
    ViewsOut,
    column_out,
    record_out,
)
from cms.saved_views.opening import answer_of, open_view
from cms.sources import Answer, Question, RecordSource
from cms.tokens import kinds_for

router = Router(auth=StaffTokenAuth(), throttle=[TokenThrottle()], tags=["records"])
# Parameters of these endpoints that are no part of a question to a list.
OURS = ("limit", "offset", "language")
REFUSALS = dict.fromkeys((401, 403, 404, 422, 429), Problem)
FILTERS = {
    "name": "filters",
    "in": "query",
    "required": False,
    "style": "form",
    "explode": True,
    "description": "The list's filters, each by its name, as in the list's address; /records/ names them.",
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}


@router.get("/records/", response={200: KindsOut, 401: Problem, 422: Problem, 429: Problem})
def kinds(request: HttpRequest, response: HttpResponse, reading: Query[Reading]) -> Any:
    """The kinds of records that the token may read today, with their columns and filters."""
    keep_private(response)
    token = request.auth  # type: ignore[attr-defined]
    return {
        "items": [
            _kind(source, token.owner) for source in kinds_for(token.owner) if source.key in token.kinds
        ]
    }


@router.get(
    "/records/{kind}/", response={200: RecordsOut, **REFUSALS}, openapi_extra={"parameters": [FILTERS]}
)
def records(request: HttpRequest, response: HttpResponse, kind: str, asking: Query[Asking]) -> Any:
    """Rows of a kind: those that the token's owner finds in the list at the same address."""
    keep_private(response)
    token = request.auth  # type: ignore[attr-defined]
    source = asked_source(token, kind)
    return _rows(source.ask(token.owner, Question.from_query(_of_the_list(request.GET))), asking)


@router.get("/views/", response={200: ViewsOut, 401: Problem, 422: Problem, 429: Problem})
def views(request: HttpRequest, response: HttpResponse, reading: Query[Reading]) -> Any:
    """The saved views that the token's owner may open, of the kinds that the token may read."""
    keep_private(response)
    token = request.auth  # type: ignore[attr-defined]
    keys = [source.key for source in _open_to(token)]
    found = SavedView.objects.open_to(token.owner).filter(source_key__in=keys)
    return {"items": [ViewOut(id=view.pk, name=view.name, kind=view.source_key) for view in found]}


@router.get("/views/{id}/rows/", response={200: RecordsOut, **REFUSALS})
def view_rows(request: HttpRequest, response: HttpResponse, id: str, paged: Query[Paged]) -> Any:
    """The rows of a saved view: those that the token's owner finds when opening it."""
    keep_private(response)
    token = request.auth  # type: ignore[attr-defined]
    try:
        view = open_view(token.owner, id)
    except Http404 as missing:
        raise HttpError(404, _("There is no such view.")) from missing
    asked_source(token, view.source_key)
    return _rows(answer_of(view, token.owner), paged)


def keep_private(response: HttpResponse) -> None:
    response["Cache-Control"] = "private, no-store"


def _open_to(token: StaffToken) -> list[RecordSource]:
    return [source for source in kinds_for(token.owner) if source.key in token.kinds]


def _of_the_list(query: QueryDict) -> QueryDict:
    asked = query.copy()
    for name in OURS:
        asked.pop(name, None)
    return asked


def _rows(answer: Answer, paged: Paged) -> Any:
    if answer.problems:
        raise HttpError(422, " ".join(str(problem) for problem in answer.problems))
    shown = answer.rows[paged.offset : paged.offset + paged.limit]
    return {
        "count": answer.rows.count(),
        "columns": [column_out(column) for column in answer.columns],
        "items": [record_out(row, answer.columns) for row in shown],
    }


def _kind(source: RecordSource, user: Any) -> KindOut:
    filterset = source.filterset(user, {}, source.rows(user))
    fields = filterset.form.fields
    return KindOut(
        key=source.key,
        label=capfirst(str(source.label)),
        columns=[column_out(column) for column in source.columns(user)],
        filters=[
            FilterOut(name=parameter, label=str(fields[name].label or name))
            for parameter, name in filterset.parameters().items()
        ],
    )
