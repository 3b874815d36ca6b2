"""The Django app of arena.generation."""

from django.apps import AppConfig

from arena.catalog.option_checks import enter_check


class GenerationConfig(AppConfig):
    """Label `generation`."""

    name = "arena.generation"

    def ready(self) -> None:
        """Let the catalogue refuse options that no call could use."""
        from arena.generation.providers.registry import find_fault  # noqa: PLC0415 - models are loaded only by now.

        enter_check(find_fault)
