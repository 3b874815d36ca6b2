"""The app of accounts: who may come in, and how they prove it."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Django's own users, with doors that guessing does not open."""

    name = "arena.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Log who comes and goes."""
        import_module("arena.accounts.sign_in_log").listen()
