"""What staff do to a request: move, give, plan, note. Each is one call of members.services.leads."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from cms.modeladmin import RecordAction
from cms.modeladmin.actions import RecordActionForm
from cms.roles import Role
from members.models import Lead, LeadStage, LostReason, User
from members.models.lists import offer_those_in_use
from members.services import leads


class LeadForm(WagtailAdminModelForm):
    """A request written by staff enters the first stage, as one from the site does."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer_those_in_use(self)

    def save(self, commit: bool = True) -> Lead:
        if self.instance.pk or not commit:
            return super().save(commit=commit)
        lead = super().save(commit=False)
        lead.source = Lead.Source.STAFF
        leads.enter_first_stage(lead, by=self.for_user)
        self.save_m2m()
        return lead


class MoveForm(RecordActionForm):
    to = forms.ModelChoiceField(label=_("New stage"), queryset=LeadStage.objects.all(), empty_label=None)
    lost_reason = forms.ModelChoiceField(
        label=_("Reason, if it is lost"), queryset=LostReason.objects.offered(), required=False
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = LeadStage.objects.offered(self.record.stage_id)
        self.fields["to"].initial = self.record.stage_id


class AssignForm(RecordActionForm):
    to = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("nobody")
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues()
        self.fields["to"].initial = self.record.owner_id


class PlanForm(RecordActionForm):
    action = forms.CharField(label=_("Next action"), required=False, max_length=200)
    on = forms.DateField(label=_("To be done by"), required=False, widget=AdminDateInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].initial = self.record.next_action
        self.fields["on"].initial = self.record.next_action_on


class NoteForm(RecordActionForm):
    text = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}))


def colleagues():
    """Who may own a request."""
    return User.objects.filter(
        is_active=True, groups__name__in=[Role.COMMERCIAL, Role.CONSORTIUM_ADMIN]
    ).distinct()


def _move(request, lead: Lead, cleaned: dict) -> str:
    leads.move_lead(lead=lead, by=request.user, **cleaned)
    return gettext("The request is now in the stage “%(stage)s”.") % {"stage": lead.stage}


def _assign(request, lead: Lead, cleaned: dict) -> str:
    leads.assign_lead(lead=lead, by=request.user, **cleaned)
    if lead.owner is None:
        return gettext("Nobody owns the request now.")
    return gettext("The request is now with %(person)s.") % {"person": lead.owner}


def _plan(request, lead: Lead, cleaned: dict) -> str:
    leads.set_next_action(lead=lead, by=request.user, **cleaned)
    return gettext("The next action is noted.")


def _note(request, lead: Lead, cleaned: dict) -> str:
    leads.add_note(lead=lead, by=request.user, **cleaned)
    return gettext("The note is kept.")


REQUEST_ACTIONS = (
    RecordAction(
        name="move",
        label=_("Move to another stage"),
        submit_label=_("Move"),
        form_class=MoveForm,
        run=_move,
        is_open=True,
        in_row=True,
    ),
    RecordAction(
        name="assign",
        label=_("Give to a colleague"),
        submit_label=_("Give"),
        icon="user",
        form_class=AssignForm,
        run=_assign,
        in_row=True,
    ),
    RecordAction(
        name="plan",
        label=_("Plan the next action"),
        submit_label=_("Plan"),
        icon="calendar",
        form_class=PlanForm,
        run=_plan,
        in_row=True,
    ),
    RecordAction(
        name="note",
        label=_("Add a note"),
        submit_label=_("Keep the note"),
        icon="comment",
        form_class=NoteForm,
        run=_note,
    ),
)
