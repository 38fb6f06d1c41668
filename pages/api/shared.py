"""Pieces that several kinds of content give alike."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Schema

from members.models import Audience, Competence
from pages.models.base import BasePage
from pages.pictures import CARD, shown

# A short name as addresses carry it; anything else cannot match and is refused.
Slug = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]+$", max_length=100)]


# A line of text to compare with; control characters are refused before a database sees them.
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f]*$", max_length=120)]
# A day that calendars of this world can hold.
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1))]


# A row's number, within what every database can hold.
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Named(Schema):
    """Something with a short name and a name."""

    slug: str
    name: str

    @staticmethod
    def of(record: Competence | Audience) -> Named:
        return Named(slug=record.slug, name=record.name)


class PictureOut(Schema):
    """A picture at the size of a card. An empty `alt` says that it is decoration."""

    url: str
    width: int
    height: int
    alt: str


class PageOut(Schema):
    """What every kind of content with a page gives of it. `language` is the one of its words."""

    title: str
    summary: str
    url: str
    language: str
    picture: PictureOut | None


def page_facts(page: BasePage, request: HttpRequest) -> dict:
    """The fields of PageOut. The page comes from a queryset `.with_cards()`."""
    written = page.alias_of.locale if page.alias_of_id else page.locale
    return {
        "title": page.title,
        "summary": page.summary,
        "url": page.get_full_url(request) or "",
        "language": written.language_code,
        "picture": _picture(page, request),
    }


def _picture(page: BasePage, request: HttpRequest) -> PictureOut | None:
    picture = shown(page.picture, CARD, page.picture_alt)
    if picture is None:
        return None
    return PictureOut(
        url=request.build_absolute_uri(picture.url),
        width=picture.width,
        height=picture.height,
        alt=picture.alt,
    )
