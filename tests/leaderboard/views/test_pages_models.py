"""Models and organizations: lists, facts with sources, prices, claims, standings, galleries, retirement."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from arena.catalog.models import (
    Claim,
    Contender,
    Fact,
    ImageModel,
    Offering,
    Organization,
    Parameter,
    Price,
    Provider,
)
from leaderboard.queries.figures import read_reliability
from tests.factories import (
    make_attempt,
    make_contender,
    make_generation,
    make_image_model,
    make_organization,
    make_prompt,
)
from tests.leaderboard.ledgers import draw_votes, known, make_ledger
from tests.leaderboard.pages import count_queries, extend_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
DAY = date(2026, 11, 1)
SEEN: dict[str, Any] = {"source": "https://www.example.com/page", "seen_on": DAY}


def fill(model: ImageModel) -> None:
    """Give a model one of everything that its page shows."""
    Fact.objects.create(image_model=model, key="licence", value="Proprietary", **SEEN)
    Fact.objects.create(
        image_model=model, key="licence", value="Open", source="https://other.org/", seen_on=date(2026, 1, 2)
    )
    Parameter.objects.create(image_model=model, name="quality", type="string", allowed="low, high", **SEEN)
    Claim.objects.create(image_model=model, kind="strength", text="Said to be quick.", **SEEN)
    provider, _ = Provider.objects.get_or_create(slug="host", defaults={"name": "Host"})
    offering = Offering.objects.create(provider=provider, image_model=model, model_id="m")
    for amount, page in (("0.011", "one"), ("0.013", "two")):
        source = f"https://example.com/{page}"
        Price.objects.create(
            offering=offering, item="image", unit="image", quality="low", size="1024x1024",
            amount=Decimal(amount), source=source, seen_on=DAY,
        )  # fmt: skip


def test_models_without_any_has_an_empty_state(client: Client) -> None:
    assert "No model matches" in text_of(client.get("/models/"))


def test_models_are_grouped_and_filtered_by_organization(client: Client) -> None:
    lab, other = make_organization(slug="lab"), make_organization(slug="other")
    make_image_model(slug="one", organization=lab)
    make_image_model(slug="two", organization=other)
    everything = text_of(client.get("/models/"))
    assert (
        everything.index("Name of lab</a></th>") < everything.index("Name of one<") < everything.index("Name of two<")
    )
    only = text_of(client.get("/models/?organization=lab"))
    assert "Name of one<" in only
    assert "Name of two<" not in only
    assert "No model matches" in text_of(client.get("/models/?organization=lab&modality=image-editing"))


def test_models_by_rating_and_by_name(client: Client) -> None:
    slugs = make_board(3)
    names = [Contender.objects.get(slug=slug).image_model.name for slug in slugs]
    by_rating = text_of(client.get("/models/?sort=rank"))
    assert sorted(names, key=by_rating.index) == names
    by_name = text_of(client.get("/models/?sort=name"))
    assert sorted(names, key=by_name.index) == sorted(names)


def test_unknown_model_and_organization_are_not_found(client: Client) -> None:
    assert client.get("/models/nobody/").status_code == 404
    assert client.get("/organizations/nobody/").status_code == 404


def test_model_about_which_nothing_is_known_answers(client: Client) -> None:
    make_image_model(slug="bare")
    html = text_of(client.get("/models/bare/"))
    for text in ("This model has no contender here", "No sourced facts", "No pictures of open prompts"):
        assert text in html


def test_model_shows_facts_prices_and_claims_with_their_sources(client: Client) -> None:
    fill(make_image_model(slug="full"))
    html = text_of(client.get("/models/full/"))
    for text in (
        "Proprietary",
        "Open",
        "other.org",
        "example.com",
        "2026-01-02",
        "$0.011",
        "$0.013",
        "Said to be quick.",
    ):
        assert text in html
    assert html.count('class="amount"') == 2
    assert "None of them is a measurement" in html


@pytest.mark.parametrize(("days", "says"), [(10, "will be shut down on"), (-10, "was shut down on")])
def test_model_with_a_shutdown_date_says_so_and_names_replacements(client: Client, days: int, says: str) -> None:
    day = timezone.now().date() + timedelta(days=days)
    model = make_image_model(slug="old", shutdown_on=day)
    model.replaced_by.add(make_image_model(slug="new"))
    Fact.objects.create(image_model=model, key="shutdown_on", value=day.isoformat(), **SEEN)
    html = text_of(client.get("/models/old/"))
    assert says in html
    assert day.isoformat() in html
    assert 'href="/models/new/"' in html
    assert "example.com" in html.split('class="banner banner--warn shutdown"')[1].split("</div>")[0]


def test_retired_model_keeps_its_standings(client: Client) -> None:
    slugs = make_board(2)
    model = Contender.objects.get(slug=slugs[0]).image_model
    ImageModel.objects.filter(pk=model.pk).update(shutdown_on=date(2020, 1, 1))
    html = text_of(client.get(f"/models/{model.slug}/"))
    assert "was shut down on" in html
    assert "interval-cell" in html
    assert f"Name of {slugs[1]}" in html.split('id="pairs"')[1]


def test_model_links_each_board_it_stands_on(client: Client) -> None:
    slugs = make_board(2)
    html = text_of(client.get(f"/models/{Contender.objects.get(slug=slugs[0]).image_model.slug}/"))
    for query in ("", "?category=animals", "?category=food", "?language=en"):
        assert f'href="/leaderboard/text-to-image/{query}"' in html


def test_gallery_holds_open_pictures_only(client: Client) -> None:
    contender = make_contender()
    shown = make_generation(contender=contender, prompt=make_prompt(state="open", text="A red kite"))
    hidden = make_generation(contender=contender, prompt=make_prompt(text="A blue owl"))
    html = text_of(client.get(f"/models/{contender.image_model.slug}/"))
    assert str(shown.image.public_id) in html
    assert 'alt="A red kite"' in html
    assert str(hidden.image.public_id) not in html
    assert "A blue owl" not in html


def test_organization_lists_its_models(client: Client) -> None:
    lab = make_organization(slug="lab", website="https://www.lab.example/", description="They paint.")
    make_image_model(slug="one", organization=lab)
    make_image_model(slug="two")
    html = text_of(client.get("/organizations/lab/"))
    assert "They paint." in html
    assert 'href="/models/one/"' in html
    assert 'href="/models/two/"' not in html


def test_organization_without_models_has_an_empty_state(client: Client) -> None:
    Organization.objects.create(slug="lab", name="Lab")
    assert "No models yet" in text_of(client.get("/organizations/lab/"))


def test_queries_do_not_grow_with_models_or_contenders(client: Client) -> None:
    make_ledger()
    lab = make_organization(slug="lab")
    model = make_image_model(slug="one", organization=lab)
    slugs = [make_contender(image_model=model).slug for _ in range(2)]
    extend_board(draw_votes(slugs, 100))
    fill(model)
    make_generation(contender=known(slugs[0]), prompt=make_prompt(state="open"))
    pages = ("/models/", "/models/one/", "/organizations/lab/")
    few = [count_queries(client, page) for page in pages]
    for _ in range(2):
        other = make_image_model(organization=lab)
        fill(other)
        slugs += [make_contender(image_model=model).slug, make_contender(image_model=other).slug]
        make_generation(contender=model.contenders.first(), prompt=make_prompt(state="open"))
    extend_board(draw_votes(slugs, 300))
    more = [count_queries(client, page) for page in pages]
    assert more[0] == few[0]
    assert more[2] == few[2]
    # Pictures of a pair are looked for only where it has a prompt in common, prices of other models where any are.
    assert more[1] <= few[1] + 4
    assert more[1] < 85


def test_model_page_shows_calls_by_contender_and_provider(client: Client) -> None:
    host = Provider.objects.create(slug="host", name="Host of the test")
    one = make_contender()
    one.offering = Offering.objects.create(provider=host, image_model=one.image_model, model_id="x")
    one.save()
    image = make_generation(contender=one, seconds=2.5, pixels=False)
    make_attempt(generation=image, cost=Decimal("0.0123"))
    make_attempt(generation=make_generation(contender=one, state="refused", pixels=False), outcome="refused")
    page = client.get(f"/models/{one.image_model.slug}/").content.decode()
    section = page[page.index('id="calls"') : page.index('id="facts"')]
    for shown in ("Host of the test", "50\u202f%", "2.5", "0.0123", "1 <small>of 2</small>"):
        assert shown in section, shown
    empty = client.get(f"/models/{make_contender().image_model.slug}/").content.decode()
    assert "Nobody has called this model here yet" in empty


def test_what_imports_claim_stands_apart_from_what_was_measured(client: Client) -> None:
    one = make_contender()
    for number, claimed in enumerate([{"cost": 0.04, "seconds": 3.5}, {"cost": 0.08}, {"seconds": 9.5}, {}]):
        image = make_generation(contender=one, seconds=None).image
        image.provenance = {"file": f"{number}.png"} | ({"claimed": claimed} if claimed else {})
        image.save()
    page = client.get(f"/models/{one.image_model.slug}/").content.decode()
    table = page[page.index('id="claimed"') : page.index('id="facts"')]
    for shown in ("not measured here", ">3<", "6.5", "0.06"):
        assert shown in table, shown
    assert read_reliability([one.pk], modality="text-to-image")[one.pk].cost_per_image is None
    answer = client.get(f"/api/v1/contenders/{one.slug}/").json()
    assert answer["claimed_by_imports"] == {
        "images": 3, "images_with_cost": 2, "cost_per_image": 0.06, "images_with_seconds": 2, "median_seconds": 6.5,
    }  # fmt: skip
    other = make_contender()
    assert 'id="claimed"' not in client.get(f"/models/{other.image_model.slug}/").content.decode()
    assert client.get(f"/api/v1/contenders/{other.slug}/").json()["claimed_by_imports"] is None


def test_model_says_what_its_originals_claim(client: Client) -> None:
    contender = make_contender(image_model=make_image_model(slug="marked"), name="Marked high")
    assert 'id="originals"' not in text_of(client.get("/models/marked/"))
    for number, found in enumerate([True, True, False]):
        image = make_generation(contender=contender).image
        image.credentials = {"c2pa": found, "synthid": number == 0, "source_type": "trainedAlgorithmicMedia" * found}
        image.save()
    make_generation(contender=contender)
    html = text_of(client.get("/models/marked/"))
    assert "2 of 3 originals carried Content Credentials (C2PA)." in html
    assert "1 said that it has a SynthID watermark." in html
    assert "2 declared how they were made." in html
