"""Choose a record, or make it, in the same window: for the forms of records and of pages."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.log_actions import log

from cms.permissions import ANY_ACTION, record_policy
from cms.registries import visible_rows
from cms.rows import row_or_404
from cms.sources.words import rows_with_words
from cms.twins.creating import SEEN, in_words, keys_of, twins_not_shown
from cms.twins.rules import Twin


def creation_form_or_404(form):
    """The form in which a new record is made. Raises Http404 where there is none: records are only chosen."""
    if form is None:
        raise Http404
    return form


class _Guarded:
    """Only rows within a person's rights; people's names only for who may see their records."""

    shown_to_all = False

    def dispatch(self, request, *args, **kwargs):
        policy = record_policy(self.model_class)
        if not self.shown_to_all and not policy.user_has_any_permission(request.user, ANY_ACTION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class _Listing(_Guarded):
    words_in: tuple[str, ...] = ()

    def get_object_list(self):
        return visible_rows(self.request.user, self.model_class.objects.all())

    def get_filter_form_class(self):
        words_in, user = self.words_in, self.request.user

        class FilterForm(BaseFilterForm):
            q = forms.CharField(
                label=_("Search term"),
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs={"placeholder": _("Search")}),
            )

            def filter(self, objects):
                """By the words of the lists, so that "citta" finds "città" here too."""
                if typed := self.cleaned_data.get("q", "").strip():
                    self.is_searching, self.search_query = True, typed
                return rows_with_words(objects, words_in, typed, user)

        return FilterForm


class ChooseView(_Listing, chooser.ChooseView):
    pass


class ChooseResultsView(_Listing, chooser.ChooseResultsView):
    pass


class ChosenView(_Guarded, chooser.ChosenView):
    def get_object(self, pk):
        return row_or_404(self.request.user, self.model_class.objects.all(), pk)


class ChosenMultipleView(_Guarded, chooser.ChosenMultipleView):
    def get_objects(self, pks):
        keys = [pk for pk in pks if pk.isdecimal() and len(pk) < 19]
        return visible_rows(self.request.user, super().get_objects(keys))


def _with_twins(form, twins: list[Twin]):
    """The form with what may be there already, so that sending it again means: it is another."""
    form.fields[SEEN] = forms.CharField(required=False, widget=forms.HiddenInput)
    form.data = form.data.copy()
    form.data[form.add_prefix(SEEN)] = keys_of(twins)
    words = _("This may be there already: %(records)s. If it is another, send the form once more.")
    form.add_error(None, words % {"records": in_words(twins)})
    return form


class CreateView(_Guarded, chooser.CreateView):
    def get_creation_form(self):
        return creation_form_or_404(super().get_creation_form())

    def post(self, request):
        form = self.get_creation_form()
        if form.is_valid() and (twins := twins_not_shown(request, form.instance)):
            self.form = _with_twins(form, twins)
            return self.get_reshow_creation_form_response()
        return super().post(request)

    def save_form(self, form):
        record = super().save_form(form)
        log(record, "wagtail.create", user=self.request.user)
        return record


class RecordChooserViewSet(ChooserViewSet):
    """A chooser of records within the person's rights. `words_in`: the columns that are searched."""

    words_in: tuple[str, ...] = ("name",)
    shown_to_all = False
    create_action_label = _("Create")

    def _views(self, view_class, **more):
        return type(view_class.__name__, (view_class,), {"shown_to_all": self.shown_to_all, **more})

    def construct_view(self, view_class, **kwargs):
        more = {"words_in": self.words_in} if issubclass(view_class, _Listing) else {}
        return super().construct_view(self._views(view_class, **more), **kwargs)

    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    create_view_class = CreateView


class SluggedForm(forms.ModelForm):
    """Makes the short name from the name, so that nobody has to think of it in the middle of a page."""

    def clean(self) -> dict:
        cleaned = super().clean()
        name = cleaned.get("name") or cleaned.get("name_it") or ""
        base = slugify(name)[:40] or self._meta.model._meta.model_name
        slug, n = base, 1
        while self._meta.model.objects.filter(slug=slug).exists():
            n += 1
            slug = f"{base}-{n}"
        self.instance.slug = slug
        return cleaned
