"""Pages on which a visitor tells what they need: format pages and the contact page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from members.forms import RequestForm
from members.services.leads import open_lead
from pages.languages import address, current_language, url_for_reader
from pages.posting import Posted, take


class RequestMixin(RoutablePageMixin):
    """Shows the request form, takes it on the page's own address, and thanks on an address of its own."""

    service_format = None

    @path("", name="read")
    def index_route(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        posted = self._take_request(request) if request.method == "POST" else Posted(self._form())
        context = self.get_context(request) | {"form": posted.form, "problem": posted.problem}
        return posted.response(TemplateResponse(request, self.get_template(request), context))

    @path(address(it="grazie/", en="thanks/"), name="thanks")
    def thanks(self, request: HttpRequest) -> HttpResponse:
        """The request has arrived. Says nothing of who sent it, so it may be reloaded and shared."""
        back = {"back_url": url_for_reader(self, request)}
        return self.render(request, template="pages/request_thanks.html", context_overrides=back)

    def _form(self, data=None):
        return RequestForm(data, service_format=self.service_format)

    def _take_request(self, request: HttpRequest) -> Posted:
        def save(form) -> str:
            open_lead(
                **form.for_service(),
                page=self,
                page_url=request.build_absolute_uri(request.path),
                language=current_language(),
            )
            return url_for_reader(self, request) + self.reverse_subpage("thanks")

        return take(request, self._form(request.POST), save=save, scope="request")
