"""ComfyUI: an operator's workflow with slots, and all the ways in which its server ends a job without our picture."""

import copy
from typing import Any

import pytest

from arena.fake_provider.server import ImageProvider
from arena.generation.providers.base import Done, Host, Pending
from arena.generation.providers.comfyui import ComfyUI, build_comfyui
from tests.arena.generation.providers.ordering import (
    EDIT,
    NUMBER,
    SETTINGS,
    WORKFLOW,
    channel,
    fails,
    left_half,
    order,
    soon,
    source,
    work_off,
)

LARGEST_SEED = 2**64 - 1


@pytest.fixture
def comfy(server: ImageProvider) -> ComfyUI:
    """The family at the fake."""
    return build_comfyui(Host(server.address_of("comfy"), options={"free": True}))


def graph(server: ImageProvider) -> dict[str, Any]:
    """Return the only workflow that was queued."""
    [sent] = server.journal.orders
    body: dict[str, Any] = sent["body"]
    return body


def test_slots_are_filled_with_values_of_their_kind(comfy: ComfyUI, server: ImageProvider) -> None:
    pinned = copy.deepcopy(WORKFLOW)
    text = 'A "cat"\\ and {{seed}} and {"a": 1}'

    done = work_off(comfy, order(text, settings=SETTINGS, seed=LARGEST_SEED, negative_prompt="dogs"))

    nodes = graph(server)
    assert nodes["3"]["inputs"] == {"seed": LARGEST_SEED, "steps": 12, "model": ["4", 0]}
    assert nodes["5"]["inputs"] == {"width": 640, "height": 384}
    assert (nodes["6"]["inputs"]["text"], nodes["7"]["inputs"]["text"]) == (text, "dogs")
    assert nodes["9"]["inputs"]["filename_prefix"] == f"easel_{NUMBER}"
    assert done.assets[0].data is not None
    assert (done.applied["seed"], done.applied["dropped"], done.applied["steps"]) == (str(LARGEST_SEED), [], 12)
    assert len(done.applied["workflow_sha256"]) == 64
    assert "cat" not in str(done.applied)
    assert pinned == WORKFLOW


def test_inputs_may_be_named_instead_of_slots(comfy: ComfyUI, server: ImageProvider) -> None:
    plain = {
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a dog"}},
        "8": {"class_type": "Sampler", "inputs": {"seed": 1, "sigmas": 0}},
        "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "mine", "images": ["8", 0]}},
    }
    inputs = {"prompt": "6.text", "seed": ["8.seed", "8.noise_seed"], "sigmas": "8.sigmas"}

    work_off(comfy, order(settings={"workflow": plain, "inputs": inputs, "sigmas": [1.0, 0.5]}))

    nodes = graph(server)
    # A bare list of two would be read as a link to a node.
    assert nodes["8"]["inputs"] == {"seed": 7, "noise_seed": 7, "sigmas": {"__value__": [1.0, 0.5]}}
    assert nodes["6"]["inputs"]["text"] == "A cat"


def test_edit_uploads_source_and_mask_and_uses_the_names_it_gets(comfy: ComfyUI, server: ImageProvider) -> None:
    picture = source()
    request = order(settings={"workflow": WORKFLOW, "edit_workflow": EDIT}, sources=(picture,), mask=left_half())

    done = work_off(comfy, request)

    [sent] = server.journal.orders
    assert sent["sources"] == (picture.data,)
    assert channel(sent["mask"]) == [255, 0]
    assert graph(server)["1"]["inputs"]["image"].endswith(" (1).png")
    assert done.applied["dropped"] == ["seed"]


def test_load_image_gets_a_picture_that_is_transparent_where_it_may_change(
    comfy: ComfyUI, server: ImageProvider
) -> None:
    masked = copy.deepcopy(EDIT)
    del masked["2"]
    masked["1"]["inputs"]["image"] = "{{masked_image}}"

    work_off(comfy, order(settings={"mask_workflow": masked}, sources=(source(),), mask=left_half()))

    [sent] = server.journal.orders
    assert channel(sent["sources"][0], "A") == [0, 255]


