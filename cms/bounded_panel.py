"""Rows within a form, no more than a person would write: who posts more is told, before all are made."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext_lazy
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import InlinePanel

MOST_ROWS = 100


class BoundedFormSet(BaseChildFormSet):
    """Makes one form more than it may hold, to say so, and not the thousand that Django would."""

    default_error_messages = {
        **BaseChildFormSet.default_error_messages,
        "too_many_forms": ngettext_lazy(
            "At most %(num)d row fits here. Nothing was saved: take some out, and save again.",
            "At most %(num)d rows fit here. Nothing was saved: take some out, and save again.",
            "num",
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.absolute_max = self.max_num + 1


class BoundedInlinePanel(InlinePanel):
    """Wagtail's, with at most MOST_ROWS rows, or max_num."""

    def __init__(self, *args: Any, max_num: int = MOST_ROWS, **kwargs: Any) -> None:
        super().__init__(*args, max_num=max_num, **kwargs)

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name]["formset"] = BoundedFormSet
        return options
