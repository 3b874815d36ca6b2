"""What words find in the catalogue, in which order, and what they must never find."""

from typing import Any

import pytest
from django.db import connection

from arena.catalog.models import Category, Contender, ImageModel, Offering, Organization, Prompt, Provider
from leaderboard.queries.searching.catalogue_search import LONGEST, search_catalogue
from leaderboard.queries.searching.word_columns import Holds
from tests.factories import (
    make_category,
    make_contender,
    make_editing_prompt,
    make_image_model,
    make_organization,
    make_prompt,
)

pytestmark = pytest.mark.django_db

TABLES: dict[str, Any] = {
    "models": ImageModel,
    "organizations": Organization,
    "categories": Category,
    "prompts": Prompt,
}


def find(text: str, kind: str = "models", **options: str) -> list[str]:
    """The slugs that a text finds, in their order."""
    keys = search_catalogue(text, **options).keys[kind]
    slugs = dict(TABLES[kind].objects.values_list("pk", "slug"))
    return [slugs[key] for key in keys]


def make_models(**names: str) -> None:
    """Store models by their slugs, each of an organization with a name that is looked for by no test."""
    for slug, name in names.items():
        make_image_model(slug=slug.replace("_", "-"), name=name, organization=make_organization(name="Qqq"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gpt im", ["gpt-image-2", "gpt-image-2-mini"]),
        ("GPT-Image", ["gpt-image-2", "gpt-image-2-mini"]),
        ("gptimage2mini", ["gpt-image-2-mini"]),
        ("mini gpt", ["gpt-image-2-mini"]),
        ("flux2", ["flux-2"]),
        ("flux 2", ["flux-2"]),
        ("FLUX.2", ["flux-2"]),
        ("lux", []),
        ("gpt im flux", []),
        ("ideogram im", []),
        ("ideogram gpt", []),
        ("即梦", ["jimeng"]),
        ("梦", ["jimeng"]),
        ("idéogram", ["ideogram-3"]),
    ],
)
def test_names_are_found_however_they_are_spaced(text: str, found: list[str]) -> None:
    make_models(gpt_image_2_mini="GPT Image 2 Mini", gpt_image_2="GPT Image 2", flux_2="FLUX.2 [dev]")
    make_models(ideogram_3="Ideogram 3.0", jimeng="即梦 4.0")
    assert find(text) == found


def test_model_is_found_by_contender_organization_and_name_at_a_provider() -> None:
    model = make_image_model(slug="banana", name="Nano Banana", organization=make_organization(name="Google DeepMind"))
    make_contender(image_model=model, name="Nano Banana, slow tier")
    provider = Provider.objects.create(slug="host", name="Host")
    Offering.objects.create(image_model=model, provider=provider, model_id="gemini-2.5-flash-image")
    for text in ("deepmind", "tier", "gemini-2.5", "deepmind banana slow flash"):
        assert find(text) == ["banana"], text
    assert find("deepmind", "organizations") == [model.organization.slug]
    assert find("deepmind flux") == []


def test_nearest_name_comes_first() -> None:
    make_models(a="Mini Max Image", b="Image", c="Another Image of Max", d="Image Max Ultra", e="Image Max")
    assert find("image max") == ["e", "d", "c", "a"]
    assert find("image")[0] == "b"


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("de", "Alte Häuser am See in Zürich", ["Haus", "hauser", "ZURICH", "zür", "das Haus in Zürich"]),
        ("es", "Dos canciones en la estación", ["canción", "estacion", "ESTACIONES", "canc"]),
        ("en", "A crowded street with running dogs", ["run", "dog", "streets", "the dogs", "crowd"]),
        ("ar", "قِطَّة جميلة في السوق", ["قطة", "سوق", "جميل"]),
        ("ja", "夕暮れの猫の写真を撮る少女", ["写真", "猫の写真", "猫", "少女 写真", "女"]),
        ("th", "แมวสีดำบนหลังคา", ["สีดำ", "แมว"]),
        ("ru", "КРАСНАЯ лодка", ["красн", "Лодка"]),
        ("pl", "Łódź nocą", ["lodz noca"]),
    ],
)
def test_prompts_are_found_by_words_of_their_language(language: str, text: str, words: list[str]) -> None:
    prompt = make_prompt(title="Qqq", text=text, language=language)
    make_prompt(title="Www", text="Zzz")
    for each in words:
        assert find(each, "prompts") == [prompt.slug], each


