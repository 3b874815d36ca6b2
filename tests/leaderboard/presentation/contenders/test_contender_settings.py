"""What tells contenders of one model apart, in words, on their model's page and beside a pair."""

import pytest
from django.test import Client

from arena.catalog.models import Contender
from leaderboard.presentation.contenders.contender_settings import Difference, compare_settings, tell_difference
from tests.factories import make_contender, make_image_model
from tests.leaderboard.ledgers import draw_votes, make_ledger
from tests.leaderboard.pages import BOARD, extend_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def two_templates() -> tuple[Contender, Contender]:
    """Two contenders of one model that differ in their template and their steps."""
    model = make_image_model()
    plain = make_contender(slug="plain", image_model=model, settings={"size": "1024x1024", "steps": 4})
    studio = {"size": "1024x1024", "steps": 28, "template": "{prompt}, studio photo", "negative_prompt": "blur"}
    return plain, make_contender(slug="studio", image_model=model, settings=studio)


def test_shared_settings_stand_once_and_own_ones_in_words() -> None:
    found = compare_settings(two_templates())
    assert [(one.name, one.value) for one in found.shared] == [("size", "1024x1024")]
    assert [[(one.name, one.value) for one in each.settings] for each in found.contenders] == [
        [("steps", "4")],
        [("steps", "28"), ("Negative prompt", "blur"), ("Prompt template", "{prompt}, studio photo")],
    ]


def test_workflow_is_told_by_its_hash() -> None:
    node = {"3": {"class_type": "SaveImage", "inputs": {"text": "{{prompt}}"}}}
    [found] = compare_settings([make_contender(settings={"workflow": node, "steps": 4})]).contenders
    shown = {one.name: one.value for one in found.settings}
    assert shown["steps"] == "4"
    assert shown["workflow"].startswith("sha256:")
    assert "SaveImage" not in shown["workflow"]


def test_difference_names_what_one_of_the_two_lacks() -> None:
    plain, studio = two_templates()
    assert tell_difference(plain, studio) == (
        Difference("steps", "4", "28"),
        Difference("Negative prompt", "", "blur"),
        Difference("Prompt template", "", "{prompt}, studio photo"),
    )
    assert tell_difference(plain, make_contender()) == ()


def test_model_page_and_pair_tell_what_differs(client: Client) -> None:
    plain, studio = two_templates()
    make_ledger()
    extend_board(draw_votes([plain.slug, studio.slug, make_contender().slug], 120))
    page = text_of(client.get(f"/models/{plain.image_model.slug}/"))
    assert "All of them have: <code>size=1024x1024</code>" in page
    assert "Prompt template: <q>{prompt}, studio photo</q>" in page
    pair = text_of(client.get(f"{BOARD}?view=matrix&one=plain&two=studio"))
    assert '<th scope="row">steps</th><td>4</td><td>28</td>' in pair
    assert '<th scope="row">Negative prompt</th><td>–</td><td>blur</td>' in pair


def test_series_lines_up_by_step_on_model_page_and_board(client: Client) -> None:
    model = make_image_model()
    slugs = [
        make_contender(slug=f"at-{step}", image_model=model, series="forest-lora", step=step).slug
        for step in (2000, 500, 1000)
    ]
    make_contender(slug="at-4000", image_model=model, series="forest-lora", step=4000)
    make_ledger()
    extend_board(draw_votes([*slugs, make_contender().slug], 200))
    page = text_of(client.get(f"/models/{model.slug}/"))
    assert "Series forest-lora" in page
    assert [page.index(f'class="number">{step}</th>') for step in (500, 1000, 2000, 4000)] == sorted(
        page.index(f'class="number">{step}</th>') for step in (500, 1000, 2000, 4000)
    )
    assert "Elo by step, forest-lora" in page
    board = text_of(client.get(f"{BOARD}?view=intervals"))
    assert 'class="number">2000</th>' in board
    assert 'class="number">4000</th>' not in board
