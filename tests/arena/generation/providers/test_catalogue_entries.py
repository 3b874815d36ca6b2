"""The catalogue's own providers: each has a family that understands its options, and hosts that can be reached."""

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils.module_loading import import_string

from arena.generation.providers.base import Host, Provider
from arena.generation.providers.registry import FAMILIES

FILE = Path(__file__).parents[4] / "arena" / "catalog" / "data" / "providers.toml"
ENTRIES: list[dict[str, Any]] = tomllib.loads(FILE.read_text())["provider"]


def build(entry: dict[str, Any]) -> Provider:
    """Return the adapter of an entry, without a key."""
    host = Host(entry.get("base_url", ""), options=entry.get("options", {}))
    provider: Provider = import_string(FAMILIES[entry["family"]])(host)
    return provider


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["slug"] for entry in ENTRIES])
def test_family_understands_an_entry(entry: dict[str, Any]) -> None:
    provider = build(entry)
    assert provider.patience > 0
    assert provider.capabilities.generate
    assert provider.capabilities.most_sources or not provider.capabilities.edit
    parts = urlsplit(entry.get("base_url", ""))
    assert not parts.path.endswith("/")
    assert parts.scheme == "https" or parts.hostname == "127.0.0.1" or entry["family"] == "painters"


def test_every_family_has_an_entry() -> None:
    assert {entry["family"] for entry in ENTRIES} == set(FAMILIES)


def test_only_servers_of_the_operator_are_free() -> None:
    free = {entry["slug"] for entry in ENTRIES if entry.get("options", {}).get("free")}
    assert free == {entry["slug"] for entry in ENTRIES if "127.0.0.1" in entry.get("base_url", "")}
