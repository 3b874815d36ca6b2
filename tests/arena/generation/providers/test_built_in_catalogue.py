"""The built-in offerings can be called by the wire families of their providers, with the options given there."""

import pytest

from arena.catalog.loading.entries import read_folder
from arena.catalog.loading.load import BUILT_IN
from arena.catalog.models import Offering, Provider
from arena.generation.providers.registry import FAMILIES, capabilities_of, provider_for


def test_offerings_have_options_and_capabilities_that_their_families_know(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = read_folder(BUILT_IN)
    providers = {slug: Provider(slug=slug, **values) for slug, values in folder.providers.items()}
    for provider in providers.values():
        if provider.key_env:
            monkeypatch.setenv(provider.key_env, "a-key")
    for model in folder.models.values():
        for entry in model.offerings:
            offering = Offering(
                provider=providers[entry.provider], model_id=entry.model_id, capabilities=entry.capabilities
            )
            if offering.provider.family in FAMILIES:
                found = capabilities_of(offering, provider_for(offering))
                assert found.edit or not entry.edit_model_id, f"{model.slug} at {entry.provider}"
                assert not found.edit or found.most_sources, f"{model.slug} at {entry.provider}"
