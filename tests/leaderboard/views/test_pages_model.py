"""A model's page as the built-in catalogue and some votes make it: each section from facts and measurements."""

import html
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from arena.catalog.models import Contender, Fact, ImageModel
from arena.generation.models import Generation
from leaderboard.presentation.model_page.head_tags import is_new, list_tags
from tests.factories import (
    load_built_in,
    make_contender,
    make_editing_prompt,
    make_generation,
    make_image_model,
    make_prompt,
)
from tests.leaderboard.ledgers import draw_votes, make_ledger
from tests.leaderboard.pages import extend_board, text_of
from tests.writing_once import written_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]

MINI = "/models/gpt-image-1-mini/"
SOURCED = {"source": "https://example.org/a", "seen_on": date(2026, 11, 1)}


@written_once
def make_catalogue() -> None:
    """Load the shipped catalogue, and rate some of its contenders."""
    load_built_in()
    make_ledger()
    slugs = ["gpt-image-1-5-high", "gpt-image-1-mini-high", "gpt-image-1-mini-medium", "gpt-image-1-mini-low"]
    known = [slug for slug in slugs if Contender.objects.filter(slug=slug).exists()]
    extend_board(draw_votes(known, 400, categories=("food",)))


def section(page: str, anchor: str) -> str:
    """The part of a page from a heading to the next section."""
    return page[page.index(f' id="{anchor}"') :].split("</section>")[0]


def leaves(value: Any) -> Iterator[str]:
    """Every text and number in JSON-LD but the names of its own vocabulary."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from () if key in {"@type", "@context"} else leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield str(value)


def test_sections_follow_from_the_catalogue(client: Client) -> None:
    make_catalogue()
    low = Contender.objects.get(slug="gpt-image-1-mini-low")
    made = make_generation(contender=low, prompt=make_prompt(state="open"))
    made.image.provenance = {"usage": {
        "input_tokens_details": {"text_tokens": 50, "image_tokens": 0},
        "output_tokens_details": {"image_tokens": 272},
    }}  # fmt: skip
    made.image.save()
    tomorrow = timezone.now().date() + timedelta(days=1)
    ImageModel.objects.filter(slug="gpt-image-1-mini").update(shutdown_on=tomorrow)
    page = text_of(client.get(f"{MINI}?reference=dall-e-3"))

    # Three questions, each with its own answer and sources.
    licence = section(page, "licence")
    assert re.findall(r"<dd><p><strong>([^<]*)</strong>", licence) == ["Sources differ", "No", "No"]
    assert "llmreference.com" in licence
    # FairStack's own price beside OpenAI's; CometAPI's tokens; $0.005 beside DALL·E 3 at $0.04.
    assert "+20 %" in section(page, "prices")
    thousands = section(page, "prices")[section(page, "prices").index('id="thousands"') :]
    assert "$5.00" in thousands
    assert "88 %" in thousands
    # 50 tokens of text and 272 of a picture: 1,000 × (50 × $2 + 272 × $8) / 1,000,000, and at CometAPI's prices.
    assert Decimal("2.28") == round(1000 * (50 * 2 + 272 * 8) / Decimal(1_000_000), 2)
    assert "$2.28" in thousands
    assert "$7.28" in thousands
    # Each provider's own call.
    code = html.unescape(section(page, "code"))
    assert "https://queue.fal.run/fal-ai/gpt-image-1-mini" in code
    assert 'Authorization: Bearer $OPENAI_API_KEY"' in code
    assert "https://api.openai.com/v1/images/edits" in code
    for tag in ("retiring", "commercial use: sources differ", "edits images"):
        assert f">{tag}</a>" in page
    assert ">open weights</a>" not in page


def test_structured_data_says_nothing_that_the_page_does_not(client: Client) -> None:
    make_catalogue()
    ImageModel.objects.filter(slug="gpt-image-1-mini").update(name="Mini </script><b>")
    page = client.get(MINI).content.decode()
    before, found, after = re.split(r'<script type="application/ld\+json">(.*?)</script>', page, flags=re.DOTALL)
    data = json.loads(found)
    assert [each["@type"] for each in data["@graph"]] == ["Product", "FAQPage"]
    addresses = html.unescape(" ".join(re.findall(r'href="([^"]*)"', before + after)))
    shown = " ".join(html.unescape(re.sub(r"<[^>]*>", "", before + after)).split()) + addresses
    assert [text for text in leaves(data) if " ".join(text.split()) not in shown] == []
    questions = [each["name"] for each in data["@graph"][1]["mainEntity"]]
    assert len(questions) == 8
    assert "How sure is that?" in questions
    assert data["@graph"][0]["name"] == "Mini </script><b>"


def test_a_model_that_makes_and_edits_has_a_page_for_each(client: Client) -> None:
    model = make_image_model(modalities=["text-to-image", "image-editing"])
    low, address = make_contender(image_model=model), f"/models/{model.slug}/"
    made = make_generation(contender=low, prompt=make_prompt(title="Drawn", text="A drawn thing", state="open"))
    edit = make_generation(contender=low, prompt=make_editing_prompt(title="Edited", text="Edit it", state="open"))
    Generation.objects.update(entered_at=made.finished_at)
    drawn, edited = (text_of(client.get(f"{address}{query}")) for query in ("", "?modality=image-editing"))
    assert f'<a href="{address}?modality=image-editing" aria-current="page">Image editing</a>' in edited
    for page, own, other in ((drawn, made, edit), (edited, edit, made)):
        assert own.prompt.text in section(page, "gallery")
        assert other.prompt.text not in section(page, "gallery")


def test_a_model_of_which_little_is_known_has_no_empty_sections(client: Client) -> None:
    model = make_image_model(modalities=["text-to-image"])
    page = text_of(client.get(f"/models/{model.slug}/?reference=nothing&modality=nonsense"))
    assert [
        anchor for anchor in ("licence", "claims", "code", "questions", "thousands") if f'id="{anchor}"' in page
    ] == []
    assert "ld+json" not in page
    assert "modality-tabs" not in page


@pytest.mark.parametrize(
    ("stated", "is_it"),
    [
        (["2026-11-01"], True),
        (["2026-09-01"], False),
        (["2026-12-24"], False),
        (["2026-10-20", "2026-11-02"], True),
        (["2026-11-01", "2025-01"], False),
        (["2026-10"], True),
        (["2026", "soon"], False),
        ([], False),
    ],
)
def test_new_is_what_came_out_lately_by_its_earliest_date(stated: list[str], is_it: bool) -> None:
    facts = [Fact(key="released_on", value=value, **SOURCED) for value in stated]
    assert is_new(facts, today=date(2026, 11, 21)) is is_it


def test_tags_of_open_weights_need_a_licence_for_them() -> None:
    model = make_image_model()
    model.facts.create(key="licence", value="Apache-2.0", **SOURCED)
    assert [tag.text for tag in list_tags(model, today=date(2026, 11, 21))] == ["open weights"]
