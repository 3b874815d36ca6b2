"""Handles serve their voter and nobody else, whatever the request contains."""

import hashlib

import pytest
from django.test import Client

from arena.generation.ingest.renditions import SHORTEST, WIDTHS
from arena.voting.models import Matchup
from tests.arena.voting.pages import VotePage, open_vote, send_answer
from tests.blindness.conftest import Browser
from tests.blindness.crawling import ask
from tests.factories import make_arena

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def addresses(page: VotePage) -> list[str]:
    """Return the addresses of both images at every width."""
    return [f"/vote/image/{handle}/{width}.webp" for handle in page.handles for width in WIDTHS]


def statuses(client: Client, page: VotePage) -> set[int]:
    """Return the answers for both images at every width."""
    return {ask(client, address).status for address in addresses(page)}


CONDITIONS = [
    {"range": "bytes=0-99"},
    {"range": "bytes=-1"},
    {"range": "bytes=0-99", "if-range": '"x"'},
    {"if-none-match": "*"},
    {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    {"accept-encoding": "gzip, br, zstd", "accept": "image/avif"},
    {"save-data": "on", "width": "64", "dpr": "3"},
]


@pytest.mark.parametrize("asked", CONDITIONS, ids=lambda asked: " ".join(asked))
def test_image_asked_for_in_part_or_on_condition_is_sent_whole(browser: Browser, asked: dict[str, str]) -> None:
    make_arena()
    client = browser()
    for address in addresses(open_vote(client)):
        plain, answer = client.get(address), client.get(address, headers=asked)
        for each in (plain, answer):
            # It is random, as another test sees.
            del each["X-Request-ID"]
        assert (answer.status_code, list(answer.items())) == (200, list(plain.items()))
        assert len(answer.content) == SHORTEST[int(address.rpartition("/")[2].removesuffix(".webp"))]
        kept = {"ETag", "Last-Modified", "Expires", "Accept-Ranges", "Content-Range", "Content-Encoding"}
        assert not kept & set(answer.headers)


def test_image_is_told_nothing_of_by_other_methods(browser: Browser) -> None:
    make_arena()
    client = browser()
    left, right = addresses(open_vote(client))[:: len(WIDTHS)]
    heads, plain = [client.head(address) for address in (left, right)], client.get(left)
    for each in (*heads, plain):
        del each["X-Request-ID"]
    assert [(head.status_code, head.content, list(head.items())) for head in heads] == [
        (200, b"", list(plain.items()))
    ] * 2
    other = client.options(left)
    assert (other.status_code, other.content, other.headers["Allow"]) == (405, b"", "GET, HEAD")


def test_image_without_cookie_or_with_another_is_not_found(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    genuine = client.cookies["easel_voter"].value
    assert statuses(client, page) == {200}
    stranger = browser()
    open_vote(stranger)
    for value in ("", genuine[:-2] + "xx", genuine.partition(":")[0], stranger.cookies["easel_voter"].value):
        client.cookies["easel_voter"] = value
        assert statuses(client, page) == {404}
    del client.cookies["easel_voter"]
    assert statuses(client, page) == {404}
    client.cookies["easel_voter"] = genuine
    assert statuses(client, page) == {200}


def test_image_after_a_skip_is_not_found_at_any_width(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    send_answer(client, page, "skip")
    assert statuses(client, page) == {404}


def test_image_at_any_other_width_or_spelling_is_not_found(browser: Browser) -> None:
    make_arena()
    client = browser()
    handle = open_vote(client).handles[0]
    widths = (0, 1, 511, 513, 640, 1025, 2047, 2049, 10**9)
    spellings = [f"/vote/image/{handle}/{width}.webp" for width in widths]
    spellings += [f"/vote/image/{handle}=/512.webp", f"/vote/image/{handle}A/512.webp", f"/vote/image/{handle}/512.png"]
    spellings += [f"/vote/image/{handle}/-512.webp", f"/vote/image/{handle}/../512.webp", f"/images/{handle}/512.webp"]
    assert {address: ask(client, address).status for address in spellings} == dict.fromkeys(spellings, 404)
    assert ask(client, f"/vote/image/{handle}/512.webp").status == 200


def test_refusal_says_the_same_whatever_the_reason(browser: Browser) -> None:
    make_arena()
    mine, other = browser(), browser()
    page, theirs = open_vote(mine), open_vote(other)
    send_answer(mine, page, "skip")
    unknown = Matchup.objects.values_list("pk", flat=True)[0].hex[:22]
    answers = [ask(mine, f"/vote/image/{handle}/512.webp") for handle in (*page.handles, *theirs.handles, unknown)]
    assert {answer.status for answer in answers} == {404}
    assert len({hashlib.sha256(answer.body).digest() for answer in answers[:4]}) == 1
    assert len({answer.headers for answer in answers[:4]}) == 1
