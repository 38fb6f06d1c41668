"""Who may reach the sandbox at all, and what its pages may load."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

_LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
# No form-action: a paid session redirects to the site, which browsers would count as the form's target.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class LoopbackOnlyMiddleware:
    """Refuses whoever is not on this machine, and other sites' pages that try to use it from a browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("REMOTE_ADDR") not in _LOOPBACK:
            return HttpResponse(
                "The local Stripe answers this machine only.\n", status=403, content_type="text/plain"
            )
        request.get_host()  # DisallowedHost (400) for a name that is not ours
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
            return HttpResponse("Not from another site.\n", status=403, content_type="text/plain")
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return JsonResponse(
        {"error": {"message": "There is nothing here.", "type": "invalid_request_error"}}, status=404
    )


def broken(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        {"error": {"message": "The sandbox failed; its output says how.", "type": "api_error"}}, status=500
    )
