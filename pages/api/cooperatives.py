"""The cooperatives of the network."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router

from cms.api import Listing, Paged, Problem, Reading, listing
from pages.api.shared import Line, Named, PageOut, Slug, page_facts
from pages.models import CooperativePage

router = Router(tags=["Network"])


class CooperativeOut(PageOut):
    """A cooperative: its facts, and the page that tells about it."""

    slug: str
    name: str
    legal_form: str
    town: str
    province: str
    website: str
    joined_on: date | None
    competences: list[Named]

    @staticmethod
    def of(page: CooperativePage, request: HttpRequest) -> CooperativeOut:
        record = page.cooperative
        return CooperativeOut(
            **page_facts(page, request),
            slug=record.slug,
            name=record.name,
            legal_form=record.legal_form,
            town=record.town,
            province=record.province,
            website=record.website,
            joined_on=record.joined_on,
            competences=[Named.of(competence) for competence in record.competences.all()],
        )


class CooperativeFilters(Paged):
    competence: Slug | None = Field(None, description="Short name of a competence it has.")
    town: Line | None = Field(None, description="Its town, whatever the case.")


def published() -> QuerySet[CooperativePage]:
    """Pages of listed cooperatives, each once, in the language of the request."""
    return CooperativePage.objects.published().for_reader().with_cards().order_by("title", "pk")


@router.get("/cooperatives/", response={200: Listing[CooperativeOut], 422: Problem, 429: Problem})
def cooperatives(request: HttpRequest, filters: Query[CooperativeFilters]) -> dict:
    """The cooperatives, by name."""
    pages = published()
    if filters.competence:
        pages = pages.filter(cooperative__competences__slug=filters.competence)
    if filters.town:
        pages = pages.filter(cooperative__town__iexact=filters.town)
    return listing(pages, filters, lambda page: CooperativeOut.of(page, request))


@router.get("/cooperatives/{slug}/", response={200: CooperativeOut, 404: Problem, 422: Problem, 429: Problem})
def cooperative(request: HttpRequest, slug: Slug, reading: Query[Reading]) -> CooperativeOut:
    """One cooperative, by its short name."""
    return CooperativeOut.of(get_object_or_404(published(), cooperative__slug=slug), request)
