"""Static files with hashed names, ES-module imports included, compressed once at collection."""

from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types.
    """Rewrites `import './x.js'` to the hashed name too, so that a new release never runs an old module."""

    support_js_module_import_aggregation = True
    manifest_name = settings.STATIC_MANIFEST.name

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Beside the folder of static files and not in it: the list of all names is not served.
        beside = FileSystemStorage(location=settings.STATIC_MANIFEST.parent)
        super().__init__(*args, manifest_storage=beside, **kwargs)
