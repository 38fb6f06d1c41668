"""What a person agreed to, on every page of a record that is about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.consent import normal_email
from cms.modeladmin import InspectPanel
from cms.models import ConsentRecord

SHOWN = 50


def consents_panel(email_of: Callable[[Any, Any], str], *, title: Any = "") -> InspectPanel:
    """A panel with the consents of a record's person, for who may see consents.

    email_of(record, user): the person's address; empty when the record has none or this user may not know it.
    """

    def context(record: Any, request: Any) -> dict | None:
        email = email_of(record, request.user)
        if not email or not request.user.has_perm("cms.view_consentrecord"):
            return None
        words = ConsentRecord.objects.filter(email=normal_email(email)).select_related("recorded_by")
        return {
            "words": [
                (word, reverse("cms_consentrecord_modeladmin_inspect", args=[word.pk]))
                for word in words[:SHOWN]
            ]
        }

    return InspectPanel(
        title=title or _("What the person agreed to"),
        template_name="cms/admin/privacy/_consents.html",
        context=context,
        icon="circle-check",
    )
