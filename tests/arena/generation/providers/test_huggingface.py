"""Hugging Face: bytes back, JSON under status 200, models that are being loaded, hosts that have moved."""

import pytest

from arena.fake_provider.server import ImageProvider
from arena.generation.providers.base import Host
from arena.generation.providers.huggingface import HuggingFace, build_huggingface
from tests.arena.generation.providers.ordering import KEY, fails, left_half, order, source, submit


@pytest.fixture
def route(server: ImageProvider) -> HuggingFace:
    """The family at the fake, with a header of the operator's own."""
    return build_huggingface(Host(server.address_of("hf"), KEY, {"headers": {"x-hf-bill-to": "team"}}))


def test_new_picture_is_ordered_with_parameters(route: HuggingFace, server: ImageProvider) -> None:
    request = order(model="acme/flux-tiny", settings={"num_inference_steps": 4}, seed=2**32 + 7, negative_prompt="dogs")

    done = submit(route, request)

    [sent] = server.journal.orders
    assert sent["body"] == {
        "inputs": "A cat",
        "parameters": {"num_inference_steps": 4, "seed": 7, "negative_prompt": "dogs"},
    }
    assert (sent["model"], sent["headers"]["x-hf-bill-to"]) == ("acme/flux-tiny", "team")
    assert sent["headers"]["authorization"] == f"Bearer {KEY}"
    assert done.applied == {
        "model": "acme/flux-tiny", "num_inference_steps": 4, "seed": 7, "sources": 0, "dropped": []
    }  # fmt: skip


def test_edit_sends_the_picture_as_inputs(route: HuggingFace, server: ImageProvider) -> None:
    request = order("Make it night", sources=(source(), source("b")), mask=left_half())
    done = submit(route, request)
    [sent] = server.journal.orders
    assert (sent["sources"], sent["prompt"]) == ((request.sources[0].data,), "Make it night")
    assert done.applied["dropped"] == ["mask", "references"]


@pytest.mark.parametrize(
    ("fault", "kind", "billed", "wait"),
    [
        ("overloaded", "unavailable", "no", 20.0),
        ("loading200", "unavailable", "no", 20.0),
        ("oldhost", "not_found", "no", None),
        ("gone", "not_found", "no", None),
        ("quota", "quota", "no", None),
        ("badkey", "auth", "no", None),
        ("busy", "rate_limited", "no", 7.0),
        ("moderated", "refused", "no", None),
        ("invalid", "invalid", "no", None),
        ("error200", "bad_response", "unknown", None),
        ("empty", "bad_response", "unknown", None),
        ("html", "bad_response", "unknown", None),
        ("broken", "unavailable", "unknown", None),
    ],
)
def test_answers_without_a_picture_are_told_apart(
    route: HuggingFace, fault: str, kind: str, billed: str, wait: float | None
) -> None:
    error = fails(route, order(f"A cat [{fault}]"))
    assert (error.kind, error.billed, error.retry_after) == (kind, billed, wait)
    assert KEY not in error.message


def test_any_kind_of_picture_is_taken(route: HuggingFace) -> None:
    [asset] = submit(route, order("A cat [webp]")).assets
    assert asset.data is not None
    assert asset.data[8:12] == b"WEBP"
