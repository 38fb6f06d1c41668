"""The one way in which a public page takes a form: from where it comes, how often, what it says, then save.

The same address answers: a refusal or a mistake shows the page again with what was typed (403, 422, 429), a
success sends the visitor on (303), so that going back or reloading sends nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from cms import rate_limit
from cms.client_address import source_of
from cms.public_forms import refusal
from members.services.refusal import Refusal

TRIES = 10
SECONDS = 10 * 60


class SeeOther(HttpResponseRedirect):
    """303: the answer is elsewhere, to be read with GET."""

    status_code = 303


@dataclass
class Posted:
    """What became of a form. `problem` is a sentence that stands above the form; `goes_to` ends it well."""

    form: forms.Form
    status: int = 200
    problem: str = ""
    goes_to: str = ""

    def response(self, page: TemplateResponse) -> HttpResponse:
        """Where to go, or the page with its form in the right status."""
        if self.goes_to:
            return SeeOther(self.goes_to)
        page.status_code = self.status
        return page


def take(request: HttpRequest, form: forms.Form, *, save: Callable[[forms.Form], str], scope: str) -> Posted:
    """Take a form that was sent.

    save(form) is called for a good form only, outside any transaction; it returns the address to go to, or
    raises Refusal with words for the visitor. scope names the form for the limit of TRIES in SECONDS.
    """
    stopped = refusal(request)
    if stopped:
        return Posted(form, 403, stopped)
    if not form.is_valid():
        return Posted(form, 422)
    if not rate_limit.hit(f"form:{scope}", source_of(request), limit=TRIES, seconds=SECONDS):
        return Posted(
            form, 429, _("Many forms arrived from your connection. Wait ten minutes and send again.")
        )
    try:
        return Posted(form, 303, goes_to=save(form))
    except Refusal as no:
        form.add_error(None, str(no))
        return Posted(form, 422)