def test_japanese_letters_that_do_not_stand_together_find_nothing() -> None:
    make_prompt(text="猫と真っ赤な写", language="ja")
    assert find("写真", "prompts") == []


def test_prompt_with_the_words_in_its_title_comes_first_and_open_before_in_play() -> None:
    category = make_category()
    for slug, state, title, text in [
        ("text-play", "play", "Qqq", "red owl"), ("text-open", "open", "Qqq", "red owl"),
        ("title", "play", "Owl, red", "Zzz"), ("exact", "play", "Red owl", "Zzz"), ("half", "play", "Owl", "red"),
    ]:  # fmt: skip
        make_prompt(slug=slug, state=state, title=title, text=text, category=category)
    assert find("red owl", "prompts") == ["exact", "title", "half", "text-open", "text-play"]


def test_what_is_not_public_is_never_found() -> None:
    make_prompt(title="Secret owl", text="owl", state="draft")
    make_prompt(title="Secret owl", text="owl", category=make_category(name="Secret owls", state=Category.State.DRAFT))
    new = make_prompt(slug="new", title="Owl")
    make_prompt(title="Secret owl", superseded_by=new)
    make_prompt(slug="glossed", title="ふくろう", gloss="Secret gloss", note="Secret note")
    assert search_catalogue("owl").keys["prompts"] == [new.pk]
    assert search_catalogue("secret").count == 0


def test_modality_narrows_every_kind() -> None:
    for slug, modality in (("e", "image-editing"), ("t", "text-to-image")):
        maker = make_organization(slug=f"maker-{slug}", name="Owl works")
        make_image_model(slug=f"model-{slug}", name="Owl 1", organization=maker, modalities=[modality])
        make_category(slug=slug, name="Owl", modality=modality)
    make_editing_prompt(slug="prompt-e", title="Owl", category=Category.objects.get(slug="e"))
    make_prompt(slug="prompt-t", title="Owl", category=Category.objects.get(slug="t"))
    assert search_catalogue("owl").count == 8
    assert [find("owl", kind, modality="image-editing") for kind in TABLES] == [
        ["model-e"],
        ["maker-e"],
        ["e"],
        ["prompt-e"],
    ]


def test_categories_are_found_by_name_and_criterion() -> None:
    make_category(slug="letters", name="Text rendering", criterion="Every letter is right.")
    assert find("rendering", "categories") == find("letter right", "categories") == ["letters"]


HOSTILE = [
    "", "   ", "'", '"', "%", "_", "\\", "--", ";", "' OR 1=1 --", "!", "&", "| :* <->", "a:*", "(", "\x00", "owl\x00",
    "<b>", "{{ x }}", "\ud800", "\u202e", "🦉", "x" * 100_000, "y " * 50_000, "猫" * 5_000, "$1", "%s", "%(x)s",
    "\u0301", "ß", "٪", "the", "the of and",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_find_nothing_or_something_but_raise_nothing(text: str) -> None:
    make_models(owl="Owl")
    assert find(text) in ([], ["owl"])
    assert all(len(word.typed) <= LONGEST for word in search_catalogue(text).wanted.words)


def test_prompts_and_names_of_any_length_and_content_can_be_stored() -> None:
    for text in HOSTILE:
        if text and "\x00" not in text and "\ud800" not in text:
            make_prompt(text=text, title=text[:200], language="de")
            make_image_model(name=text[:120])
    assert Prompt.objects.count() > 20


@pytest.mark.parametrize("table", [*TABLES.values(), Contender, Offering])
def test_search_can_use_its_index(table: Any) -> None:
    with connection.cursor() as cursor:
        # Of so few rows the planner would read them all.
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert f"{table._meta.db_table}_words" in table.objects.order_by().filter(Holds("owl")).explain()
