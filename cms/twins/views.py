"""The screen on which two records are compared and made one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.modeladmin.versions import version_of
from cms.registries import visible_rows
from cms.rows import row_or_404
from cms.sources import sources
from cms.twins.comparing import Difference, as_chosen, differences, values_to_keep
from cms.twins.merging import merge
from cms.twins.panel import may_merge
from cms.twins.rules import twin_rules, twins_of


class MergeView(WagtailAdminTemplateMixin, TemplateView):
    """At one address: which other record, then both side by side; sending it makes them one."""

    screen_help = _(
        "Makes two records of the same person or body one. You see both first and choose, field by field, "
        "what is kept; whatever belonged to either belongs to the one that stays, and so do both histories."
    )
    template_name = "cms/admin/twins/merge.html"
    page_title = _("Merge with another")
    header_icon = "copy"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.kwargs["key"] not in sources or self.model not in twin_rules:
            raise Http404
        if not may_merge(request.user, self.model):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def model(self) -> type[Model]:
        return sources[self.kwargs["key"]].model

    @cached_property
    def kept(self) -> Model:
        return row_or_404(self.request.user, self.model._default_manager.all(), self.kwargs["pk"])

    @cached_property
    def gone(self) -> Model | None:
        """The other record, once somebody has said which."""
        asked = self.request.GET.get("other") or self.request.POST.get("other")
        if not asked:
            return None
        other = row_or_404(self.request.user, self.model._default_manager.all(), asked)
        return None if other == self.kept else other

    @cached_property
    def told(self) -> list[Difference]:
        """What differs, with what was chosen so far."""
        told = differences(self.kept, self.gone, self.request.user)
        return as_chosen(told, {each.name: self.request.POST.get(f"keep-{each.name}", "") for each in told})

    def page_of(self, record: Model) -> str:
        return reverse(sources[self.kwargs["key"]].row_url_name, args=[quote(record.pk)])

    def print_of_both(self) -> str:
        """A print of the two as they were shown."""
        seen = [f"{row.pk} {version_of(row)}" for row in (self.kept, self.gone)]
        return salted_hmac("cms.twins", "\n".join(seen), algorithm="sha256").hexdigest()

    def other_form(self) -> forms.Form:
        """Asks for the other record, by the chooser of its kind."""
        rows = visible_rows(self.request.user, self.model._default_manager.all())
        form = forms.Form(prefix="")
        form.fields["other"] = forms.ModelChoiceField(
            label=gettext("The other record"), queryset=rows, widget=twin_rules[self.model].chooser()
        )
        return form

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.page_of(self.kept), "label": str(self.kept)},
            {"url": "", "label": gettext("Merge with another")},
        ]

    def get_page_subtitle(self) -> str:
        return str(self.kept)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {
            "kept": self.kept,
            "kept_url": self.page_of(self.kept),
        }
        if self.gone is None:
            form = self.other_form()
            return context | {
                "form": form,
                "media": form.media,
                "merge_url": self.request.path,
                "twins": twins_of(self.kept, self.request.user),
            }
        turned = reverse("record_merge", args=[self.kwargs["key"], self.gone.pk])
        return context | {
            "gone": self.gone,
            "gone_url": self.page_of(self.gone),
            "turned_url": f"{turned}?other={self.kept.pk}",
            "differences": self.told,
            "shown": self.print_of_both(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.gone is None:
            return self.render_to_response(self.get_context_data(), status=422)
        if not constant_time_compare(request.POST.get("shown", ""), self.print_of_both()):
            messages.error(request, gettext("One of the two has changed meanwhile. Look at both again."))
            return self.render_to_response(self.get_context_data(), status=409)
        values = values_to_keep(self.kept, self.gone, self.told)
        try:
            merge(kept=self.kept, gone=self.gone, values=values, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return self.render_to_response(self.get_context_data(), status=422)
        messages.success(request, gettext("The two are one now, with the history of both."))
        return redirect(self.page_of(self.kept))


urlpatterns = [path("records/<str:key>/<int:pk>/merge/", MergeView.as_view(), name="record_merge")]
