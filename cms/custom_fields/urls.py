"""Addresses of custom fields, under the admin's."""

from django.urls import include, path

from cms.custom_fields.views.files import serve_file

screens = [
    path("file/<uuid:pk>/", serve_file, name="file"),
]
urlpatterns = [path("custom-fields/", include((screens, "custom_fields")))]
