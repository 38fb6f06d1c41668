"""Setting up the second factor: at the login of whoever must have one, or from one's account."""

from __future__ import annotations

from base64 import b32encode
from typing import Any

import segno
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from django_otp import login as remember_device
from django_otp.plugins.otp_totp.models import TOTPDevice

from cms.doors import pending, second_factor
from cms.doors.entrance import CodeForm, refuse_code
from cms.doors.reauthentication import ask, gave_password


class FirstCodeForm(CodeForm):
    code = forms.CharField(
        label=gettext_lazy("The six digits that the app shows"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": 14}),
    )


@method_decorator([never_cache, sensitive_post_parameters("code")], name="dispatch")
class SetUpView(FormView):
    """Shows the secret as a picture and in letters; a first code confirms it; then come the recovery codes.

    Somebody held at the login gets here only while they have no second factor: with one, the password alone
    must not replace it.
    """

    template_name = "cms/admin/doors/set_up.html"
    form_class = FirstCodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.pending = None
        if request.user.is_authenticated:
            self.person = request.user
            if not request.user.has_perm("wagtailadmin.access_admin"):
                return redirect("wagtailadmin_login")
            if not gave_password(request, minutes=10):
                return ask(request)
        elif found := pending.held(request):
            self.person, self.pending = found
            if second_factor.has_one(self.person):
                return redirect("second_factor_code")
        else:
            return redirect("wagtailadmin_login")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        device = second_factor.device_being_set_up(self.person)
        letters = b32encode(device.bin_key).decode()
        groups = " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))
        return super().get_context_data(
            picture=picture(device), secret=groups, must=self.pending is not None, **kwargs
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        staying = None if self.pending else self.request.session.session_key
        checked, codes = second_factor.set_up(self.person, form.cleaned_data["code"], by_session=staying)
        if checked.device is None:
            refuse_code(form, checked)
            return self.form_invalid(form)
        if self.pending:
            address = pending.release(self.request, self.person, self.pending, checked.device)
        else:
            remember_device(self.request, checked.device)
            address = reverse("account_doors")
        return show_codes(self.request, codes, address)


def show_codes(request: HttpRequest, codes: list[str], address: str) -> HttpResponse:
    """The recovery codes, this once: they are kept as prints only."""
    context = {"codes": codes, "address": address}
    return TemplateResponse(request, "cms/admin/doors/recovery_codes.html", context)


def picture(device: TOTPDevice) -> str:
    """The secret as a QR code, drawn here as SVG: dark on light in every theme, or cameras do not read it."""
    code = segno.make(device.config_url, error="m")
    # Without a size of its own it scales to its place, where a fixed one would be cut.
    svg = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    return mark_safe(svg)
