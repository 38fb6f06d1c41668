"""The screens of the people who log in: Wagtail's, with the cooperative and the roles by their names."""

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import CreateView as WagtailCreateView
from wagtail.users.views.users import EditView as WagtailEditView
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from cms.roles import Role
from cms.roles_field import RolesField
from members.models import Cooperative, User


class _WithCooperative(forms.ModelForm):
    cooperative = forms.ModelChoiceField(
        label=_("Cooperative"),
        queryset=Cooperative.objects.all(),
        required=False,
        help_text=_("An editor of a cooperative keeps the records of this one only."),
    )
    groups = RolesField(label=_("Roles"), queryset=Group.objects.order_by("name"), required=False)

    def clean(self) -> dict:
        cleaned = super().clean()
        roles = {group.name for group in cleaned.get("groups") or ()}
        if Role.COOPERATIVE_EDITOR in roles and not cleaned.get("cooperative"):
            self.add_error("cooperative", _("Say which cooperative this person edits for."))
        return cleaned


class CreationForm(_WithCooperative, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        fields = {*UserCreationForm.Meta.fields, "cooperative"}


class EditForm(_WithCooperative, UserEditForm):
    class Meta(UserEditForm.Meta):
        fields = {*UserEditForm.Meta.fields, "cooperative"}


class _SuperusersOwn:
    """Only a superuser makes, unmakes or edits a superuser: nobody rises above the own rights."""

    def get_form(self, *args, **kwargs) -> forms.ModelForm:
        form = super().get_form(*args, **kwargs)
        if not self.request.user.is_superuser:
            form.fields.pop("is_superuser", None)
        return form


class CreateView(_SuperusersOwn, WagtailCreateView):
    pass


class EditView(_SuperusersOwn, WagtailEditView):
    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class UserViewSet(WagtailUserViewSet):
    add_view_class = CreateView
    edit_view_class = EditView

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return EditForm if for_update else CreationForm


def spare_superusers(request: HttpRequest, action_type: str, objects: list, action) -> None:
    """Hook before Wagtail's actions on many people at once. Raises PermissionDenied."""
    if request.user.is_superuser:
        return
    if any(isinstance(person, User) and person.is_superuser for person in objects):
        raise PermissionDenied
