"""Addresses of views that only these tests visit, before those of the site."""

from django.http import HttpRequest, JsonResponse
from django.urls import path, re_path
from django.utils.decorators import method_decorator
from django.views import View

from cms.public_forms import exempts_csrf
from settings.urls import urlpatterns as site


def told(request: HttpRequest) -> JsonResponse:
    """What the view learns about who asks."""
    return JsonResponse(
        {
            "user": str(getattr(request.user, "email", "")),
            "session": dict(request.session.items()),
            "name": request.POST.get("name", ""),
        }
    )


@exempts_csrf
def public(request: HttpRequest) -> JsonResponse:
    return told(request)


def guarded_by_django(request: HttpRequest) -> JsonResponse:
    return told(request)


@method_decorator(exempts_csrf, name="dispatch")
class PublicClass(View):
    def post(self, request: HttpRequest) -> JsonResponse:
        return told(request)


urlpatterns = [
    path("test/public/", public),
    path("test/class/", PublicClass.as_view()),
    path("test/guarded/", guarded_by_django),
    re_path(r"^test/page/((?:[\w\-]+/)*)$", lambda request, path: told(request), name="wagtail_serve"),
    *site,
]
