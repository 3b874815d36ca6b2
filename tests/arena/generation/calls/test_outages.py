"""The database goes away while an image is stored: a paid image keeps its files, whatever the database has recorded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection, transaction

from arena.fake_provider.server import make_png
from arena.generation.calls.generating import generate_image
from arena.generation.ingest.images import keep_files
from arena.generation.ingest.renditions import WIDTHS
from arena.generation.models import Rendition
from arena.generation.runs.lifecycle import plan_run, start_run
from tests.arena.generation.conftest import Shop
from tests.factories import make_prompt

pytestmark = pytest.mark.django_db(transaction=True)

END_SESSION = "SELECT pg_terminate_backend(pg_backend_pid())"


def test_committed_image_keeps_its_files_when_the_database_goes_away_after_it(shop: Shop) -> None:
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt()], name="Outage")
    start_run(run=run)
    seen: list[str] = []

    def end_session_once_the_image_is_in(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Let the server end our session with the first statement after the transaction that wrote the image."""
        seen.append(sql)
        kept = any('INSERT INTO "generation_rendition"' in earlier for earlier in seen)
        over = kept and not connection.in_atomic_block
        return execute(END_SESSION, (), False, context) if over else execute(sql, params, many, context)

    with connection.execute_wrapper(end_session_once_the_image_is_in), pytest.raises(OperationalError):
        generate_image(run.generations.get().pk)
    connection.close()

    assert run.generations.get().state == "done"
    keys = Rendition.objects.values_list("storage_key", flat=True)
    assert len(keys) == len(WIDTHS)
    assert all(map(default_storage.exists, keys))


def test_paid_image_is_stored_once_the_database_is_back(shop: Shop) -> None:
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt()], name="Outage")
    start_run(run=run)
    ended: list[str] = []

    def end_session_while_the_image_is_written(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Let the server end our session once, at the row of the image."""
        if 'INSERT INTO "generation_image"' not in sql or ended:
            return execute(sql, params, many, context)
        ended.append(sql)
        return execute(END_SESSION, (), False, context)

    with connection.execute_wrapper(end_session_while_the_image_is_written):
        assert generate_image(run.generations.get().pk)

    generation = run.generations.get()
    assert (len(ended), generation.state, generation.attempts.get().billed) == (1, "done", "yes")
    keys = Rendition.objects.filter(image=generation.image).values_list("storage_key", flat=True)
    assert all(map(default_storage.exists, keys))
    assert shop.server.journal.bills.total() == 1


def test_files_stay_when_nobody_knows_whether_their_rows_were_committed(storage: Path) -> None:
    with pytest.raises(OperationalError), keep_files(make_png("one")), transaction.atomic():
        connection.cursor().execute(END_SESSION)
    connection.close()
    assert len(list(storage.glob("renditions/*/*"))) == len(WIDTHS)
