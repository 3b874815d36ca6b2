"""The catalogue over REST: facts with their sources, no drafts, no image of a prompt in play."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arena.catalog.models import Claim, Fact, ImageModel, Offering, Parameter, Price, Prompt, Provider
from tests.factories import (
    make_category,
    make_contender,
    make_editing_prompt,
    make_generation,
    make_image_model,
    make_organization,
)
from tests.factories import make_prompt as make_prompt_in_play

pytestmark = pytest.mark.django_db
API = "/api/v1"
SEEN = {"source": "https://example.com/page", "seen_on": "2026-11-01"}


def known_model() -> ImageModel:
    """A model with facts of every kind."""
    newer = make_image_model(slug="newer")
    model = make_image_model(slug="easel-1", organization=make_organization(slug="house"), shutdown_on=date(2026, 1, 1))
    model.replaced_by.add(newer)
    Fact.objects.create(image_model=model, key="max_size", value="1536x1024", **SEEN)
    Claim.objects.create(image_model=model, kind="strength", text="Letters.", **SEEN)
    Parameter.objects.create(image_model=model, name="quality", type="text", allowed="low, high", **SEEN)
    offering = Offering.objects.create(
        image_model=model, provider=Provider.objects.create(slug="host", name="Host"), model_id="easel/1"
    )
    Price.objects.create(offering=offering, item="image", unit="image", quality="low", amount=Decimal("0.005"), **SEEN)
    make_contender(slug="easel-1-low", image_model=model, settings={"quality": "low"})
    return model


def test_model_is_told_with_sources_and_dates(client: Client) -> None:
    known_model()

    model = client.get(f"{API}/models/easel-1/").json()

    assert (model["organization"]["slug"], model["replaced_by"], model["retired"]) == ("house", ["newer"], True)
    (price,) = model["offerings"][0]["prices"]
    assert (model["offerings"][0]["provider"]["slug"], price["amount"], price["quality"]) == ("host", 0.005, "low")
    for told in (*model["facts"], *model["claims"], *model["parameters"], price):
        assert {"source": told["source"], "seen_on": told["seen_on"]} == SEEN
    (contender,) = model["contenders"]
    assert (contender["slug"], contender["settings"], contender["retired"]) == ("easel-1-low", {"quality": "low"}, True)


def test_lists_hold_and_filter_what_there_is(client: Client) -> None:
    known_model()
    make_contender(slug="other", image_model=make_image_model(slug="editor", modalities=["image-editing"]))

    def slugs(address: str) -> list[str]:
        return [each["slug"] for each in client.get(f"{API}/{address}").json()["results"]]

    assert slugs("models/?organization=house") == ["easel-1"]
    assert slugs("models/?modality=image-editing") == ["editor"]
    assert len(slugs("models/")) == 3
    assert slugs("contenders/?model=easel-1") == slugs("contenders/?organization=house") == ["easel-1-low"]
    assert len(slugs("contenders/")) == 2
    assert client.get(f"{API}/contenders/easel-1-low/").json()["model"] == "easel-1"
    assert "house" in slugs("organizations/")
    assert client.get(f"{API}/organizations/?limit=1").json()["count"] == 3


def test_contender_is_retired_by_itself_or_with_its_model(client: Client) -> None:
    today = timezone.now().date()
    make_contender(slug="gone", retired_on=today)
    make_contender(slug="stays", image_model=make_image_model(shutdown_on=today + timedelta(days=1)))

    retired = {each["slug"]: each["retired"] for each in client.get(f"{API}/contenders/").json()["results"]}

    assert retired == {"gone": True, "stays": False}


def test_drafts_are_not_told(client: Client) -> None:
    make_prompt_in_play(slug="secret", state=Prompt.State.DRAFT)
    make_prompt_in_play(slug="hidden", category=make_category(slug="draft", state="draft"))
    make_prompt_in_play(slug="shown", gloss="for operators", note="for operators")

    listed = client.get(f"{API}/prompts/")

    assert [each["slug"] for each in listed.json()["results"]] == ["shown"]
    assert b"for operators" not in listed.content
    assert "draft" not in [each["slug"] for each in client.get(f"{API}/categories/").json()["results"]]
    for slug in ("secret", "hidden"):
        assert client.get(f"{API}/prompts/{slug}/").status_code == 404
    assert client.get(f"{API}/prompts/?state=draft").status_code == 400


def test_prompts_are_filtered(client: Client) -> None:
    food = make_category(slug="food")
    make_prompt_in_play(slug="suppe", category=food, language="de")
    make_prompt_in_play(slug="soup", category=food, state=Prompt.State.OPEN)
    make_editing_prompt(slug="ねこ", category=make_category(slug="retouch", modality="image-editing"), language="ja")

    def slugs(query: str) -> list[str]:
        return [each["slug"] for each in client.get(f"{API}/prompts/?{query}").json()["results"]]

    assert slugs("category=food") == ["suppe", "soup"]
    assert slugs("language=de") == ["suppe"]
    assert slugs("state=open") == ["soup"]
    assert slugs("modality=image-editing") == ["ねこ"]
    assert client.get(f"{API}/prompts/ねこ/").json()["modality"] == "image-editing"
    assert [each["slug"] for each in client.get(f"{API}/categories/?modality=image-editing").json()["results"]] == [
        "retouch"
    ]


def test_no_address_names_an_image_in_play(client: Client) -> None:
    generation = make_generation(prompt=make_prompt_in_play(slug="playing"))
    image = generation.image
    planted = [str(image.public_id), image.sha256, image.storage_key]
    planted += [rendition.storage_key for rendition in image.renditions.all()]

    addresses = [address for name, address in client.get(f"{API}/").json().items() if name != "schema"]
    addresses += [f"{API}/prompts/playing/", f"{API}/models/{generation.contender.image_model.slug}/"]
    sent = [client.get(address).content.decode(errors="replace") for address in addresses]

    assert any("playing" in text for text in sent)
    assert [text for text in sent if any(name in text for name in planted)] == []


@pytest.mark.parametrize("address", ["models", "contenders", "organizations", "prompts", "categories"])
def test_queries_of_a_list_do_not_grow(client: Client, address: str) -> None:
    counts = []
    for number in (1, 3):
        for _ in range(number):
            generation = make_generation(pixels=False)
            newer = make_image_model()
            generation.contender.image_model.replaced_by.add(newer)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{API}/{address}/").json()["count"] >= number
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("address", ["models/nothing/", "contenders/nothing/", "prompts/nothing/", "organizations/x/"])
def test_what_is_not_known_is_a_404(client: Client, address: str) -> None:
    response = client.get(f"{API}/{address}")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
