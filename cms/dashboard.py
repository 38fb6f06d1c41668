"""The first page of the back office: what needs me today, then the figures, then Wagtail's own panels.

Each app registers what it has to say; a function that returns None keeps silent for that person.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.registries import Figure, dashboard_figures
from cms.registry import Registry
from cms.roles import Role, roles_of
from cms.sources import Question, source_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DashboardTask:
    """Work that waits for a person: what it is, how many, and the list it opens.

    label is a sentence with the number in it ("3 requests without an owner"); is_late marks what should
    have been done already.
    """

    label: Any
    count: int
    url: str
    note: Any = ""
    is_late: bool = False


@dataclass(frozen=True)
class DashboardDoor:
    """A job that a person can begin from here, in plain words ("Write an event")."""

    label: Any
    url: str
    icon: str = "plus"


# Name -> function(user) -> DashboardTask, or None when nothing waits or it is not this person's work.
dashboard_tasks: Registry[str, Callable[[Any], DashboardTask | None]] = Registry("dashboard tasks")
# Name -> function(user) -> DashboardDoor, or None when the person may not.
dashboard_doors: Registry[str, Callable[[Any], DashboardDoor | None]] = Registry("dashboard doors")


@dataclass(frozen=True)
class Counted:
    """Rows of a person's list, how many they are, and the address of the list that shows just them."""

    rows: QuerySet
    count: int
    url: str


def counted(user: Any, model: type[Model], **filters: Any) -> Counted | None:
    """What a list shows a person under these filters, so that number and list cannot differ.

    filters: parameters of the list's address. None for who may not see the list. Raises ValueError for a
    filter that the list has not.
    """
    source = source_of(model)
    if source is None or not source.is_open_to(user):
        return None
    question = Question(filters={name: (str(value),) for name, value in filters.items()})
    answer = source.ask(user, question)
    if answer.problems:
        raise ValueError(" ".join(str(problem) for problem in answer.problems))
    return Counted(answer.rows.order_by(), answer.rows.count(), source.list_url(question))


def greeting(user: Any) -> str:
    """A greeting for the hour, by first name."""
    hour = timezone.localtime().hour
    if hour < 5 or hour >= 18:
        words = _("Good evening")
    elif hour < 13:
        words = _("Good morning")
    else:
        words = _("Good afternoon")
    return f"{words}, {user.first_name}" if getattr(user, "first_name", "") else words


def tasks_for(user: Any) -> list[DashboardTask]:
    """What waits for a person; what is late first, else in the order of registration."""
    if roles_of(user) == {Role.AUDITOR}:
        return []  # whoever only looks has nothing to do, and reads the figures
    waiting = [task for task in _asked(dashboard_tasks, user) if task.count]
    return sorted(waiting, key=lambda task: not task.is_late)


def figures_for(user: Any) -> list[Figure]:
    """The numbers that a person may see."""
    return _asked(dashboard_figures, user)


def doors_for(user: Any) -> list[DashboardDoor]:
    """The jobs that a person can begin."""
    return _asked(dashboard_doors, user)


def _asked(registry: Registry, user: Any) -> list:
    answers = []
    for name, ask in registry.items():
        try:
            answer = ask(user)
        except Exception:
            # One broken figure must not lock everybody out of the first page.
            log.exception("%s: %s failed", registry.subject, name)
            continue
        if answer is not None:
            answers.append(answer)
    return answers
