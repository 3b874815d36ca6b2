"""The Django app of arena.catalog."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Label `catalog`."""

    name = "arena.catalog"
