"""The doors' own screens, under the admin's address."""

from django.urls import path

from cms.doors import account, entrance, setting_up
from cms.doors.password_again import PasswordAgainView

# Open to whoever is not logged in yet; before Wagtail's own, whose login this replaces.
entrance_patterns = [
    path("login/", entrance.LoginView.as_view(), name="wagtailadmin_login"),
    path("login/code/", entrance.CodeView.as_view(), name="second_factor_code"),
    path("login/set-up/", setting_up.SetUpView.as_view(), name="second_factor_set_up"),
    path("login/start-over/", entrance.StartOverView.as_view(), name="second_factor_start_over"),
]

urlpatterns = [
    path("password-again/", PasswordAgainView.as_view(), name="password_again"),
    path("account/doors/", account.AccountDoorsView.as_view(), name="account_doors"),
    path("account/doors/codes/", account.RenewCodesView.as_view(), name="account_codes"),
    path("account/doors/off/", account.SwitchOffView.as_view(), name="account_second_factor_off"),
    path("account/doors/end/", account.EndSessionView.as_view(), name="account_end_others"),
    path("account/doors/end/<int:pk>/", account.EndSessionView.as_view(), name="account_end_session"),
    path("people/<int:pk>/doors/", account.PersonDoorsView.as_view(), name="person_doors"),
    path("people/<int:pk>/doors/end/", account.EndTheirSessionsView.as_view(), name="person_end_sessions"),
    path("people/<int:pk>/doors/reset/", account.ResetSecondFactorView.as_view(), name="person_reset"),
]
