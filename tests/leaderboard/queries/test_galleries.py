"""Galleries show published pictures of open prompts, and no others."""

import pytest

from arena.catalog.models import Prompt
from arena.errors import NotFound
from arena.generation.ingest.renditions import read_public_rendition
from arena.generation.models import Generation
from leaderboard.queries.competitions.galleries import open_pictures
from leaderboard.queries.figures import count_same_pictures
from tests.factories import make_generation, make_prompt

pytestmark = pytest.mark.django_db


def test_unpublished_picture_is_in_no_gallery() -> None:
    prompt = make_prompt(state=Prompt.State.OPEN)
    shown, waiting = make_generation(prompt=prompt), make_generation(prompt=prompt, entered_at=None)
    assert list(open_pictures()) == [shown]
    assert read_public_rendition(public_id=shown.image.public_id, width=512)
    with pytest.raises(NotFound):
        read_public_rendition(public_id=waiting.image.public_id, width=512)


def test_unpublished_twin_is_not_counted_as_the_same_picture() -> None:
    prompt = make_prompt()
    for generation in (make_generation(prompt=prompt), make_generation(prompt=prompt, entered_at=None)):
        generation.image.pixels = "ab" * 32
        generation.image.save()
    assert Generation.objects.filter(entered_at=None).count() == 1
    assert count_same_pictures(modality="text-to-image") == 0
