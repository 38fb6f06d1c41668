"""Forms keep to a person's rows: they offer no other, and nothing is saved out of the person's own reach."""

from __future__ import annotations

from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from cms.registries import hidden_from, visible_rows


class OutOfReach(Exception):
    """A form would have saved a row that the person may not see."""


class KeepsInReach:
    """For views that save a record by a form."""

    def get_form(self, *args, **kwargs):
        form = super().get_form(*args, **kwargs)
        for name in hidden_from(self.request.user, self.model):
            form.fields.pop(name, None)
        for field in form.fields.values():
            if getattr(field, "queryset", None) is not None:
                field.queryset = visible_rows(self.request.user, field.queryset)
        return form

    def check_reach(self, record: Model) -> Model:
        """The saved record. Raises OutOfReach, which undoes the saving, when it is no row of the person's."""
        if not self.permission_policy.is_in_reach(self.request.user, record):
            raise OutOfReach
        return record

    def form_valid(self, form) -> HttpResponse:
        try:
            return super().form_valid(form)
        except OutOfReach:
            told = _("This would be a record that you may not see. Choose among your own.")
            form.add_error(None, told)
            self.form = form
            messages.error(self.request, told)
            return self.render_to_response(self.get_context_data(form=form), status=422)
