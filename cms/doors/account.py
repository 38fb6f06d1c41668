"""One's own second factor and sessions, and those of the people one administers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms import audit
from cms.doors import second_factor, sessions
from cms.doors.reauthentication import asks_password_again
from cms.doors.setting_up import show_codes


class AccountDoorsView(WagtailAdminTemplateMixin, View):
    """The second factor and the open sessions of whoever looks."""

    screen_help = gettext_lazy(
        "Your second factor is an app on your phone that shows six digits; keep the recovery codes "
        "away from the phone. Below are the places where you are logged in: end those that you do "
        "not know, and change your password."
    )
    template_name = "cms/admin/doors/account.html"
    page_title = gettext_lazy("Second factor and sessions")
    header_icon = "lock"
    parent: dict[str, Any] = {"url": reverse_lazy("wagtailadmin_account"), "label": gettext_lazy("Account")}

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return TemplateResponse(request, self.template_name, self.get_context_data())

    @property
    def person(self) -> Any:
        return self.request.user

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), self.parent, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.person
        return super().get_context_data(
            person=person,
            is_own=person == self.request.user,
            has_one=second_factor.has_one(person),
            is_required=second_factor.is_required(person),
            codes_left=second_factor.recovery_codes_left(person),
            open_sessions=sessions.open_sessions(person, asking=self.request.session.session_key),
            **kwargs,
        )


@asks_password_again
class RenewCodesView(View):
    """New recovery codes for whoever asks."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if not second_factor.has_one(request.user):
            return redirect("account_doors")
        return show_codes(request, second_factor.renew_recovery_codes(request.user), reverse("account_doors"))


@asks_password_again
class SwitchOffView(View):
    """Goes back to the password alone, where no role forbids it."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if second_factor.is_required(request.user):
            messages.error(
                request, _("Your role needs a second factor: you may set up another, not go without.")
            )
        else:
            second_factor.take_away(request.user, by=request.user)
            messages.success(request, _("From now on your password alone opens the door."))
        return redirect("account_doors")


class EndSessionView(View):
    """Ends one of one's own sessions, or all but this one."""

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        this = request.session.session_key
        if pk is None:
            _say_closed(request, sessions.end_all(request.user, but=this))
        else:
            sign_in = get_object_or_404(request.user.sign_ins, pk=pk)
            if sign_in.session_key != this:
                sessions.end(sign_in)
                _say_closed(request, 1)
        return redirect("account_doors")


class PersonDoorsView(AccountDoorsView):
    """The same of somebody else, for who keeps the accounts."""

    screen_help = gettext_lazy(
        "For a colleague who lost the phone or whose account is in wrong hands. Speak to the "
        "person first: without the second factor, the password alone opens the account until a new "
        "one is set up. They are told by mail."
    )
    parent = {"url": reverse_lazy("wagtailusers_users:index"), "label": gettext_lazy("Users")}

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponseBase:  # type: ignore[override]
        self._person = person_kept_by(request.user, pk)
        return super().dispatch(request, pk=pk)

    @property
    def person(self) -> Any:
        return self._person

    def get_page_subtitle(self) -> str:
        return str(self._person)


class EndTheirSessionsView(View):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = person_kept_by(request.user, pk)
        closed = sessions.end_all(person, but=request.session.session_key)
        audit.record("cms.sessions.ended", person, user=request.user, data={"closed": closed})
        _say_closed(request, closed)
        return redirect("person_doors", pk=pk)


@asks_password_again
class ResetSecondFactorView(View):
    """Takes somebody's second factor away: the phone is lost, and the codes too."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = person_kept_by(request.user, pk)
        if person == request.user:
            return redirect("account_doors")
        second_factor.take_away(person, by=request.user)
        messages.success(
            request,
            _("%(name)s was told by mail, and comes in with the password alone until a new one is set up.")
            % {"name": person},
        )
        return redirect("person_doors", pk=pk)


def person_kept_by(user: Any, pk: int) -> Any:
    """Somebody whose account one may change. Raises PermissionDenied; Http404 for nobody."""
    model = get_user_model()
    if not user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}"):
        raise PermissionDenied
    person = get_object_or_404(model, pk=pk)
    if person.is_superuser and not user.is_superuser:
        raise PermissionDenied
    return person


def _say_closed(request: HttpRequest, closed: int) -> None:
    words = ngettext("%(closed)d session ended.", "%(closed)d sessions ended.", closed)
    messages.success(request, words % {"closed": closed})
