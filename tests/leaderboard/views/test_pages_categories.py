"""Categories, organizations over time, and price and time beside ratings."""

from decimal import Decimal

import pytest
from django.test import Client

from arena.catalog.models import Category, Fact, Offering, Price, Prompt, Provider
from tests.factories import make_category, make_generation, make_prompt
from tests.leaderboard.ledgers import known
from tests.leaderboard.pages import BOARD, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def give_price(slug: str, amount: str) -> None:
    provider = Provider.objects.get_or_create(slug="host", defaults={"name": "Host"})[0]
    offering = Offering.objects.create(provider=provider, image_model=known(slug).image_model, model_id=slug)
    Price.objects.create(
        offering=offering, item="image", unit="image", amount=Decimal(amount), source="https://example.com",
        seen_on="2026-11-01",
    )  # fmt: skip


def test_category_shows_board_bands_and_open_pictures_only(client: Client) -> None:
    slugs = make_board(3, 500)
    animals = make_category(slug="animals", name="Animals", criterion="whether it lives")
    for slug, amount in zip(slugs, ("0.2", "0.02", "0.005"), strict=True):
        give_price(slug, amount)
    pictures = {}
    for state in (Prompt.State.OPEN, Prompt.State.PLAY, Prompt.State.DRAFT):
        prompt = make_prompt(slug=f"prompt-{state}", category=animals, state=state)
        pictures[state] = make_generation(contender=known(slugs[0]), prompt=prompt, entered_at="2026-11-01T00:00Z")
    html = text_of(client.get("/categories/animals/"))
    assert "Judge by: whether it lives" in html
    assert 'href="/vote/animals/"' in html
    assert f'href="{BOARD}?category=animals"' in html
    for state, picture in pictures.items():
        assert (str(picture.image.public_id) in html) == (state == Prompt.State.OPEN)
        assert (f"Title of prompt-{state}" in html) == (state != Prompt.State.DRAFT)
    assert "Text of prompt-play" not in html
    bands = html[html.index('id="bands"') :].partition("</table>")[0]
    assert [bands.index(f"Name of {slug}") for slug in reversed(slugs)] == sorted(
        bands.index(f"Name of {slug}") for slug in slugs
    )
    assert 'href="/categories/animals/"' in text_of(client.get("/categories/"))
    Category.objects.filter(slug="animals").update(state="draft")
    assert client.get("/categories/animals/").status_code == 404


def test_category_without_votes_says_so(client: Client) -> None:
    make_category(slug="animals")
    assert "Nobody has voted here yet" in text_of(client.get("/categories/animals/"))


def test_price_and_rating_name_the_cheapest_that_is_not_surely_worse(client: Client) -> None:
    slugs = make_board(4, 900)
    for slug, amount in zip(slugs, ("0.2", "0.02", "0.005"), strict=False):
        give_price(slug, amount)
    html = text_of(client.get(f"{BOARD}?view=pareto"))
    assert "not surely worse than the highest rated" in html or "everything that costs less" in html
    assert "1 rated contender is not in the figure" in html
    assert html.count('<circle class="dot"') == 2 * 3
    hidden = text_of(client.get(f"{BOARD}?view=pareto&max_price=0.01"))
    assert hidden.count('<circle class="dot"') == 2 * 1
    assert "Neither prices nor times are known" in text_of(client.get(f"{BOARD}?view=pareto&q=nobody"))


def test_organization_lists_its_models_by_release(client: Client) -> None:
    slugs = make_board(2, 300)
    maker = known(slugs[0]).image_model.organization
    for slug, day in zip(slugs, ("2025-04", "2026-02-11"), strict=True):
        model = known(slug).image_model
        model.organization = maker
        model.save()
        Fact.objects.create(
            image_model=model, key="released_on", value=day, source="https://example.com", seen_on="2026-11-01"
        )
    page = text_of(client.get(f"/organizations/{maker.slug}/"))
    html = page[page.index("the newest first") :]
    newer, older = (f"Name of {known(slug).image_model.slug}" for slug in reversed(slugs))
    assert html.index("11 February 2026") < html.index(newer) < html.index("April 2025") < html.index(older)
    assert 'class="interval-cell' in html
