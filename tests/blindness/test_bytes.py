"""What is sent before a vote: no byte except pixels depends on which side a maker's image has.

Besides the pixels, a client can see how many bytes of a rendition are picture and how many are padding. That depends
on the pixels alone, because the length of compressed pixels is a function of them. So it is allowed, as the pixels are.
The length of an answer is a class of the pair: it is the same for both sides, so it tells nothing about either.
"""

import io
import re
import struct
from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
import pytest
from django.test import Client
from PIL import Image as PillowImage

from arena.generation.ingest.renditions import WIDTHS, detail_width, length_class
from arena.voting.blindness.tokens import read_token
from arena.voting.models import Matchup
from arena.voting.simulation.simulated_voters import seeded
from tests.arena.voting.pages import VotePage, open_vote, send_answer
from tests.blindness.conftest import Browser
from tests.blindness.crawling import Answer, ask
from tests.blindness.planting import MAKERS, Plant, found_words

pytestmark = [pytest.mark.django_db, pytest.mark.long]

MATCHUPS = 200
PLACES = {f"{maker.contender}-high": place for place, maker in enumerate(MAKERS)}
ALL_WIDTHS = (*WIDTHS, detail_width())


@dataclass(frozen=True)
class Chunk:
    """One chunk of a RIFF file."""

    name: bytes
    data: bytes


@dataclass(frozen=True)
class Served:
    """One side's image as it was served at one width. `place` is the contender's among the MAKERS."""

    place: int
    side: int
    width: int
    handle: str
    token: str
    answer: Answer

    @property
    def chunks(self) -> list[Chunk]:
        """The RIFF chunks in order."""
        body, at, found = self.answer.body, 12, []
        while at < len(body):
            name, size = struct.unpack("<4sI", body[at : at + 8])
            found.append(Chunk(name, body[at + 8 : at + 8 + size]))
            at += 8 + size + size % 2
        return found

    @property
    def picture(self) -> bytes:
        """The file without its padding."""
        return self.answer.body[: -8 - len(self.chunks[-1].data)]

    @property
    def box(self) -> int:
        """The width in pixels that its frame header names."""
        width: int = struct.unpack("<H", self.chunks[0].data[6:8])[0] & 0x3FFF
        return width

    def observe(self) -> list[float]:
        """Return what a guesser may use: everything but the picture and its length."""
        head = repr(self.answer.headers).encode()
        return [
            float(self.answer.status), float(len(self.answer.body)), float(len(self.answer.headers)), float(len(head)),
            float(sum(head)), float(len(self.chunks)), float(self.side), float(self.box),
            *(float(byte) for byte in self.handle.encode()[:8]),
            *(float(byte) for byte in self.token.encode()[:4]),
        ]  # fmt: skip


def serve(client: Client, page: VotePage, widths: tuple[int, ...]) -> list[Served]:
    """Get both images of a matchup."""
    matchup = Matchup.objects.select_related("left__contender", "right__contender").get(pk=read_token(page.token))
    sides = (matchup.left, matchup.right)
    return [
        Served(
            place=PLACES[generation.contender.slug],
            side=side,
            width=width,
            handle=handle,
            token=page.token,
            answer=ask(client, f"/vote/image/{handle}/{width}.webp"),
        )
        for side, (handle, generation) in enumerate(zip(page.handles, sides, strict=True))
        for width in widths
    ]


@pytest.fixture(scope="module")
def served(plant: Plant, browser: Browser) -> list[Served]:
    """Both images of 200 matchups at the narrowest width, and every fifth matchup at all widths."""
    found: list[Served] = []
    count = 0
    while count < MATCHUPS:
        client = browser()
        while count < MATCHUPS and "data-matchup" in (page := open_vote(client)).html:
            found += serve(client, page, ALL_WIDTHS if count % 5 == 0 else WIDTHS[:1])
            send_answer(client, page, "left")
            count += 1
    return found


def pairs(served: list[Served]) -> list[tuple[Served, Served]]:
    """Return left and right of each matchup at each width."""
    found: dict[tuple[str, int], list[Served]] = defaultdict(list)
    for each in served:
        found[each.token, each.width].append(each)
    return [(left, right) for left, right in found.values()]


