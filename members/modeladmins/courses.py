"""Editions of courses and the people on them."""

import django_filters
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.bounded_panel import BoundedInlinePanel
from cms.consent_panel import consents_panel
from cms.listing import Column, DateColumn, NumberColumn, Only, RecordFilterSet, StateColumn
from cms.listing.bulk import BulkAction
from cms.modeladmin import InspectPanel, RecordAction, RecordModelAdmin
from cms.modeladmin.actions import RecordActionForm
from members.models import Course, CourseEdition, Enrolment, Language
from members.services.editions import cancel_edition
from members.services.enrolments import cancel, enrol
from members.today import today


class CourseEditionFilterSet(RecordFilterSet):
    course = django_filters.ModelChoiceFilter(queryset=Course.objects.all(), label=_("Course"))
    coming = Only(_("Still to end"), lambda rows: rows.upcoming(today()))
    taking = Only(_("Taking enrolments"), lambda rows: rows.open(today()))
    full = Only(_("To come, and full"), lambda rows: rows.upcoming(today()).full())
    short = Only(_("Soon, and half empty"), lambda rows: rows.short_of_people(today()))
    meets = Only(
        _("With a session in the next seven days"), lambda rows: rows.meeting_within(today(), days=7)
    )

    class Meta:
        model = CourseEdition
        fields: list[str] = []


class EnrolForm(RecordActionForm):
    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    organisation_name = forms.CharField(label=_("Organisation"), max_length=160, required=False)
    language = forms.ChoiceField(label=_("Language of the mails"), choices=Language.choices)


def _enrol(request, edition: CourseEdition, cleaned: dict) -> str:
    enrolment = enrol(edition=edition, consent_text="", by=request.user, **cleaned)
    return gettext("%(person)s has a place, and gets the confirmation by mail.") % {
        "person": enrolment.full_name
    }


def _call_off(request, edition: CourseEdition, cleaned: dict) -> str:
    cancel_edition(edition=edition, by=request.user)
    return gettext("The edition is cancelled, and everybody on it is told by mail.")


def _edition_state(edition: CourseEdition) -> str:
    if edition.is_cancelled:
        return gettext("cancelled")
    if edition.ends_on < today():
        return gettext("over")
    if not edition.is_open(today()):
        return gettext("not taking enrolments")
    return gettext("taking enrolments") if edition.places_left else gettext("full")


class CourseEditionAdmin(RecordModelAdmin):
    model = CourseEdition
    help_text = _(
        "A course held once: its days, places, price and window of enrolment. What the course "
        "teaches stands among the courses. When an edition is cancelled, use the button on its "
        "page."
    )
    menu_icon = "calendar-alt"
    menu_order = 20
    list_columns = (
        "__str__",
        DateColumn("starts_on", label=_("First day"), sort_key="starts_on"),
        StateColumn(
            "state",
            label=_("State"),
            accessor=_edition_state,
            tones=lambda edition: "bad" if edition.is_cancelled else "quiet",
        ),
        NumberColumn("places_taken", label=_("Enrolled")),
        NumberColumn("capacity", label=_("Places"), sort_key="capacity"),
        "teacher",
    )
    extra_columns = ("name_it", "name_en")
    list_select_related = ("course",)
    search_fields = ("course__title_it", "name_it", "teacher", "place")
    filterset_class = CourseEditionFilterSet
    ordering = ("-starts_on",)
    empty_text = _("Write a course first, then add the edition with its dates and places.")
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("course"),
                FieldRowPanel([FieldPanel("name_it"), FieldPanel("name_en")]),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                FieldRowPanel([FieldPanel("teacher"), FieldPanel("place")]),
            ],
            heading=_("Edition"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("capacity"), FieldPanel("price_cents")]),
                FieldRowPanel([FieldPanel("enrolment_opens_on"), FieldPanel("enrolment_closes_on")]),
            ],
            heading=_("Enrolment"),
        ),
        BoundedInlinePanel("sessions", heading=_("Sessions"), label=_("Session")),
    ]
    inspect_sections = (
        (_("Edition"), ("course", "starts_on", "ends_on", "teacher", "place", "is_cancelled")),
        (_("Enrolment"), ("capacity", "price_cents", "enrolment_opens_on", "enrolment_closes_on")),
    )
    inspect_panels = (
        InspectPanel(
            title=_("Sessions"),
            template_name="members/admin/_sessions.html",
            context=lambda edition, request: {
                "sessions": edition.sessions.all(),
                "edition_place": edition.place,
            },
            icon="calendar",
        ),
        InspectPanel(
            title=_("Enrolled"),
            template_name="members/admin/_enrolments.html",
            context=lambda edition, request: {
                "enrolments": edition.enrolments.order_by("last_name", "first_name")
            },
            icon="user",
        ),
    )
    record_actions = (
        RecordAction(
            name="enrol",
            label=_("Enrol somebody"),
            submit_label=_("Enrol"),
            icon="plus",
            form_class=EnrolForm,
            run=_enrol,
            permission="members.change_enrolment",
            is_offered=lambda edition, user: not edition.is_cancelled,
        ),
        RecordAction(
            name="cancel",
            label=_("Cancel the edition"),
            help_text=_("Everybody enrolled is told by mail. It cannot be undone."),
            submit_label=_("Cancel the edition"),
            icon="cross",
            run=_call_off,
            is_offered=lambda edition, user: not edition.is_cancelled,
            is_serious=True,
        ),
    )

    def rows_for(self, user):
        return super().rows_for(user).with_places_left()


