"""The screens where staff define the fields of each kind of record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.custom_fields.registry import record_kinds, typed
from cms.custom_fields.services.choosing import merge_choices
from cms.custom_fields.services.defining import (
    delete_field,
    has_values,
    move_field,
    restore_field,
    retire_field,
)
from cms.custom_fields.views.definition_forms import (
    ChoiceFormSet,
    DefinitionForm,
    DeleteForm,
    MergeForm,
    standing_choices,
)
from cms.custom_fields.views.kind_words import HELP, KIND_WORDS
from cms.models.custom_fields import CustomField, FieldKind, FieldWork


class Screen(WagtailAdminTemplateMixin, View):
    """Base of the screens. `action`: the right on custom fields that one needs."""

    screen_help = HELP
    action = "change"
    header_icon = "form"
    page_title: Any = gettext_lazy("Custom fields")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        needed = [self.action] if request.method == "POST" or self.action != "change" else ["change", "view"]
        if not any(request.user.has_perm(f"cms.{action}_customfield") for action in needed):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.answer()

    def answer(self, *, status: int = 200, **context) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**context), status=status)

    @cached_property
    def model(self) -> type[Model]:
        """The kind of record that the address, or its field, names; Http404 for any other."""
        label = self.kwargs.get("kind_of_record") or self.field.record_kind
        model = next((each for each in record_kinds() if each._meta.label_lower == label), None)
        if model is None:
            raise Http404
        return model

    @cached_property
    def field(self) -> CustomField:
        return get_object_or_404(CustomField, pk=self.kwargs["pk"], deleted_at=None)

    def list_url(self, anchor: str = "") -> str:
        label = self.model._meta.label_lower
        return reverse("custom_fields:fields", args=[label]) + (f"#{anchor}" if anchor else "")

    def get_breadcrumbs_items(self) -> list[dict]:
        crumbs = [
            *self.breadcrumbs_items,
            {"url": reverse("custom_fields:kinds"), "label": _("Custom fields")},
        ]
        if self.kwargs:
            crumbs.append({"url": self.list_url(), "label": capfirst(self.model._meta.verbose_name_plural)})
        return crumbs


class KindsView(Screen):
    """The kinds of record, and how many fields each has."""

    template_name = "cms/admin/custom_fields/kinds.html"

    def get_context_data(self, **kwargs) -> dict:
        standing = CustomField.objects.filter(deleted_at=None, retired_at=None).order_by()
        counts = dict(standing.values_list("record_kind").annotate(n=Count("pk")))
        kinds = [
            {
                "label": capfirst(model._meta.verbose_name_plural),
                "count": counts.get(model._meta.label_lower, 0),
                "url": reverse("custom_fields:fields", args=[model._meta.label_lower]),
            }
            for model in record_kinds()
        ]
        return super().get_context_data(kinds=sorted(kinds, key=lambda kind: str(kind["label"])), **kwargs)


class FieldsView(Screen):
    """The fields of a kind of record in their order, with a look at the form that they make."""

    template_name = "cms/admin/custom_fields/fields.html"

    def get_page_title(self) -> str:
        return _("Fields of: %(kind)s") % {"kind": self.model._meta.verbose_name_plural}

    def get_context_data(self, **kwargs) -> dict:
        fields = list(CustomField.objects.of(self.model))
        works = FieldWork.objects.filter(field__in=fields, finished_at=None)
        entries = [
            {
                "field": field,
                "words": KIND_WORDS[FieldKind(field.kind)],
                "waiting": [work for work in works if work.field_id == field.pk],
            }
            for field in fields
        ]
        in_use = [field for field in fields if not field.is_retired]
        return super().get_context_data(
            in_use=[entry for entry in entries if entry["field"] in in_use],
            retired=[entry for entry in entries if entry["field"] not in in_use],
            preview=preview_of(in_use),
            may_change=self.request.user.has_perm("cms.change_customfield"),
            may_add=self.request.user.has_perm("cms.add_customfield"),
            may_delete=self.request.user.has_perm("cms.delete_customfield"),
            add_url=reverse("custom_fields:add", args=[self.model._meta.label_lower]),
            **kwargs,
        )


def preview_of(definitions: list[CustomField]) -> forms.Form:
    """A form as the fields will make it, which cannot be filled in."""
    form = forms.Form(prefix="preview")
    for definition in definitions:
        field = typed(definition)
        form.fields[field.name] = field.form_field()
        form.fields[field.name].disabled = True
        form.initial[field.name] = field.initial(field.default)
    return form


class AddView(Screen):
    """First what the field holds, then its name and what matters for the kind."""

    action = "add"
    template_name = "cms/admin/custom_fields/pick_kind.html"

    def get_page_title(self) -> str:
        return _("Add a field to: %(kind)s") % {"kind": self.model._meta.verbose_name_plural}

    def get_template_names(self) -> list[str]:
        return [self.template_name if self.kind is None else "cms/admin/custom_fields/definition.html"]

    @cached_property
    def kind(self) -> FieldKind | None:
        asked = self.request.GET.get("kind", "")
        return FieldKind(asked) if asked in FieldKind.values else None

    def form(self, data: Any = None) -> DefinitionForm:
        assert self.kind is not None
        return DefinitionForm(data, kind=self.kind, record_model=self.model, user=self.request.user)

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        if self.kind is None:
            context["kinds"] = [{"kind": kind, **KIND_WORDS[kind]} for kind in FieldKind]
        else:
            context.setdefault("form", self.form())
            context["words"] = KIND_WORDS[self.kind]
            context["cancel_url"] = self.list_url()
        return context

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.kind is None:
            return self.answer(status=422)
        form = self.form(request.POST)
        field = form.apply() if form.is_valid() else None
        if field is None:
            return self.answer(form=form, status=422)
        messages.success(request, _("The field “%(field)s” is there.") % {"field": field.label})
        return redirect(self.list_url(f"edit-{field.pk}"))


class EditView(Screen):
    """A field and its choices."""

    template_name = "cms/admin/custom_fields/definition.html"

    def get_page_title(self) -> str:
        return str(self.field.label)

    def forms(self, data: Any = None) -> dict[str, Any]:
        kind = FieldKind(self.field.kind)
        choices = None
        if kind.has_choices:
            choices = ChoiceFormSet(data, queryset=standing_choices(self.field), prefix="choices")
        definition = DefinitionForm(
            data, instance=self.field, kind=kind, record_model=self.field.model, user=self.request.user
        )
        return {"form": definition, "choices": choices}

    def get_context_data(self, **kwargs) -> dict:
        shown = kwargs if "form" in kwargs else self.forms()
        return super().get_context_data(
            **{**kwargs, **shown},
            words=KIND_WORDS[FieldKind(self.field.kind)],
            field=self.field,
            cancel_url=self.list_url(),
            may_change=self.request.user.has_perm("cms.change_customfield"),
        )

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        posted = self.forms(request.POST)
        form, choices = posted["form"], posted["choices"]
        if not form.is_valid() or not (choices is None or choices.is_valid()) or not form.apply():
            return self.answer(**posted, status=422)
        if choices is not None:
            choices.save()
        messages.success(request, _("The field “%(field)s” is changed.") % {"field": self.field.label})
        return redirect(self.list_url(f"edit-{self.field.pk}"))


class DoView(Screen):
    """One button: move a field up or down, take it out of use, use it again."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return redirect(self.list_url())

    def post(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        field, by = self.field, request.user
        if what in ("up", "down"):
            move_field(field=field, step=-1 if what == "up" else 1, by=by)
            return redirect(self.list_url(f"{what}-{pk}"))
        {"retire": retire_field, "restore": restore_field}[what](field=field, by=by)
        return redirect(self.list_url(f"edit-{pk}"))


class MergeView(Screen):
    """One choice becomes another in all records."""

    template_name = "cms/admin/custom_fields/merge.html"

    def get_page_title(self) -> str:
        return _("Merge choices of “%(field)s”") % {"field": self.field.label}

    def get_context_data(self, **kwargs) -> dict:
        kwargs.setdefault("form", MergeForm(field=self.field))
        return super().get_context_data(cancel_url=self.list_url(), **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = MergeForm(request.POST, field=self.field)
        if form.is_valid():
            try:
                merge_choices(**form.cleaned_data, by=request.user)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                told = _("“%(choice)s” now means “%(into)s” everywhere; the records are being rewritten.")
                messages.success(request, told % form.cleaned_data)
                return redirect(self.list_url(f"edit-{self.field.pk}"))
        return self.answer(form=form, status=422)


class DeleteView(Screen):
    """Deletes a field; one with values only after its name was typed."""

    action = "delete"
    template_name = "cms/admin/custom_fields/delete.html"

    def get_page_title(self) -> str:
        return _("Delete “%(field)s”") % {"field": self.field.label}

    def get_context_data(self, **kwargs) -> dict:
        kwargs.setdefault("form", DeleteForm())
        return super().get_context_data(
            cancel_url=self.list_url(), field=self.field, is_held=has_values(self.field), **kwargs
        )

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = DeleteForm(request.POST)
        if form.is_valid():
            try:
                delete_field(field=self.field, by=request.user, **form.cleaned_data)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                messages.success(
                    request, _("The field “%(field)s” is deleted.") % {"field": self.field.label}
                )
                return redirect(self.list_url())
        return self.answer(form=form, status=422)
