"""Addresses that all lists share, below /admin/lists/."""

from django.urls import path

from cms.listing.bulk import run_views as runs
from cms.listing.bulk.views import BulkView
from cms.listing.choosing import ChooseColumnsView

urlpatterns = [
    path("<str:key>/columns/", ChooseColumnsView.as_view(), name="list_columns"),
    path("<str:key>/bulk/", BulkView.as_view(), name="list_bulk"),
    path("<str:key>/runs/", runs.RunsView.as_view(), name="list_bulk_runs"),
    path("runs/<int:pk>/", runs.RunView.as_view(), name="list_bulk_run"),
    path("runs/<int:pk>/progress/", runs.RunProgressView.as_view(), name="list_bulk_run_progress"),
    path("runs/<int:pk>/stop/", runs.RunStopView.as_view(), name="list_bulk_run_stop"),
]
