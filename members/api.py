"""Asking over the API: the same form and the same service as the pages."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import translation
from ninja import Field, Query, Router, Schema, Status

from cms.api import Problem, Reading, SlugOrNone, Throttle, form_problem
from members.forms import RequestForm
from members.models import ConsentPurpose, ConsentText, Lead, ServiceFormat
from members.services.leads import open_lead

router = Router(tags=["Requests"])


class ConsentTextOut(Schema):
    """The words to show beside the box that a person ticks."""

    purpose: str
    text: str
    language: str


class LeadIn(Schema):
    """What a person asks. `consent` says that the text of /consent-texts/request/ was shown and accepted."""

    name: str = Field(max_length=400)
    email: str = Field(max_length=400)
    message: str = Field(max_length=20_000)
    phone: str = Field("", max_length=400)
    organisation_name: str = Field("", max_length=400)
    organisation_kind: Literal["", "public", "private"] = ""
    service_format: SlugOrNone = Field("", description="Short name of the format of interest.")
    page_url: str = Field(
        "", max_length=500, pattern=r"^[^\x00-\x1f]*$", description="Address of the page where it was asked."
    )
    language: Literal["it", "en"] = Field("it", description="In which the person is answered.")
    consent: bool


class LeadOut(Schema):
    """The request was stored."""

    id: UUID


@router.get(
    "/consent-texts/{purpose}/", response={200: ConsentTextOut, 404: Problem, 422: Problem, 429: Problem}
)
def consent_text(request: HttpRequest, purpose: ConsentPurpose, reading: Query[Reading]) -> ConsentTextOut:
    """The text that must be shown before asking for a service, or for a place on a course."""
    text = ConsentText.objects.current(purpose).text
    return ConsentTextOut(purpose=purpose, text=text, language=translation.get_language() or "it")


@router.post(
    "/leads/",
    response={201: LeadOut, 404: Problem, 413: Problem, 415: Problem, 422: Problem, 429: Problem},
    throttle=[Throttle("leads", limit=10, seconds=600)],
)
def ask(request: HttpRequest, asked: LeadIn) -> Status:
    """Tell the network what somebody needs. Nothing is lost: the same person may ask again."""
    with translation.override(asked.language):
        service_format = ServiceFormat.objects.offered().filter(slug=asked.service_format).first()
        form = RequestForm(asked.dict(), service_format=service_format, guarded=False)
        if not form.is_valid():
            return Status(422, form_problem(form))
        lead = open_lead(
            **form.for_service(),
            language=asked.language,
            page_url=asked.page_url,
            source=Lead.Source.API,
        )
    return Status(201, LeadOut(id=lead.public_id))
