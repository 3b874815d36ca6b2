"""The Django app of arena.generation."""

from django.apps import AppConfig


class GenerationConfig(AppConfig):
    """Label `generation`."""

    name = "arena.generation"
