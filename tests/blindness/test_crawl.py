"""Whatever visitors, voters and staff can reach shows no image in play with a name, and no name before a vote."""

import io
import re
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.test import Client
from numpy.typing import NDArray
from PIL import Image as PillowImage

from arena.generation.models import Generation, Image
from arena.voting.blindness.tokens import write_token
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Matchup
from leaderboard.computing.refresh import refresh_ledger
from tests.arena.voting.pages import VotePage, open_vote, send_answer
from tests.blindness.conftest import FIRST_KEY, Browser
from tests.blindness.crawling import Answer, ask, crawl
from tests.blindness.planting import MAKERS, WORDS, Plant, found_words, original_bytes, read_file

pytestmark = [pytest.mark.django_db, pytest.mark.long]

VOTING = ("/vote/", "/vote/next/", "/robots.txt")
READING = (
    "/", "/leaderboard/", "/models/", "/competitions/", "/log/", "/methodology/", "/status/", "/api/v1/", "/healthz",
    "/data/native/", "/data/native/card.md", "/api/v1/prompts.csv", "/api/v1/standings.csv?board=all", "/choose/",
    "/categories/", "/compare/", "/feeds/", "/feeds/site.atom", "/llms.txt", "/sitemap.xml",
    "/api/v1/pairs.csv?board=all", "/api/v1/choices/", "/api/v1/ledgers/native/axes/",
    "/search/?q=a", "/api/v1/search.csv?q=a",
)  # fmt: skip
EXPORTS = tuple(f"/api/v1/ledgers/native/entries/?format={kind}" for kind in ("csv", "jsonl"))
MODELS = tuple(f"/models/{maker.model}-2/" for maker in MAKERS)
ROWS = tuple(
    f"/api/v1/{rows}-{end}/"
    for m in MAKERS
    for rows, end in ((f"contenders/{m.contender}", "high"), (f"models/{m.model}", "2"))
)
SIGNED_OUT = (*VOTING, *READING, *EXPORTS, *MODELS, *ROWS, "/admin/", "/staff/runs/")
# It takes a second to write, and is the same for everybody.
SCHEMA = "/api/v1/schema/?format=json"
STAFF = (
    *SIGNED_OUT, "/admin/generation/generation/?state__exact=done", "/admin/voting/ledgerentry/", "/staff/decisions/",
    "/staff/notices/", "/staff/pictures/", "/staff/pictures/?show=hidden", "/staff/providers/", "/staff/runs/new/",
    "/staff/votes/", "/staff/votes/voters/", "/staff/exclusions/?tiers=open",
)  # fmt: skip
# Pictures of different makers or prompts differ by more than this (mean grey levels), encodings of one by less.
SAME = 6.0

Signature = NDArray[np.float64]


def hold(client: Client) -> list[VotePage]:
    """Open the voting page and prefetch as its script does; return the matchups dealt."""
    pages = [open_vote(client)]
    for _ in range(2):
        pages.append(open_vote(client, "/vote/next/?have=" + ",".join(page.token for page in pages)))
    return pages


@pytest.fixture(scope="module")
def voted(plant: Plant, browser: Browser) -> Client:
    """A voter with a history, after others have voted, two have reported, and boards were computed."""
    for _ in range(6):
        client = browser()
        for answer in ("left", "right", "tie", "both_bad"):
            send_answer(client, open_vote(client), answer)
    for side in ("left", "both"):
        client = browser()
        page = open_vote(client)
        form = {"answer": "report", "kind": "name", "side": side, "csrfmiddlewaretoken": page.csrf}
        assert client.post(f"/vote/answer/{page.token}/", form).status_code == 302
    client = browser()
    pages = hold(client)
    for answer, page in zip(("left", "both_bad", "skip"), pages, strict=True):
        send_answer(client, pages[0], answer, token=page.token)
    assert seal_votes() == 26
    refresh_ledger(ledger=open_ledger("native"))
    hold(client)
    return client


@pytest.fixture(scope="module")
def reached(plant: Plant, voted: Client, browser: Browser, thorough: bool) -> dict[str, list[Answer]]:
    """What a visitor, a voter with a history and staff can reach."""
    several, some, passed = (4, 2, ()) if thorough else (2, 1, (SCHEMA.partition("?")[0],))
    staff = browser()
    staff.force_login(User.objects.create_superuser("staff"))
    prompts = [f"/api/v1/prompts/{prompt.slug}/" for prompt in (*plant.played, plant.opened)]
    return {
        "visitor": crawl(browser(), (*SIGNED_OUT, SCHEMA, *prompts), most_alike=several, combined=thorough),
        "voter": crawl(voted, (*SIGNED_OUT, *prompts), most_alike=1, combined=thorough, passed=passed),
        "staff": crawl(staff, STAFF, most_alike=some, combined=thorough, passed=passed),
    }


ROLES = ("visitor", "voter", "staff")


