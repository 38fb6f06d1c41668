"""The course list, and a page with enrolment for each course: courses are records, not pages."""

from __future__ import annotations

from typing import ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from members.forms import EnrolmentForm
from members.models import Course, CourseEdition
from members.services.enrolments import enrol
from pages.cards import foreign
from pages.courses import course_cards, courses_with_editions
from pages.languages import absolute, address, current_language, url_for_reader
from pages.listing import sheet
from pages.models.base import IndexPage
from pages.models.crumbs import below
from pages.pictures import HEAD, SOCIAL, shown
from pages.posting import Posted, take
from pages.social import card_for


class CourseIndexPage(RoutablePageMixin, IndexPage):
    hue: ClassVar[str] = "hue-reed"

    parent_page_types = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("All courses with their next editions; each course has a page to enrol on.")

    class Meta:
        verbose_name = _("list of courses")
        verbose_name_plural = _("lists of courses")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        context["address"] = url_for_reader(self, request)
        return context

    @path("", name="read")
    def index_route(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        page_obj = sheet(courses_with_editions(timezone.localdate()), request)
        cards = course_cards(page_obj, url_for_reader(self, request))
        return self.render(request, context_overrides={"page_obj": page_obj, "cards": cards})

    @path("<slug:slug>/", name="course")
    def course(self, request: HttpRequest, slug: str) -> HttpResponse:
        """A course with its editions, and the form to enrol on one; the form comes back to this address."""
        course = self._course(slug)
        posted = self._enrol(request, course) if request.method == "POST" else Posted(self._form(course))
        context = self._course_context(request, course) | {"form": posted.form, "problem": posted.problem}
        return posted.response(self.render(request, template="pages/course.html", context_overrides=context))

    @path(address(it="<slug:slug>/grazie/", en="<slug:slug>/thanks/"), name="thanks")
    def thanks(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Enrolled. Says nothing of who, so it may be reloaded and shared."""
        context = self._course_context(request, self._course(slug))
        return self.render(request, template="pages/course_thanks.html", context_overrides=context)

    def _course(self, slug: str) -> Course:
        course = courses_with_editions(timezone.localdate()).filter(slug=slug).first()
        if course is None:
            raise Http404
        return course

    def _course_context(self, request: HttpRequest, course: Course) -> dict:
        here = url_for_reader(self, request) + f"{course.slug}/"
        today = timezone.localdate()
        social = shown(course.image, SOCIAL) or card_for(self)
        return {
            "course": course,
            "course_url": here,
            "threads": list(course.competences.all()) or [course.slug],
            "editions": course.upcoming_editions,
            "takes_enrolments": any(edition.is_open(today) for edition in course.upcoming_editions),
            "has_places": any(
                edition.is_open(today) and edition.places_left for edition in course.upcoming_editions
            ),
            "written_in": course.title_lang,
            "is_fallback": bool(foreign(course.title_lang)),
            "canonical": absolute(here),
            "alternates": {},
            "crumbs": below(self, course.title, request),
            "head_picture": shown(course.image, HEAD, course.image_alt),
            "social_picture": social,
            "social_picture_url": absolute(social.url),
        }

    def _form(self, course: Course, data=None):
        editions = (
            CourseEdition.objects.open(timezone.localdate()).filter(course=course).order_by("starts_on")
        )
        return EnrolmentForm(data, editions=editions)

    def _enrol(self, request: HttpRequest, course: Course) -> Posted:
        here = url_for_reader(self, request)

        def save(form) -> str:
            source = request.build_absolute_uri(request.path)
            enrol(**form.for_service(), language=current_language(), source=source)
            return here + self.reverse_subpage("thanks", [course.slug])

        return take(request, self._form(course, request.POST), save=save, scope="enrolment")
