"""Voting over HTTP: every answer and every refusal."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from arena.catalog.models import Category, Prompt
from arena.generation.ingest.renditions import WIDTHS
from arena.voting.blindness.tokens import read_token, write_token
from arena.voting.dealing.matchups import OPEN_LIMIT
from arena.voting.ledger.opening import open_ledger
from arena.voting.models import Matchup, PairSplit, Strength, UnsealedVote, Vote, Voter
from tests.arena.voting.pages import open_vote, send_answer
from tests.factories import make_arena, make_category, make_generation, make_prompt

Browser = Callable[[], Client]
pytestmark = pytest.mark.django_db


def age(hours: float) -> None:
    """Make every matchup this many hours older."""
    for matchup in Matchup.objects.all():
        matchup.dealt_at -= timedelta(hours=hours)
        if matchup.closed_at:
            matchup.closed_at -= timedelta(hours=hours)
        matchup.save()


def test_answer_with_vote_counts_once_and_names_both(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    reply = send_answer(client, page, "left")
    matchup = Matchup.objects.get()
    left = matchup.left.contender
    body = reply.json()
    assert (reply.status_code, body["answer"], body["split"]) == (200, "left", None)
    assert body["left"] == {
        "contender": left.slug,
        "name": left.name,
        "model": left.image_model.slug,
        "organization": left.image_model.organization.name,
        "rank_low": None,
        "rank_high": None,
    }
    assert body["right"]["contender"] == matchup.right.contender.slug
    assert send_answer(client, page, "left").content == reply.content
    assert Vote.objects.get().outcome == "left"
    assert UnsealedVote.objects.count() == 1
    assert Voter.objects.get().languages == ["en"]


def test_answer_with_skip_closes_without_vote_or_names(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    reply = send_answer(client, page, "skip")
    assert reply.json() == {"answer": "skip"}
    assert send_answer(client, page, "skip").json() == {"answer": "skip"}
    assert Matchup.objects.get().reply == {"answer": "skip"}
    assert not Vote.objects.exists()
    assert not Voter.objects.exists()
    assert send_answer(client, page, "left").status_code == 409
    assert client.get(f"/vote/image/{page.handles[0]}/{WIDTHS[0]}.webp").status_code == 404


def test_answer_with_other_outcome_conflicts(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    send_answer(client, page, "left")
    refused = send_answer(client, page, "right")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert Vote.objects.get().outcome == "left"


@pytest.mark.parametrize("given", ["", "report", "left ", "both-bad", "a"])
def test_answer_with_unknown_word_is_refused(browser: Browser, given: str) -> None:
    make_arena()
    client = browser()
    refused = send_answer(client, open_vote(client), given)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    assert Matchup.objects.get().answer == ""


def test_answer_with_unknown_matchup_is_not_found(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    for token in (write_token(uuid.uuid4()), "short", page.token[:-1] + "é", page.token + "A"):
        refused = send_answer(client, page, "left", token=token)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


def test_answer_with_matchup_of_another_voter_is_not_found(browser: Browser) -> None:
    make_arena()
    mine, other = browser(), browser()
    page, theirs = open_vote(mine), open_vote(other)
    assert page.token != theirs.token
    assert send_answer(mine, page, "left", token=theirs.token).status_code == 404
    assert not Vote.objects.exists()


def test_answer_without_voter_cookie_or_with_forged_one_is_not_found(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    genuine = client.cookies["easel_voter"].value
    for value in (None, genuine[:-2] + "xx", genuine.partition(":")[0], ""):
        if value is None:
            del client.cookies["easel_voter"]
        else:
            client.cookies["easel_voter"] = value
        assert send_answer(client, page, "left").status_code == 404
    assert not Vote.objects.exists()


def test_answer_after_half_an_hour_counts_and_after_a_day_is_gone(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    age(hours=23.9)
    assert send_answer(client, page, "tie").status_code == 200
    late = open_vote(client)
    assert late.token != page.token
    age(hours=24.1)
    refused = send_answer(client, late, "tie")
    assert (refused.status_code, refused.json()["code"]) == (410, "gone")
    assert "Vote on a new one" in refused.json()["message"]
    assert Vote.objects.count() == 1


def test_answer_after_prompt_was_opened_is_gone(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    Prompt.objects.update(state=Prompt.State.OPEN)
    assert send_answer(client, page, "left").status_code == 410
    assert not Vote.objects.exists()


def test_answer_without_or_with_wrong_csrf_token_is_forbidden(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    address = f"/vote/answer/{page.token}/"
    for form in ({"answer": "left"}, {"answer": "left", "csrfmiddlewaretoken": "x" * 64}):
        refused = client.post(address, form, headers={"accept": "application/json"})
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        assert client.post(address, form).status_code == 403
    assert Matchup.objects.get().answer == ""


@pytest.mark.parametrize("header", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}])
def test_answer_from_another_site_is_forbidden(browser: Browser, header: dict[str, str]) -> None:
    make_arena()
    client = browser()
    refused = send_answer(client, open_vote(client), "left", **header)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert Matchup.objects.get().answer == ""


def test_answer_by_get_is_not_allowed(browser: Browser) -> None:
    make_arena()
    client = browser()
    assert client.get(f"/vote/answer/{open_vote(client).token}/").status_code == 405


def test_answer_without_script_shows_names_beside_the_same_images(browser: Browser) -> None:
    contenders, _ = make_arena()
    client = browser()
    page = open_vote(client)
    form = {"answer": "right", "csrfmiddlewaretoken": page.csrf}
    revealed = client.post(f"/vote/answer/{page.token}/", form)
    html = revealed.content.decode()
    assert revealed.status_code == 200
    assert all(handle in html for handle in page.handles)
    assert sum(contender.name in html for contender in contenders) == 2
    refused = client.post(f"/vote/answer/{page.token}/", form | {"answer": "left"})
    assert refused.status_code == 409
    assert 'href="/vote/"' in refused.content.decode()


def test_skip_without_script_goes_on_in_the_same_category(browser: Browser) -> None:
    make_arena()
    client = browser()
    slug = Category.objects.values_list("slug", flat=True)[0]
    page = open_vote(client, f"/vote/{slug}/")
    assert f'name="category" value="{slug}"' in page.html
    form = {"answer": "skip", "csrfmiddlewaretoken": page.csrf, "category": slug}
    assert client.post(f"/vote/answer/{page.token}/", form).headers["Location"] == f"/vote/{slug}/"
    other = open_vote(client)
    form = {"answer": "skip", "csrfmiddlewaretoken": other.csrf}
    assert client.post(f"/vote/answer/{other.token}/", form).headers["Location"] == "/vote/"


def test_vote_page_reloaded_serves_the_same_matchup(browser: Browser) -> None:
    make_arena()
    client = browser()
    first = open_vote(client)
    assert open_vote(client).token == first.token
    age(hours=0.6)
    assert open_vote(client).token != first.token


def test_vote_page_without_images_says_nothing_yet_then_deals(browser: Browser) -> None:
    client = browser()
    category = make_category()
    assert "Nothing to compare yet" in open_vote(client).html
    assert "Nothing to compare yet" in open_vote(client, f"/vote/{category.slug}/").html
    prompt = make_prompt(category=category)
    for _ in range(2):
        make_generation(prompt=prompt, pixels=False)
    assert open_vote(client, f"/vote/{category.slug}/").token


def test_vote_page_with_everything_judged_says_so(browser: Browser) -> None:
    make_arena(contenders=2, prompts=1)
    client = browser()
    send_answer(client, open_vote(client), "left")
    page = open_vote(client)
    assert (page.status, "All judged" in page.html) == (200, True)
    assert client.get("/vote/next/").status_code == 204


def test_vote_page_of_unknown_or_draft_category_is_not_found(browser: Browser) -> None:
    make_arena()
    make_category(slug="unready", state=Category.State.DRAFT)
    assert [open_vote(browser(), f"/vote/{slug}/").status for slug in ("unready", "unknown")] == [404, 404]


def test_next_matchup_deals_enough_for_three_tabs_and_no_more(browser: Browser) -> None:
    make_arena(contenders=2, prompts=OPEN_LIMIT + 1, pixels=False)
    client = browser()
    tokens = [open_vote(client).token]
    while len(tokens) < OPEN_LIMIT:
        tokens.append(open_vote(client, f"/vote/next/?have={','.join(tokens)}").token)
    assert len(set(tokens)) == OPEN_LIMIT
    assert client.get("/vote/next/", {"have": tokens}).status_code == 204
    assert client.get("/vote/next/", {"have": ",".join(tokens)}).status_code == 204
    assert open_vote(client, f"/vote/next/?have={tokens[0]}").token == tokens[1]
    assert Matchup.objects.count() == OPEN_LIMIT


def test_all_judged_leads_on_to_other_languages_and_to_what_was_skipped(browser: Browser) -> None:
    _, (english, german) = make_arena(contenders=4, prompts=2, languages=("en", "de"), pixels=False)
    client = browser()
    for answer in ("skip", "left"):
        send_answer(client, open_vote(client), answer)
    page = open_vote(client, f"/vote/{english.category.slug}/")
    assert "All judged" in page.html
    assert "<bdi" not in page.html
    again = re.search(r'href="(\?skipped_before=\d+)"', page.html)
    assert again is not None
    assert "All judged" in open_vote(client, "/vote/?skipped_before=tomorrow").html
    page = open_vote(client, f"/vote/{again[1]}")
    assert open_vote(client, f"/vote/next/{again[1]}").token == page.token
    send_answer(client, page, "left")
    page = open_vote(client)
    assert re.findall(r'<button[^>]*value="(\w+)"><bdi.*?</bdi> up to (\d) pairs', " ".join(page.html.split())) == [
        ("de", "2")
    ]
    form = {"language": ["en", "de"], "category": german.category.slug, "csrfmiddlewaretoken": page.csrf}
    response = client.post("/vote/languages/", form)
    assert response.headers["Location"] == f"/vote/{german.category.slug}/"
    assert german.text in open_vote(client, response.headers["Location"]).html


def test_next_matchup_keeps_to_its_category(browser: Browser) -> None:
    make_arena(prompts=6)
    client = browser()
    slug = Category.objects.values_list("slug", flat=True)[3]
    for _ in range(2):
        assert open_vote(client, "/vote/next/").status == 200
    page = open_vote(client, f"/vote/next/?category={slug}")
    assert Matchup.objects.get(pk=read_token(page.token)).prompt.category.slug == slug
    assert open_vote(client, f"/vote/{slug}/").token == page.token


def test_languages_follow_the_browser_until_chosen(browser: Browser) -> None:
    make_arena(prompts=4, languages=["en", "de"], contenders=6)
    client = browser()

    def languages(accepted: str = "", *, matchups: int = 6) -> set[str]:
        Matchup.objects.all().delete()
        headers = {"accept-language": accepted} if accepted else {}
        for _ in range(matchups):
            client.get("/vote/next/", headers=headers)
            age(hours=1)
        return set(Matchup.objects.values_list("prompt__language", flat=True))

    assert languages() == {"en"}
    assert languages("de-AT, fr;q=0.5") == {"de"}
    assert languages("ja") == {"en"}
    page = open_vote(client)
    form = {"language": ["de", "en", "<script>"], "csrfmiddlewaretoken": page.csrf}
    assert client.post("/vote/languages/", form).headers["Location"] == "/vote/"
    assert client.cookies["easel_languages"].value == "de.en"
    # Each is drawn half of the time: one run in a billion would see only one language.
    assert languages("ja", matchups=31) == {"en", "de"}


def test_languages_without_english_prompts_are_whatever_there_is(browser: Browser) -> None:
    make_arena(languages=["de"])
    assert open_vote(browser()).token


def test_voter_cookie_is_signed_and_kept_from_scripts_and_other_sites(browser: Browser) -> None:
    make_arena()
    client = browser()
    open_vote(client)
    cookie = client.cookies["easel_voter"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 400 * 24 * 3600)
    before = cookie.value
    open_vote(client)
    assert client.cookies["easel_voter"].value == before
    assert not Voter.objects.exists()


def test_vote_pages_are_neither_kept_nor_indexed(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    answers = [
        client.get("/vote/"),
        client.get("/vote/next/"),
        client.get(f"/vote/image/{page.handles[0]}/{WIDTHS[0]}.webp"),
        client.get("/vote/image/nothing/512.webp"),
        send_answer(client, page, "tie"),
        send_answer(client, page, "left"),
    ]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_reveal_with_published_strengths_and_split_tells_them(browser: Browser) -> None:

    (first, second), _ = make_arena(contenders=2, prompts=3)
    ledger = open_ledger("native")
    Strength.objects.create(
        ledger=ledger, contender=first, mean=0.5, variance=0.01, rank_low=1, rank_high=2, snapshot=1
    )
    PairSplit.objects.create(ledger=ledger, first=first, second=second, first_wins=6, second_wins=3, ties=2, both_bad=1)
    client = browser()
    reply = send_answer(client, open_vote(client), "left").json()
    side, other = ("left", "right") if reply["left"]["contender"] == first.slug else ("right", "left")
    assert (reply[side]["rank_low"], reply[side]["rank_high"], reply[other]["rank_low"]) == (1, 2, None)
    assert reply["split"] == {"votes": 12, side: 6, other: 3, "tie": 2, "both_bad": 1}
    assert Matchup.objects.filter(closed_at__lte=Now()).count() == 1


def test_head_of_every_page_answers_as_get(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    paths = [
        "/vote/",
        "/vote/next/",
        f"/vote/answer/{page.token}/report/",
        f"/vote/image/{page.handles[0]}/{WIDTHS[0]}.webp",
    ]
    answers = [(client.get(path), client.head(path)) for path in paths]
    assert [got.status_code for got, _ in answers] == [200] * 4
    assert [(head.status_code, head["Content-Type"], head.content) for _, head in answers] == [
        (200, got["Content-Type"], b"") for got, _ in answers
    ]
