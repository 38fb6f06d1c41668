"""Pages that take gifts: the general one and each campaign's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, path


class GivingMixin(RoutablePageMixin):
    """Shows the donation form and takes it on the page's own address."""

    campaign = None
    beneficiary = None

    @path("", name="read")
    def index_route(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        context = self.get_context(request) | {"form": self._form(), "problem": ""}
        return TemplateResponse(request, self.get_template(request), context)

    def _form(self, data=None):
        from donations.forms import DonationForm

        return DonationForm(data, campaign=self.campaign)
