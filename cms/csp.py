"""The Content-Security-Policy: strict for the public, with what Wagtail's editor needs in the admin."""

from __future__ import annotations

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch, reverse

from cms.registries import form_destinations

# Found by opening the editor, the explorer, the choosers and the reports in a browser: Wagtail writes
# inline scripts and styles, and shows pictures that are being cropped from blob: addresses.
ADMIN_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "frame-src": [SELF],
    "worker-src": [SELF, "blob:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [SELF],
}


class ContentPolicy(CSPMiddleware):
    """django-csp's middleware, with a policy of its own under the admin's address."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if report_only:
            return parts
        if _is_admin(request):
            parts.config = parts.config or ADMIN_POLICY
        elif destinations := [origin for _name, origins in form_destinations.items() for origin in origins()]:
            parts.update = {**(parts.update or {}), "form-action": destinations}
        return parts


def _is_admin(request: HttpRequest) -> bool:
    try:
        return request.path_info.startswith(reverse("wagtailadmin_home"))
    except NoReverseMatch:
        return False
