"""An imported prompt can be corrected until somebody votes on it; afterwards it is superseded with its images."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client

from arena.catalog.curation import activate_prompts, open_prompts
from arena.catalog.models import Contender, Prompt
from arena.errors import Conflict, Gone
from arena.generation.imports.writing.moving import supersede_with_images
from arena.generation.models import Generation, Run
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.dealing.stock import renew_stock
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Ledger, LedgerEntry, Vote
from leaderboard.queries.figures import read_reliability
from tests.arena.catalog.test_curation import read_form
from tests.factories import make_attempt, make_contender, make_generation, make_prompt, make_run
from tests.patience import HANGING

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported() -> Prompt:
    """A prompt with images of two contenders, brought by one import."""
    prompt = make_prompt(slug="midj", text="Midj", licence="")
    run = make_run(kind="import", brought={"prompt": [prompt.pk]})
    for _ in range(2):
        make_generation(prompt=prompt, run=run, seconds=None, pixels=False)
    return prompt


def deal(ledger: Ledger, voter: uuid.UUID) -> uuid.UUID | None:
    matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    return read_token(matchup.id) if matchup else None


def answer(matchup_id: uuid.UUID | None, voter: uuid.UUID, outcome: str = "left") -> None:
    assert matchup_id is not None
    cast_vote(matchup_id=matchup_id, voter_key=voter, answer=outcome, languages=["en"])


def correct(prompt: Prompt, text: str = "A red panda") -> None:
    with transaction.atomic():
        Prompt.objects.filter(pk=prompt.pk).update(text=text)


def test_first_vote_freezes_a_prompt_and_a_skip_does_not(ledger: Ledger, imported: Prompt) -> None:
    voter = uuid.uuid4()
    answer(deal(ledger, voter), voter, "skip")
    correct(imported)
    renew_stock(ledger.pk)
    voter = uuid.uuid4()
    answer(deal(ledger, voter), voter)
    with pytest.raises(IntegrityError, match="is frozen: it has generations or votes"):
        correct(imported, "Another")


def test_no_vote_is_cast_on_a_text_that_was_corrected_since(ledger: Ledger, imported: Prompt) -> None:
    voter = uuid.uuid4()
    old = deal(ledger, voter)
    correct(imported)
    with pytest.raises(Gone, match="was corrected since"):
        answer(old, voter)
    # Neither is the old pair served again, nor a new one with the old text, although the stock still has it.
    served = deal_matchup(ledger=ledger, voter_key=uuid.uuid4(), languages=["en"])
    assert served is not None
    assert served.prompt_text == "A red panda"
    assert deal(ledger, voter) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["deal", "vote"])
def test_correction_in_the_making_is_waited_for(ledger: Ledger, imported: Prompt, step: str) -> None:
    voter, told = uuid.uuid4(), []
    old = deal(ledger, voter) if step == "vote" else None
    renew_stock(ledger.pk)

    def act() -> None:
        if step == "deal":
            told.append(deal_matchup(ledger=ledger, voter_key=voter, languages=["en"]))
        else:
            with pytest.raises(Gone, match="was corrected since"):
                answer(old, voter)
            told.append(None)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            correct(imported)
            done = pool.submit(act)
            while not done.done():
                cursor.execute(
                    "SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
                )
                if cursor.fetchone() == (True,):
                    break
        done.result(timeout=HANGING)
    assert [each and each.prompt_text for each in told] == ["A red panda" if step == "deal" else None]
    assert not Vote.objects.exists()
    correct(imported, "Nobody has voted yet")


def test_staff_correct_text_title_category_and_language_in_the_admin(imported: Prompt, client: Client) -> None:
    client.force_login(User.objects.create_superuser("staff"))
    other = make_prompt().category
    page = f"/admin/catalog/prompt/{imported.pk}/change/"
    values = {"title": "Panda", "text": "A red panda", "language": "de", "category": other.pk, "scene": ""}
    client.post(page, read_form(client, page) | values)
    imported.refresh_from_db()
    assert (imported.text, imported.title, imported.language, imported.category) == (
        "A red panda",
        "Panda",
        "de",
        other,
    )


def test_superseded_prompt_hands_its_images_on_and_nobody_sees_them_twice(ledger: Ledger, imported: Prompt) -> None:
    voter, newcomer = uuid.uuid4(), uuid.uuid4()
    answer(deal(ledger, voter), voter)
    waiting = deal(ledger, newcomer)
    successor = supersede_with_images(prompt=imported)
    assert Generation.objects.filter(prompt=successor).count() == 2
    assert Run.objects.get().brought == {"prompt": [imported.pk, successor.pk]}
    assert deal(ledger, uuid.uuid4()) is None
    correct(successor)
    activate_prompts(prompts=[successor])
    renew_stock(ledger.pk)
    # Who has seen the names is not dealt the images again; who has not, is.
    assert deal(ledger, voter) is None
    assert deal(ledger, uuid.uuid4()) is not None
    # What is on a screen still counts for the old text.
    answer(waiting, newcomer)
    assert deal(ledger, newcomer) is None
    seal_votes()
    assert list(LedgerEntry.objects.values_list("prompt", flat=True)) == ["midj", "midj"]


def test_only_imported_images_in_play_move(imported: Prompt) -> None:
    generated = make_generation(prompt=imported, pixels=False)
    supersede_with_images(prompt=imported)
    assert Generation.objects.get(prompt=imported) == generated
    with pytest.raises(Conflict, match="has no imported images"):
        supersede_with_images(prompt=imported)
    opened = make_prompt()
    make_generation(prompt=opened, run=make_run(kind="import"), pixels=False)
    open_prompts(prompts=[opened])
    with pytest.raises(Conflict, match="is open"):
        supersede_with_images(prompt=opened)


def test_staff_supersede_with_images_in_the_admin(imported: Prompt, client: Client) -> None:
    client.force_login(User.objects.create_superuser("staff"))
    chosen = {"action": "supersede_with_imported", "_selected_action": [imported.pk, make_prompt().pk]}
    page = client.post("/admin/catalog/prompt/", chosen, follow=True).content.decode()
    assert "Draft midj-2 made, with the images." in page
    assert "has no imported images" in page


def test_imported_images_have_no_success_rate(imported: Prompt) -> None:
    both = make_contender()
    make_generation(contender=both, prompt=imported, run=make_run(kind="import"), seconds=None, pixels=False)
    make_attempt(generation=make_generation(contender=both, state="failed", pixels=False), outcome="invalid")
    figures = read_reliability(Contender.objects.values_list("pk", flat=True), modality="text-to-image")
    only = Contender.objects.exclude(pk=both.pk).values_list("pk", flat=True)
    assert {figures[contender].success_rate for contender in only} == {None}
    assert figures[both.pk].success_rate == 0
