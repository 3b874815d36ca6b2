"""Fixtures of the generation tests: a fake provider in the catalogue, and separate storage."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from arena.catalog.models import Contender, Offering, Price, Provider
from arena.fake_provider.server import ImageProvider, serve_images
from tests.factories import make_contender, make_image_model

KEY_ENV = "FAKE_PROVIDER_KEY"


@dataclass(frozen=True)
class Shop:
    """A fake provider, its catalogue entry, and one contender sold there for half a cent."""

    server: ImageProvider
    provider: Provider
    contender: Contender

    def sell(self, model_id: str, *, price: str | None = "0.005") -> Contender:
        """Return a new contender that this provider sells under this name; None leaves its price unknown."""
        image_model = make_image_model()
        offering = Offering.objects.create(provider=self.provider, image_model=image_model, model_id=model_id)
        if price is not None:
            Price.objects.create(
                offering=offering, item="image", unit="image", amount=Decimal(price),
                source="https://example.org/prices", seen_on="2026-11-21",
            )  # fmt: skip
        return make_contender(image_model=image_model, offering=offering, settings={"size": "1024x1024"})

    def bill_by_tokens(self) -> None:
        """Enter token prices for the first contender: 2 USD per million of text, 8 per million of image."""
        assert self.contender.offering is not None
        for item, amount in (("text_input", 2), ("image_output", 8)):
            self.contender.offering.prices.create(
                item=item, unit="million_tokens", amount=amount, source="https://example.org", seen_on="2026-11-21"
            )


def make_shop(server: ImageProvider, *, concurrency: int = 2) -> Shop:
    """Enter the fake provider into the catalogue, with one contender."""
    provider = Provider.objects.create(
        slug="fake", name="Fake", family="openai_compatible", base_url=server.base_url, key_env=KEY_ENV,
        concurrency=concurrency,
    )  # fmt: skip
    shop = Shop(server, provider, None)  # type: ignore[arg-type] # its first contender needs the shop
    return Shop(server, provider, shop.sell("fake-model"))


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> Path:
    """A media folder for this test alone."""
    folder = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder)},
        }
    }
    return folder


@pytest.fixture(autouse=True)
def provider_key(monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of the fake provider."""
    monkeypatch.setenv(KEY_ENV, "secret-of-the-tests")
    return "secret-of-the-tests"


@pytest.fixture
def server() -> Iterator[ImageProvider]:
    """A fake provider that answers at once."""
    with serve_images() as running:
        yield running


@pytest.fixture
def shop(db: None, server: ImageProvider) -> Shop:
    """The fake provider in the catalogue."""
    return make_shop(server)
