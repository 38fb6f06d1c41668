"""Who needs a second factor, who is logged in where, who is locked out."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from cms.roles_field import RolesField


class SecondFactorForm(WagtailAdminModelForm):
    groups = RolesField(
        label=_("Roles that need a second factor"),
        queryset=Group.objects.order_by("name"),
        required=False,
        help_text=_(
            "Whoever has one of these roles sets up an app with codes at the next login, and gives a code at "
            "each login from then on. Everybody else may do so in their account. Superusers always need it."
        ),
    )


@register_setting(icon="lock")
class SecondFactorPolicy(BaseGenericSetting):
    """Which roles need a second factor, where settings.SECOND_FACTOR_ENFORCED is on."""

    groups = models.ManyToManyField(Group, blank=True, related_name="+")

    edit_handler = ObjectList(
        [FieldPanel("groups", heading=_("Second factor"))], base_form_class=SecondFactorForm
    )

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factor")

    def __str__(self) -> str:
        return str(_("Second factor"))


class SignIn(models.Model):
    """A session somebody logged in with, for them to recognise: no address, and the time in broad steps.

    It leans on Django's session by its key; the session decides whether it still counts.
    """

    # How old last_seen may be before a request writes it again.
    STEP = timedelta(minutes=5)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    browser = models.CharField(_("browser"), max_length=40, blank=True)
    system = models.CharField(_("device"), max_length=40, blank=True)
    first_seen = models.DateTimeField(_("since"))
    last_seen = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-last_seen"]

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.browser, self.system))) or str(_("Unknown device"))


class Lockout(models.Model):
    """A login that failed too often from one place. Kept until it ends; the place itself is not."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lockouts", verbose_name=_("who")
    )
    # What django-axes counts under: a print of the account and the place.
    counter = models.CharField(max_length=80, unique=True, editable=False)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("lockout")
        verbose_name_plural = _("lockouts")
        ordering = ["-since"]

    def __str__(self) -> str:
        return str(self.user)
