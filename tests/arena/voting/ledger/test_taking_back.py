"""An import is taken back as a whole, with what only it brought; votes are never deleted, the chain never broken."""

import contextlib
import io
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from arena.backups.making import make_backup
from arena.catalog.models import Category, Contender, ImageModel, Organization, Prompt
from arena.errors import Conflict, NotFound
from arena.fake_provider.server import make_png
from arena.generation.imports.import_plan import Choices
from arena.generation.imports.planning import plan_import
from arena.generation.imports.reading.folder_files import read_folder
from arena.generation.imports.writing.importing import import_planned
from arena.generation.ingest.rendering_again import render_waiting
from arena.generation.models import Generation, Image, Rendition, Run
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.dealing.stock import renew_stock
from arena.voting.ledger import taking_back
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.ledger.taking_back import undo_import
from arena.voting.ledger.verifying import verify_ledger
from arena.voting.models import Exclusion, Ledger, Matchup, Vote
from arena.voting.reports.reporting import report_matchup
from arena.voting.reports.review import read_lines, waiting_images
from tests.factories import make_prompt, make_run
from tests.patience import HANGING

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> Path:
    """A media folder for this test alone."""
    folder = tmp_path / "media"
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = settings.STORAGES | {"default": options}
    return folder


def bring(folder: Path, *names: str) -> Run:
    """Import pictures of these names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make_png(name, width=64, height=64))
    run = import_planned(plan=plan_import(folder=read_folder(folder), choices=Choices()))
    assert run is not None
    return run


def deal(ledger: Ledger, voter: uuid.UUID) -> uuid.UUID:
    renew_stock(ledger.pk)
    matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    assert matchup is not None
    return read_token(matchup.id)


def vote(ledger: Ledger) -> uuid.UUID:
    """Cast a new voter's vote; return the voter's key."""
    voter = uuid.uuid4()
    cast_vote(matchup_id=deal(ledger, voter), voter_key=voter, answer="left", languages=["en"])
    return voter


class WatchedStorage(FileSystemStorage):
    """Does something else before it reads each file."""

    before: Callable[[], object] = staticmethod(lambda: None)

    def open(self, name: str, mode: str = "rb") -> File[Any]:
        """Open a file, later."""
        self.before()
        return super().open(name, mode)


def files(storage: Path) -> set[Path]:
    return {path for path in storage.rglob("*") if path.is_file()}


def test_import_leaves_with_all_that_it_brought(
    ledger: Ledger, tmp_path: Path, storage: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    run = bring(tmp_path / "in", "a/cat.png", "b/cat.png")
    deal(ledger, uuid.uuid4())
    reporter = uuid.uuid4()
    report_matchup(matchup_id=deal(ledger, reporter), voter_key=reporter, kind="other", side="both", note="")
    with django_capture_on_commit_callbacks(execute=True):
        undo_import(run_id=run.pk)
    for model in (Run, Generation, Image, Contender, ImageModel, Organization, Prompt, Category, Matchup):
        assert not model._default_manager.exists(), model
    assert files(storage) == set()
    assert bring(tmp_path / "in").generations.count() == 2


def test_what_another_import_uses_stays_until_that_one_leaves(
    tmp_path: Path, storage: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    known = make_prompt(slug="dog")
    first = bring(tmp_path / "one", "a/cat.png", "b/dog.png")
    second = bring(tmp_path / "two", "a/bird.png", "a/cat-2.png", "c/dog.png")
    twin = tmp_path / "two" / "c" / "cat.png"
    twin.write_bytes((tmp_path / "one" / "a" / "cat.png").read_bytes())
    third = bring(tmp_path / "two")
    with django_capture_on_commit_callbacks(execute=True):
        undo_import(run_id=first.pk)
    assert set(Contender.objects.values_list("slug", flat=True)) == {"a", "c"}
    assert set(Prompt.objects.values_list("slug", flat=True)) == {"cat", "bird", "dog"}
    # The original that two images share is there still.
    original = Image.objects.get(generation__run=third).storage_key
    assert (storage / original).is_file()
    undo_import(run_id=second.pk)
    undo_import(run_id=third.pk)
    assert not Contender.objects.exists()
    assert list(Prompt.objects.all()) == [known]


def test_votes_on_it_are_named_and_stop_it(ledger: Ledger, tmp_path: Path) -> None:
    run = bring(tmp_path / "in", "a/cat.png", "b/cat.png")
    vote(ledger)
    with pytest.raises(Conflict, match=r"count \(1\), so nothing was taken back: not sealed yet"):
        undo_import(run_id=run.pk)
    seal_votes()
    with pytest.raises(CommandError, match="native 1"):
        call_command("undo_import", run.pk, yes=True)
    assert Generation.objects.filter(state="done").count() == 2


def test_excluded_votes_keep_their_rows_and_hide_what_they_need(ledger: Ledger, tmp_path: Path) -> None:
    run = bring(tmp_path / "in", "a/cat.png", "b/cat.png", "c/dog.png")
    voter = vote(ledger)
    said = io.StringIO()
    call_command("undo_import", run.pk, yes=True, exclude_votes="wrong pictures", stdout=said)
    assert "they stay, retired or hidden: a, b, Imported" in said.getvalue()
    assert (Vote.objects.count(), Exclusion.objects.get().reason) == (1, "wrong pictures")
    assert (Image.objects.count(), Generation.objects.filter(state="cancelled").count()) == (0, 2)
    assert {each.slug for each in Contender.objects.all() if each.is_retired} == {"a", "b"}
    assert Category.objects.get().state == "draft"
    assert verify_ledger(Ledger.objects.get(pk=ledger.pk)) is not None
    with pytest.raises(Conflict, match="taken back already"):
        undo_import(run_id=run.pk)
    # Imported again, they can be dealt, but not to who has seen their names.
    assert bring(tmp_path / "in").generations.filter(state="done").count() == 3
    renew_stock(ledger.pk)
    assert deal_matchup(ledger=ledger, voter_key=uuid.uuid4(), languages=["en"]) is not None
    assert deal_matchup(ledger=ledger, voter_key=voter, languages=["en"]) is None


def test_only_imports_are_taken_back_and_only_when_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="only imports are taken back"):
        call_command("undo_import", make_run().pk, yes=True)
    with pytest.raises(CommandError, match="There is no run 0"):
        call_command("undo_import", 0, yes=True)
    run = bring(tmp_path / "in", "a/cat.png")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    said = io.StringIO()
    with pytest.raises(CommandError, match="Add --yes"):
        call_command("undo_import", run.pk, stdout=said)
    assert "1 image. Votes: 0 that count" in said.getvalue()


def test_staff_take_an_import_back_in_the_admin(tmp_path: Path, client: Client) -> None:
    client.force_login(User.objects.create_superuser("staff"))
    run = bring(tmp_path / "in", "a/cat.png")
    other = make_run()
    assert "take_back" in client.get("/admin/generation/run/").content.decode()
    chosen = {"action": "take_back", "_selected_action": [run.pk, other.pk]}
    page = client.post("/admin/generation/run/", chosen).content.decode()
    assert "1 image" in page
    assert Image.objects.exists()
    answer = client.post("/admin/generation/run/", {**chosen, "confirmed": "yes"}, follow=True).content.decode()
    assert "only imports are taken back" in answer
    assert not Image.objects.exists()
    assert Run.objects.get() == other


def test_votes_are_excluded_with_it_only_by_who_may_and_not_where_two_decide(
    ledger: Ledger, tmp_path: Path, client: Client, settings: Settings
) -> None:
    run = bring(tmp_path / "in", "a/cat.png", "b/cat.png")
    vote(ledger)
    helper = User.objects.create_user("helper", is_staff=True)
    helper.user_permissions.add(*Permission.objects.filter(codename__in=["view_run", "change_run"]))
    client.force_login(helper)
    sent = {"action": "take_back", "_selected_action": [run.pk], "confirmed": "yes", "reason": "wrong pictures"}
    assert "so nothing was taken back" in client.post("/admin/generation/run/", sent, follow=True).content.decode()
    helper.user_permissions.add(Permission.objects.get(codename="add_exclusion"))
    settings.EXCLUSIONS_NEED_TWO = True
    assert "Two people decide here." in client.post("/admin/generation/run/", sent, follow=True).content.decode()
    assert not Exclusion.objects.exists()
    settings.EXCLUSIONS_NEED_TWO = False
    assert "was taken back." in client.post("/admin/generation/run/", sent, follow=True).content.decode()
    assert Exclusion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_voter_who_is_dealt_an_image_in_this_moment_gets_nothing_of_it(tmp_path: Path) -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    run = bring(tmp_path / "in", "a/cat.png", "b/cat.png")
    renew_stock(ledger.pk)
    dealt: list[object] = []

    def deal_now() -> None:
        dealt.append(deal_matchup(ledger=ledger, voter_key=uuid.uuid4(), languages=["en"]))
        connection.close()

    voter = threading.Thread(target=deal_now)
    with transaction.atomic():
        undo_import(run_id=run.pk)
        voter.start()
        with connection.cursor() as cursor:
            held = "SELECT 1 FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            while not cursor.execute(held).fetchone() and voter.is_alive():
                time.sleep(0.01)
    voter.join(timeout=HANGING)
    assert dealt == [None]
    assert not Matchup.objects.exists()


def test_reports_of_images_that_stay_are_decided_as_before(ledger: Ledger, tmp_path: Path) -> None:
    keep = bring(tmp_path / "own", "own/cat.png")
    wrong = bring(tmp_path / "in", "a/cat.png")
    for _ in range(2):
        voter = uuid.uuid4()
        report_matchup(matchup_id=deal(ledger, voter), voter_key=voter, kind="other", side="both", note="")
    assert Generation.objects.exclude(hidden_at=None).count() == 2
    undo_import(run_id=wrong.pk)
    hidden = Generation.objects.exclude(hidden_at=None).get()
    assert hidden.run == keep
    # Hidden without a report, it would be in no list of the staff's, and so hidden for ever.
    (line,) = read_lines(list(waiting_images()))
    assert len(line.reports) == 2
    # Reports were of the picture that went: the one that takes its place is shown.
    again = bring(tmp_path / "in").generations.get()
    assert (again.state, again.hidden_at) == ("done", None)
    assert list(waiting_images()) == [hidden.pk]


@pytest.mark.django_db(transaction=True)
def test_import_taken_back_while_people_vote_breaks_nothing(ledger: Ledger, tmp_path: Path) -> None:
    bring(tmp_path / "own", "own/cat.png", "more/cat.png", "most/cat.png")
    wrong = bring(tmp_path / "in", "a/cat.png", "b/cat.png", "c/cat.png", "d/cat.png")
    renew_stock(ledger.pk)
    stop = threading.Event()

    def deal_and_skip() -> None:
        while not stop.is_set():
            voter = uuid.uuid4()
            matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
            assert matchup is not None
            with contextlib.suppress(NotFound):
                cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer="skip", languages=["en"])
        connection.close()

    with ThreadPoolExecutor(3) as pool:
        voters = [pool.submit(deal_and_skip) for _ in range(3)]
        try:
            while Matchup.objects.count() < 30:
                assert not any(voter.done() for voter in voters)
            undo_import(run_id=wrong.pk)
        finally:
            stop.set()
    for voter in voters:
        voter.result()
    assert Generation.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_import_is_not_taken_back_during_long_work_on_matchups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = bring(tmp_path / "in", "a/cat.png")
    monkeypatch.setattr(taking_back, "PATIENCE", 50)

    def undo() -> None:
        try:
            with pytest.raises(Conflict, match="Something else is at work on the matchups"):
                undo_import(run_id=run.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE voting_matchup IN ROW EXCLUSIVE MODE")
        other.submit(undo).result(timeout=HANGING)
    undo_import(run_id=run.pk)


@pytest.mark.django_db(transaction=True)
def test_nothing_that_a_backup_names_is_deleted_before_it_is_read(
    tmp_path: Path, settings: Settings, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = {"BACKEND": f"{__name__}.WatchedStorage", "OPTIONS": {"location": str(storage)}}
    settings.STORAGES = settings.STORAGES | {"default": watched}
    run = bring(tmp_path / "in", "a/cat.png")
    Rendition.objects.update(recipe=1)

    def delete() -> None:
        try:
            with pytest.raises(Conflict, match="A backup is being made"):
                undo_import(run_id=run.pk)
            assert render_waiting() == 0
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        monkeypatch.setattr(WatchedStorage, "before", staticmethod(lambda: other.submit(delete).result()))
        assert make_backup(path=tmp_path / "backup.tar").missing == []
    monkeypatch.undo()
    assert render_waiting() == 1
    undo_import(run_id=run.pk)
    assert files(storage) == set()
