"""The roles of the back office. Each is a group, named by its value and made by a migration."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CONSORTIUM_ADMIN = "consortium_admin", _("Consortium administrator")
    EDITOR = "editor", _("Editor")
    FUNDRAISER = "fundraiser", _("Fundraiser")
    COMMERCIAL = "commercial", _("Commercial")
    TRAINER = "trainer", _("Trainer")
    COOPERATIVE_EDITOR = "cooperative_editor", _("Cooperative editor")
    AUDITOR = "auditor", _("Auditor")


def has_role(user, *roles: Role) -> bool:
    """Whether a person has one of these roles. The groups are read once for each user object."""
    return not roles_of(user).isdisjoint(roles)


def roles_of(user) -> set[str]:
    """The roles of a person, as values of Role."""
    if not hasattr(user, "_role_names"):
        names = set(user.groups.values_list("name", flat=True)) if user.pk else set()
        user._role_names = names & set(Role.values)
    return user._role_names