def identifiers(image: Image) -> dict[str, str]:
    """Return every identifier of an image as it would be written, with its meaning."""
    renditions = {key.rpartition("/")[2]: "rendition" for key in image.renditions.values_list("storage_key", flat=True)}
    handle = (image.generation.handle or {}).get("poll", "").rpartition("/")[2]
    return {
        str(image.public_id): "public id",
        image.public_id.hex: "public id",
        image.sha256: "hash",
        image.storage_key.rpartition("/")[2]: "original",
        image.provenance.get("file") or image.provenance["url"]: "provenance",
        **({handle: "provider's handle"} if handle else {}),
        **renditions,
    }


def signature(content: bytes) -> Signature:
    """Return a picture so small that its encoding does not matter."""
    with PillowImage.open(io.BytesIO(content)) as opened:
        return np.asarray(opened.convert("RGB").resize((12, 12), PillowImage.Resampling.BOX)).astype(np.float64)


def signatures(images: list[Image]) -> dict[int, Signature]:
    """Return the signatures by generation."""
    return {image.generation_id: signature(read_file(image.renditions.all()[0].storage_key)) for image in images}


def shown(content: bytes, known: dict[int, Signature]) -> set[int]:
    """Return which of the known pictures this file shows."""
    seen = signature(content)
    return {key for key, each in known.items() if float(np.abs(seen - each).mean()) < SAME}


def test_plant_betrays_its_maker_in_every_original(plant: Plant) -> None:
    for image in [*plant.images("play"), *plant.images("open")]:
        assert len(found_words(original_bytes(image) + str(image.provenance).encode())) >= 2
        assert image.generation_id >= FIRST_KEY
    assert {image.format for image in plant.images("play")} == {"JPEG", "PNG", "WEBP", "AVIF"}
    known = signatures(plant.images("play") + plant.images("open"))
    assert len(known) == len(MAKERS) * 5
    assert all(shown(read_file(image.renditions.all()[1].storage_key), known) == {image.generation_id}
               for image in plant.images("play"))  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_crawl_reaches_pages_of_every_kind_and_the_names_there(reached: dict[str, list[Answer]], role: str) -> None:
    answers = {answer.address: answer for answer in reached[role] if answer.status == 200}
    assert len(answers) >= {"visitor": 100, "voter": 80, "staff": 160}[role], sorted(answers)
    assert {answer.kind for answer in answers.values()} >= {
        "text/html", "text/plain", "text/csv", "application/jsonl", "application/json", "image/webp",
    }  # fmt: skip
    for maker in MAKERS:
        assert maker.contender in found_words(answers[EXPORTS[0]].body)
        assert {maker.model, maker.contender} <= found_words(answers[f"/models/{maker.model}-2/"].body)
        assert found_words(answers[f"/api/v1/contenders/{maker.contender}-high/"].body) >= {maker.contender}
    assert found_words(answers["/leaderboard/text-to-image/"].body)
    assert sum(address.startswith("/competitions/") for address in answers) >= 6
    assert role != "staff" or sum(address.startswith("/admin/generation/generation/7") for address in answers) >= 2


@pytest.mark.parametrize("role", ROLES)
def test_answers_before_a_vote_name_nobody(reached: dict[str, list[Answer]], role: str) -> None:
    voting = [answer for answer in reached[role] if answer.address.startswith(("/vote/", "/robots.txt"))]
    assert len([answer for answer in voting if answer.kind == "image/webp"]) >= 6
    assert len([answer for answer in voting if answer.kind == "text/html"]) >= 4
    assert {answer.address: found_words(answer.everything) for answer in voting if found_words(answer.everything)} == {}


@pytest.mark.parametrize("role", ROLES)
def test_no_answer_tells_what_stands_for_an_image_in_play(
    plant: Plant, reached: dict[str, list[Answer]], role: str
) -> None:
    secrets = {one: what for image in plant.images("play") for one, what in identifiers(image).items()}
    told = {
        (answer.address, what)
        for answer in reached[role]
        for one, what in secrets.items()
        if one.encode() in answer.everything
    }
    assert told == set()
    # Open images are named, so this test can fail.
    public = [str(image.public_id).encode() for image in plant.images("open")]
    assert any(one in answer.everything for answer in reached[role] for one in public)


@pytest.mark.parametrize("role", ROLES)
def test_matchups_are_told_of_on_voting_pages_only(reached: dict[str, list[Answer]], role: str) -> None:
    rows = Matchup.objects.values_list("pk", "left_handle", "right_handle")
    keys = {spelling for row in rows for key in row for spelling in (str(key), key.hex, write_token(key))}
    spelled = re.compile(rb"[\w-]{22,36}")
    told = {
        answer.address
        for answer in reached[role]
        if keys & {word.decode() for word in spelled.findall(answer.everything)}
    }
    assert told
    assert {address for address in told if not address.startswith("/vote/")} == set()


