"""Addresses of accounts. The admin's own sign-in page is none: it leads to the one that counts guesses."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from arena.accounts.views.account import ChangePasswordView, account, end_session
from arena.accounts.views.identity_sign_in import ConnectView, come_back, sign_in_elsewhere
from arena.accounts.views.invited import InvitationView
from arena.accounts.views.reset import AskForResetView, NewPasswordView, reset_asked
from arena.accounts.views.second_factor import second_factor, set_up_second_factor
from arena.accounts.views.sign_in import SignInView, lead_to_sign_in

urlpatterns = [
    path("accounts/", account, name="account"),
    path("accounts/login/", SignInView.as_view(), name="sign-in"),
    path("accounts/logout/", LogoutView.as_view(), name="sign-out"),
    path("accounts/sessions/end/", end_session, name="end-session"),
    path("accounts/password/", ChangePasswordView.as_view(), name="change-password"),
    path("accounts/reset/", AskForResetView.as_view(), name="ask-for-reset"),
    path("accounts/reset/asked/", reset_asked, name="reset-asked"),
    path("accounts/reset/<uidb64>/<token>/", NewPasswordView.as_view(), name="new-password"),
    path("accounts/oidc/", sign_in_elsewhere, name="sign-in-elsewhere"),
    path("accounts/oidc/callback/", come_back, name="come-back"),
    path("accounts/connect/", ConnectView.as_view(), name="connect-account"),
    path("accounts/invitations/<str:token>/", InvitationView.as_view(), name="invitation"),
    path("accounts/second-factor/", second_factor, name="second-factor"),
    path("accounts/second-factor/set-up/", set_up_second_factor, name="set-up-second-factor"),
    path("admin/login/", lead_to_sign_in),
]
