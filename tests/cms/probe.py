"""A model admin of the tests' own, over requests: what every model admin must do can be tried on it.

Use with `@pytest.mark.urls("tests.cms.probe")`. Its addresses are /admin/probe/<model>/...
"""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import include, path
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms.listing import DateColumn, MoneyColumn, RecordFilterSet, StateColumn, UserColumn
from cms.modeladmin import RecordAction, RecordActionForm, RecordModelAdmin
from members.models import Lead, LeadStage, Organisation
from settings import urls as site


class NoteForm(RecordActionForm):
    text = forms.CharField()


def note(request, record, cleaned):
    if cleaned["text"] == "refuse":
        raise ValidationError("The service says no.")
    record.next_action = cleaned["text"]
    record.save()
    return f"Noted: {cleaned['text']}"


def close(request, record, cleaned):
    record.next_action = "closed"
    record.save()


class LeadFilterSet(RecordFilterSet):
    class Meta:
        model = Lead
        fields = ["source", "organisation"]


class LeadProbe(RecordModelAdmin):
    model = Lead
    base_url_path = "probe/lead"
    list_columns = (
        "title",
        "organisation",
        StateColumn("stage", tones=lambda lead: "good"),
        UserColumn("owner"),
        MoneyColumn("expected_value_cents"),
        DateColumn("created_at", sort_key="created_at"),
    )
    list_select_related = ("organisation", "stage", "owner")
    search_fields = ("title", "organisation__name", "contact__email")
    filterset_class = LeadFilterSet
    ordering = "-created_at"
    empty_text = "No requests yet. They arrive from the pages of the formats."
    panels = ["title", "message", "organisation", "next_action", "next_action_on"]
    record_actions = (
        RecordAction(name="note", label="Add a note", form_class=NoteForm, run=note),
        RecordAction(
            name="close", label="Close", run=close, is_offered=lambda lead, user: lead.title != "shut"
        ),
    )


class ReadOnlyProbe(RecordModelAdmin):
    model = LeadStage
    base_url_path = "probe/stage"
    list_columns = ("name_it", "kind")
    read_only = True


class OrganisationProbe(RecordModelAdmin):
    model = Organisation
    base_url_path = "probe/organisation"
    list_columns = ("name", "kind", "town")
    panels = ["name", "town"]


def _urls(admin: RecordModelAdmin) -> list:
    return decorate_urlpatterns(list(admin.get_admin_urls_for_registration()), require_admin_access)


_probes = [pattern for probe in (LeadProbe, OrganisationProbe, ReadOnlyProbe) for pattern in _urls(probe())]
urlpatterns = [path("admin/", include(_probes)), *site.urlpatterns]
