"""The screens of privacy requests."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.listing import DateColumn, RecordFilterSet, StateColumn
from cms.modeladmin import InspectPanel, RecordAction, RecordActionForm, RecordModelAdmin
from cms.models import PrivacyRequest, PrivacyRow
from cms.models.privacy import PrivacyState
from cms.privacy import erasing, exporting, finding, requests

STATE_TONES = {
    PrivacyState.RECEIVED: "busy",
    PrivacyState.VERIFIED: "busy",
    PrivacyState.CONFIRMED: "busy",
    PrivacyState.DONE: "good",
    PrivacyState.REFUSED: "quiet",
}
LOOKED_FOR = (PrivacyState.VERIFIED, PrivacyState.CONFIRMED)


class VerifyForm(RecordActionForm):
    how = forms.CharField(
        label=_("How you made sure"),
        max_length=250,
        help_text=_("For example: they answered from this address; we know them by voice. Keep no document."),
    )


class RefuseForm(RecordActionForm):
    why = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Tell the person too, and that they may turn to the Garante or to a court."),
    )


class EraseForm(RecordActionForm):
    sure = forms.BooleanField(label=_("I have read the list of what will be erased"))


def _verify(request: Any, record: PrivacyRequest, cleaned: dict) -> str:
    requests.verify(record, how=cleaned["how"], by=request.user)
    return gettext("The data was looked for. Now say which rows are the person's.")


def _look(request: Any, record: PrivacyRequest, cleaned: dict) -> str:
    new = requests.look(record, by=request.user)
    return ngettext("%(count)d new row.", "%(count)d new rows.", new) % {"count": new}


def _export(request: Any, record: PrivacyRequest, cleaned: dict) -> str:
    exporting.make_file(record, by=request.user)
    return gettext("The file is ready to download.")


def _erase(request: Any, record: PrivacyRequest, cleaned: dict) -> str:
    erasing.erase(record, by=request.user)
    return gettext("Erased. Tell the person; what is kept and why stands in the report below.")


def _refuse(request: Any, record: PrivacyRequest, cleaned: dict) -> str:
    requests.refuse(record, why=cleaned["why"], by=request.user)
    return gettext("The request is closed. Tell the person.")


def rows_panel(record: PrivacyRequest, request: Any) -> dict | None:
    """How many rows were found, and the way to the screen on which they are confirmed."""
    if record.state not in LOOKED_FOR:
        return None
    decided = [row.decision for row in record.rows.all()]
    return {
        "found": len(decided),
        "theirs": decided.count(PrivacyRow.Decision.THEIRS),
        "undecided": decided.count(PrivacyRow.Decision.UNDECIDED),
        "url": reverse("cms_privacy_rows", args=[record.pk]),
        "may_open": request.user.has_perm("cms.change_privacyrequest"),
    }


def plan_panel(record: PrivacyRequest, request: Any) -> dict | None:
    """The dry list of an erasure."""
    if record.kind != PrivacyRequest.Kind.ERASE or record.state != PrivacyState.CONFIRMED:
        return None
    return {
        "planned": [
            {"kind": source.label, "title": source.title(row), "plan": plan}
            for source, row, plan in erasing.dry_list(finding.theirs(record))
        ]
    }


def report_panel(record: PrivacyRequest, request: Any) -> dict | None:
    return {"report": record.report} if record.report else None


def file_panel(record: PrivacyRequest, request: Any) -> dict | None:
    if not record.file:
        return None
    return {
        "url": reverse("cms_privacy_file", args=[record.pk]),
        "until": record.file_until,
        "may_open": request.user.has_perm("cms.change_privacyrequest"),
    }


class PrivacyFilterSet(RecordFilterSet):
    state = django_filters.ChoiceFilter(choices=PrivacyState.choices, label=_("State"))
    kind = django_filters.ChoiceFilter(choices=PrivacyRequest.Kind.choices, label=_("What is asked"))

    class Meta:
        model = PrivacyRequest
        fields: list[str] = []


class PrivacyRequestForm(WagtailAdminModelForm):
    """What is asked, and by which address, may change only until the data is looked for."""

    def clean_kind(self) -> str:
        kind = self.cleaned_data["kind"]
        if self.instance.pk and self.instance.state != PrivacyState.RECEIVED and kind != self.instance.kind:
            raise forms.ValidationError(gettext("Write another request: this one is already under way."))
        return kind

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if not email:
            raise forms.ValidationError(gettext("Write the address by which the data is looked for."))
        if self.instance.pk and self.instance.state != PrivacyState.RECEIVED and email != self.instance.email:
            raise forms.ValidationError(gettext("The data was already looked for by the address as it was."))
        return email


class PrivacyRequestAdmin(RecordModelAdmin):
    model = PrivacyRequest
    help_text = _(
        "When somebody wants a copy of their data, or wants it erased. Be sure who asks, tick the "
        "rows that are theirs, then make the file or read what an erasure will do. The law gives a "
        "month; the list marks what is late."
    )
    menu_label = _("Privacy requests")
    menu_icon = "user"
    menu_order = 140
    list_columns = (
        "__str__",
        "email",
        StateColumn("state", tones=STATE_TONES, sort_key="state"),
        DateColumn("asked_on", sort_key="asked_on"),
        DateColumn("due_on", sort_key="due_on", overdue=lambda asked: asked.is_late(timezone.localdate())),
    )
    search_fields = ("email",)
    filterset_class = PrivacyFilterSet
    ordering = ("-asked_on",)
    empty_text = _(
        "Nobody asked yet. When a person wants a copy of their data, or wants it erased, write the request "
        "here: the site finds the data, and you confirm it row by row."
    )
    form_class = PrivacyRequestForm
    panels = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("kind"), FieldPanel("language")]), FieldPanel("email")],
            heading=_("What is asked"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("asked_by"), FieldPanel("channel")]),
                FieldRowPanel([FieldPanel("asked_on"), FieldPanel("due_on")]),
            ],
            heading=_("Who, how and when"),
        ),
    ]
    inspect_sections = (
        (_("Request"), ("kind", "email", "state", "asked_by", "channel", "asked_on", "due_on", "language")),
        (_("Its way"), ("verified_how", "verified_by", "verified_at", "refusal", "closed_at")),
    )
    inspect_panels = (
        InspectPanel(_("Rows that were found"), "cms/admin/privacy/_rows.html", rows_panel, "search"),
        InspectPanel(_("What an erasure will do"), "cms/admin/privacy/_plan.html", plan_panel, "list-ul"),
        InspectPanel(_("The person's file"), "cms/admin/privacy/_file.html", file_panel, "download"),
        InspectPanel(_("What was done"), "cms/admin/privacy/_report.html", report_panel, "tick"),
    )
    record_actions = (
        RecordAction(
            name="verify",
            label=_("Identity verified"),
            icon="key",
            run=_verify,
            form_class=VerifyForm,
            is_offered=lambda record, user: record.state == PrivacyState.RECEIVED,
            submit_label=_("Look for the data"),
            is_open=True,
        ),
        RecordAction(
            name="export",
            label=_("Make the file"),
            icon="download",
            run=_export,
            help_text=_("A zip with the confirmed rows, to read and for machines, and their files."),
            is_offered=lambda record, user: (
                record.state == PrivacyState.CONFIRMED and record.kind == PrivacyRequest.Kind.EXPORT
            ),
        ),
        RecordAction(
            name="erase",
            label=_("Erase for good"),
            icon="bin",
            run=_erase,
            form_class=EraseForm,
            help_text=_("This cannot be undone. What the law wants kept is kept without the rest."),
            is_offered=lambda record, user: (
                record.state == PrivacyState.CONFIRMED and record.kind == PrivacyRequest.Kind.ERASE
            ),
            is_open=True,
            is_serious=True,
        ),
        RecordAction(
            name="look",
            label=_("Look for the data again"),
            icon="rotate",
            run=_look,
            is_offered=lambda record, user: record.state in LOOKED_FOR,
        ),
        RecordAction(
            name="refuse",
            label=_("Refuse the request"),
            icon="cross",
            run=_refuse,
            form_class=RefuseForm,
            is_offered=lambda record, user: record.is_open,
        ),
    )
