"""The providers of the built-in catalogue: each family and each option that an entry names exists."""

from pathlib import Path
from typing import Any

import pytest
from django.utils.module_loading import import_string

from arena.catalog.loading.entries import read_folder
from arena.catalog.loading.load import BUILT_IN
from arena.generation.providers.base import Host
from arena.generation.providers.registry import FAMILIES
from arena.generation.providers.shapes.host_options import BadOptions

PROVIDERS: dict[str, dict[str, Any]] = read_folder(Path(BUILT_IN)).providers


@pytest.mark.parametrize("slug", PROVIDERS)
def test_entry_can_be_built(slug: str) -> None:
    entry = PROVIDERS[slug]
    if entry["family"]:
        host = Host(entry["base_url"], "key", entry["options"], tuple(entry["result_hosts"]))
        assert import_string(FAMILIES[entry["family"]])(host).patience > 0


@pytest.mark.parametrize("family", sorted(FAMILIES.keys() - {"painters"}))
def test_option_that_no_family_knows_is_refused(family: str) -> None:
    build = import_string(FAMILIES[family])
    with pytest.raises(BadOptions, match="There is no option colour; the family knows"):
        build(Host("http://127.0.0.1:9", options={"colour": "red"}))
    with pytest.raises(BadOptions, match="free must be true or false"):
        build(Host("http://127.0.0.1:9", options={"free": "yes"}))


def test_only_servers_on_this_machine_are_free() -> None:
    free = {slug for slug, entry in PROVIDERS.items() if entry["options"].get("free")}
    assert {"sd-webui", "comfyui"} <= free
    assert all("127.0.0.1" in PROVIDERS[slug]["base_url"] for slug in free)


def test_every_family_has_an_entry() -> None:
    assert {entry["family"] for entry in PROVIDERS.values()} == set(FAMILIES)
