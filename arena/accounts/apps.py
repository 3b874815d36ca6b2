"""The app of accounts: who may come in, and how they prove it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Django's own users, with doors that guessing does not open."""

    name = "arena.accounts"
    label = "accounts"
