"""The page that asks for the password again, and the one that leads on from it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.doors.reauthentication import Way, note_password, own_address, unpack


class PasswordForm(forms.Form):
    """The person's own password. Wrong ones count for the lock of the login, and are noted like it."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        user = self.request.user
        password = self.cleaned_data["password"]
        if authenticate(self.request, username=user.get_username(), password=password) != user:
            raise forms.ValidationError(gettext("This is not your password. Try again."))
        return password


@method_decorator([never_cache, sensitive_post_parameters("password", "carried")], name="dispatch")
class PasswordAgainView(WagtailAdminTemplateMixin, View):
    """Asks, checks, and leads on: by a link after a GET, by posting the carried form again after a POST."""

    screen_help = gettext_lazy(
        "What comes next touches people’s data or money, and your password was last given more "
        "than ten minutes ago. Afterwards you go on where you were."
    )
    template_name = "cms/admin/doors/password_again.html"
    page_title = gettext_lazy("Your password, please")
    header_icon = "key"

    @classmethod
    def show(cls, request: HttpRequest, way: Way) -> HttpResponse:
        """The page in the place of another view's answer."""
        view = cls()
        view.setup(request)
        response = view.answer(PasswordForm(request), way, status=403)
        response.headers["Cache-Control"] = "no-store"
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.answer(PasswordForm(request), self.way(request.GET))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasswordForm(request, request.POST)
        if not form.is_valid():
            return self.answer(form, self.way(request.POST))
        note_password(request)
        return self.answer(None, self.way(request.POST))

    def way(self, data: QueryDict) -> Way:
        """As the hidden fields say, with nothing believed that leads away from here."""
        carried = data.get("carried") or ""
        try:
            unpack(carried or "[]")
        except ValueError:
            carried = ""
        target, back = (own_address(self.request, data.get(name) or "") for name in ("next", "back"))
        return Way(target, back, carried)

    def answer(self, form: PasswordForm | None, way: Way, *, status: int = 200) -> HttpResponse:
        """form: None once the password was right."""
        context = self.get_context_data(form=form, way=way)
        if form is not None:
            return TemplateResponse(self.request, self.template_name, context, status=status)
        context["fields"] = unpack(way.carried) if way.carried else None
        return TemplateResponse(self.request, "cms/admin/doors/go_on.html", context)
