"""Addresses of accounts. The admin's own sign-in page is none: it leads to the one that counts guesses."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from arena.accounts.views.second_factor import second_factor, set_up_second_factor
from arena.accounts.views.sign_in import SignInView, lead_to_sign_in

urlpatterns = [
    path("accounts/login/", SignInView.as_view(), name="sign-in"),
    path("accounts/logout/", LogoutView.as_view(), name="sign-out"),
    path("accounts/second-factor/", second_factor, name="second-factor"),
    path("accounts/second-factor/set-up/", set_up_second_factor, name="set-up-second-factor"),
    path("admin/login/", lead_to_sign_in),
]
