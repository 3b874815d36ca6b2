"""Contenders side by side: the verdict, differences by category, open prompts only, and addresses."""

import re
from itertools import combinations

import pytest
from django.test import Client

from arena.catalog.models import Fact, Prompt
from leaderboard.computing.auditing import audit_ledgers
from leaderboard.models import Audit
from leaderboard.queries.audits import read_model
from leaderboard.queries.comparing.verdicts import Opinion, lines_of, read_opinion
from leaderboard.queries.standings import read_board
from leaderboard.ratings.diagnostics.pair_decisions import decide_pair
from tests.factories import make_category, make_contender, make_generation, make_prompt
from tests.leaderboard.ledgers import Cast, draw_votes, known
from tests.leaderboard.pages import count_queries, extend_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def pair_url(one: str, two: str) -> str:
    first, second = sorted((one, two))
    return f"/compare/{first}/vs/{second}/"


def test_verdict_comes_first_with_interval_and_direct_record(client: Client) -> None:
    slugs = make_board(3, 600)
    audit_ledgers(at_once=True)
    pair = next(
        each
        for each in client.get("/api/v1/pairs/").json()["pairs"]
        if {each["contender_slug"], each["opponent_slug"]} == {slugs[0], slugs[2]}
    )
    html = text_of(client.get(pair_url(slugs[0], slugs[2])))
    said = re.search(r'<p class="verdict-sentence">(.*?)</p>', html)
    assert said is not None
    low, high = (f"{100 * pair[name]:.0f}" for name in ("p_share_low", "p_share_high"))
    assert said[1].startswith(f"Name of {slugs[0]} is surely better than Name of {slugs[2]}: preferred in ")
    assert f"[{low}–{high}" in said[1]
    votes = pair["wins"] + pair["ties"] + pair["losses"] + pair["both_bad"]
    assert f"{votes} votes between the two: {pair['wins']} for Name of {slugs[0]}" in html
    assert "Name of animals" not in html
    assert html.index("verdict-sentence") < html.index("by category and language")
    assert count_queries(client, pair_url(slugs[0], slugs[2])) < 60


def test_every_pair_is_decided_as_the_audit_decides_neighbours() -> None:
    slugs = make_board(3, 0)
    extend_board(draw_votes(slugs, 60, voters=40) + draw_votes(slugs[:2], 20, voters=40, seed=2))
    audit_ledgers(at_once=True)
    facts = Audit.objects.get(snapshot__board__slice="overall").facts
    model = read_model(facts)
    assert model is not None
    rated = round(facts["votes"] * (1 - facts["floor_rate"]))
    for pair in facts["pairs"]:
        one, two = (model.contenders.index(pair["decision"][name]) for name in ("leader", "other"))
        found = decide_pair(model, one, two, rated_votes=rated)
        assert found is not None
        assert found.gap == pytest.approx(pair["decision"]["gap"], abs=0.1)
        assert found.settled == pair["decision"]["decided"]
        more = pair["decision"]["more_votes"]
        assert (found.more_votes is None) == (more is None)
        assert more is None or found.more_votes == pytest.approx(more, rel=0.05, abs=3)


def test_open_question_says_how_many_votes_are_missing(client: Client) -> None:
    slugs = make_board(3, 0)
    even = [
        Cast(one, two, "left" if n % 5 < 3 else "right", f"voter-{n}", prompt=f"prompt-{n % 11}")
        for one, two in ((slugs[0], slugs[1]), (slugs[1], slugs[2]))
        for n in range(40)
    ]
    extend_board(even)
    assert "until this board's audit is made" in text_of(client.get(pair_url(*slugs[:2])))
    audit_ledgers(at_once=True)
    html = text_of(client.get(pair_url(*slugs[:2])))
    assert '<p class="verdict-sentence">Not decided: Name of ' in html
    assert re.search(r"about [\d,]+ more votes on this board would tell", html)


