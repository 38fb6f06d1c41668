"""Views that ask for the password again, under the admin, before the addresses of the site."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views import View

from cms.doors import asks_password_again
from settings.urls import urlpatterns as site


@asks_password_again(minutes=10)
def secret(request: HttpRequest, number: int) -> JsonResponse:
    posted = {key: request.POST.getlist(key) for key in request.POST if key != "csrfmiddlewaretoken"}
    return JsonResponse({"number": number, "method": request.method, "posted": posted})


@asks_password_again(when=lambda request: "export" in request.GET)
class People(View):
    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.has_perm("members.view_lead"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        answer = HttpResponse("people", content_type="text/csv")
        answer.headers["Content-Disposition"] = 'attachment; filename="people.csv"'
        return answer if "export" in request.GET else HttpResponse("list")


urlpatterns = [
    path("admin/test/secret/<int:number>/", secret),
    path("admin/test/people/", People.as_view()),
    *site,
]
