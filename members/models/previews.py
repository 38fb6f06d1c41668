"""Previews of records whose texts are pairs of columns: one for each language."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from wagtail.models import PreviewableMixin

from members.models.languages import Language


class PreviewInEachLanguage(PreviewableMixin):
    """Adds a preview for each language; the template gets the record by its model's name, and `threads`."""

    @property
    def preview_modes(self) -> list:
        return list(Language.choices)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return f"members/{self._meta.model_name}_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict:
        threads = self.preview_threads()
        return {
            **super().get_preview_context(request, mode_name),
            self._meta.model_name: self,
            "threads": threads,
        }

    def preview_threads(self) -> list:
        """Whose threads the weave is made of."""
        return [self]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        with translation.override(mode_name):
            return super().serve_preview(request, mode_name).render()
