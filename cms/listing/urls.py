"""Addresses that all lists share, below /admin/lists/."""

from django.urls import path

from cms.listing.bulk.views import BulkView
from cms.listing.choosing import ChooseColumnsView

urlpatterns = [
    path("<str:key>/columns/", ChooseColumnsView.as_view(), name="list_columns"),
    path("<str:key>/bulk/", BulkView.as_view(), name="list_bulk"),
]
