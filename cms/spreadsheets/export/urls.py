"""Addresses of exports, below /admin/."""

from django.urls import path

from cms.spreadsheets.export.views import ExportView

urlpatterns = [path("lists/<str:key>/export/", ExportView.as_view(), name="list_export")]
