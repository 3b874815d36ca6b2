"""Addresses of accounts. The admin's own sign-in page is none: it leads to the one that counts guesses."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from arena.accounts.views.sign_in import SignInView, lead_to_sign_in

urlpatterns = [
    path("accounts/login/", SignInView.as_view(), name="sign-in"),
    path("accounts/logout/", LogoutView.as_view(), name="sign-out"),
    path("admin/login/", lead_to_sign_in),
]
