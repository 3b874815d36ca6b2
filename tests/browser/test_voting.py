"""Voting by keys and clicks, the reveal, and what is shown when nothing is left."""

import itertools
import re
from datetime import timedelta
from functools import partial

import pytest
from django.db.models import F
from playwright.sync_api import Locator, expect

from arena.catalog.models import Contender, Prompt
from arena.voting.blindness.tokens import read_token
from arena.voting.ledger.opening import open_ledger
from arena.voting.models import Ledger, Matchup, PairSplit, Strength, Vote, VoteEvidence
from tests.browser.conftest import (
    AT_ONCE,
    OpenPage,
    has_votes,
    on_screen,
    wait_fetched,
    wait_ready,
    wait_revealed,
    wait_until,
)
from tests.factories import make_arena

pytestmark = pytest.mark.browser
Arena = tuple[list[Contender], list[Prompt]]


def test_each_key_casts_its_vote_and_shows_the_names_and_the_last_pair_leads_to_all_judged(
    open_page: OpenPage, arena: Arena
) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    assert all(contender.name not in page.content() for contender in arena[0])
    keys = {"ArrowLeft": "left", "1": "left", "ArrowRight": "right", "2": "right", "3": "tie", "4": "both_bad"}
    for key, outcome in keys.items():
        wait_ready(page)
        matchup = Matchup.objects.get(pk=read_token(on_screen(page)))
        page.keyboard.press(key)
        for side, generation in (("left", matchup.left), ("right", matchup.right)):
            link = page.locator(f".placard[data-side={side}] a")
            expect(link).to_have_text(generation.contender.name)
            expect(link).to_have_attribute("href", f"/models/{generation.contender.image_model.slug}/")
        expect(page.locator(".vote > [role=status]")).to_contain_text(matchup.left.contender.name)
        assert matchup.vote.outcome == outcome
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="All judged")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="All judged")).to_be_visible()
    assert Vote.objects.count() == len(keys)


