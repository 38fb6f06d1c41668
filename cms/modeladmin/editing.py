"""The form of a record, which notices when somebody else saved while it stood open."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from wagtail.admin.views import generic
from wagtail.log_actions import log

from cms.modeladmin.reach import KeepsInReach
from cms.modeladmin.versions import Meanwhile, OpenedForm
from cms.modeladmin.views import RecordScreen


class RecordEditView(KeepsInReach, RecordScreen, generic.EditView):
    """Edits a record. The later of two saves is told what changed, keeps its text, and may save again."""

    template_name = "cms/admin/record_edit.html"
    meanwhile: Meanwhile | None = None

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

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        with transaction.atomic():
            # The lock makes two saves of one record wait for each other; then the later one sees the earlier.
            self.model._base_manager.select_for_update().filter(pk=self.asked_row.pk).first()
            self.object = self.own_row(self.asked_row.pk)
            return super().post(request, *args, **kwargs)

    def is_valid(self, form) -> bool:
        opened = OpenedForm.from_post(self.request.POST)
        self.meanwhile = opened.compare(self.object_as_stored, form)
        if self.meanwhile:
            self.produced_error_message = None
            return False
        return super().is_valid(form)

    @cached_property
    def object_as_stored(self) -> Model:
        return self.own_row(self.asked_row.pk)

    def form_invalid(self, form) -> HttpResponse:
        if self.meanwhile:
            self.form = form = self.get_form_with(self.meanwhile.merged_data(self.request.POST))
            return self.render_to_response(self.get_context_data(form=form), status=409)
        return super().form_invalid(form)

    def get_form_with(self, data) -> object:
        self.object = self.own_row(self.asked_row.pk)
        kwargs = {**self.get_form_kwargs(), "data": data}
        return self.get_form_class()(**kwargs)

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

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        context["opened"] = OpenedForm.of(self.object_as_stored, self.form)
        context["meanwhile"] = self.meanwhile
        return context
