"""The Django app of arena.catalog."""

from django.apps import AppConfig
from django.db.models.signals import post_delete

from arena.catalog.source_cleaning import forget_file


class CatalogConfig(AppConfig):
    """Label `catalog`."""

    name = "arena.catalog"

    def ready(self) -> None:
        """Delete files of source pictures with the last row that names them."""
        post_delete.connect(forget_file, sender="catalog.SourceImage", dispatch_uid="forget_file")
