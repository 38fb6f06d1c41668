"""What staff do to many requests at once: the same services, each request by itself, all or none."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.listing.bulk import BulkAction, BulkForm
from members.modeladmins.request_actions import colleagues
from members.models import Lead, LeadStage, LostReason, StageKind, User
from members.services import leads

NOBODY = gettext_lazy("nobody")


class AssignManyForm(BulkForm):
    to = forms.ModelChoiceField(
        label=gettext_lazy("Owner"), queryset=User.objects.none(), required=False, empty_label=NOBODY
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues()


class MoveManyForm(BulkForm):
    to = forms.ModelChoiceField(label=gettext_lazy("New stage"), queryset=LeadStage.objects.offered())
    lost_reason = forms.ModelChoiceField(
        label=gettext_lazy("Reason, if they are lost"), queryset=LostReason.objects.offered(), required=False
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        to = cleaned.get("to")
        if to and to.kind == StageKind.LOST and not cleaned.get("lost_reason"):
            self.add_error("lost_reason", leads.LostNeedsReason.reason)
        return cleaned


def _assigned(user, lead: Lead, cleaned: dict) -> str:
    to = cleaned["to"]
    if lead.owner_id == (to.pk if to else None):
        return ""
    return _("Owner: %(before)s → %(after)s") % {"before": lead.owner or NOBODY, "after": to or NOBODY}


def _moved(user, lead: Lead, cleaned: dict) -> str:
    to = cleaned["to"]
    if lead.stage_id == to.pk:
        return ""
    if to.kind not in leads.ALLOWED[StageKind(lead.kind)]:
        raise ValidationError(leads.ForbiddenMove.reason)
    return _("Stage: %(before)s → %(after)s") % {"before": lead.stage, "after": to}


MANY_REQUESTS = (
    BulkAction(
        name="assign",
        label=gettext_lazy("Give to a colleague"),
        help_text=gettext_lazy("The colleague is told by mail."),
        form_class=AssignManyForm,
        foresee=_assigned,
        run=lambda user, lead, cleaned: leads.assign_lead(lead=lead, by=user, **cleaned),
        icon="user",
    ),
    BulkAction(
        name="move",
        label=gettext_lazy("Move to another stage"),
        form_class=MoveManyForm,
        foresee=_moved,
        run=lambda user, lead, cleaned: leads.move_lead(lead=lead, by=user, **cleaned),
    ),
)