@pytest.mark.parametrize("role", ROLES)
def test_generation_keys_stand_on_staff_pages_without_pictures_only(
    plant: Plant, reached: dict[str, list[Answer]], role: str
) -> None:
    keys = [str(image.generation_id).encode() for image in plant.images("play")]
    told = [answer for answer in reached[role] if any(key in answer.everything for key in keys)]
    assert bool(told) == (role == "staff")
    for answer in told:
        assert answer.address.startswith("/admin/generation/")
        assert not re.findall(rb"<img|\.webp|/images/|data:image/(?!svg)", answer.body)


@pytest.mark.parametrize("role", ROLES)
def test_pictures_outside_voting_are_those_of_open_prompts(
    plant: Plant, reached: dict[str, list[Answer]], role: str
) -> None:
    played, opened = signatures(plant.images("play")), signatures(plant.images("open"))
    served = [answer for answer in reached[role] if answer.kind.startswith("image/") and "svg" not in answer.kind]
    reported = [answer for answer in served if answer.address.startswith(("/staff/reports/", "/staff/pictures/"))]
    public = [answer for answer in served if not answer.address.startswith("/vote/image/") and answer not in reported]
    assert set().union(*(shown(answer.body, opened) for answer in public)) == set(opened)
    assert set().union(*(shown(answer.body, played) for answer in public)) == set()
    blind = [answer for answer in served if answer.address.startswith("/vote/image/")]
    assert all(len(shown(answer.body, played)) == 1 for answer in blind)
    # Of suspect pictures, some are of open prompts.
    assert all(len(shown(answer.body, played)) + len(shown(answer.body, opened)) == 1 for answer in reported)
    assert bool(reported) == (role == "staff")


def test_pages_with_reported_pictures_name_nobody(reached: dict[str, list[Answer]]) -> None:
    pages = [answer for answer in reached["staff"] if answer.address.startswith("/staff/reports/")]
    assert {answer.kind for answer in pages if answer.status == 200} == {"text/html", "image/webp"}
    assert {answer.address for answer in pages if found_words(answer.everything)} == set()


def test_known_keys_of_an_image_in_play_open_no_address(plant: Plant, browser: Browser) -> None:
    staff = browser()
    staff.force_login(User.objects.create_superuser("staff who guesses"))
    for image in plant.images("play")[:5]:
        key = image.renditions.all()[0].storage_key
        addresses = [f"/{root}{name}" for root in ("", "media/", "static/") for name in (key, image.storage_key)]
        addresses += [f"/images/{image.public_id}/512.webp", f"/vote/image/{write_token(image.public_id)}/512.webp"]
        addresses.append(f"/admin/generation/image/{image.pk}/change/")
        assert {ask(staff, address).status for address in addresses} == {404}


def test_admin_refuses_to_find_a_generation_by_its_image(plant: Plant, browser: Browser) -> None:
    staff = browser()
    staff.force_login(User.objects.create_superuser("staff who searches"))
    image = plant.images("play")[0]
    for field, value in (("public_id", image.public_id), ("sha256", image.sha256), ("provenance__icontains", "a")):
        answer = ask(staff, f"/admin/generation/generation/?image__{field}={value}")
        assert answer.status == 400
    assert ask(staff, f"/admin/generation/generation/?id={image.generation_id}").status == 200


def reveal_words(page: VotePage, body: bytes) -> tuple[set[str], set[str]]:
    """Return the words found in a reveal, and those of its two sides."""
    matchup = Matchup.objects.get(left_handle__in=_handles(page), right_handle__in=_handles(page))
    sides: list[Any] = [matchup.left.contender, matchup.right.contender]
    own = {word for maker in MAKERS for word in maker.words for side in sides if side.slug.startswith(maker.contender)}
    return found_words(body), own


def _handles(page: VotePage) -> list[Any]:
    rows = Matchup.objects.values_list("left_handle", "right_handle")
    return [key for row in rows for key in row if write_token(key) in page.handles]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_reveal_names_its_own_two_and_nobody_else(plant: Plant, browser: Browser, accept: str) -> None:
    client = browser()
    first, second, _ = hold(client)
    for page in (first, second):
        form = {"answer": "left", "csrfmiddlewaretoken": open_vote(client).csrf}
        reply = client.post(f"/vote/answer/{page.token}/", form, headers={"accept": accept})
        found, own = reveal_words(page, reply.content)
        assert len(own) == 6
        assert found <= own
        assert len(found) >= 4
    left = open_vote(client)
    reply = client.post(
        f"/vote/answer/{left.token}/", {"answer": "skip", "csrfmiddlewaretoken": left.csrf}, headers={"accept": accept}
    )
    assert found_words(reply.getvalue() + repr(reply.headers).encode(), WORDS) == set()


def test_generations_are_all_done(plant: Plant) -> None:
    assert set(Generation.objects.values_list("state", flat=True)) == {"done"}
