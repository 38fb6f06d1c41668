"""What the cooperatives offer together."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from cms.api import Listing, MoneyOut, Paged, Problem, Reading, listing
from pages.api.shared import Named, PageOut, Slug, page_facts
from pages.models import ServiceFormatPage

router = Router(tags=["Network"])


class PartOut(Schema):
    """What one cooperative does in a format."""

    cooperative: str
    name: str
    role: str


class FormatOut(PageOut):
    """A format: its facts, who does what in it, and the page that tells about it."""

    slug: str
    name: str
    duration: str
    price_from: MoneyOut | None
    price_to: MoneyOut | None
    audiences: list[Named]
    competences: list[Named]
    parts: list[PartOut]

    @staticmethod
    def of(page: ServiceFormatPage, request: HttpRequest) -> FormatOut:
        record = page.service_format
        return FormatOut(
            **page_facts(page, request),
            slug=record.slug,
            name=record.name,
            duration=record.duration,
            price_from=MoneyOut.of(record.price_from),
            price_to=MoneyOut.of(record.price_to),
            audiences=[Named.of(audience) for audience in record.audiences.all()],
            competences=[Named.of(competence) for competence in record.competences.all()],
            parts=[
                PartOut(cooperative=part.cooperative.slug, name=part.cooperative.name, role=part.role)
                for part in page.approved_parts
            ],
        )


class FormatFilters(Paged):
    competence: Slug | None = Field(None, description="Short name of a competence it asks for.")
    audience: Slug | None = Field(None, description="Short name of whom it is for.")
    cooperative: Slug | None = Field(None, description="Short name of a cooperative that has a part in it.")


def published() -> QuerySet[ServiceFormatPage]:
    """Pages of formats on offer, each once, in the language of the request."""
    pages = ServiceFormatPage.objects.published().for_reader().with_cards()
    return pages.prefetch_related("service_format__competences").order_by("title", "pk")


@router.get("/formats/", response={200: Listing[FormatOut], 422: Problem, 429: Problem})
def formats(request: HttpRequest, filters: Query[FormatFilters]) -> dict:
    """The formats on offer, by name."""
    pages = published()
    if filters.competence:
        pages = pages.filter(service_format__competences__slug=filters.competence)
    if filters.audience:
        pages = pages.filter(service_format__audiences__slug=filters.audience)
    if filters.cooperative:
        pages = pages.filter(
            service_format__parts__cooperative__slug=filters.cooperative,
            service_format__parts__state="approved",
        )
    return listing(pages, filters, lambda page: FormatOut.of(page, request))


@router.get("/formats/{slug}/", response={200: FormatOut, 404: Problem, 422: Problem, 429: Problem})
def service_format(request: HttpRequest, slug: Slug, reading: Query[Reading]) -> FormatOut:
    """One format, by its short name."""
    return FormatOut.of(get_object_or_404(published(), service_format__slug=slug), request)
