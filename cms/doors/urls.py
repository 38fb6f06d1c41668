"""The doors' own screens, under the admin's address."""

from django.urls import path

from cms.doors.password_again import PasswordAgainView

urlpatterns = [
    path("password-again/", PasswordAgainView.as_view(), name="password_again"),
]
