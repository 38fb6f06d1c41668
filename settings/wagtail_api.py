"""Wagtail's own read API, for front ends that already speak it: live, public content and nothing else."""

from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.views import ImagesAPIViewSet
from wagtail.query import PageQuerySet

from pages.visibility import without_hidden_records


class PublicPages(PagesAPIViewSet):
    """Pages as the site shows them: without those about a record that staff have taken off it."""

    def get_base_queryset(self) -> PageQuerySet:
        return without_hidden_records(super().get_base_queryset())


api_v2 = WagtailAPIRouter("wagtailapi")
api_v2.register_endpoint("pages", PublicPages)
api_v2.register_endpoint("images", ImagesAPIViewSet)
api_v2.register_endpoint("documents", DocumentsAPIViewSet)