def test_addresses_are_canonical(client: Client) -> None:
    one, two, three = sorted(make_board(3, 90))
    turned = client.get(f"/compare/{two}/vs/{one}/?language=en")
    assert (turned.status_code, turned.headers["Location"]) == (301, f"/compare/{one}/vs/{two}/?language=en")
    assert client.get(f"/compare/?m={two}&m={one}&m=").headers["Location"] == f"/compare/{one}/vs/{two}/"
    assert client.get(f"/compare/{one}/vs/{one}/").headers["Location"] == f"/compare/?m={one}"
    assert client.get(f"/compare/{one}/vs/nobody/").status_code == 404
    assert "Choose contenders" in text_of(client.get("/compare/"))
    several = text_of(client.get(f"/compare/?m={one}&m={two}&m={three}"))
    assert several.count('<p class="verdict-sentence">') == 3
    english = text_of(client.get(f"/compare/{one}/vs/{two}/?language=en"))
    assert 'href="/leaderboard/text-to-image/?language=en"' in english
    assert client.get(f"/compare/{one}/vs/{two}/?language=xx").status_code == 200


def test_pictures_are_those_of_open_prompts_with_their_votes(client: Client) -> None:
    slugs = make_board(2, 60)
    animals = make_category(slug="animals-shown")
    prompts = {
        state: make_prompt(slug=f"prompt-{state}", category=animals, state=state)
        for state in (Prompt.State.OPEN, Prompt.State.PLAY)
    }
    made = {
        (slug, prompt.state): make_generation(contender=known(slug), prompt=prompt, entered_at="2026-11-01T00:00Z")
        for slug in slugs
        for prompt in prompts.values()
    }
    extend_board(Cast(slugs[0], slugs[1], "left", prompt=f"prompt-{state}") for state in ("open", "play", "open"))
    html = text_of(client.get(pair_url(*slugs)))
    for (_slug, state), picture in made.items():
        assert (str(picture.image.public_id) in html) == (state == Prompt.State.OPEN)
    assert "Title of prompt-open" in html
    assert "prompt-play" not in html
    first, second = sorted(slugs)
    wins, losses = (2, 0) if first == slugs[0] else (0, 2)
    assert f"2 votes: {wins} for Name of {first}, 0 tied, {losses} for Name of {second}, 0 both bad." in html


def test_facts_that_differ_are_marked_also_without_votes(client: Client) -> None:
    contenders = [make_contender(slug=f"quiet-{n}") for n in range(2)]
    for number, contender in enumerate(contenders):
        for key, value in (("licence", "MIT"), ("max_size", f"{number + 1}K")):
            Fact.objects.create(
                image_model=contender.image_model,
                key=key,
                value=value,
                source="https://example.com",
                seen_on="2026-11-01",
            )
    html = text_of(client.get("/compare/quiet-0/vs/quiet-1/"))
    assert "No votes compare these contenders yet" in html
    assert 'class="differs"><th scope="row">Largest image' in html
    assert '<tr><th scope="row">Licence' in html


def test_surely_better_is_what_the_ranges_say_and_no_more() -> None:
    slugs = make_board(6, 0)
    extend_board(draw_votes(slugs, 700, voters=12, seed=3))
    audit_ledgers(at_once=True)
    board = read_board(ledger="native", modality="text-to-image")
    opinion, unaudited, lines = read_opinion(board), Opinion(None, 0), lines_of(board.rows)
    found = set()
    for one, two in combinations(lines, 2):
        verdict = opinion.judge(one, two, lines)
        assert verdict is not None
        better, worse = (one, two) if verdict.gap > 0 else (two, one)
        low, high = lines[better], lines[worse]
        assert low.rank_high is not None
        assert high.rank_low is not None
        if verdict.is_sure:
            assert verdict.is_likely
            assert high.rank_low > 1
            assert high.p_first is not None
            assert high.p_first <= 0.025
        else:
            assert high.rank_low <= low.rank_high
        assert opinion.is_better(better, worse, lines) == verdict.is_sure
        assert not opinion.is_better(worse, better, lines)
        apart = unaudited.judge(one, two, lines)
        assert apart is not None
        assert not apart.is_sure or verdict.is_sure
        found.add(verdict.is_sure)
    assert found == {True, False}
