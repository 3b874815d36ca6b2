"""The page of the search and its rows over REST: what a reader sees for any words, and what never leaks."""

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from arena.catalog.models import Category
from tests.factories import (
    make_category,
    make_contender,
    make_generation,
    make_image_model,
    make_organization,
    make_prompt,
)
from tests.leaderboard.pages import count_queries, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PATH, API = "/search/", "/api/v1/search/"


def found(client: Client, query: str) -> list[dict[str, Any]]:
    """The rows over REST."""
    rows: list[dict[str, Any]] = client.get(f"{API}?{query}").json()["results"]
    return rows


def fill() -> None:
    """A model with two contenders, its organization, a category and a prompt that all hold "owl"."""
    model = make_image_model(slug="owl-1", name="Owl 1", organization=make_organization(slug="works", name="Owl Works"))
    for tier in ("fast", "slow"):
        make_contender(slug=f"owl-1-{tier}", name=f"Owl 1 ({tier})", image_model=model)
    category = make_category(slug="birds", name="Birds", criterion="Is it an owl?")
    make_prompt(slug="night", title="Night", text="An owl <b>sits</b> & waits", category=category, state="open")


def test_page_without_words_says_what_can_be_found(client: Client) -> None:
    html = text_of(client.get(PATH))
    assert '<meta name="robots" content="noindex">' in html
    assert "The first letters of a word are enough" in html
    assert 'role="search"' in html


def test_results_come_in_groups_with_marks_and_nothing_unescaped(client: Client) -> None:
    fill()
    html = text_of(client.get(f"{PATH}?q=owl"))
    places = [html.index(f'id="found-{kind}"') for kind in ("models", "organizations", "categories", "prompts")]
    assert places == sorted(places)
    assert '<a href="/models/owl-1/"><mark>Owl</mark> 1</a>' in html
    assert "An <mark>owl</mark> &lt;b&gt;sits&lt;/b&gt; &amp; waits" in html
    for address in ("/organizations/works/", "/categories/birds/", "/competitions/night/"):
        assert f'href="{address}"' in html


def test_one_kind_comes_in_pages_that_keep_words_and_modality(client: Client) -> None:
    for number in range(30):
        make_image_model(slug=f"owl-{number}", name=f"Owl {number:02}")
    overview = text_of(client.get(f"{PATH}?q=owl&modality=text-to-image"))
    assert "Show all (30)" in overview
    assert overview.count("<h3>") == 5
    second = text_of(client.get(f"{PATH}?q=owl&modality=text-to-image&kind=models&page=2"))
    assert second.count("<h3>") == 5
    assert 'href="?q=owl&amp;modality=text-to-image&amp;kind=models&amp;page=1"' in second


def test_number_of_queries_does_not_grow_with_the_results(client: Client) -> None:
    fill()
    few = count_queries(client, f"{PATH}?q=owl")
    for number in range(5):
        make_contender(image_model=make_image_model(name=f"Owl of {number}"))
        make_prompt(text="owl")
    assert count_queries(client, f"{PATH}?q=owl") == few


def test_nothing_found_says_what_to_do(client: Client) -> None:
    fill()
    html = text_of(client.get(f"{PATH}?q=%3Cscript%3Ezebra&modality=image-editing"))
    assert "Nothing has all of these words: &lt;script&gt;zebra" in html
    assert 'href="/search/?q=%3Cscript%3Ezebra"' in html
    assert 'href="/models/"' in html.split('id="main"')[1]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=%27", "q=%25&page=99999999999999999999", "q=owl&page=-1", "q=owl&kind=secrets",
        "q=owl&modality=%27", "q=%FF%FE", "q=a&q=b", f"q={'x' * 3000}",
        "page=x", f"q={quote('猫' * 300)}", "q=owl%00&kind=prompts&page=0",
    ],
)  # fmt: skip
def test_hostile_addresses_get_a_page(client: Client, query: str) -> None:
    fill()
    assert client.get(f"{PATH}?{query}").status_code == 200


def test_api_has_the_rows_of_the_page_in_its_order(client: Client) -> None:
    fill()
    rows = found(client, "q=owl")
    assert [(row["kind"], row["slug"]) for row in rows] == [
        ("models", "owl-1"), ("organizations", "works"), ("categories", "birds"), ("prompts", "night"),
    ]  # fmt: skip
    assert rows[0]["organization_name"] == "Owl Works"
    assert sorted(rows[0]["contenders"]) == ["owl-1-fast", "owl-1-slow"]
    assert rows[3]["excerpt"] == "An owl <b>sits</b> & waits"
    assert (rows[3]["url"], rows[3]["state"]) == ("http://testserver/competitions/night/", "open")
    assert [row["slug"] for row in found(client, "q=owl&kind=prompts")] == ["night"]
    assert found(client, "") == []


def test_api_comes_in_pages_and_as_a_table(client: Client) -> None:
    for number in range(3):
        make_image_model(slug=f"owl-{number}", name=f"Owl {number}")
    first = client.get(f"{API}?q=owl&limit=2").json()
    assert (first["count"], [row["slug"] for row in first["results"]]) == (3, ["owl-0", "owl-1"])
    assert [row["slug"] for row in client.get(first["next"]).json()["results"]] == ["owl-2"]
    table = client.get("/api/v1/search.csv?q=owl&fields=kind,slug").getvalue().decode()
    assert [tuple(row) for row in csv.reader(io.StringIO(table))][1:] == [("models", f"owl-{n}") for n in range(3)]


@pytest.mark.parametrize("query", ["q=%00", f"q={'x' * 300}", "kind=secrets", "modality=x", "words=owl"])
def test_api_refuses_by_name_what_it_cannot_read(client: Client, query: str) -> None:
    answer = client.get(f"{API}?{query}")
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {query.partition("=")[0]}


def test_drafts_are_not_found_and_a_prompt_in_play_joins_no_image_to_a_name(client: Client) -> None:
    contender = make_contender(slug="heron", name="Heron", image_model=make_image_model(name="Heron 1"))
    played = make_prompt(slug="played", title="Owl in play")
    hidden = make_category(state=Category.State.DRAFT)
    for prompt in (
        played,
        make_prompt(slug="drafted", title="Owl draft", state="draft"),
        make_prompt(slug="shut", title="Owl shut away", category=hidden),
    ):
        make_generation(prompt=prompt, contender=contender)
    for address in (f"{PATH}?q=owl", f"{PATH}?q=owl&kind=prompts", f"{API}?q=owl", "/api/v1/search.csv?q=owl"):
        text = client.get(address).getvalue().decode()
        assert "played" in text, address
        for secret in ("drafted", "shut", "Heron", "heron", "/images/", str(played.generations.get().image.public_id)):
            assert secret not in text, (address, secret)
    assert "Owl" not in text_of(client.get(f"{PATH}?q=heron"))


def test_every_page_but_the_voting_screen_has_one_field(client: Client) -> None:
    for path in ("/", "/models/", PATH, "/no-such-page/"):
        assert text_of(client.get(path)).count('name="q"') == 1, path
    assert 'name="q"' not in text_of(client.get("/vote/"))