class EnrolmentFilterSet(RecordFilterSet):
    edition = django_filters.ModelChoiceFilter(
        queryset=CourseEdition.objects.select_related("course"), label=_("Edition")
    )
    state = django_filters.ChoiceFilter(choices=Enrolment.State.choices, label=_("State"))
    coming = Only(
        _("On an edition still to end"),
        lambda rows: rows.filter(edition__in=CourseEdition.objects.upcoming(today())),
    )

    class Meta:
        model = Enrolment
        fields: list[str] = []


def _cancel(request, enrolment: Enrolment, cleaned: dict) -> str:
    cancel(enrolment=enrolment, by=request.user)
    return gettext("The enrolment is cancelled, and the place is free.")


class EnrolmentAdmin(RecordModelAdmin):
    """People on courses. A new one is enrolled from the edition's page, where the places are counted."""

    model = Enrolment
    help_text = _(
        "Who has a place on an edition. Places are counted here: an enrolment that is cancelled "
        "frees one. Write people in from the page of the edition."
    )
    made_elsewhere = True
    menu_icon = "user"
    menu_order = 30
    list_columns = (
        Column("full_name", label=_("Person"), reads=("first_name", "last_name")),
        "edition",
        "email",
        "organisation_name",
        StateColumn("state", label=_("State"), tones={"confirmed": "good", "cancelled": "quiet"}),
        DateColumn("created_at", label=_("Enrolled on"), sort_key="created_at"),
    )
    extra_columns = ("first_name", "last_name")
    list_select_related = ("edition__course",)
    search_fields = ("first_name", "last_name", "email", "organisation_name")
    filterset_class = EnrolmentFilterSet
    bulk_actions = (
        BulkAction(
            name="cancel",
            label=_("Cancel the enrolment"),
            help_text=_("The person is told by mail, and the place is free for somebody else."),
            foresee=lambda user, enrolment, cleaned: (
                gettext("is cancelled") if enrolment.state == Enrolment.State.CONFIRMED else ""
            ),
            run=lambda user, enrolment, cleaned: cancel(enrolment=enrolment, by=user),
            icon="cross",
            is_serious=True,
        ),
    )
    ordering = ("-created_at",)
    empty_text = _("People enrol on each course's page; you can enrol somebody from an edition.")
    panels = [
        FieldRowPanel([FieldPanel("first_name"), FieldPanel("last_name")]),
        FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
        FieldPanel("organisation_name"),
    ]
    inspect_sections = (
        (_("Person"), ("full_name", "email", "phone", "organisation_name", "language")),
        (_("Enrolment"), ("edition", "state", "created_at", "cancelled_at")),
    )
    inspect_panels = (consents_panel(lambda enrolment, user: enrolment.email),)
    record_actions = (
        RecordAction(
            name="cancel",
            label=_("Cancel the enrolment"),
            help_text=_("The person is told by mail, and the place is free for somebody else."),
            submit_label=_("Cancel the enrolment"),
            icon="cross",
            run=_cancel,
            is_offered=lambda enrolment, user: enrolment.state == Enrolment.State.CONFIRMED,
            is_serious=True,
        ),
    )