def test_vote_says_how_long_its_pair_was_seen_not_how_long_ago_it_was_dealt(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    Matchup.objects.update(dealt_at=F("dealt_at") - timedelta(hours=9))
    page.keyboard.press("1")
    wait_revealed(page)
    told = VoteEvidence.objects.get()
    assert told.dwell < timedelta(hours=9) / timedelta(milliseconds=1)
    assert (told.agent, told.referrer, told.tier) == ("headless", "none", "open")


def test_reveal_tells_ranks_and_how_others_split(open_page: OpenPage, arena: Arena) -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    contenders = sorted(arena[0], key=lambda contender: contender.pk)
    for contender in contenders:
        Strength.objects.create(
            ledger=ledger, contender=contender, mean=0, variance=1, rank_low=1, rank_high=4, snapshot=1
        )
    for first, second in itertools.combinations(contenders, 2):
        PairSplit.objects.create(
            ledger=ledger, first=first, second=second, first_wins=6, second_wins=6, ties=3, both_bad=1
        )
    page = open_page("/vote/")
    wait_ready(page)
    page.keyboard.press("3")
    wait_revealed(page)
    expect(page.locator(".placard").first).to_contain_text("rank 1–4")
    expect(page.locator(".strip-message")).to_have_text(
        "Votes on these two: 16. A 38 % · tie 19 % · both bad 6 % · B 38 %"
    )
    widths = [part.get_attribute("width") for part in page.locator(".split rect").all()]
    assert widths == ["6", "3", "1", "6"]


@pytest.mark.parametrize(("save_data", "open_matchups"), [("false", 3), ("true", 2)])
def test_page_fetches_ahead_less_where_data_is_dear(
    open_page: OpenPage, arena: Arena, save_data: str, open_matchups: int
) -> None:
    script = f"Object.defineProperty(navigator, 'connection', {{ value: {{ saveData: {save_data} }} }})"
    page = open_page("/vote/", init_script=AT_ONCE + script)
    wait_ready(page)
    wait_fetched(page, open_matchups)
    # A further request would follow at once.
    page.wait_for_timeout(500)
    assert Matchup.objects.count() == open_matchups


def test_click_casts_its_vote_and_waits_for_next(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    for number, (name, outcome) in enumerate([("B is better", "right"), ("Tie", "tie"), ("Both bad", "both_bad")]):
        wait_ready(page)
        shown = on_screen(page)
        page.get_by_role("button", name=name).click()
        wait_revealed(page)
        assert on_screen(page) == shown
        assert list(Vote.objects.order_by("cast_at").values_list("outcome", flat=True))[number:] == [outcome]
        page.get_by_role("button", name="Next pair").click()
    expect(page.locator(".count")).to_have_text("3 of 20")


def test_space_and_enter_go_on_after_the_reveal_only(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    for number, key in enumerate(("Space", "Enter"), 1):
        wait_ready(page)
        shown = on_screen(page)
        page.keyboard.press(key)
        assert on_screen(page) == shown
        page.keyboard.press("1")
        wait_revealed(page)
        page.keyboard.press(key)
        wait_ready(page)
        assert on_screen(page) != shown
        assert Vote.objects.count() == number


def test_skip_goes_on_without_a_vote(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    first = on_screen(page)
    page.keyboard.press("s")
    page.wait_for_function("id => document.querySelector('.matchup').dataset.matchup !== id", arg=first)
    wait_ready(page)
    wait_until(page, lambda: Matchup.objects.filter(answer="skip").exists())
    assert not Vote.objects.exists()


def test_key_is_ignored_with_a_modifier_or_under_a_dialog(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    page.keyboard.press("Control+1")
    page.keyboard.press("Alt+ArrowLeft")
    page.wait_for_load_state()
    wait_ready(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    assert page.locator(".vote").get_attribute("data-state") == "ready"


def test_letters_and_digits_can_be_switched_off_for_good(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use letter and digit keys").uncheck()
    page.get_by_role("button", name="Close", exact=True).click()
    page.reload()
    wait_ready(page)
    for key in ("1", "3", "s", "?"):
        page.keyboard.press(key)
    assert page.locator(".vote").get_attribute("data-state") == "ready"
    page.keyboard.press("ArrowLeft")
    wait_revealed(page)


def test_held_key_casts_one_vote(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    page.get_by_role("button", name="Tie").focus()
    for _ in range(4):  # A second `down` without an `up` is an automatic repeat.
        page.keyboard.down("Enter")
        page.wait_for_timeout(50)
    page.keyboard.up("Enter")
    wait_revealed(page)
    assert Vote.objects.count() == 1


def test_three_tabs_show_three_pairs(open_page: OpenPage, transactional_db: None) -> None:
    make_arena(contenders=4, prompts=6)
    pages = [open_page("/vote/")]
    wait_ready(pages[0])
    wait_fetched(pages[0], 3)
    for _ in range(2):
        pages.append(pages[0].context.new_page())
        pages[-1].goto("/vote/")
        wait_ready(pages[-1])
        wait_fetched(pages[-1], 3)
    shown = {on_screen(page) for page in pages}
    assert len(shown) == 3
    # A reload keeps a tab's pair.
    pages[1].reload()
    wait_ready(pages[1])
    assert {on_screen(page) for page in pages} == shown
    for page in pages:
        page.keyboard.press("1")
        wait_revealed(page)
        page.keyboard.press("Enter")
        wait_ready(page)
    assert Vote.objects.count() == 3
    assert len({on_screen(page) for page in pages} | shown) == 6


@pytest.mark.usefixtures("transactional_db")
def test_arena_without_images_says_so(open_page: OpenPage) -> None:
    page = open_page("/vote/")
    expect(page.get_by_role("heading", name="Nothing to compare yet")).to_be_visible()


def test_category_is_chosen_from_the_header(open_page: OpenPage, arena: Arena) -> None:
    category = arena[1][0].category
    page = open_page("/vote/")
    page.get_by_role("button", name="All categories").click()
    page.get_by_role("link", name=category.name).click()
    page.wait_for_url(f"**/vote/{category.slug}/")
    for _ in range(2):
        wait_ready(page)
        expect(page.locator(".criterion")).to_contain_text(category.criterion)
        page.keyboard.press("1")
        wait_revealed(page)
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="All judged")).to_be_visible()


def test_languages_are_chosen_from_the_header(open_page: OpenPage, transactional_db: None) -> None:
    _, (english, german) = make_arena(contenders=2, prompts=2, languages=("en", "de"))
    page = open_page("/vote/")
    wait_ready(page)
    expect(page.locator("h1")).to_have_text(english.text)
    page.get_by_role("button", name="Languages").click()
    page.get_by_role("checkbox", name="English").uncheck()
    page.get_by_role("checkbox", name="Deutsch").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text(german.text)
    expect(page.locator("h1")).to_have_attribute("lang", "de")


def test_zoom_shows_both_images_under_one_transform(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    page.get_by_alt_text("Image B for the prompt above").click()
    zoom = page.get_by_role("dialog")
    expect(zoom.get_by_role("status")).to_have_text("Image B")
    page.keyboard.press("Space")
    expect(zoom.get_by_role("status")).to_have_text("Image A")
    assert transform(zoom) == "translate(0px, 0px) scale(1)"
    for key, placed in (
        ("+", "translate(0px, 0px) scale(1.5)"),
        ("0", "translate(0px, 0px) scale(1)"),
        ("=", "translate(0px, 0px) scale(1.5)"),
        ("-", "translate(0px, 0px) scale(1)"),
    ):
        page.keyboard.press(key)
        assert transform(zoom) == placed
    # One pixel of the image is one of the screen, and the arrows move the window over both.
    page.keyboard.press("1")
    width = zoom.locator("img").first.evaluate(
        "e => e.getBoundingClientRect().width * devicePixelRatio / e.naturalWidth"
    )
    assert width == pytest.approx(1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert re.match(r"translate\(-\d[\d.]+px, -\d[\d.]+px\)", transform(zoom))
    for key in ("Space", "f"):
        page.keyboard.down(key)
        expect(zoom.get_by_role("status")).to_have_text("Image B")
        page.wait_for_timeout(600)
        page.keyboard.up(key)
        expect(zoom.get_by_role("status")).to_have_text("Image A")
    page.keyboard.press("Escape")
    expect(zoom).to_be_hidden()
    assert page.locator(".vote").get_attribute("data-state") == "ready"


def transform(zoom: Locator) -> str:
    """Return the transform of both images, which is one."""
    (found,) = {image.evaluate("e => e.style.transform") for image in zoom.locator("img").all()}
    return str(found)


def test_zoom_loads_the_detail_rendition_where_there_is_one(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    widest = page.locator(".side img").first.get_attribute("src") or ""
    page.locator(".side img").first.evaluate("e => { e.dataset.detail = e.src + '?detail'; }")
    page.keyboard.press("z")
    page.get_by_text("Image A", exact=True).wait_for()
    first, second = page.locator(".zoom-window img").all()
    assert (first.get_attribute("src") or "").endswith(f"{widest}?detail")
    assert "?" not in (second.get_attribute("src") or "")


def test_key_is_known_by_its_place_and_the_number_pad_votes_with_digits_only(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    first = on_screen(page)
    press = """([key, code]) => document.body.dispatchEvent(new KeyboardEvent('keydown',
      { key, code, location: code.startsWith('Numpad') ? 3 : 0, bubbles: true, cancelable: true }))"""
    page.evaluate(press, ["ы", "KeyS"])
    page.wait_for_function("id => document.querySelector('.matchup').dataset.matchup !== id", arg=first)
    wait_ready(page)
    page.evaluate(press, ["é", "Digit2"])
    wait_revealed(page)
    page.keyboard.press("Enter")
    wait_ready(page)
    # Without NumLock these are the keys 1, 3, 4 and 6.
    for key, code in (("End", "1"), ("PageDown", "3"), ("ArrowLeft", "4"), ("ArrowRight", "6")):
        page.evaluate(press, [key, f"Numpad{code}"])
    assert page.locator(".vote").get_attribute("data-state") == "ready"
    page.evaluate(press, ["2", "Numpad2"])
    wait_until(page, partial(has_votes, 2))
    assert set(Vote.objects.values_list("outcome", flat=True)) == {"right"}


def test_both_sides_are_the_same_but_for_handle_and_letter(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/", script=False)
    left, right = page.locator(".side").all()
    texts = []
    for side, letter in ((left, "A"), (right, "B")):
        handle = (side.locator("img").get_attribute("src") or "").split("/")[3]
        texts.append(
            side.inner_html().replace(handle, "HANDLE").replace(f"Image {letter}", "Image").replace(f">{letter}<", "><")
        )
    assert texts[0] == texts[1]
