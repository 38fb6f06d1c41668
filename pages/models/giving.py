"""Pages that take gifts: the general one and each campaign's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from donations import giving
from donations.forms import DonationForm
from donations.services import wall


class GivingMixin(RoutablePageMixin):
    """Shows the donation form, takes it on the page's own address, and leads to the payment page."""

    campaign = None
    beneficiary = None

    @path("", name="read")
    def index_route(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        def render(form: DonationForm, status: int = 200) -> HttpResponse:
            context = self.get_context(request) | {
                "form": form,
                "campaign": self.campaign,
                "wall": wall.names_on(campaign=self.campaign, beneficiary=self.beneficiary),
            }
            return TemplateResponse(request, self.get_template(request), context, status=status)

        if request.method != "POST":
            form = giving.donation_form(request, campaign=self.campaign, beneficiary=self.beneficiary)
            return render(form)
        return giving.handle_donation(
            request, campaign=self.campaign, beneficiary=self.beneficiary, render=render
        )
