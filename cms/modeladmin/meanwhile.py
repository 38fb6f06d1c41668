"""Edit views that notice when somebody else saved while their form stood open: of records and of snippets."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from cms.modeladmin.versions import Meanwhile, OpenedForm


class TellsOfMeanwhile:
    """Before the other bases. The later of two saves is told what changed and keeps its text."""

    meanwhile: Meanwhile | None = None

    def fresh_object(self) -> Model:
        """The object of the form, read again."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        with transaction.atomic():
            # The lock makes two saves of one record wait for each other; then the later one sees the earlier.
            pk = self.fresh_object().pk
            self.model._base_manager.select_for_update().filter(pk=pk).first()
            self.object = self.fresh_object()
            return super().post(request, *args, **kwargs)

    def knows_the_latest(self) -> bool:
        """Whether it is known otherwise that nobody saved meanwhile."""
        return False

    def is_valid(self, form) -> bool:
        if not self.knows_the_latest():
            self.meanwhile = OpenedForm.from_post(self.request.POST).compare(self.fresh_object(), form)
        if self.meanwhile:
            self.produced_error_message = None
            return False
        return super().is_valid(form)

    def form_invalid(self, form) -> HttpResponse:
        if not self.meanwhile:
            return super().form_invalid(form)
        data = self.meanwhile.merged_data(self.request.POST)
        self.object = self.fresh_object()
        self.form = form = self.get_form_class()(**{**self.get_form_kwargs(), "data": data})
        return self.render_to_response(self.get_context_data(form=form), status=409)

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        context["opened"] = OpenedForm.of(self.fresh_object(), self.form)
        context["meanwhile"] = self.meanwhile
        return context
