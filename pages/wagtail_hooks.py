"""What the back office does differently for pages that tell about a record."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from pages.models.pointers import RecordPage


@hooks.register("before_copy_page")
def refuse_a_second_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A record has one page in each language: a copy would be a second one, and the database refuses it."""
    if not isinstance(page.specific, RecordPage):
        return None
    messages.error(
        request,
        _("“%(title)s” tells about a record that has one page in each language, so it cannot be copied.")
        % {"title": page.get_admin_display_title()},
    )
    return redirect("wagtailadmin_explore", page.get_parent().pk)
