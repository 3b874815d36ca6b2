"""Data of the previous release are migrated, verified, recomputed to the hashes that it published, and read."""

import json
import os
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from arena.embedded.binaries import find_binaries
from arena.generation.models import Image, Rendition
from arena.voting.ledger.exports import walk_export
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Exclusion
from leaderboard.models import Audit, Snapshot
from tests.arena.backups.answers import digest_answers
from tests.arena.backups.conftest import PREVIOUS, own_database

HEADS = {
    "native": (60, "2d01551a8369b8790729b5c44671492a8b92d93fd804826564da040df41999b6"),
    "demonstration": (80, "f7b25a8c23f03bb682baf4a302f98384f473e05eabf2bd743afcdf04ae6f251a"),
    "votes-from-elsewhere": (40, "006636cb7dadb182f2cafd8ad98a7adaaf7d905b71f42bbe6e1f73ecdf243272"),
}
# Hashes of the overall boards, as the previous release printed them.
OUTPUTS = {
    "native-ledger.jsonl.gz": "6b31518b9a1553c5740093d6c407239b4c5127e3797d4d047dcc52f43326c4dd",
    "imported-ledger.csv": "4543101608db7daeeffa0a8915a50db5973846abf8a5d6bedc6f57a71a725b52",
}
PAGES = [
    "/", "/vote/", "/vote/food/", "/models/", "/models/linden/", "/competitions/", "/methodology/", "/status/",
    "/leaderboard/text-to-image/?ledger=native", "/leaderboard/text-to-image/?ledger=demonstration&category=animals",
    "/leaderboard/text-to-image/?ledger=votes-from-elsewhere", "/leaderboard/text-to-image/?view=matrix&ledger=native",
    "/api/v1/standings/?ledger=native&modality=text-to-image", "/api/v1/audits/?ledger=native&modality=text-to-image",
    "/api/v1/pairs/?ledger=demonstration&modality=text-to-image",
]  # fmt: skip


def run(command: str, *arguments: object, **options: object) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


def recompute(export: Path) -> list[dict[str, Any]]:
    # The method of the previous release, which ranked no row with a wider interval.
    method = {"half_width": 50.0, "method_version": "2"}
    boards: list[dict[str, Any]] = json.loads(run("recompute", export, format="json", **method))["boards"]
    return boards


def test_everything_is_there_and_migrated(arena: Path) -> None:
    call_command("migrate", check_unapplied=True, verbosity=0)
    keys = [key for model in (Image, Rendition) for (key,) in model._default_manager.values_list("storage_key")]
    assert len(keys) == 240
    assert all(default_storage.exists(key) for key in keys)
    assert (Exclusion.objects.count(), Audit.objects.count() > 20) == (1, True)


def dump_schema() -> list[str]:
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    program = find_binaries() / "pg_dump"
    dumped = subprocess.run([program, "--schema-only", url], capture_output=True, text=True, check=True)
    # Each dump is marked with a key of its own.
    return [line for line in dumped.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def test_upgrade_ends_with_the_schema_of_a_new_arena(arena: Path, tmp_path: Path) -> None:
    upgraded = dump_schema()
    assert "CREATE FUNCTION public.catalog_guard_prompt() RETURNS trigger" in upgraded
    with own_database(tmp_path):
        # Here, one migration for each app replaces those that the upgrade ran one by one.
        call_command("migrate", verbosity=0)
        assert dump_schema() == upgraded


def test_ledgers_verify_with_the_heads_that_they_had(arena: Path) -> None:
    # The pictures of the old arena were drawn small, and their hashes made up.
    said = run("verify", media=False)
    for slug, (length, head) in HEADS.items():
        assert f"{slug}: {length} entries verified, head {head}" in said


@pytest.mark.parametrize("slug", HEADS)
def test_exports_recompute_to_the_stored_hashes(arena: Path, slug: str, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_bytes(Client().get(f"/api/v1/ledgers/{slug}/entries/?format=csv").getvalue())
    computed = {board["board"]: board for board in recompute(export)}
    newest = Snapshot.objects.filter(board__ledger__slug=slug).order_by("board_id", "-id").distinct("board_id")
    assert len(newest) == len(computed) >= 2
    for snapshot in newest.select_related("board"):
        board = computed[":".join(filter(None, [snapshot.board.slice, snapshot.board.slice_value]))]
        assert (board["input_hash"], board["output_hash"]) == (snapshot.input_hash, snapshot.output_hash)


@pytest.mark.parametrize("path", PAGES)
def test_pages_answer(arena: Path, path: str) -> None:
    assert Client().get(path, follow=True).status_code == 200


def test_api_and_exports_answer_as_the_previous_release_did(arena: Path) -> None:
    before = json.loads((PREVIOUS / "answers.json").read_text())
    after = digest_answers()
    assert {address for address in before if before[address] != after[address]} == set()
    assert before.keys() == after.keys()


def test_waiting_vote_is_sealed_behind_the_old_entries(arena: Path) -> None:
    with transaction.atomic():
        assert seal_votes() == 1
        assert "native: 61 entries verified" in run("verify", ledger="native", media=False)
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", OUTPUTS)
def test_export_of_the_previous_release_gives_its_hashes(name: str) -> None:
    walk = walk_export(PREVIOUS / name)
    assert (walk.length, walk.head) == HEADS["native" if "native" in name else "votes-from-elsewhere"]
    overall = next(board for board in recompute(PREVIOUS / name) if board["board"] == "overall")
    assert overall["output_hash"] == OUTPUTS[name]
