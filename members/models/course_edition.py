"""When a course runs, for how many people, and each of its meetings."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.models import HasCustomFields, Record
from cms.money import Money
from cms.money_fields import CentsField
from cms.translated import Translated
from members.models.course import Course

FORTNIGHT = timedelta(days=14)


class CourseEditionQuerySet(models.QuerySet["CourseEdition"]):
    def upcoming(self, today: date) -> "CourseEditionQuerySet":
        """Not over and not cancelled."""
        return self.filter(is_cancelled=False, ends_on__gte=today)

    def open(self, today: date) -> "CourseEditionQuerySet":
        """Of a published course, taking enrolments on that day (full or not)."""
        return self.upcoming(today).filter(
            Q(enrolment_opens_on=None) | Q(enrolment_opens_on__lte=today),
            enrolment_closes_on__gte=today,
            course__live=True,
        )

    def with_places_left(self) -> "CourseEditionQuerySet":
        """Adds `places_taken` and `places_left` (never below zero)."""
        from members.models.enrolment import Enrolment

        taken = (
            Enrolment.objects.confirmed()
            .filter(edition=OuterRef("pk"))
            .order_by()
            .values("edition")
            .annotate(n=Count("pk"))
            .values("n")
        )
        return self.annotate(places_taken=Coalesce(Subquery(taken), Value(0))).annotate(
            places_left=Greatest(F("capacity") - F("places_taken"), Value(0))
        )

    def not_full(self) -> "CourseEditionQuerySet":
        return self.with_places_left().filter(places_left__gt=0)

    def full(self) -> "CourseEditionQuerySet":
        return self.with_places_left().filter(places_left=0)

    def short_of_people(self, today: date) -> "CourseEditionQuerySet":
        """To begin within a fortnight, with less than half of the places taken."""
        soon = self.filter(is_cancelled=False, starts_on__range=(today, today + FORTNIGHT))
        return soon.with_places_left().filter(capacity__lt=F("places_left") * 2)

    def meeting_within(self, today: date, *, days: int) -> "CourseEditionQuerySet":
        """With a session from today on, in so many days."""
        span = (today, today + timedelta(days=days))
        meeting = Session.objects.filter(edition=OuterRef("pk"), starts_at__date__range=span)
        return self.filter(Exists(meeting), is_cancelled=False)


class CourseEdition(HasCustomFields, Record, ClusterableModel):
    """One run of a course. It is never revised, so its sessions may stand in its own form."""

    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="editions", verbose_name=_("course")
    )
    name_it = models.CharField(_("name"), max_length=80, help_text=_("Such as “Spring 2027”."))
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    capacity = models.PositiveIntegerField(_("places"))
    price_cents = CentsField(_("price"), default=0)
    currency = models.CharField(max_length=3, default="EUR", editable=False)
    teacher = models.CharField(_("teacher"), max_length=120, blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)
    enrolment_opens_on = models.DateField(
        _("enrolment opens on"), null=True, blank=True, help_text=_("Leave it empty to open at once.")
    )
    enrolment_closes_on = models.DateField(_("last day to enrol"))
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    name = Translated()

    objects = CourseEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["-starts_on", "-id"], name="edition_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="edition_ends_after_it_starts",
                violation_error_message=_("The last day cannot come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(enrolment_opens_on=None) | Q(enrolment_closes_on__gte=F("enrolment_opens_on")),
                name="edition_enrolment_closes_after_it_opens",
                violation_error_message=_("Enrolment cannot close before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} · {self.name}"

    @property
    def price(self) -> Money:
        return Money(self.price_cents, self.currency)

    def is_open(self, today: date) -> bool:
        """True when people may enrol on that day (whether or not a place is left)."""
        opened = self.enrolment_opens_on is None or self.enrolment_opens_on <= today
        return opened and today <= self.enrolment_closes_on and not self.is_cancelled and self.course.live


class Session(Record):
    """One meeting of an edition."""

    edition = ParentalKey(
        CourseEdition, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("edition")
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(
        _("place"), max_length=160, blank=True, help_text=_("If it is not the edition's usual one.")
    )
    panels = [FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]), FieldPanel("place")]

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_begins",
                violation_error_message=_("A session must end after it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition} · {timezone.localtime(self.starts_at):%d/%m/%Y %H:%M}"

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("A session must end after it begins.")})
