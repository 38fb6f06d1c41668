"""The yearly file for the tax office: looked at first, taken with the password, each taking in the log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms import audit
from cms.doors import asks_password_again
from cms.registries import visible_rows
from donations.models import Beneficiary
from donations.services import yearly_return

# Rows of each list that the screen draws; the file and the sums hold them all.
SHOWN = 200


class ReturnForm(forms.Form):
    beneficiary = forms.ModelChoiceField(label=_("Beneficiary"), queryset=Beneficiary.objects.none())
    year = forms.TypedChoiceField(label=_("Year of the gifts"), coerce=int)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["beneficiary"].queryset = visible_rows(user, Beneficiary.objects.all())
        this_year = timezone.localdate().year
        fields["year"].choices = [(year, year) for year in range(this_year, this_year - 11, -1)]


@asks_password_again(when=lambda request: request.method == "POST")
class YearlyReturnView(WagtailAdminTemplateMixin, TemplateView):
    """GET shows what the file would hold and what it leaves out; POST gives the file."""

    screen_help = _(
        "The gifts of a year as the tax office wants them, by 16 March of the next. Look at what is left "
        "out and "
        "why: a missing tax code can still be asked for. The file is taken with your password."
    )
    template_name = "donations/admin/yearly_return.html"
    page_title = _("Yearly file for the tax office")
    header_icon = "doc-full-inverse"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("donations.report_gifts"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def asked(self) -> ReturnForm:
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        if "beneficiary" not in data:
            last_year = timezone.localdate().year - 1
            only = visible_rows(self.request.user, Beneficiary.objects.all())[:2]
            initial = {"year": last_year, "beneficiary": only[0] if len(only) == 1 else None}
            return ReturnForm(user=self.request.user, initial=initial)
        return ReturnForm(data, user=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = self.asked()
        context = {**super().get_context_data(**kwargs), "form": form, "shown": SHOWN}
        if form.is_bound and form.is_valid():
            prepared = yearly_return.prepare(**form.cleaned_data)
            context |= {
                "prepared": prepared,
                "ledger_total": yearly_return.ledger_total(**form.cleaned_data),
                "reasons": _by_reason(prepared),
            }
        return context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.asked()
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        prepared = yearly_return.prepare(**form.cleaned_data)
        audit.record(
            "donations.yearly_file.taken",
            prepared.beneficiary,
            user=request.user,
            data={"year": prepared.year, "lines": len(prepared.lines), "cents": prepared.told_total.cents},
        )
        answer = HttpResponse(yearly_return.as_csv(prepared), content_type="text/csv; charset=utf-8")
        name = f"erogazioni-liberali-{prepared.beneficiary.pk}-{prepared.year}.csv"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


def _by_reason(prepared: yearly_return.YearlyReturn) -> list[tuple[str, list[yearly_return.Gift]]]:
    """The gifts left out, under the words of each reason that occurs."""
    return [
        (str(reason.label), gifts)
        for reason in yearly_return.LeftOut
        if (gifts := [gift for gift in prepared.left_out if gift.because == reason])
    ]
