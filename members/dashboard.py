"""What people and work bring to the first page of the back office."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.dashboard import (
    Counted,
    DashboardDoor,
    DashboardTask,
    counted,
    dashboard_doors,
    dashboard_tasks,
)
from cms.registries import Figure, dashboard_figures
from members.models import Cooperative, CourseEdition, Enrolment, FormatPart, Lead
from members.today import today


def unassigned_requests(user) -> DashboardTask | None:
    if not user.has_perm("members.change_lead"):
        return None
    return _task(
        counted(user, Lead, unassigned="yes"),
        lambda n: ngettext("%(n)s request without an owner", "%(n)s requests without an owner", n),
    )


def late_actions(user) -> DashboardTask | None:
    # The list offers as owners only those who have a request.
    if not user.has_perm("members.change_lead") or not Lead.objects.filter(owner=user).exists():
        return None
    return _task(
        counted(user, Lead, overdue="yes", owner=user.pk),
        lambda n: ngettext("%(n)s of your requests is late", "%(n)s of your requests are late", n),
        is_late=True,
    )


def parts_to_approve(user) -> DashboardTask | None:
    """For whoever keeps a cooperative: its parts, and no other's."""
    if not user.cooperative_id or not user.has_perm("members.change_formatpart"):
        return None
    return _task(
        counted(user, FormatPart, state="proposed", cooperative=user.cooperative_id),
        lambda n: ngettext(
            "%(n)s part in a format waits for your approval",
            "%(n)s parts in formats wait for your approval",
            n,
        ),
    )


def short_editions(user) -> DashboardTask | None:
    if not user.has_perm("members.change_courseedition"):
        return None
    return _task(
        counted(user, CourseEdition, short="yes"),
        lambda n: ngettext(
            "%(n)s edition begins soon and is half empty",
            "%(n)s editions begin soon and are half empty",
            n,
        ),
        is_late=True,
    )


def meeting_editions(user) -> DashboardTask | None:
    if not user.has_perm("members.change_courseedition"):
        return None
    return _task(
        counted(user, CourseEdition, meets="yes"),
        lambda n: ngettext(
            "%(n)s edition meets in the next seven days", "%(n)s editions meet in the next seven days", n
        ),
    )


def full_editions(user) -> DashboardTask | None:
    if not user.has_perm("members.change_courseedition"):
        return None
    return _task(
        counted(user, CourseEdition, full="yes"),
        lambda n: ngettext("%(n)s coming edition is full", "%(n)s coming editions are full", n),
    )


def _task(
    found: Counted | None, words: Callable[[int], str], *, is_late: bool = False
) -> DashboardTask | None:
    if found is None or not found.count:
        return None
    label = words(found.count) % {"n": found.count}
    return DashboardTask(label, found.count, found.url, is_late=is_late)


def open_requests(user) -> Figure | None:
    found = counted(user, Lead, kind="open")
    if found is None:
        return None
    late = Lead.objects.overdue(today()).filter(pk__in=found.rows.values("pk")).count()
    note = ngettext("%(n)s is late", "%(n)s are late", late) % {"n": late}
    return Figure(label=_("Open requests"), value=str(found.count), url=found.url, note=note if late else "")


def people_on_courses(user) -> Figure | None:
    found = counted(user, Enrolment, state=Enrolment.State.CONFIRMED, coming="yes")
    if found is None:
        return None
    editions = CourseEdition.objects.open(today()).count()
    note = ngettext("%(n)s edition takes enrolments", "%(n)s editions take enrolments", editions) % {
        "n": editions
    }
    return Figure(label=_("People on coming courses"), value=str(found.count), url=found.url, note=note)


def listed_cooperatives(user) -> Figure | None:
    found = counted(user, Cooperative, listed="yes")
    if found is None:
        return None
    return Figure(label=_("Cooperatives in the network"), value=str(found.count), url=found.url)


def write_request(user) -> DashboardDoor | None:
    if not user.has_perm("members.add_lead"):
        return None
    return DashboardDoor(_("Write down a request"), reverse("members_lead_modeladmin_create"), "mail")


def write_course(user) -> DashboardDoor | None:
    if not user.has_perm("members.add_course"):
        return None
    return DashboardDoor(_("Write a course"), reverse("wagtailsnippets_members_course:add"))


def add_edition(user) -> DashboardDoor | None:
    if not user.has_perm("members.add_courseedition"):
        return None
    return DashboardDoor(
        _("Plan an edition of a course"), reverse("members_courseedition_modeladmin_create"), "calendar-alt"
    )


def register() -> None:
    dashboard_tasks.register("members.unassigned", unassigned_requests)
    dashboard_tasks.register("members.late", late_actions)
    dashboard_tasks.register("members.parts", parts_to_approve)
    dashboard_tasks.register("members.short", short_editions)
    dashboard_tasks.register("members.meeting", meeting_editions)
    dashboard_tasks.register("members.full", full_editions)
    dashboard_figures.register("members.requests", open_requests)
    dashboard_figures.register("members.courses", people_on_courses)
    dashboard_figures.register("members.cooperatives", listed_cooperatives)
    dashboard_doors.register("members.request", write_request)
    dashboard_doors.register("members.course", write_course)
    dashboard_doors.register("members.edition", add_edition)
