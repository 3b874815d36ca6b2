"""The Django app of arena.generation."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.utils.module_loading import import_string

from arena.catalog.loading.option_checks import enter_check
from arena.catalog.source_cleaning import forget_file

FIND_FAULT = "arena.generation.providers.registry.find_fault"


class GenerationConfig(AppConfig):
    """Label `generation`."""

    name = "arena.generation"

    def ready(self) -> None:
        """Let the catalogue refuse options that no call could use; delete the files of AVIF copies with their rows."""
        post_delete.connect(forget_file, sender="generation.AvifCopy", dispatch_uid="forget_avif")
        enter_check(_find_fault)


def _find_fault(provider: Any) -> str:
    # By name: the families are loaded with the first catalogue, not with every program.
    found: str = import_string(FIND_FAULT)(provider)
    return found
