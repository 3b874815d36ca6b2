"""What is ordered for a prompt: text alone, or the pictures to edit and the mask."""

import pytest
from django.core.files.storage import default_storage

from arena.catalog.models import Prompt
from arena.catalog.sources.source_rows import read_source
from arena.generation.calls.ordering import build_request, ordered_model
from arena.generation.models import Generation
from arena.generation.providers.base import ErrorKind, ProviderError
from tests.arena.generation.conftest import Shop
from tests.factories import make_editing_prompt, make_generation, make_prompt


def order(shop: Shop, prompt: Prompt) -> Generation:
    assert shop.contender.offering is not None
    shop.contender.offering.edit_model_id = "fake-editor"
    shop.contender.offering.save()
    return make_generation(contender=shop.contender, prompt=prompt, pixels=False)


def test_request_for_text_names_the_model_and_no_picture(shop: Shop) -> None:
    request = build_request(order(shop, make_prompt()))
    assert (request.model, request.sources, request.mask) == ("fake-model", (), None)


def test_request_for_an_edit_has_sources_in_order_and_the_mask(shop: Shop) -> None:
    prompt = make_editing_prompt(sources=3, mask=True, text="Make it green.")
    generation = order(shop, prompt)
    request = build_request(generation)
    rows = list(prompt.source_images.filter(role="source").order_by("position"))
    assert [source.data for source in request.sources] == [read_source(row) for row in rows]
    assert {(each.media_type, each.width, each.height) for each in request.sources} == {("image/png", 96, 64)}
    assert request.mask == read_source(prompt.source_images.get(role="mask"))
    assert (request.model, request.prompt) == (ordered_model(generation), "Make it green.") == (
        "fake-editor", "Make it green.",
    )  # fmt: skip


def test_missing_file_of_a_source_is_an_error_without_a_charge(shop: Shop) -> None:
    prompt = make_editing_prompt()
    default_storage.delete(prompt.source_images.get().storage_key)
    with pytest.raises(ProviderError, match="missing in the store") as error:
        build_request(order(shop, prompt))
    assert (error.value.kind, error.value.billed, error.value.retryable) == (ErrorKind.INVALID, "no", False)
