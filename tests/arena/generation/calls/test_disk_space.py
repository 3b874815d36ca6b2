"""A full disk stops paid calls before they are made."""

from pathlib import Path

import pytest

from arena.generation.calls import disk_space
from arena.generation.calls.disk_space import has_room
from arena.generation.calls.generating import generate_image
from arena.generation.models import Attempt
from arena.generation.runs.lifecycle import plan_run, start_run
from tests.arena.generation.conftest import Shop
from tests.factories import make_prompt


@pytest.mark.django_db(transaction=True)
def test_nothing_is_called_for_while_the_disk_is_full(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt()], name="Full")
    start_run(run=run)
    generation = run.generations.get()
    with monkeypatch.context() as full:
        full.setattr(disk_space, "LEAST_FREE_BYTES", 2**62)
        assert not generate_image(generation.pk)
    generation.refresh_from_db()
    assert generation.state == "queued"
    assert not Attempt.objects.exists()
    assert generate_image(generation.pk)
    generation.refresh_from_db()
    assert generation.state == "done"


def test_folder_that_is_not_made_yet_has_the_room_of_its_disk(storage: Path) -> None:
    assert not storage.exists()
    assert has_room()
