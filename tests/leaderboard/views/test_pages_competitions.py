"""Competitions: the list, what the page of an open prompt shows, and that a prompt in play shows no images."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from arena.catalog.models import Category
from arena.generation.models import Generation
from tests.factories import make_category, make_contender, make_generation, make_prompt
from tests.leaderboard.ledgers import Cast
from tests.leaderboard.pages import count_queries, extend_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def test_competitions_without_any_has_an_empty_state(client: Client) -> None:
    make_prompt(state="draft", title="Not yet")
    html = text_of(client.get("/competitions/"))
    assert "No competitions yet" in html
    assert "Not yet" not in html


def test_competitions_are_filtered(client: Client) -> None:
    animals = make_category(slug="animals")
    make_prompt(title="Owl", category=animals, language="de")
    make_prompt(title="Fox", category=animals, state="open")
    make_prompt(title="Soup")
    for query, titles in {
        "": {"Owl", "Fox", "Soup"},
        "?category=animals": {"Owl", "Fox"},
        "?language=de": {"Owl"},
        "?state=open": {"Fox"},
        "?state=draft": set(),
        "?category=animals&language=de&state=open": set(),
    }.items():
        html = text_of(client.get(f"/competitions/{query}"))
        assert {title for title in ("Owl", "Fox", "Soup") if f">{title}</a>" in html} == titles


def test_competitions_with_something_to_see_or_to_vote_on_come_first(client: Client) -> None:
    category = make_category()
    for title, state in {"Bare": "open", "Empty": "play", "Votable": "play", "Pictured": "open"}.items():
        prompt = make_prompt(title=title, category=category, state=state)
        if title in ("Votable", "Pictured"):
            make_generation(prompt=prompt)
    html = text_of(client.get("/competitions/"))
    places = [html.index(f">{title}</a>") for title in ("Pictured", "Votable", "Bare", "Empty")]
    assert places == sorted(places)


def test_competitions_come_in_pages_that_keep_the_filters(client: Client) -> None:
    animals = make_category(slug="animals")
    for number in range(25):
        make_prompt(title=f"Title {number:02}", category=animals)
    first = text_of(client.get("/competitions/?category=animals"))
    assert 'href="?category=animals&amp;page=2"' in first
    second = text_of(client.get("/competitions/?category=animals&page=2"))
    assert first.count('class="card ') == 24
    assert second.count('class="card ') == 1


def test_replaced_prompt_in_play_is_left_out_and_points_on(client: Client) -> None:
    new = make_prompt(slug="new", title="Better words")
    make_prompt(slug="old", title="Worse words", superseded_by=new)
    assert "Worse words" not in text_of(client.get("/competitions/"))
    html = text_of(client.get("/competitions/old/"))
    assert 'href="/competitions/new/"' in html
    assert "/vote/" not in html.split('id="main"')[1]


@pytest.mark.parametrize("as_staff", [False, True])
def test_draft_is_not_found(client: Client, as_staff: bool) -> None:
    if as_staff:
        client.force_login(User.objects.create_superuser("staff"))
    make_prompt(slug="draft", state="draft")
    make_prompt(slug="hidden", category=make_category(state=Category.State.DRAFT))
    for slug in ("draft", "hidden", "nobody"):
        assert client.get(f"/competitions/{slug}/").status_code == 404


@pytest.mark.parametrize("as_staff", [False, True])
def test_prompt_in_play_shows_no_image_no_name_and_no_result(client: Client, as_staff: bool) -> None:
    if as_staff:
        client.force_login(User.objects.create_superuser("staff"))
    slugs = make_board(2)
    prompt = make_prompt(
        slug="bridge", text="A bridge", category=make_category(slug="spans", criterion="Judge by: arches")
    )
    made = [make_generation(contender=make_contender(name=f"Secret {n}"), prompt=prompt) for n in range(2)]
    extend_board([Cast(slugs[0], slugs[1], "left", prompt="bridge")])
    html = text_of(client.get("/competitions/bridge/"))
    assert "A bridge" in html
    assert "Judge by: arches" in html
    assert 'href="/vote/spans/"' in html
    listed = text_of(client.get("/competitions/"))
    for page in (html, listed):
        assert "<img" not in page
        assert "Secret" not in page
        assert "Name of contender" not in page
        assert not any(str(generation.image.public_id) in page for generation in made)


def test_open_prompt_shows_entries_with_names_and_counts(client: Client) -> None:
    slugs = make_board(2)
    prompt = make_prompt(slug="bridge", text="A bridge", state="open")
    for slug in slugs:
        make_generation(contender=make_contender(name=f"Maker {slug}"), prompt=prompt)
    extend_board([Cast(slugs[0], slugs[1], "left", prompt="bridge"), Cast(slugs[1], slugs[0], "tie", prompt="bridge")])
    html = text_of(client.get("/competitions/bridge/"))
    assert html.count("<img") == 2
    assert all(f"Maker {slug}" in html for slug in slugs)
    assert "2 votes on this prompt" in html
    assert f"Name of {slugs[0]}" in html.split('id="results"')[1]


def test_open_prompt_without_votes_or_pictures_says_so(client: Client) -> None:
    make_prompt(slug="bridge", state="open")
    html = text_of(client.get("/competitions/bridge/"))
    assert "No pictures have been generated" in html
    assert "Nobody has voted on this prompt" in html


def test_slug_of_any_script_has_a_page(client: Client) -> None:
    make_prompt(slug="橋の上", state="open", language="ja")
    assert client.get("/competitions/橋の上/").status_code == 200
    assert "%E6%A9%8B" in text_of(client.get("/competitions/"))


def test_queries_do_not_grow_with_prompts_or_entries(client: Client) -> None:
    make_board(2)
    bridge = make_prompt(slug="bridge", state="open")
    for _ in range(2):
        make_generation(prompt=bridge)
    pages = ("/competitions/", "/competitions/bridge/")
    few = [count_queries(client, page) for page in pages]
    for _ in range(3):
        make_generation(prompt=bridge)
        make_generation(prompt=make_prompt(state="open"))
        make_prompt()
    assert [count_queries(client, page) for page in pages] == few
    assert Generation.objects.count() == 8
