"""Addresses of the public site that are not pages: search, calendars, what machines read."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.models import Cooperative
from pages import calendar
from pages.languages import absolute
from pages.listing import sheet
from pages.models import ContactPage, EventPage
from pages.search import KINDS, counts, find, shown

PER_PAGE = 10


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the site knows about some words, by kind."""
    query = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]
    found = find(query)
    number = counts(found)
    chosen = request.GET.get("kind", "")
    chosen = chosen if chosen in number else ""
    page_obj = sheet([one for one in found if not chosen or one.kind == chosen], request, per_page=PER_PAGE)
    context = {
        "query": query,
        "tabs": _tabs(query, number, chosen),
        "page_obj": page_obj,
        "results": [
            {
                "kicker": KINDS[kind][1],
                "title": card.title,
                "url": card.url,
                "text": card.text,
                "meta": card.meta,
                "lang": card.lang,
            }
            for kind, card in shown(page_obj.object_list, request)
        ],
        "keep": urlencode({"q": query} | ({"kind": chosen} if chosen else {})),
        "ask_url": "" if found else ContactPage.url_for(request),
    }
    return TemplateResponse(request, "pages/search.html", context)


def _tabs(query: str, number: dict[str, int], chosen: str) -> list[dict]:
    """A tab for everything and one for each kind that was found."""
    every = {"label": _("Everything"), "count": sum(number.values()), "is_current": not chosen}
    kinds = [
        {"label": KINDS[kind][0], "count": count, "is_current": kind == chosen, "kind": kind}
        for kind, count in number.items()
    ]
    tabs = [every, *kinds] if number else []
    for tab in tabs:
        wanted = {"q": query} | ({"kind": tab["kind"]} if "kind" in tab else {})
        tab["url"] = f"{reverse('search')}?{urlencode(wanted)}"
    return tabs


@require_safe
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """All events, for a calendar program to subscribe to."""
    events = calendar.feed_events(timezone.now())
    return calendar.calendar_response(
        request, events, name=_("Cultnetwork events"), filename="calendario.ics"
    )


@require_safe
def cooperative_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The events of one cooperative, to subscribe to."""
    cooperative = get_object_or_404(Cooperative.objects.listed(), slug=slug)
    events = calendar.feed_events(timezone.now(), cooperative)
    name = _("Events of %(name)s") % {"name": cooperative.name}
    return calendar.calendar_response(request, events, name=name, filename=f"{cooperative.slug}.ics")


@require_safe
def event_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """One event as a calendar file. key: the event's, the same in both languages."""
    event = EventPage.objects.published().for_reader().with_rows().filter(translation_key=key).first()
    if event is None:
        raise Http404
    return calendar.calendar_response(request, [event], name=event.title, filename=f"{event.slug}.ics")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: all but the back office and search results."""
    hidden = ["/admin/", "/api/", "/cerca/", "/en/search/"]
    lines = ["User-agent: *", *[f"Disallow: {path}" for path in hidden], ""]
    lines.append(f"Sitemap: {absolute(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
