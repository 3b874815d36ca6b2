"""Static files with hashed names, ES-module imports included, compressed once at collection."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types.
    """Rewrites `import './x.js'` to the hashed name too, so that a new release never runs an old module."""

    support_js_module_import_aggregation = True
