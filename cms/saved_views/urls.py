"""Addresses of the saved views' own screens, under the admin's."""

from django.urls import path

from cms.saved_views import views

urlpatterns = [
    path("views/", views.ViewsIndexView.as_view(), name="saved_views"),
    path("views/results/", views.ViewsIndexView.as_view(results_only=True), name="saved_views_results"),
    path("views/keep/<str:key>/", views.keep, name="saved_view_keep"),
    path("views/<int:pk>/ask/", views.ask, name="saved_view_ask"),
    path("views/<int:pk>/edit/", views.EditView.as_view(), name="saved_view_edit"),
    path("views/<int:pk>/delete/", views.ForgetView.as_view(), name="saved_view_delete"),
    path("views/<int:pk>/pin/<slug:place>/", views.pin, name="saved_view_pin"),
]
