"""What search engines read of an event (schema.org), as data that no browser runs."""

import json

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from pages.languages import absolute, full_url
from pages.models.event import EventPage
from pages.pictures import Picture

_CANCELLED = "https://schema.org/EventCancelled"
_SCHEDULED = "https://schema.org/EventScheduled"
# Inside <script> only these could end the element or begin a comment.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def event_data(event: EventPage, request: HttpRequest, picture: Picture | None) -> SafeString:
    """The event as JSON-LD, safe to write inside a script element of type application/ld+json."""
    data: dict = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "startDate": event.starts_at.isoformat(),
        "eventStatus": _CANCELLED if event.is_cancelled else _SCHEDULED,
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "url": full_url(event, request),
        "inLanguage": event.locale.language_code,
        "location": {
            "@type": "Place",
            "name": event.place,
            "address": event.place_address or event.place,
        },
    }
    if event.ends_at:
        data["endDate"] = event.ends_at.isoformat()
    if event.description:
        data["description"] = event.description
    if picture:
        data["image"] = [absolute(picture.url)]
    organisers = [organiser for organiser in event.organisers.all() if organiser.is_listed]
    if organisers:
        data["organizer"] = [
            {"@type": "Organization", "name": organiser.name}
            | ({"url": organiser.website} if organiser.website else {})
            for organiser in organisers
        ]
    if event.booking_url:
        data["offers"] = {"@type": "Offer", "url": event.booking_url}
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))
