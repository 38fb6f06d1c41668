"""A question to a list, kept under a name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.models.record import Record
from cms.roles import Role, has_role, roles_of


class SavedViewQuerySet(models.QuerySet):
    def open_to(self, user: Any) -> SavedViewQuerySet:
        """One's own, and those shared with one of one's roles; the shared ones all for administrators.

        What rows a view shows is another matter: always those of the person who looks.
        """
        mine = Q(owner=user)
        if user.is_superuser or has_role(user, Role.CONSORTIUM_ADMIN):
            ours = Q(shared_with__isnull=False) | Q(owner__isnull=True)
        else:
            ours = Q(shared_with__name__in=roles_of(user))
        return self.filter(mine | ours).distinct()

    def in_menu_of(self, user: Any) -> SavedViewQuerySet:
        """Those that a person pinned, and those pinned for one of the person's roles."""
        pinned = Q(pins__user=user, pins__place=ViewPin.Place.MENU)
        for_roles = Q(is_in_menu=True, shared_with__name__in=roles_of(user))
        return self.open_to(user).filter(pinned | for_roles).distinct()


class SavedView(Record):
    """Filters, words, columns and order of a list, under a name.

    source_key: which list ("members.lead"). question: what cms.sources.Question keeps as JSON. It names
    nobody's rows: they are looked up for whoever opens it.
    """

    name = models.CharField(_("name"), max_length=80)
    source_key = models.CharField(_("list"), max_length=100, db_index=True, editable=False)
    question = models.JSONField(_("question"), default=dict, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # A view that colleagues use outlives the account of who made it.
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="saved_views",
        verbose_name=_("owner"),
    )
    shared_with = models.ManyToManyField(
        "auth.Group",
        blank=True,
        related_name="+",
        verbose_name=_("shared with"),
    )
    is_in_menu = models.BooleanField(_("in the menu of everybody it is shared with"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "source_key", "name"],
                name="view_has_a_name_of_its_own",
                violation_error_message=_("You have a view of this list with this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def may_be_changed_by(self, user: Any) -> bool:
        """Its owner may; administrators may what is shared or has lost its owner."""
        if self.owner_id == user.pk:
            return True
        is_admin = user.is_superuser or has_role(user, Role.CONSORTIUM_ADMIN)
        return is_admin and (self.owner_id is None or self.shared_with.exists())


class ViewPin(models.Model):
    """A view that one person wants at hand: in the menu, or as a number on the dashboard."""

    class Place(models.TextChoices):
        MENU = "menu", _("in my menu")
        DASHBOARD = "dashboard", _("as a number on my dashboard")

    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="pins")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="view_pins")
    place = models.CharField(max_length=10, choices=Place.choices)

    class Meta:
        verbose_name = _("pinned view")
        verbose_name_plural = _("pinned views")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["view", "user", "place"], name="view_is_pinned_once_in_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.view} ({self.get_place_display()})"
