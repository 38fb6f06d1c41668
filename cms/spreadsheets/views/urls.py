"""Addresses of imports, under the admin's."""

from django.urls import path

from cms.spreadsheets.views import pages, starting

urlpatterns = [
    path("imports/new/<str:target>/", starting.StartView.as_view(), name="cms_import_start"),
    path("imports/template/<str:target>/", starting.TemplateView.as_view(), name="cms_import_template"),
    path("imports/<int:pk>/", pages.BatchView.as_view(), name="cms_import"),
    path("imports/<int:pk>/sheet/", pages.SheetView.as_view(), name="cms_import_sheet"),
    path("imports/<int:pk>/columns/", pages.ColumnsView.as_view(), name="cms_import_columns"),
    path("imports/<int:pk>/progress/", pages.ProgressView.as_view(), name="cms_import_progress"),
    path("imports/<int:pk>/problems/", starting.ProblemsView.as_view(), name="cms_import_problems"),
    path("imports/<int:pk>/do/<slug:act>/", pages.ActView.as_view(), name="cms_import_act"),
]
