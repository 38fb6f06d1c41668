"""The form of a record, which notices when somebody else saved while it stood open."""

from __future__ import annotations

from django.db.models import Model
from django.utils.functional import cached_property
from wagtail.admin.views import generic
from wagtail.log_actions import log

from cms.modeladmin.meanwhile import TellsOfMeanwhile
from cms.modeladmin.reach import KeepsInReach
from cms.modeladmin.views import RecordScreen


class RecordEditView(TellsOfMeanwhile, KeepsInReach, RecordScreen, generic.EditView):
    """Edits a record. The later of two saves is told what changed, keeps its text, and may save again."""

    template_name = "cms/admin/record_edit.html"

    def get_object(self, queryset=None) -> Model:
        return self.asked_row

    def get_success_url(self) -> str:
        return self.url_of("inspect", self.object)

    def get_success_buttons(self) -> list:
        return []

    def get_edit_url(self) -> str:
        return self.url_of("edit", self.object)

    @cached_property
    def can_delete(self) -> bool:
        return self.permission_policy.user_has_permission_for_instance(
            self.request.user, "delete", self.object
        )

    def fresh_object(self) -> Model:
        return self.own_row(self.asked_row.pk)

    def save_instance(self) -> Model:
        record = self.check_reach(self.form.save())
        changed = [name for name in self.form.changed_data if name in self.form.fields]
        custom = getattr(self.form, "custom_fields", {})
        log(
            instance=record,
            action="wagtail.edit",
            user=self.request.user,
            data={
                "fields": changed,
                "labels": {name: custom[name].label for name in changed if name in custom},
            },
            content_changed=self.form.has_changed(),
        )
        return record
