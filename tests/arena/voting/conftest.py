"""A native ledger, and a voter's browser."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from arena.voting.ledger.opening import open_ledger
from arena.voting.models import Ledger


@pytest.fixture
def ledger(db: None) -> Ledger:
    return open_ledger(Ledger.Kind.NATIVE)


@pytest.fixture
def browser() -> Callable[[], Client]:
    """Make clients that, unlike Django's default test client, must send the CSRF token; each is a new voter."""
    return lambda: Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings) -> None:
    """Let pages name static files without a manifest, which only `collectstatic` writes."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.STORAGES = settings.STORAGES | plain
