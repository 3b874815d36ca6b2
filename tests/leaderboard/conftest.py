"""Static files have their plain names: hashed ones exist only after `collectstatic`."""

import pytest
from pytest_django import Settings


@pytest.fixture
def plain_static_files(settings: Settings) -> None:
    """Let pages name static files without a manifest, which only `collectstatic` writes."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.STORAGES = settings.STORAGES | plain
