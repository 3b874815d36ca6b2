"""The frame's Django app: binds Celery and the start-up checks."""

from importlib import import_module

from django.apps import AppConfig


class ArenaConfig(AppConfig):
    """The frame's app; its label is that of the project."""

    name = "arena"

    def ready(self) -> None:
        """Bind the Celery app, so that `send_task` anywhere uses our broker, and register the system checks."""
        import_module("arena.celery").app.set_default()
        import_module("arena.checks.settings_checks")
        import_module("arena.checks.deploy_checks")
