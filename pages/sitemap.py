"""What search engines are invited to read: every public page in its own language, with its translations."""

from __future__ import annotations

from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.models import Competence
from pages.courses import courses_with_editions
from pages.languages import absolute, full_url
from pages.models import (
    CooperativeIndexPage,
    CourseIndexPage,
)
from pages.visibility import public_pages

# The most that the sitemap protocol allows in one file.
MOST = 50_000


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    context = {"entries": [*_pages(request), *_below_pages(request)][:MOST]}
    return TemplateResponse(request, "pages/sitemap.xml", context, content_type="application/xml")


def _pages(request: HttpRequest) -> list[dict]:
    pages = public_pages().filter(alias_of__isnull=True)
    rows = list(pages.select_related("locale").order_by("path")[:MOST])
    languages: dict = defaultdict(list)
    urls = {page.pk: full_url(page, request) for page in rows}
    for page in rows:
        languages[page.translation_key].append((page.locale.language_code, urls[page.pk]))
    return [
        {
            "url": urls[page.pk],
            "changed": page.last_published_at,
            "alternates": languages[page.translation_key] if len(languages[page.translation_key]) > 1 else [],
        }
        for page in rows
        if urls[page.pk]
    ]


def _below_pages(request: HttpRequest) -> list[dict]:
    """Courses and competences: they have addresses and are not pages."""
    courses = CourseIndexPage.url_for(request)
    paths = [CooperativeIndexPage.competence_url(each, request) for each in Competence.objects.all()]
    if courses:
        paths += [f"{courses}{course.slug}/" for course in courses_with_editions(timezone.localdate())]
    return [{"url": absolute(path), "changed": None, "alternates": []} for path in paths if path]
