"""The windows in which members' records are chosen or made."""

from django.utils.translation import gettext_lazy as _

from cms.choosers import RecordChooserViewSet, SluggedForm
from members.models import Contact, Cooperative, CourseEdition, Organisation, ServiceFormat


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
    form_fields = ["name", "kind", "nature", "sector", "town", "tax_code", "website"]
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
