"""Tokens in the back office: one's own; the consortium's administrators see and end all."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail_modeladmin.menus import ModelAdminMenuItem

from cms import audit
from cms.doors import asks_password_again
from cms.listing import DateColumn, RecordIndexView, StateColumn, UserColumn
from cms.modeladmin import RecordAction, RecordModelAdmin
from cms.models import StaffToken
from cms.registries import row_scopes
from cms.roles import Role, has_role
from cms.sources import sources
from cms.tokens.forms import NewTokenForm
from cms.tokens.issuing import issue_token, revoke_token

TONES = {
    StaffToken.State.USABLE: "good",
    StaffToken.State.EXPIRED: "quiet",
    StaffToken.State.REVOKED: "quiet",
    StaffToken.State.ASLEEP: "quiet",
}


def answers_for_all(user: Any) -> bool:
    return user.is_superuser or has_role(user, Role.CONSORTIUM_ADMIN)


def own_tokens(user: Any, tokens: QuerySet[StaffToken]) -> QuerySet[StaffToken]:
    """Everybody's own; all of them for who answers for the whole site."""
    return tokens if answers_for_all(user) else tokens.filter(owner=user)


def kinds_in_words(token: StaffToken) -> str:
    """What a token may read, by the names of the lists."""
    names = [source.label if (source := sources.get(key)) else key for key in token.kinds]
    return ", ".join(capfirst(str(name)) for name in names)


def revoke(request: HttpRequest, token: StaffToken, cleaned: dict) -> str:
    if not revoke_token(token, by=request.user):
        raise ValidationError(gettext("Somebody else has just done this. Load the page again."))
    return gettext("The token no longer opens anything.")


class TokenIndexView(RecordIndexView):
    @cached_property
    def header_buttons(self) -> list:
        return [HeaderButton(label=gettext("New token"), url=reverse("staff_token_new"), icon_name="plus")]


class TokensMenuItem(ModelAdminMenuItem):
    """In the settings of who ends other people's tokens; everybody reaches their own from their account."""

    def is_shown(self, request: HttpRequest) -> bool:
        return answers_for_all(request.user) and super().is_shown(request)


def account_item(request: HttpRequest) -> dict[str, Any] | None:
    """The way to one's tokens, in one's account."""
    if not request.user.has_perm("cms.view_stafftoken"):
        return None
    return {
        "url": reverse("cms_stafftoken_modeladmin_index"),
        "label": gettext("API tokens"),
        "help_text": gettext("With a token, a program of yours reads the records that you may see."),
    }


class StaffTokenAdmin(RecordModelAdmin):
    model = StaffToken
    help_text = _(
        "Keys with which programs read records, in the rights of their owner. A key is shown once, "
        "when it is made. If it gets into wrong hands, open it and revoke it."
    )
    menu_label = _("API tokens")
    menu_icon = "key"
    menu_order = 700
    # Made on a page of its own, never edited: who needs another right makes another token.
    read_only = True
    index_view_class = TokenIndexView
    list_columns = (
        "name",
        UserColumn("owner", sort_key="owner"),
        "hint",
        StateColumn("state", _("State"), tones=TONES),
        DateColumn("expires_on", sort_key="expires_on"),
        DateColumn("last_used_at", sort_key="last_used_at"),
    )
    list_select_related = ("owner",)
    search_fields = ("name", "hint")
    ordering = ("-created_at",)
    empty_text = _("No token. With one, a program of yours reads the records that you may see.")
    inspect_sections = (
        (
            "",
            (
                "name",
                "owner",
                "hint",
                (_("State"), StaffToken.get_state_display),
                (_("May read"), kinds_in_words),
                "expires_on",
                "created_at",
                "last_used_at",
                "revoked_at",
            ),
        ),
    )
    record_actions = (
        RecordAction(
            name="revoke",
            label=_("Revoke"),
            icon="cross",
            run=revoke,
            permission="view",
            help_text=_("The programs that use it are refused from now on. This cannot be undone."),
            is_offered=lambda token, user: token.revoked_at is None,
            is_serious=True,
        ),
    )

    def get_menu_item(self, order: int | None = None) -> TokensMenuItem:
        return TokensMenuItem(self, order or self.get_menu_order())


@asks_password_again
class NewTokenView(WagtailAdminTemplateMixin, FormView):
    """Asks what a token is for, and shows it: this once."""

    screen_help = _(
        "A key for a program of yours: choose what it may read, and until when. It never sees more "
        "than you do. It is shown once: copy it at once to where the program keeps it."
    )
    template_name = "cms/admin/tokens/new.html"
    form_class = NewTokenForm
    page_title = _("New API token")
    header_icon = "key"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("cms.view_stafftoken"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        # The calendar of the last day needs its script; the page that shows the token has no form.
        return {**context, "media": form.media} if form else context

    def form_valid(self, form: NewTokenForm) -> HttpResponse:
        token, plaintext = issue_token(owner=self.request.user, **form.cleaned_data)
        context = self.get_context_data(form=None, token=token, plaintext=plaintext)
        return TemplateResponse(self.request, "cms/admin/tokens/made.html", context)


def register() -> None:
    """Called when the app is ready."""
    row_scopes.register(StaffToken, own_tokens)
    audit.register("cms.token_issued", _("Make an API token"), _("API token made"))
    audit.register("cms.token_revoked", _("Revoke an API token"), _("API token revoked"))