def test_what_a_workflow_has_no_place_for_is_dropped(comfy: ComfyUI) -> None:
    request = order(settings={"edit_workflow": EDIT}, sources=(source(), source("b")), mask=left_half())
    assert work_off(comfy, request).applied["dropped"] == ["seed", "image2"]


@pytest.mark.parametrize(
    ("pinned", "said"),
    [
        ({}, "hold no workflow"),
        ({"workflow": {"nodes": [], "links": []}}, r"format of the editor; in ComfyUI choose"),
        ({"workflow": {"3": {"inputs": {}}}}, "lacks class_type"),
        ({"workflow": [1]}, "is not a workflow"),
        ({"workflow": WORKFLOW}, "a place for steps, but this order has none"),
        ({**SETTINGS, "inputs": {"prompt": "66.text"}}, "no node '66'"),
        ({**SETTINGS, "output": "99"}, "no node '99'"),
        ({"workflow": {**WORKFLOW, "10": WORKFLOW["9"]}, "steps": 1}, "no single SaveImage"),
    ],
)
def test_workflow_that_cannot_be_queued_is_refused_before_the_call(
    comfy: ComfyUI, server: ImageProvider, pinned: dict[str, Any], said: str
) -> None:
    error = fails(comfy, order(settings=pinned))
    assert (error.kind, error.billed, server.journal.calls) == ("invalid", "no", [])
    assert said in error.message


def test_workflow_without_a_place_for_the_source_is_refused(comfy: ComfyUI) -> None:
    error = fails(comfy, order(settings=SETTINGS, sources=(source(),)))
    assert "no place for a picture to edit, such as {{image}}" in error.message


@pytest.mark.parametrize(
    ("fault", "kind", "billed", "code"),
    [
        ("partial", "invalid", "no", ""),
        ("invalid", "invalid", "no", "prompt_outputs_failed_validation"),
        ("busy", "rate_limited", "no", ""),
        ("badkey", "auth", "no", ""),
        ("cachedrun", "bad_response", "yes", "cached"),
        ("empty", "bad_response", "yes", "no_output"),
        ("restarted", "not_found", "unknown", "lost"),
        ("runinterrupted", "bad_response", "unknown", "interrupted"),
        ("runerror", "bad_response", "unknown", "RuntimeError"),
        ("runmemory", "unavailable", "unknown", "out_of_memory"),
        ("reset", "not_found", "unknown", "lost"),
        ("broken", "not_found", "unknown", "lost"),
    ],
)
def test_ends_without_our_picture_are_told_apart(comfy: ComfyUI, fault: str, kind: str, billed: str, code: str) -> None:
    error = fails(comfy, order(f"A cat [{fault}]", settings=SETTINGS))
    assert (error.kind, error.billed, error.code) == (kind, billed, code)
    assert "A cat" not in error.message


@pytest.mark.parametrize("fault", ["lostreply", "nohandle", "wrongtypes"])
def test_job_is_found_by_our_own_number_when_its_reply_is_lost(comfy: ComfyUI, fault: str) -> None:
    assert work_off(comfy, order(f"A cat [{fault}]", settings=SETTINGS)).assets[0].data is not None


def test_job_that_never_moves_counts_as_stuck(server: ImageProvider) -> None:
    comfy = build_comfyui(Host(server.address_of("comfy"), options={"longest": -1, "free": True}))
    error = fails(comfy, order("A cat [stuck]", settings=SETTINGS))
    assert (error.code, error.billed) == ("stuck", "unknown")


def test_job_that_ran_out_of_memory_is_over(comfy: ComfyUI) -> None:
    error = fails(comfy, order("A cat [runmemory]", settings=SETTINGS))
    # Asking again would bring the same error; a free server's job is made again instead.
    assert error.ended


def test_cancelled_job_is_cancelled_on_the_server(comfy: ComfyUI, server: ImageProvider) -> None:
    pending = comfy.submit(order(settings=SETTINGS), idempotency_key=NUMBER, deadline=soon())
    assert isinstance(pending, Pending)
    assert comfy.cancel(pending.handle, deadline=soon())
    assert [job.cancelled for job in server.journal.jobs.values()] == [True]
    done = work_off(comfy, order("A dog", settings=SETTINGS))
    assert isinstance(done, Done)
