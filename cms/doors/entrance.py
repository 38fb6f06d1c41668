"""The login: password, then the code of the second factor where one is owed, then the door opens."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib import messages
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from django_otp.plugins.otp_static.models import StaticDevice
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.views.account import LoginView as WagtailLoginView

from cms import audit
from cms.doors import pending, second_factor
from cms.doors.emails import tell_recovery
from cms.doors.second_factor import Checked


class CodeForm(forms.Form):
    """A code; as long as any of ours may be when it is typed with its spaces."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false", "size": 14}
        ),
    )


def refuse_code(form: forms.Form, checked: Checked) -> None:
    """Say why a code did not open."""
    if checked.wait_until:
        seconds = max(1, round((checked.wait_until - timezone.now()).total_seconds()))
        words = ngettext(
            "Too many wrong codes: wait %(seconds)d second and try again.",
            "Too many wrong codes: wait %(seconds)d seconds and try again.",
            seconds,
        )
        form.add_error("code", words % {"seconds": seconds})
    else:
        form.add_error(
            "code", _("This code does not open. Wait for the app to show the next one: each counts once.")
        )


@method_decorator(never_cache, name="dispatch")
class LoginView(WagtailLoginView):
    """Wagtail's login, which for whoever owes a code leads to the code."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and (found := pending.held(request)):
            if wanted := self.get_redirect_url():
                request.session[pending.SESSION_KEY] |= {"next": wanted}
                request.session.modified = True
            return _next_step(found[0])
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: LoginForm) -> HttpResponse:
        user = form.get_user()
        if not second_factor.owes(user):
            return super().form_valid(form)
        remember = bool(form.cleaned_data.get("remember"))
        pending.hold(self.request, user, next_url=self.get_success_url(), remember=remember)
        return _next_step(user)


def _next_step(user: Any) -> HttpResponseRedirect:
    return redirect("second_factor_code" if second_factor.has_one(user) else "second_factor_set_up")


@method_decorator([never_cache, sensitive_post_parameters("code")], name="dispatch")
class CodeView(FormView):
    """Asks for a code of the app, or for a recovery code."""

    template_name = "cms/admin/doors/code.html"
    form_class = CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = pending.held(request)
        if found is None:
            return redirect("wagtailadmin_login")
        self.person, self.pending = found
        if not second_factor.has_one(self.person):
            return redirect("second_factor_set_up")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        credentials = {"username": self.person.get_username(), "second_factor": True}
        if not AxesProxyHandler.is_allowed(self.request, credentials):
            # The middleware of axes gives the answer then.
            self.request.axes_locked_out = True  # type: ignore[attr-defined]
            return self.form_invalid(form)
        checked = second_factor.check_code(self.person, form.cleaned_data["code"])
        if checked.device is None:
            # Counted like a wrong password, and noted.
            user_login_failed.send(__name__, credentials=credentials, request=self.request)
            refuse_code(form, checked)
            return self.form_invalid(form)
        address = pending.release(self.request, self.person, self.pending, checked.device)
        if isinstance(checked.device, StaticDevice):
            self.say_goodbye_to_a_code()
        return redirect(address)

    def say_goodbye_to_a_code(self) -> None:
        left = second_factor.recovery_codes_left(self.person)
        audit.record("cms.second_factor.recovery", self.person, user=self.person, data={"left": left})
        tell_recovery(self.person, left)
        words = ngettext(
            "You came in with a recovery code; %(left)d is left. If your phone is lost, set up the new one "
            "in your account, under Second factor.",
            "You came in with a recovery code; %(left)d are left. If your phone is lost, set up the new one "
            "in your account, under Second factor.",
            left,
        )
        messages.warning(self.request, words % {"left": left})


class StartOverView(View):
    """Lets go of whoever is held, to log in as somebody else."""

    def post(self, request: HttpRequest) -> HttpResponse:
        pending.let_go(request)
        return redirect("wagtailadmin_login")
