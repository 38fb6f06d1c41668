"""What the network raises money for, with the totals of the ledger."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from cms.api import Listing, MoneyOut, Paged, Problem, Reading, listing
from donations.models import Campaign, Interval
from donations.models.presets import suggested_by
from pages.api.shared import Line, PageOut, Slug, page_facts
from pages.models import CampaignPage

router = Router(tags=["Fund raising"])


class SuggestedOut(Schema):
    """Amounts to propose in a form, in whole cents."""

    once: list[int]
    month: list[int]
    year: list[int]

    @staticmethod
    def of(campaign: Campaign) -> SuggestedOut:
        sources = (campaign, campaign.beneficiary)
        once, month, year = (suggested_by(sources, interval) for interval in ("", *Interval.values))
        return SuggestedOut(once=once, month=month, year=year)


class CampaignOut(PageOut):
    """A campaign: its facts, what has arrived, and the page that tells about it."""

    slug: str
    name: str
    beneficiary: str
    state: str
    is_open: bool = Field(description="Takes donations today.")
    goal: MoneyOut
    raised: MoneyOut
    donations: int
    donors: int
    opens_on: date
    closes_on: date | None
    suggested: SuggestedOut

    @staticmethod
    def of(page: CampaignPage, request: HttpRequest) -> CampaignOut:
        record = page.campaign
        return CampaignOut(
            **page_facts(page, request),
            slug=record.slug,
            name=record.name,
            beneficiary=record.beneficiary.name,
            state=record.state,
            is_open=record.is_open,
            goal=MoneyOut(cents=record.goal.cents, currency=record.currency, text=record.goal.format()),
            raised=MoneyOut(cents=record.raised.cents, currency=record.currency, text=record.raised.format()),
            donations=record.donation_count,
            donors=record.donor_count,
            opens_on=record.opens_on,
            closes_on=record.closes_on,
            suggested=SuggestedOut.of(record),
        )


class CampaignFilters(Paged):
    state: Literal["live", "succeeded", "failed"] | None = Field(None, description="Only those in a state.")
    beneficiary: Line | None = Field(None, description="Name of who receives.")


def published() -> QuerySet[CampaignPage]:
    """Pages of campaigns that the public may read about, in the language of the request."""
    pages = CampaignPage.objects.published().for_reader().with_cards()
    return pages.order_by("-campaign__opens_on", "pk")


@router.get("/campaigns/", response={200: Listing[CampaignOut], 422: Problem, 429: Problem})
def campaigns(request: HttpRequest, filters: Query[CampaignFilters]) -> dict:
    """Campaigns, the latest first; drafts and cancelled ones are not here."""
    pages = published()
    if filters.state == "live":
        pages = pages.filter(campaign__state="live", campaign__opens_on__lte=timezone.localdate())
    elif filters.state:
        pages = pages.filter(campaign__state=filters.state)
    if filters.beneficiary:
        pages = pages.filter(campaign__beneficiary__name__iexact=filters.beneficiary)
    return listing(pages, filters, lambda page: CampaignOut.of(page, request))


@router.get("/campaigns/{slug}/", response={200: CampaignOut, 404: Problem, 422: Problem, 429: Problem})
def campaign(request: HttpRequest, slug: Slug, reading: Query[Reading]) -> CampaignOut:
    """One campaign, by its short name."""
    return CampaignOut.of(get_object_or_404(published(), campaign__slug=slug), request)