def test_two_sides_differ_in_nothing_but_content(served: list[Served]) -> None:
    assert len(served) == 2 * (MATCHUPS + MATCHUPS // 5 * (len(ALL_WIDTHS) - 1))
    shown = set()
    for left, right in pairs(served):
        assert (left.answer.status, left.answer.headers) == (200, right.answer.headers)
        longer = max(len(each.picture) for each in (left, right))
        assert len(left.answer.body) == len(right.answer.body) == length_class(left.box, longer)
        assert left.box == right.box
        shown.add((left.width, left.box))
        headers = dict(left.answer.headers)
        assert headers["Content-Length"] == str(len(left.answer.body))
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
    # Where nothing more is to be seen, looking closely shows the widest box that all have.
    assert shown == {*zip(ALL_WIDTHS, ALL_WIDTHS, strict=True), (detail_width(), max(WIDTHS))}
    # There are few classes, and makers share them.
    for width in WIDTHS:
        assert {each.place for each in served if each.width == width} == set(range(len(MAKERS)))
        assert len({len(each.answer.body) for each in served if each.width == width}) <= 3


def test_files_are_two_chunks_and_carry_no_metadata(served: list[Served]) -> None:
    told = set()
    for each in served:
        body, (picture, filling) = each.answer.body, each.chunks
        assert (picture.name, filling.name) == (b"VP8 ", b"JUNK")
        assert struct.unpack("<4sI4s", body[:12]) == (b"RIFF", len(body) - 8, b"WEBP")
        assert 12 + 8 + len(picture.data) + len(picture.data) % 2 + 8 + len(filling.data) == len(body)
        assert filling.data == bytes(len(filling.data))
        # These chunks account for every byte: there is no room for EXIF, XMP, a profile or another chunk.
        assert found_words(replace(each.answer, body=each.picture).everything) == set()
        with PillowImage.open(io.BytesIO(body)) as opened:
            assert opened.size == (each.box, each.box)
            told.add((repr(opened.info), len(opened.getexif())))
    # What Pillow reports for every file without any.
    assert told == {("{'loop': 1, 'background': (255, 255, 255, 255)}", 0)}


def accuracy(rows: list[list[float]], answers: list[bool]) -> tuple[float, float]:
    """Return the share of each half that a nearest-centroid guesser, trained on the other half, gets right."""
    table, names = np.array(rows), np.array(answers)
    order = np.array(seeded(11).sample(range(len(names)), len(names)))
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    return _guess(table, names, *halves), _guess(table, names, *halves[::-1])


def _guess(table: np.ndarray, names: np.ndarray, learn: np.ndarray, test: np.ndarray) -> float:
    spread = table[learn].std(axis=0)
    scaled = (table - table[learn].mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    kinds = np.unique(names)
    centres = np.array([scaled[learn][names[learn] == kind].mean(axis=0) for kind in kinds])
    distances = ((scaled[test][:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return float((kinds[distances.argmin(axis=1)] == names[test]).mean())


def test_guesser_without_the_picture_cannot_tell_the_sides_apart(served: list[Served]) -> None:
    seen = [pair for pair in pairs(served) if pair[0].width == WIDTHS[0]]
    # Which of the two makers is left: the one with more grain, whose files are longer, or the other.
    answers = [MAKERS[left.place].grain > MAKERS[right.place].grain for left, right in seen]
    most = max(answers.count(each) for each in (True, False)) / len(answers)
    limit = most + 3 * (most * (1 - most) / (len(answers) / 2)) ** 0.5
    # Its data are partly random, so one lucky half is not a leak: a real leak would show in both halves.
    assert min(accuracy([[*left.observe(), *right.observe()] for left, right in seen], answers)) <= limit
    # This test can fail: from the pictures' lengths, which follow from the pixels, the same guesser finds the makers.
    informed = [
        [*left.observe(), *right.observe(), *[float(len(left.picture) - len(right.picture))] * 20]
        for left, right in seen
    ]
    assert min(accuracy(informed, answers)) > limit


def without_random_words(html: str) -> str:
    """Return a page with its ids, handles and tokens replaced."""
    html = re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1CSRF", html)
    for found in (*re.findall(r"/vote/image/([\w-]{22})/", html), *re.findall(r'data-matchup="([\w-]{22})"', html)):
        html = html.replace(found, "RANDOM")
    return html


def test_pages_of_one_prompt_are_the_same_whoever_made_its_images(plant: Plant, browser: Browser) -> None:
    pages: dict[tuple[str, int], set[tuple[object, ...]]] = defaultdict(set)
    pairs: dict[tuple[str, int], set[frozenset[int]]] = defaultdict(set)
    # In 24 visits, one run in 250 would miss a prompt; in a hundred visits every prompt has come first.
    for visit in range(100):
        if visit >= 24 and len(pages) == 2 * len(plant.played):
            break
        client = browser()
        held: list[str] = []
        for path in ("/vote/", "/vote/next/?have=", "/vote/next/?have="):
            answer = ask(client, path + ",".join(held) if held else path)
            page = VotePage(answer.body.decode(), answer.status)
            held.append(page.token)
            matchup = Matchup.objects.select_related("left", "right").get(pk=read_token(page.token))
            head = tuple((name, value) for name, value in answer.headers if name != "Set-Cookie")
            kind = path[:9], matchup.prompt_id
            pages[kind].add((answer.status, head, without_random_words(page.html)))
            pairs[kind].add(frozenset({matchup.left.contender_id, matchup.right.contender_id}))
    assert len(pages) == 2 * len(plant.played)
    assert all(len(seen) == 1 for seen in pages.values())
    assert sum(len(seen) for seen in pairs.values()) >= 3 * len(pages)


def test_cookies_before_a_vote_are_alike(plant: Plant, browser: Browser) -> None:
    shapes: set[object] = set()
    for _ in range(12):
        client = browser()
        answers = [ask(client, "/vote/"), ask(client, "/vote/next/")]
        cookies = [value for answer in answers for name, value in answer.headers if name == "Set-Cookie"]
        shapes.add(tuple(re.sub(r"=[\w:-]{30,}|expires=[^;]+", "=RANDOM", cookie) for cookie in cookies))
        # Whatever was drawn, a voter's cookie has the same length: a key and its signature.
        shapes.add(len(client.cookies["easel_voter"].value))
    assert len(shapes) == 2


def test_skip_answers_the_same_whoever_made_the_images(plant: Plant, browser: Browser) -> None:
    replies = set()
    for _ in range(12):
        client = browser()
        reply = send_answer(client, open_vote(client), "skip")
        # The request's id is random.
        del reply["X-Request-ID"]
        replies.add((reply.status_code, tuple(reply.items()), reply.content))
    assert len(replies) == 1
