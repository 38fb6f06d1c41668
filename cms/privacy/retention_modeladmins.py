"""The screens of retention rules: a dry list before anything is deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.listing import BooleanColumn, DateColumn, NumberColumn, StateColumn
from cms.modeladmin import InspectPanel, RecordAction, RecordModelAdmin
from cms.models import RetentionRule
from cms.privacy import retention

SAMPLES = 20


def due_panel(rule: RetentionRule, request: Any) -> dict:
    """The dry list of a rule: how many rows it would take now, and the first of them."""
    kind = retention.kinds.get(rule.kind)
    if kind is None:
        return {"is_gone": True}
    due = retention.due_rows(rule)
    return {"count": due.count(), "samples": [kind.say(row)[:200] for row in due[:SAMPLES]], "rule": rule}


def _approve(request: Any, rule: RetentionRule, cleaned: dict) -> str:
    retention.approve(rule, by=request.user)
    return gettext("Approved. The clock runs the rule every day from now on.")


def _stop(request: Any, rule: RetentionRule, cleaned: dict) -> str:
    retention.stop(rule, by=request.user)
    return gettext("Stopped. Nothing is deleted by this rule any more.")


class RetentionRuleForm(WagtailAdminModelForm):
    """Offers the kinds that the site knows, and the actions that the kind allows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            choices = [(key, kind.label) for key, kind in retention.kinds.items()]
            self.fields["kind"] = forms.ChoiceField(choices=choices, label=_("What"))

    def clean(self) -> dict:
        cleaned = super().clean()
        kind = retention.kinds.get(cleaned.get("kind", ""))
        if kind and cleaned.get("action") and cleaned["action"] not in kind.actions:
            allowed = ", ".join(str(RetentionRule.Action(action).label) for action in kind.actions)
            self.add_error("action", gettext("For this kind only: %(allowed)s.") % {"allowed": allowed})
        return cleaned


class RetentionRuleAdmin(RecordModelAdmin):
    model = RetentionRule
    help_text = _(
        "How long things are kept. A rule shows first what it would delete; it deletes nothing "
        "before somebody has approved it."
    )
    menu_label = _("Retention")
    menu_icon = "time"
    menu_order = 740
    list_columns = (
        "label",
        NumberColumn("after_months", sort_key="after_months"),
        StateColumn("action"),
        BooleanColumn("is_on", label=_("Runs")),
        DateColumn("last_run_at"),
        NumberColumn("last_count"),
    )
    ordering = ("kind",)
    empty_text = _("No rule yet. A rule says how long a kind of rows is kept, and why.")
    form_class = RetentionRuleForm
    panels = [
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("after_months"), FieldPanel("action")]),
        FieldPanel("basis", help_text=_("A change of the months or of the action asks for a new approval.")),
    ]
    inspect_sections = (
        (_("Rule"), ("label", "after_months", "action", "basis")),
        (_("Approval and runs"), ("is_on", "approved_by", "approved_at", "last_run_at", "last_count")),
    )
    inspect_panels = (
        InspectPanel(_("What it would take today"), "cms/admin/privacy/_due.html", due_panel, "list-ul"),
    )
    record_actions = (
        RecordAction(
            name="approve",
            label=_("Approve the rule"),
            icon="tick",
            run=_approve,
            help_text=_("Read first what it would take today. It runs by itself every day afterwards."),
            is_offered=lambda rule, user: not rule.is_on and rule.kind in retention.kinds,
            is_serious=True,
        ),
        RecordAction(
            name="stop",
            label=_("Stop the rule"),
            icon="cross",
            run=_stop,
            is_offered=lambda rule, user: rule.is_on,
        ),
    )
