"""Gemini: where settings, pictures and seeds go, refusals under status 200, and the count of tokens."""

import pytest

from arena.fake_provider.server import ImageProvider
from arena.generation.providers.base import Host
from arena.generation.providers.gemini import Gemini, build_gemini
from tests.arena.generation.providers.ordering import KEY, fails, left_half, order, source, submit


@pytest.fixture
def gemini(server: ImageProvider) -> Gemini:
    """The family at the fake."""
    return build_gemini(Host(base_url=server.address_of("gemini"), key=KEY))


def test_settings_go_where_google_wants_them(gemini: Gemini, server: ImageProvider) -> None:
    settings = {"size": "2K", "aspect_ratio": "3:2", "temperature": 0.5, "safetySettings": [{"category": "X"}]}

    done = submit(gemini, order(settings=settings, seed=2**31 + 7, negative_prompt="dogs"))

    [sent] = server.journal.orders
    config = {
        "responseModalities": ["IMAGE"],
        "seed": 7,
        "temperature": 0.5,
        "imageConfig": {"imageSize": "2K", "aspectRatio": "3:2"},
    }
    assert sent["body"]["generationConfig"] == config
    assert sent["body"]["safetySettings"] == [{"category": "X"}]
    assert sent["headers"]["x-goog-api-key"] == KEY
    assert done.applied == {
        "model": "fake-model", **config, "safetySettings": [{"category": "X"}], "sources": 0,
        "dropped": ["negative_prompt"],
    }  # fmt: skip
    assert done.notes == {"modelVersion": "fake-model"}


def test_pictures_come_before_the_instruction(gemini: Gemini, server: ImageProvider) -> None:
    pictures = (source("a"), source("b"))

    done = submit(gemini, order("Make it night", sources=pictures, mask=left_half()))

    [sent] = server.journal.orders
    assert sent["sources"] == tuple(each.data for each in pictures)
    assert [list(part) for part in sent["body"]["contents"][0]["parts"]] == [["inlineData"], ["inlineData"], ["text"]]
    assert done.applied["dropped"] == ["mask"]
    assert done.usage is not None
    assert done.usage["input_tokens_details"] == {"text_tokens": 13, "image_tokens": 516}


def test_tokens_are_counted_by_what_they_carry(gemini: Gemini) -> None:
    assert submit(gemini, order()).usage == {
        "input_tokens_details": {"text_tokens": 9, "image_tokens": 0},
        "output_tokens_details": {"text_tokens": 0, "image_tokens": 1120},
    }


def test_names_that_the_host_refuses_are_dropped(server: ImageProvider) -> None:
    host = Host(base_url=server.address_of("gemini"), key=KEY, options={"drop": ["seed"]})
    done = submit(build_gemini(host), order())
    assert (done.applied["dropped"], "seed" in done.applied) == (["seed"], False)


def test_a_sketch_among_the_thoughts_is_not_the_picture(gemini: Gemini) -> None:
    [asset] = submit(gemini, order("A cat [thought]")).assets
    assert asset.data is not None
    assert asset.data.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("fault", "kind", "billed"),
    [
        ("moderated", "refused", "no"),
        ("moderatedoutput", "refused", "unknown"),
        ("noimage", "refused", "unknown"),
        ("recitation", "refused", "unknown"),
        ("badkey", "auth", "no"),
        ("quota", "quota", "no"),
        ("overloaded", "unavailable", "no"),
        ("gone", "not_found", "no"),
        ("neither", "bad_response", "unknown"),
        ("error200", "bad_response", "unknown"),
        ("badbase64", "bad_response", "unknown"),
    ],
)
def test_answers_without_a_picture_are_told_apart(gemini: Gemini, fault: str, kind: str, billed: str) -> None:
    error = fails(gemini, order(f"A cat [{fault}]"))
    assert (error.kind, error.billed) == (kind, billed)
    assert KEY not in error.message


def test_busy_host_names_its_time_in_the_body(gemini: Gemini) -> None:
    error = fails(gemini, order("A cat [busydetail]"))
    assert (error.kind, error.retry_after, error.retryable) == ("rate_limited", 34.07, True)
