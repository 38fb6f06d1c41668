"""What the back office does differently here: no second page for a record, no translation online unread."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page
from wagtail_localize.models import Translation

from pages.models import HomePage
from pages.models.base import IndexPage
from pages.models.pointers import RecordPage
from pages.translation_gate import is_untranslated


@hooks.register("before_copy_page")
def refuse_a_second_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A record, a list and a home have one page in each language: a copy would be a second."""
    if not isinstance(page.specific, RecordPage | IndexPage | HomePage):
        return None
    messages.error(
        request,
        _("“%(title)s” exists once in each language, so it cannot be copied: translate it.")
        % {"title": page.get_admin_display_title()},
    )
    return redirect("wagtailadmin_explore", page.get_parent().pk)


# Before wagtail-localize's own hook of the same name, which takes the request over and publishes.
@hooks.register("before_edit_page", order=-1)
def keep_untranslated_pages_offline(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse, with words, to publish a translation in which nothing is translated."""
    if request.method != "POST" or request.POST.get("action") != "publish":
        return None
    translation = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale_id=page.locale_id, enabled=True
    ).first()
    if translation is None or not is_untranslated(translation):
        return None
    messages.error(request, _("Nothing is translated yet, so the page was not published."))
    return redirect("wagtailadmin_pages:edit", page.pk)
