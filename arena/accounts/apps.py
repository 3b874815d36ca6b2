"""The app of accounts: who may come in, and how they prove it."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    """Django's own users, with doors that guessing does not open."""

    name = "arena.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let each sign-in be noted in its session, and log who comes and goes."""
        user_logged_in.connect(import_module("arena.accounts.browser_sessions.own_sessions").note_sign_in)
        import_module("arena.accounts.sign_in_log").listen()
