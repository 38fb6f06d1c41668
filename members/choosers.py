"""Choose a record, or make it, in the same window: for the forms of records and of pages."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.log_actions import log

from cms.permissions import ANY_ACTION, record_policy
from cms.registries import visible_rows
from cms.rows import row_or_404
from members.models import Contact, Cooperative, CourseEdition, Organisation, ServiceFormat
from members.typed import tidy_line


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
        words_in = self.words_in

        class FilterForm(BaseFilterForm):
            q = forms.CharField(
                label=_("Search term"),
                required=False,
                widget=forms.TextInput(attrs={"placeholder": _("Search")}),
            )

            def filter(self, objects):
                for word in tidy_line(self.cleaned_data.get("q", ""), 200).split()[:8]:
                    self.is_searching, self.search_query = True, self.cleaned_data["q"]
                    wanted = Q()
                    for column in words_in:
                        wanted |= Q(**{f"{column}__icontains": word})
                    objects = objects.filter(wanted)
                return objects

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


class CreateView(_Guarded, chooser.CreateView):
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


class NewCooperativeForm(SluggedForm):
    class Meta:
        model = Cooperative
        fields = ["name", "legal_form", "town", "province", "email", "website"]


class NewFormatForm(SluggedForm):
    class Meta:
        model = ServiceFormat
        fields = ["name_it", "name_en", "summary_it", "duration_it", "price_from_cents", "price_to_cents"]


class CooperativeChooser(RecordChooserViewSet):
    model = Cooperative
    icon = "group"
    choose_one_text = _("Choose or create a cooperative")
    choose_another_text = _("Choose another cooperative")
    edit_item_text = _("Open this cooperative")
    creation_tab_label = _("New cooperative")
    creation_form_class = NewCooperativeForm
    words_in = ("name", "town")
    shown_to_all = True


class ServiceFormatChooser(RecordChooserViewSet):
    model = ServiceFormat
    icon = "pick"
    choose_one_text = _("Choose or create a format")
    choose_another_text = _("Choose another format")
    edit_item_text = _("Open this format")
    creation_tab_label = _("New format")
    creation_form_class = NewFormatForm
    words_in = ("name_it", "name_en")
    shown_to_all = True


class OrganisationChooser(RecordChooserViewSet):
    model = Organisation
    icon = "home"
    choose_one_text = _("Choose or create a client")
    choose_another_text = _("Choose another client")
    edit_item_text = _("Open this client")
    creation_tab_label = _("New client")
    form_fields = ["name", "kind", "sector", "town", "tax_code", "website"]
    words_in = ("name", "town", "tax_code")


class ContactChooser(RecordChooserViewSet):
    model = Contact
    icon = "user"
    choose_one_text = _("Choose or create a contact")
    choose_another_text = _("Choose another contact")
    edit_item_text = _("Open this contact")
    creation_tab_label = _("New contact")
    form_fields = ["first_name", "last_name", "email", "phone", "organisation"]
    words_in = ("first_name", "last_name", "email", "organisation__name")


class CourseEditionChooser(RecordChooserViewSet):
    model = CourseEdition
    icon = "calendar-alt"
    choose_one_text = _("Choose an edition")
    choose_another_text = _("Choose another edition")
    edit_item_text = _("Open this edition")
    words_in = ("name_it", "name_en", "course__title_it")


CHOOSERS = [
    CooperativeChooser("cooperative_chooser"),
    ServiceFormatChooser("service_format_chooser"),
    OrganisationChooser("organisation_chooser"),
    ContactChooser("contact_chooser"),
    CourseEditionChooser("course_edition_chooser"),
]
