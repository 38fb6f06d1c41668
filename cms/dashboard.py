"""The first page of the back office: what needs me today, then the figures, then Wagtail's own panels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cms.registry import Registry


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
