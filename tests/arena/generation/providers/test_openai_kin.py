"""Hosts that speak OpenAI's images API in their own ways: what each is sent, by the catalogue's own options."""

from decimal import Decimal
from typing import Any

import pytest

from arena.catalog.loading.entries import read_folder
from arena.catalog.loading.load import BUILT_IN
from arena.fake_provider.server import ImageProvider
from arena.generation.providers.base import Host, Provider
from arena.generation.providers.openai_compatible import build_openai_compatible
from tests.arena.generation.providers.ordering import KEY, channel, fails, left_half, order, source, submit

SQUARE = {"size": "1536x1024", "quality": "low"}


def kin(server: ImageProvider, slug: str, **changes: Any) -> Provider:
    """Return the family at the fake, with the options of a host of the catalogue."""
    options = read_folder(BUILT_IN).providers[slug]["options"] | changes
    return build_openai_compatible(Host(server.base_url, KEY, options))


def test_together_gets_width_height_seed_and_its_own_word_for_bytes(server: ImageProvider) -> None:
    done = submit(kin(server, "together"), order(settings=SQUARE, negative_prompt="dogs"))
    [sent] = server.journal.orders
    assert sent["body"] == {
        "model": "fake-model", "prompt": "A cat", "n": 1, "width": 1536, "height": 1024, "quality": "low", "seed": 7,
        "negative_prompt": "dogs", "response_format": "base64",
    }  # fmt: skip
    assert "dropped" not in done.applied


def test_together_edits_by_urls_and_drops_the_mask(server: ImageProvider) -> None:
    request = order("Make it night", sources=(source(), source("b")), mask=left_half())
    done = submit(kin(server, "together"), request)
    [sent] = server.journal.orders
    assert sent["body"]["reference_images"] == [each.data_url for each in request.sources]
    assert done.applied["dropped"] == ["mask"]


def test_xai_edits_in_json_and_asks_for_an_aspect_ratio(server: ImageProvider) -> None:
    request = order("Make it night", settings=SQUARE, sources=(source(),))
    submit(kin(server, "xai"), request)
    [sent] = server.journal.orders
    assert sent["body"]["image"] == {"type": "image_url", "url": request.sources[0].data_url}
    assert sent["body"]["aspect_ratio"] == "3:2"
    assert "size" not in sent["body"]


@pytest.mark.parametrize("fault", ["empty", "withheld"])
def test_xai_refuses_by_sending_nothing_or_by_a_flag(server: ImageProvider, fault: str) -> None:
    error = fails(kin(server, "xai"), order(f"A cat [{fault}]"))
    assert (error.kind, error.billed) == ("refused", "unknown")


def test_costs_are_read_in_the_hosts_own_units(server: ImageProvider) -> None:
    costs = {slug: submit(kin(server, slug), order("A cat [costs]")).cost for slug in ("recraft", "xai", "openrouter")}
    assert costs == {"recraft": Decimal("0.035"), "xai": Decimal("0.02"), "openrouter": Decimal("0.06")}
    assert submit(kin(server, "openai"), order("A cat [costs]")).cost is None


def test_recraft_edits_on_paths_of_its_own_with_a_white_mask(server: ImageProvider) -> None:
    submit(kin(server, "recraft"), order("Make it night", sources=(source(),), mask=left_half()))
    submit(kin(server, "recraft"), order("Make it day", sources=(source(),)))
    paths = [call["path"] for call in server.journal.calls]
    assert paths == ["/v1/images/inpaint", "/v1/images/imageToImage"]
    assert channel(server.journal.orders[0]["mask"]) == [255, 0]


def test_openai_gets_a_form_with_a_mask_that_is_transparent_where_it_may_change(server: ImageProvider) -> None:
    request = order("Make it night", settings=SQUARE, sources=(source(), source("b")), mask=left_half())
    done = submit(kin(server, "openai"), request)
    [sent] = server.journal.orders
    assert sent["sources"] == tuple(each.data for each in request.sources)
    assert channel(sent["mask"], "A") == [0, 255]
    assert sent["body"] == {
        "size": "1536x1024",
        "quality": "low",
        "model": "fake-model",
        "prompt": "Make it night",
        "n": "1",
    }
    assert done.applied == {"size": "1536x1024", "quality": "low"}


def test_openrouter_has_one_path_and_objects_for_references(server: ImageProvider) -> None:
    request = order("Make it night", sources=(source(),))
    submit(kin(server, "openrouter"), request)
    [sent] = server.journal.orders
    assert server.journal.calls[0]["path"] == "/v1/images"
    assert sent["body"]["input_references"] == [
        {"type": "image_url", "image_url": {"url": request.sources[0].data_url}}
    ]


@pytest.mark.parametrize(
    ("ordered", "served", "same"),
    [
        ("gpt-image-2", "gpt-image-2-2026-04-21", True),
        ("openai/gpt-image-2", "gpt-image-2", True),
        ("gpt-image-2", "gpt-image-2.5-flare", False),
        ("flux-2-pro", "black-forest-labs/FLUX-2-Pro", True),
        ("flux-2-pro", "flux-2", False),
    ],
)
def test_image_of_another_model_is_not_taken(server: ImageProvider, ordered: str, served: str, same: bool) -> None:
    request = order(f"A cat [served] {served}", model=ordered)
    if same:
        assert submit(kin(server, "openai"), request).assets
    else:
        error = fails(kin(server, "openai"), request)
        assert (error.kind, error.billed) == ("bad_response", "yes")
        assert f"{served} made the image" in error.message


def test_own_server_may_serve_under_another_name(server: ImageProvider) -> None:
    assert submit(kin(server, "sd-cpp"), order("A cat [othermodel]")).assets


def test_key_goes_into_the_header_that_a_host_wants(server: ImageProvider) -> None:
    submit(kin(server, "openai", key_header="x-token", key_scheme=""), order())
    [sent] = server.journal.orders
    assert sent["headers"]["x-token"] == KEY
    assert "authorization" not in sent["headers"]


def test_wait_in_words_alone_is_heeded(server: ImageProvider) -> None:
    assert fails(kin(server, "openai"), order("A cat [busytext]")).retry_after == 30.0
