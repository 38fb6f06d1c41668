"""Calls and meetings: their list, and the form on the page of a client or person."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.widgets import AdminDateTimeInput

from cms.listing import DateColumn, RecordFilterSet, StateColumn, UserColumn
from cms.modeladmin import RecordAction, RecordModelAdmin
from cms.modeladmin.actions import RecordActionForm
from members.models import Contact, Exchange, Lead, Organisation
from members.services.exchanges import write_down


class WriteDownForm(RecordActionForm):
    kind = forms.ChoiceField(label=_("What it was"), choices=Exchange.Kind.choices)
    happened_at = forms.DateTimeField(
        label=_("When"), required=False, widget=AdminDateTimeInput, help_text=_("Empty means just now.")
    )
    text = forms.CharField(label=_("What was said"), widget=forms.Textarea(attrs={"rows": 4}))


def _write_down(request, record: Lead | Contact | Organisation, cleaned: dict) -> str:
    write_down(by=request.user, **cleaned, **{record._meta.model_name: record})
    return gettext("It is kept on the timeline.")


WRITE_DOWN = RecordAction(
    name="write-down",
    label=_("Write down a call or a meeting"),
    submit_label=_("Keep it"),
    icon="comment-add",
    form_class=WriteDownForm,
    run=_write_down,
    permission="members.add_exchange",
)


class ExchangeFilterSet(RecordFilterSet):
    class Meta:
        model = Exchange
        fields = ["kind", "organisation", "contact"]


class ExchangeAdmin(RecordModelAdmin):
    model = Exchange
    help_text = _(
        "Calls, meetings and messages that colleagues wrote down, the latest first. Write a new one on "
        "the page of the request, the contact or the client: it then stands on their timeline."
    )
    made_elsewhere = True
    menu_icon = "comment"
    menu_order = 40
    list_columns = (
        "__str__",
        StateColumn("kind", label=_("What it was")),
        "contact",
        "organisation",
        UserColumn("author", label=_("Written by")),
        DateColumn("happened_at", label=_("When"), sort_key="happened_at"),
    )
    list_select_related = ("contact", "organisation", "author")
    search_fields = ("text", "contact__last_name", "organisation__name")
    filterset_class = ExchangeFilterSet
    ordering = ("-happened_at",)
    empty_text = _("Write down a call on the page of the request, the contact or the client.")
    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("happened_at")]),
        FieldPanel("text"),
    ]
    inspect_sections = (("", ("kind", "happened_at", "text", "contact", "organisation", "lead", "author")),)
