"""Addresses of custom fields, under the admin's."""

from django.urls import include, path, re_path

from cms.custom_fields.views import screens as view
from cms.custom_fields.views.files import serve_file

screens = [
    path("", view.KindsView.as_view(), name="kinds"),
    path("file/<uuid:pk>/", serve_file, name="file"),
    path("<int:pk>/", view.EditView.as_view(), name="edit"),
    re_path(r"^(?P<pk>\d{1,18})/(?P<what>up|down|retire|restore)/$", view.DoView.as_view(), name="do"),
    path("<int:pk>/merge/", view.MergeView.as_view(), name="merge"),
    path("<int:pk>/delete/", view.DeleteView.as_view(), name="delete"),
    path("<str:kind_of_record>/", view.FieldsView.as_view(), name="fields"),
    path("<str:kind_of_record>/add/", view.AddView.as_view(), name="add"),
]
urlpatterns = [path("custom-fields/", include((screens, "custom_fields")))]
