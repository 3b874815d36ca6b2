"""Both modalities are voted on: mixed, or one of them where the address says so."""

from collections.abc import Callable

import pytest
from django.test import Client

from arena.catalog.models import Contender, Prompt
from arena.voting.blindness.tokens import read_token
from arena.voting.dealing.matchups import deal_matchup, find_matchup
from arena.voting.dealing.pool import EVERYTHING, Scope, VoteCounts, load_pool
from arena.voting.ledger.opening import native_ledger
from arena.voting.models import Matchup, random_id
from tests.arena.voting.pages import open_vote, send_answer
from tests.factories import make_contender, make_editing_prompt, make_generation, make_prompt

Browser = Callable[[], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]

EDITS, PLAIN = "/vote/?modality=image-editing", "/vote/?modality=text-to-image"


@pytest.fixture
def prompts() -> tuple[Prompt, Prompt]:
    """A prompt of each modality, text to image first, with the images of two contenders."""
    plain, edit = make_prompt(), make_editing_prompt(mask=True)
    contenders: list[Contender] = [make_contender() for _ in range(2)]
    for prompt in (plain, edit):
        for contender in contenders:
            make_generation(contender=contender, prompt=prompt, pixels=False)
    return plain, edit


def test_pool_has_a_shelf_of_each_category_in_scope(prompts: tuple[Prompt, Prompt]) -> None:
    plain, edit = prompts
    pool = load_pool(ledger_id=native_ledger().pk, counts=VoteCounts())

    def shelved(scope: Scope) -> set[int]:
        return {key for shelf in pool.shelves(scope=scope, languages=["en"]) for key in shelf.ids}

    assert shelved(EVERYTHING) == {plain.pk, edit.pk}
    assert shelved(Scope(modality="image-editing")) == shelved(Scope(category=edit.category.slug)) == {edit.pk}
    assert shelved(Scope(modality="text-to-image")) == {plain.pk}
    assert pool.holds(EVERYTHING)
    assert not pool.holds(Scope(category="nothing"))


def test_matchup_of_an_edit_names_its_sources_and_mask(prompts: tuple[Prompt, Prompt]) -> None:
    _, edit = prompts
    ledger, voter = native_ledger(), random_id()
    dealt = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], scope=Scope(modality="image-editing"))
    assert dealt is not None
    hashes = dict(edit.source_images.values_list("role", "sha256"))
    assert (dealt.source and dealt.source.sha256, dealt.sources.mask) == (hashes["source"], hashes["mask"])
    assert dealt.left_image.box == dealt.right_image.box == (dealt.source and dealt.source.box) == (1024, 683)
    found = find_matchup(matchup_id=read_token(dealt.id), voter_key=voter)
    assert (found.sources, found.modality, found.is_wide) == (dealt.sources, "image-editing", True)


def test_matchup_of_text_to_image_has_no_source(prompts: tuple[Prompt, Prompt]) -> None:
    scope = Scope(modality="text-to-image")
    dealt = deal_matchup(ledger=native_ledger(), voter_key=random_id(), languages=["en"], scope=scope)
    assert dealt is not None
    assert (dealt.source, dealt.is_wide, dealt.left_image.box) == (None, False, (1024, 1024))


@pytest.mark.parametrize(("path", "place"), [(PLAIN, 0), (EDITS, 1)])
def test_address_chooses_the_modality_and_the_next_pairs_keep_to_it(
    browser: Browser, prompts: tuple[Prompt, Prompt], path: str, place: int
) -> None:
    client, wanted = browser(), prompts[place]
    page = open_vote(client, path)
    assert wanted.text in page.html
    assert ("/sources/" in page.html) == (place == 1)
    assert client.get(path.replace("/vote/", "/vote/next/") + f"&have={page.token}").status_code == 204
    send_answer(client, page, "left")
    done = open_vote(client, path).html
    assert "All judged" in done
    assert f'href="/leaderboard/{wanted.category.modality}/"' in done


def test_vote_page_without_a_choice_deals_both(browser: Browser, prompts: tuple[Prompt, Prompt]) -> None:
    client = browser()
    for _ in prompts:
        page = open_vote(client)
        for choice in (PLAIN, EDITS):
            assert f'href="{choice}"' in page.html
        send_answer(client, page, "left")
    assert set(Matchup.objects.values_list("prompt", flat=True)) == {prompt.pk for prompt in prompts}
    assert open_vote(client, "/vote/?modality=nonsense").status == 200


def test_form_without_script_stays_with_the_modality(browser: Browser, prompts: tuple[Prompt, Prompt]) -> None:
    client = browser()
    page = open_vote(client, EDITS)
    assert '<input type="hidden" name="modality" value="image-editing">' in " ".join(page.html.split())
    form = {"answer": "skip", "modality": "image-editing", "csrfmiddlewaretoken": page.csrf}
    assert client.post(f"/vote/answer/{page.token}/", form).headers["Location"] == EDITS
    again = open_vote(client, f"{EDITS}&skipped_before=9999999999")
    form = {"answer": "left", "modality": "image-editing", "csrfmiddlewaretoken": again.csrf}
    reveal = client.post(f"/vote/answer/{again.token}/", form).content.decode()
    assert f'href="{EDITS}"' in reveal
    assert "/sources/" in reveal
    assert 'href="/leaderboard/image-editing/"' in reveal


def test_arena_of_one_modality_offers_no_choice(browser: Browser) -> None:
    prompt = make_editing_prompt()
    for _ in range(2):
        make_generation(prompt=prompt, pixels=False)
    html = open_vote(browser()).html
    assert "?modality=" not in html
    assert 'href="/leaderboard/image-editing/"' in html
