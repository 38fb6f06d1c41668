"""The platform's own public pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cms.models import UnsubscribeLink
from cms.outbox import unsubscribing


# Mail programs send the POST of RFC 8058 on their own: no cookie, no origin. The link is the authority.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Looking shows a button, since programs open links too; sending it stops promotional mail."""
    link = get_object_or_404(UnsubscribeLink, token=token)
    done = request.method == "POST"
    if done:
        one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        source = "unsubscribe: mail program" if one_click else "unsubscribe: page"
        unsubscribing.unsubscribe(link, source=source, language=get_language())
    response = render(request, "cms/unsubscribe.html", {"done": done})
    # The address is the person's secret: no other site learns it.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
