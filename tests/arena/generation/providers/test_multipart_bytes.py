"""Stability and Ideogram: one family whose hosts differ by options: paths, masks, seeds, and how they refuse."""

import pytest

from arena.fake_provider.server import ImageProvider
from arena.generation.providers.base import Host
from arena.generation.providers.multipart_bytes import MultipartBytes, build_multipart_bytes
from tests.arena.generation.providers.ordering import KEY, channel, fails, left_half, order, source, submit

SD3 = "stable-image/generate/sd3"
STABILITY = {
    "lowest_seed": 1,
    "highest_seed": 4294967294,
    "edit_drop": ["aspect_ratio"],
    "models": {
        SD3: {
            "mask_path": "stable-image/edit/inpaint",
            "edit_fields": {"mode": "image-to-image", "strength": 0.7},
        }
    },
}
IDEOGRAM = {
    "key_header": "api-key", "key_scheme": "", "mask_form": "black", "highest_seed": 2147483647,
    "references_field": "images",
}  # fmt: skip


@pytest.fixture
def stability(server: ImageProvider) -> MultipartBytes:
    """The family with Stability's options at the fake."""
    return build_multipart_bytes(Host(server.address_of("stability"), KEY, STABILITY))


@pytest.fixture
def ideogram(server: ImageProvider) -> MultipartBytes:
    """The family with Ideogram's options at the fake."""
    return build_multipart_bytes(Host(server.address_of("ideogram"), KEY, IDEOGRAM))


def test_new_picture_is_ordered_by_form_and_comes_as_bytes(stability: MultipartBytes, server: ImageProvider) -> None:
    settings = {"aspect_ratio": "3:2", "output_format": "png", "model": "sd3.5-large"}

    done = submit(stability, order(model=SD3, settings=settings, negative_prompt="dogs"))

    [sent] = server.journal.orders
    fields = {**settings, "seed": "7"}
    assert sent["body"] == fields | {"prompt": "A cat", "negative_prompt": "dogs"}
    assert sent["headers"]["authorization"] == f"Bearer {KEY}"
    assert done.assets[0].data is not None
    assert done.notes == {"finish-reason": "SUCCESS", "seed": "343940597", "x-request-id": "fake-1"}
    assert done.applied == {"path": SD3, **settings, "seed": 7, "sources": 0, "dropped": []}


def test_edit_gets_the_fields_of_its_path_and_loses_what_edits_do_not_take(
    stability: MultipartBytes, server: ImageProvider
) -> None:
    request = order(model=SD3, settings={"aspect_ratio": "3:2"}, sources=(source(), source("b")))

    done = submit(stability, request)

    [sent] = server.journal.orders
    assert (sent["model"], sent["body"]["mode"], sent["body"]["strength"]) == (SD3, "image-to-image", "0.7")
    assert sent["sources"] == (request.sources[0].data,)
    assert done.applied["dropped"] == ["aspect_ratio", "references"]


def test_white_of_the_mask_may_change_at_stability(stability: MultipartBytes, server: ImageProvider) -> None:
    submit(stability, order(model=SD3, sources=(source(),), mask=left_half()))
    [sent] = server.journal.orders
    assert (sent["model"], channel(sent["mask"])) == ("stable-image/edit/inpaint", [255, 0])


def test_black_of_the_mask_may_change_at_ideogram(ideogram: MultipartBytes, server: ImageProvider) -> None:
    request = order(model="v1/ideogram-v3/inpaint", sources=(source(), source("b")), mask=left_half())

    done = submit(ideogram, request)

    [sent] = server.journal.orders
    assert channel(sent["mask"]) == [0, 255]
    assert sent["sources"] == tuple(each.data for each in request.sources)
    assert sent["headers"]["api-key"] == KEY
    assert (done.notes, done.assets[0].data) == ({"seed": "12345", "resolution": "1024x1024"}, None)
    assert done.applied["dropped"] == []


@pytest.mark.parametrize(("seed", "sent"), [(0, "4294967294"), (1, "1"), (2**32 - 1, "1"), (2**63 - 1, "1")])
def test_seeds_stay_in_the_hosts_range(stability: MultipartBytes, server: ImageProvider, seed: int, sent: str) -> None:
    # At Stability 0 means any seed.
    submit(stability, order(seed=seed))
    assert 1 <= int(server.journal.orders[0]["body"]["seed"]) <= 4294967294
    if seed < 2**33:
        assert server.journal.orders[0]["body"]["seed"] == sent


@pytest.mark.parametrize(
    ("fault", "kind", "billed"),
    [
        ("moderated", "refused", "no"),
        ("moderatedoutput", "refused", "unknown"),
        ("filtered", "refused", "unknown"),
        ("filteredjson", "refused", "unknown"),
        ("badkey", "auth", "no"),
        ("unverified", "forbidden", "no"),
        ("quota", "quota", "no"),
        ("gone", "not_found", "no"),
        ("empty", "bad_response", "unknown"),
        ("error200", "bad_response", "unknown"),
        ("badbase64", "bad_response", "unknown"),
        ("wrongtypes", "bad_response", "unknown"),
    ],
)
def test_stability_says_why_there_is_no_picture(stability: MultipartBytes, fault: str, kind: str, billed: str) -> None:
    error = fails(stability, order(f"A cat [{fault}]"))
    assert (error.kind, error.billed) == (kind, billed)
    assert KEY not in error.message


@pytest.mark.parametrize(
    ("fault", "kind", "billed"),
    [
        ("moderated", "refused", "no"),
        ("moderatedoutput", "refused", "unknown"),
        ("unsafe", "refused", "unknown"),
        ("badkey", "auth", "no"),
        ("busy", "rate_limited", "no"),
        ("empty", "bad_response", "unknown"),
        ("neither", "bad_response", "unknown"),
        ("wrongtypes", "bad_response", "unknown"),
        ("error200", "bad_response", "unknown"),
    ],
)
def test_ideogram_says_why_there_is_no_picture(ideogram: MultipartBytes, fault: str, kind: str, billed: str) -> None:
    error = fails(ideogram, order(f"A cat [{fault}]"))
    assert (error.kind, error.billed) == (kind, billed)


def test_stability_may_answer_in_json(stability: MultipartBytes) -> None:
    assert submit(stability, order("A cat [json]")).assets[0].data is not None
