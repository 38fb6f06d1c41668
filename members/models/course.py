"""A course: words and pictures with drafts. Dates, places and people are on its editions."""

from datetime import date

from django.db import models
from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from cms.translated import Translated
from members.models.competence import Competence
from members.models.previews import PreviewInEachLanguage

BODY_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class CourseQuerySet(models.QuerySet["Course"]):
    def live(self) -> "CourseQuerySet":
        """Published."""
        return self.filter(live=True)

    def with_next_edition(self, today: date) -> "CourseQuerySet":
        """Adds `next_edition_id` and `next_starts_on` of the nearest edition to come (None without one)."""
        from members.models.course_edition import CourseEdition

        coming = (
            CourseEdition.objects.upcoming(today).filter(course=OuterRef("pk")).order_by("starts_on", "pk")
        )
        return self.annotate(
            next_edition_id=Subquery(coming.values("pk")[:1]),
            next_starts_on=Subquery(coming.values("starts_on")[:1]),
        )

    def with_upcoming_editions(self, today: date) -> "CourseQuerySet":
        """Fills `upcoming_editions`, nearest first, with their sessions and `places_left`."""
        from members.models.course_edition import CourseEdition

        editions = CourseEdition.objects.upcoming(today).with_places_left().order_by("starts_on", "pk")
        return self.prefetch_related(
            Prefetch("editions", editions.prefetch_related("sessions"), to_attr="upcoming_editions")
        )


class Course(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewInEachLanguage,
    index.Indexed,
    ClusterableModel,
):
    """What a course teaches. Nothing that staff count on stands here: publishing rewrites every field."""

    slug = models.SlugField(
        _("short name in addresses"),
        unique=True,
        help_text=_("Small letters, numbers and hyphens. Changing it breaks links that others have saved."),
    )
    title_it = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    summary_it = models.CharField(
        _("summary"), max_length=240, blank=True, help_text=_("Shown on cards; one or two sentences.")
    )
    summary_en = models.CharField(_("summary in English"), max_length=240, blank=True)
    body_it = RichTextField(_("text"), blank=True, features=BODY_FEATURES)
    body_en = RichTextField(_("text in English"), blank=True, features=BODY_FEATURES)
    image = models.ForeignKey(
        "wagtailimages.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    image_alt_it = models.CharField(
        _("what the picture shows"),
        max_length=160,
        blank=True,
        help_text=_("Read aloud to who does not see the picture. Leave it empty if it is only decoration."),
    )
    image_alt_en = models.CharField(_("what the picture shows, in English"), max_length=160, blank=True)
    competences = ParentalManyToManyField(
        Competence, verbose_name=_("competences"), blank=True, related_name="courses"
    )
    title = Translated()
    summary = Translated()
    body = Translated()
    image_alt = Translated()

    objects = CourseQuerySet.as_manager()

    search_fields = [
        index.SearchField("title_it", boost=3),
        index.SearchField("title_en", boost=3),
        index.SearchField("summary_it"),
        index.SearchField("summary_en"),
        index.SearchField("body_it"),
        index.SearchField("body_en"),
        index.AutocompleteField("title_it"),
        index.AutocompleteField("title_en"),
        index.FilterField("live"),
    ]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title_it"]
        indexes = [models.Index(fields=["title_it", "id"], name="course_in_order")]

    def __str__(self) -> str:
        return self.title

    def preview_threads(self) -> list:
        return list(self.competences.all()) or [self.slug]
