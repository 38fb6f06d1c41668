"""The gates before Wagtail's own views. See cms/gates.py."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from cms.errors import unreadable
from cms.gates import gates


def signed_import(request: HttpRequest) -> HttpResponse | None:
    """Wagtail's import of redirects stumbles over a form that was not signed by the step before it."""
    if request.method != "POST" or not request.user.has_perm("wagtailredirects.add_redirect"):
        return None
    try:
        for name in ("import_file_name", "input_format"):
            Signer().unsign(request.POST.get(name, ""))
    except BadSignature as forged:
        return unreadable(request, forged)
    return None


def register() -> None:
    """Called once, when the app is ready."""
    gates.register("wagtailredirects:process_import", signed_import)
