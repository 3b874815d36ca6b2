"""Pages and API of an arena in which edits are judged: sources beside them, and a board of their own."""

import re

import pytest
from django.test import Client

from arena.catalog.models import Prompt
from arena.generation.ingest.public_sources import gather_sources
from tests.factories import make_contender, make_editing_prompt, make_generation, make_image_model, make_prompt
from tests.leaderboard.ledgers import Cast, draw_votes
from tests.leaderboard.pages import extend_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def sources_in(html: str, prompt: Prompt) -> list[bool]:
    """Tell of each source of a prompt, and of its mask, whether a page shows it."""
    sources = gather_sources(prompt.source_images.all())
    return [source.sha256 in html for source in sources.pictures] + [bool(sources.mask) and sources.mask in html]


@pytest.mark.parametrize("state", ["play", "open"])
def test_competition_of_an_edit_shows_its_sources_and_mask(client: Client, state: str) -> None:
    prompt = make_editing_prompt(sources=2, mask=True, state=state)
    make_generation(prompt=prompt)
    html = text_of(client.get(f"/competitions/{prompt.slug}/"))
    assert sources_in(html, prompt) == [True, True, True]
    assert "CC0-1.0" in html
    assert ("/images/" in html) == (state == "open")


def test_list_of_competitions_shows_sources_and_is_filtered_by_modality(client: Client) -> None:
    prompt, plain = make_editing_prompt(mask=True), make_prompt()
    html = text_of(client.get("/competitions/"))
    assert sources_in(html, prompt) == [True, False]
    assert plain.title in html
    assert plain.title not in text_of(client.get("/competitions/?modality=image-editing"))
    assert prompt.title not in text_of(client.get("/competitions/?modality=text-to-image"))


def test_gallery_of_a_model_shows_each_edit_with_its_source(client: Client) -> None:
    prompt = make_editing_prompt(state="open")
    generation = make_generation(prompt=prompt)
    html = text_of(client.get(f"/models/{generation.contender.image_model.slug}/"))
    assert sources_in(html, prompt) == [True, False]


def test_prompt_in_the_api_names_its_sources(client: Client) -> None:
    prompt = make_editing_prompt(sources=2, mask=True)
    (listed,) = client.get("/api/v1/prompts/?modality=image-editing").json()["results"]
    assert listed == client.get(f"/api/v1/prompts/{prompt.slug}/").json()
    sources = gather_sources(prompt.source_images.all())
    assert [one["sha256"] for one in listed["source_images"]] == [one.sha256 for one in sources.pictures]
    assert listed["source_images"][0] | {"sha256": ""} == {
        "sha256": "", "width": 96, "height": 64, "licence": "CC0-1.0", "origin": "",
        "image": f"http://testserver{sources.pictures[0].src}",
    }  # fmt: skip
    assert listed["mask_outline"] == f"http://testserver{sources.outline}"
    plain = make_prompt()
    told = client.get(f"/api/v1/prompts/{plain.slug}/").json()
    assert (told["source_images"], told["mask_outline"]) == ([], "")


def edits(contenders: list[str], count: int) -> list[Cast]:
    """Draw votes on edits."""
    votes = draw_votes(contenders, count, categories=("restyle",), seed=2)
    return [vote._replace(modality="image-editing") for vote in votes]


def test_home_shows_the_boards_of_both_modalities(client: Client) -> None:
    slugs = make_board(4)
    make_editing_prompt()
    make_prompt()
    extend_board(edits(slugs, 200))
    html = text_of(client.get("/"))
    for modality, label in (("text-to-image", "Text to image"), ("image-editing", "Image editing")):
        assert re.search(rf'<a href="/leaderboard/{modality}/"> ?{label} ?</a>', html)
        assert f"votes counted: {label}" in html
    assert html.count("glance--first") == 2


def test_arena_of_edits_alone_leads_to_their_board(client: Client) -> None:
    make_editing_prompt()
    assert client.get("/leaderboard/").headers["Location"] == "/leaderboard/image-editing/"
    assert 'href="/vote/?modality=image-editing"' in text_of(client.get("/leaderboard/image-editing/"))
    assert 'href="/leaderboard/image-editing/"' in text_of(client.get("/leaderboard/mine/"))
    assert client.get("/methodology/").status_code == 200


def test_own_board_is_one_of_each_modality(client: Client) -> None:
    make_editing_prompt()
    make_prompt()
    html = text_of(client.get("/leaderboard/mine/?modality=image-editing"))
    assert '<a href="?modality=image-editing" aria-current="page">' in html
    assert 'href="/vote/?modality=image-editing"' in html


def test_model_that_only_edits_has_its_place_on_the_board_of_edits(client: Client) -> None:
    make_board(3)
    editor = make_contender(image_model=make_image_model(modalities=["image-editing"]))
    other = make_contender()
    extend_board(edits([editor.slug, other.slug], 120))
    html = text_of(client.get("/models/?sort=rank"))
    row = html.split(f'href="/models/{editor.image_model.slug}/"')[1].split("</tr>")[0]
    assert '<span class="sub">editing</span>' in row
    assert html.index(editor.image_model.name) > html.index("</small>")
    board = text_of(client.get("/leaderboard/image-editing/"))
    assert editor.name in board
    assert editor.name in text_of(client.get("/leaderboard/image-editing/?view=matrix"))
