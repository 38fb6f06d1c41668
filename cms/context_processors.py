"""What every template may show around its page."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def chrome(request: HttpRequest) -> dict:
    """`chrome`: menu, footer, contacts, languages. Built when first asked for, so the admin pays nothing."""
    from cms.chrome import Chrome

    return {"chrome": SimpleLazyObject(lambda: Chrome(request))}
