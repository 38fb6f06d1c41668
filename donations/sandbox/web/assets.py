from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse

_FOLDER = Path(__file__).resolve().parents[1] / "assets"
_TYPES = {"sandbox.css": "text/css; charset=utf-8", "sandbox.js": "text/javascript; charset=utf-8"}


def asset(request: HttpRequest, name: str) -> HttpResponse:
    """One of the few files that the pages need."""
    if name not in _TYPES:
        raise Http404(name)
    return HttpResponse((_FOLDER / name).read_bytes(), content_type=_TYPES[name])
