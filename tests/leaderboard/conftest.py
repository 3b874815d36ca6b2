"""Static files by their plain names: hashed ones exist only where they were collected."""

import pytest
from pytest_django import Settings


@pytest.fixture
def plain_static_files(settings: Settings) -> None:
    """Let pages name static files without a manifest, which only collecting them would write."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.STORAGES = settings.STORAGES | plain
