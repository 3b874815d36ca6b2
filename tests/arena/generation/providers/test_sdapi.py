"""A1111, Forge and SD.Next: checkpoints and LoRAs by settings, opaque masks, and what status 200 hides there."""

import base64

import pytest

from arena.fake_provider.server import ImageProvider, make_png
from arena.generation.providers.base import Host
from arena.generation.providers.sdapi import StableDiffusionServer, build_sdapi
from tests.arena.generation.providers.ordering import channel, fails, left_half, order, source, submit


@pytest.fixture
def forge(server: ImageProvider) -> StableDiffusionServer:
    """The family at the fake, behind a user and a password."""
    return build_sdapi(Host(server.address_of("sdapi/v1"), "anna:secret"))


def test_new_picture_is_ordered_with_checkpoint_and_loras(forge: StableDiffusionServer, server: ImageProvider) -> None:
    settings = {
        "checkpoint": "run/step-500.safetensors",
        "loras": [{"name": "glaze", "weight": 0.8}, {"name": "ink"}],
        "steps": 30, "sampler_name": "Euler a", "width": 768, "height": 512, "override_settings": {"CLIP_stop": 2},
    }  # fmt: skip

    done = submit(forge, order(settings=settings, seed=2**32 + 7, negative_prompt="dogs"))

    [sent] = server.journal.orders
    body = sent["body"]
    assert body["override_settings"] == {"CLIP_stop": 2, "sd_model_checkpoint": "run/step-500.safetensors"}
    assert (body["prompt"], body["negative_prompt"]) == ("A cat <lora:glaze:0.8> <lora:ink:1>", "dogs")
    assert {"seed": 7, "steps": 30, "width": 768, "batch_size": 1, "save_images": False}.items() <= body.items()
    assert "checkpoint" not in body
    assert sent["headers"]["authorization"] == f"Basic {base64.b64encode(b'anna:secret').decode()}"
    assert done.notes["seed"] == str(2**32 - 1)
    assert done.notes["model_confirmed"] is True
    assert not {"prompt", "negative_prompt", "init_images"} & set(done.applied)


def test_edit_has_the_size_of_its_source(forge: StableDiffusionServer, server: ImageProvider) -> None:
    picture = source(width=130, height=96)

    done = submit(forge, order(sources=(picture, source("b")), settings={"denoising_strength": 0.6}))

    [sent] = server.journal.orders
    assert (sent["body"]["width"], sent["body"]["height"], sent["sources"]) == (128, 96, (picture.data,))
    assert (sent["body"]["denoising_strength"], "mask" in sent["body"]) == (0.6, False)
    assert (done.applied["route"], done.applied["dropped"]) == ("img2img", ["references"])


def test_mask_is_opaque_and_white_where_the_picture_may_change(
    forge: StableDiffusionServer, server: ImageProvider
) -> None:
    submit(forge, order(sources=(source(),), mask=left_half()))
    [sent] = server.journal.orders
    assert channel(sent["mask"]) == [255, 0]
    # With transparency these servers would read the alpha: the reverse of what was meant.
    assert sent["mask"][25] == 0, "the PNG's colour type is not grey alone"
    assert sent["body"]["inpainting_mask_invert"] == 0


def test_picture_is_found_behind_a_grid(forge: StableDiffusionServer) -> None:
    [asset] = submit(forge, order("A cat [gridfirst]")).assets
    assert asset.data != make_png("grid")


def test_any_kind_of_picture_is_taken(forge: StableDiffusionServer) -> None:
    [asset] = submit(forge, order("A cat [jpeg]")).assets
    assert asset.data is not None
    assert asset.data.startswith(b"\xff\xd8")


@pytest.mark.parametrize("wanted", ["fake-model", "fake-model.safetensors", "sub\\Fake-Model.safetensors [31e35c80fc]"])
def test_checkpoint_is_known_by_any_of_its_names(forge: StableDiffusionServer, wanted: str) -> None:
    assert submit(forge, order(model=wanted)).notes["model_confirmed"] is True


def test_another_checkpoint_is_not_taken_for_the_wanted_one(forge: StableDiffusionServer) -> None:
    error = fails(forge, order("A cat [othermodel]"))
    assert (error.kind, error.billed, error.code) == ("bad_response", "yes", "wrong_model")
    assert "another-model" in error.message
    assert "fake-model" in error.message


def test_server_that_does_not_name_its_checkpoint_is_noted(forge: StableDiffusionServer) -> None:
    assert submit(forge, order("A cat [noname]")).notes["model_confirmed"] is False


@pytest.mark.parametrize(
    ("fault", "kind", "billed"),
    [
        ("interrupted", "bad_response", "unknown"),
        ("empty", "bad_response", "unknown"),
        ("error200", "bad_response", "unknown"),
        ("wrongtypes", "bad_response", "unknown"),
        ("badbase64", "bad_response", "unknown"),
        ("html", "bad_response", "unknown"),
        ("textbroken", "unavailable", "unknown"),
        ("latebusy", "rate_limited", "unknown"),
        ("outofmemory", "unavailable", "unknown"),
        ("badkey", "auth", "no"),
        ("invalid", "invalid", "no"),
        ("gone", "not_found", "no"),
    ],
)
def test_answers_without_a_picture_are_told_apart(
    forge: StableDiffusionServer, fault: str, kind: str, billed: str
) -> None:
    error = fails(forge, order(f"A cat [{fault}]"))
    assert (error.kind, error.billed) == (kind, billed)
    assert "secret" not in error.message


def test_server_of_an_operators_own_may_take_its_time() -> None:
    assert build_sdapi(Host("http://127.0.0.1:7860/sdapi/v1", options={"patience": 900})).patience == 900
