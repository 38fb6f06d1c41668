"""What people and work bring to the first page of the back office."""

from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.dashboard import DashboardDoor, DashboardTask, dashboard_doors, dashboard_tasks
from cms.registries import Figure, dashboard_figures
from members.models import Cooperative, CourseEdition, Enrolment, FormatPart, Lead
from members.today import today


def _list(model: str, **filters) -> str:
    url = reverse(f"members_{model}_modeladmin_index")
    return f"{url}?{urlencode(filters)}" if filters else url


def unassigned_requests(user) -> DashboardTask | None:
    if not user.has_perm("members.change_lead"):
        return None
    count = Lead.objects.unassigned().count()
    label = ngettext("%(n)s request without an owner", "%(n)s requests without an owner", count) % {
        "n": count
    }
    return DashboardTask(label, count, _list("lead", unassigned="yes")) if count else None


def late_actions(user) -> DashboardTask | None:
    if not user.has_perm("members.change_lead"):
        return None
    count = Lead.objects.overdue(today()).filter(owner=user).count()
    label = ngettext("%(n)s of your requests is late", "%(n)s of your requests are late", count) % {
        "n": count
    }
    url = _list("lead", overdue="yes", owner=user.pk)
    return DashboardTask(label, count, url, is_late=True) if count else None


def parts_to_approve(user) -> DashboardTask | None:
    if not user.cooperative_id or not user.has_perm("members.change_formatpart"):
        return None
    count = FormatPart.objects.filter(
        cooperative_id=user.cooperative_id, state=FormatPart.State.PROPOSED
    ).count()
    label = ngettext(
        "%(n)s part in a format waits for your approval",
        "%(n)s parts in formats wait for your approval",
        count,
    ) % {"n": count}
    return DashboardTask(label, count, _list("formatpart", state="proposed")) if count else None


def open_requests(user) -> Figure | None:
    if not user.has_perm("members.view_lead"):
        return None
    counts = Lead.objects.aggregate(
        open=Count("pk", filter=Q(kind="open")),
        late=Count("pk", filter=Q(kind="open", next_action_on__lt=today())),
    )
    note = ngettext("%(n)s is late", "%(n)s are late", counts["late"]) % {"n": counts["late"]}
    return Figure(
        label=_("Open requests"),
        value=str(counts["open"]),
        url=_list("lead", kind="open"),
        note=note if counts["late"] else "",
    )


def people_on_courses(user) -> Figure | None:
    if not user.has_perm("members.view_enrolment"):
        return None
    now = today()
    enrolled = Enrolment.objects.confirmed().filter(edition__in=CourseEdition.objects.upcoming(now)).count()
    editions = CourseEdition.objects.open(now).count()
    note = ngettext("%(n)s edition takes enrolments", "%(n)s editions take enrolments", editions) % {
        "n": editions
    }
    return Figure(
        label=_("People on coming courses"),
        value=str(enrolled),
        url=_list("courseedition", coming="yes"),
        note=note,
    )


def listed_cooperatives(user) -> Figure | None:
    if not user.has_perm("members.view_cooperative"):
        return None
    return Figure(
        label=_("Cooperatives in the network"),
        value=str(Cooperative.objects.listed().count()),
        url=_list("cooperative"),
    )


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
    dashboard_figures.register("members.requests", open_requests)
    dashboard_figures.register("members.courses", people_on_courses)
    dashboard_figures.register("members.cooperatives", listed_cooperatives)
    dashboard_doors.register("members.request", write_request)
    dashboard_doors.register("members.course", write_course)
    dashboard_doors.register("members.edition", add_edition)
