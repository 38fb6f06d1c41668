"""The dashboard on Wagtail's home: our parts above, the panels that concern pages below."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.ui.components import Component
from wagtail.models import TaskState

from cms.dashboard import DashboardTask, dashboard_tasks, doors_for, figures_for, greeting, tasks_for
from cms.dates import weekday_date
from cms.saved_views.pinning import pinned_figures

HELP = gettext_lazy(
    "What waits for you stands first, what is late before the rest; then come the figures, and the views "
    "that you pinned. Every number opens the list that shows just that many rows: those that you may see."
)


class MorningPaper(Component):
    """What needs me today, where to begin, and the figures."""

    name = "morning_paper"
    order = 50
    template_name = "cms/admin/dashboard.html"

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        return {
            "request": parent_context["request"],
            "today": weekday_date(timezone.localdate()),
            "greeting": greeting(user),
            "tasks": tasks_for(user),
            "figures": figures_for(user),
            "pinned": pinned_figures(user),
            "doors": doors_for(user),
            "help": HELP,
            "searches_pages": user_has_any_page_permission(user),
        }


def reviews(user: Any) -> DashboardTask | None:
    """Pages and snippets that wait for this person's approval."""
    count = TaskState.objects.reviewable_by(user).count()
    if not count:
        return None
    label = ngettext("%(count)d text waits for your review", "%(count)d texts wait for your review", count)
    below = reverse("wagtailadmin_home") + "#awaiting-review-section"
    return DashboardTask(label % {"count": count}, count, below, _("below"))


dashboard_tasks.register("reviews", reviews)
