"""What votes say on a model's page: matchups, similar models, competitions, gallery and history; open prompts only."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from arena.catalog.models import Contender, LogLine, Offering, Price, Prompt, Provider
from arena.generation.models import Generation
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Ledger, Matchup, UnsealedVote, Vote, Voter, random_id
from leaderboard.models import Snapshot
from tests.factories import make_category, make_generation, make_prompt
from tests.leaderboard.ledgers import draw_votes, known
from tests.leaderboard.pages import extend_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def page_of(contender: Contender | str) -> str:
    return f"/models/{(known(contender) if isinstance(contender, str) else contender).image_model.slug}/"


def section(html: str, name: str) -> str:
    """A section of a page by its heading's id."""
    return html.split(f'id="{name}"')[1].split("</section>")[0]


def cast(left: Generation, right: Generation, *outcomes: str) -> None:
    """Vote on two pictures, one voter for each outcome, and seal the votes."""
    ledger = Ledger.objects.get(kind="native")
    for outcome in outcomes:
        voter = Voter.objects.create(key=random_id(), pseudonym=random_id().hex)
        matchup = Matchup.objects.create(
            id=random_id(), ledger=ledger, voter_key=voter.key, turn=1, prompt=left.prompt, left=left, right=right,
            left_handle=random_id(), right_handle=random_id(), propensity=0.5, policy="test",
        )  # fmt: skip
        UnsealedVote.objects.create(vote=Vote.objects.create(matchup=matchup, voter=voter, outcome=outcome))
    seal_votes()


def price(contender: str, amount: str) -> None:
    one = known(contender)
    provider, _ = Provider.objects.get_or_create(slug="host", defaults={"name": "Host"})
    one.offering = Offering.objects.create(provider=provider, image_model=one.image_model, model_id=contender)
    one.save()
    Price.objects.create(
        offering=one.offering, item="image", unit="image", quality="", size="", amount=Decimal(amount),
        source="https://example.com/prices", seen_on="2026-11-01",
    )  # fmt: skip


def test_matchups_and_similar_models_are_said_in_words(client: Client) -> None:
    slugs = make_board(5, 0)
    categories = ("animals", "food", "art", "maps")
    for slug, amount in zip(slugs, ("0.04", "0.04", "0.02", "0.4", "0.1"), strict=True):
        price(slug, amount)
    extend_board(draw_votes(slugs, 3000, categories=categories))
    opened = make_prompt(state="open", title="A kite")
    for slug in slugs:
        make_generation(contender=known(slug), prompt=opened)
    in_play = [make_generation(contender=known(slug), prompt=make_prompt(title="A secret")) for slug in slugs]
    html = text_of(client.get(page_of(slugs[2])))

    found = re.findall(r"<h3>(Closest|Best|Worst)</h3><p><a href=\"([^\"]+)\">", section(html, "pairs"))
    urls = dict(found)
    assert urls["Best"] == "/compare/{}/vs/{}/".format(*sorted((slugs[2], slugs[4])))
    assert urls["Worst"] == "/compare/{}/vs/{}/".format(*sorted((slugs[2], slugs[0])))
    assert len(urls) == 3
    assert "A kite</a>: no votes between them" in section(html, "pairs")
    similar = section(html, "similar")
    assert "Nearest in rating" in similar
    assert "surely better" in similar
    assert "100 % more; surely better" in similar
    assert "Nearest in what it is good at" in similar
    assert all(str(one.image.public_id) not in html for one in in_play)
    assert "A secret" not in html
    assert f'same board: <a href="{page_of(slugs[1])}">' in section(html, "questions") or (
        f'same board: <a href="{page_of(slugs[3])}">' in section(html, "questions")
    )
    assert re.search(r"Boards with 0 votes on it: [5-9]", section(html, "ratings"))


def test_boards_without_votes_on_a_contender_are_named(client: Client) -> None:
    slugs = make_board(3, 0)
    extend_board(draw_votes(slugs, 300, categories=("animals",)))
    idle = make_category(name="Logos")
    ratings = section(text_of(client.get(page_of(slugs[0]))), "ratings")
    row = ratings.split(f'category={idle.slug}">Logos</a>')[1].split("</tr>")[0]
    assert '<td class="number">0</td>' in row


def test_pictures_show_their_own_results(client: Client) -> None:
    slugs = make_board(3)
    food = make_category(slug="dishes", name="Dishes")
    prompt = make_prompt(state="play", title="A soup", category=food)
    first, second = (make_generation(contender=known(slugs[0]), prompt=prompt, sample=sample) for sample in (1, 2))
    strong, weak = (make_generation(contender=known(slug), prompt=prompt) for slug in slugs[1:])
    other = make_generation(contender=known(slugs[0]), prompt=make_prompt(state="open", title="Nothing yet"))
    cast(first, strong, "left", "left", "tie")
    cast(weak, second, "left", "left", "right")
    page = page_of(slugs[0])
    assert str(first.image.public_id) not in text_of(client.get(page))

    Prompt.objects.filter(pk=prompt.pk).update(state="open")
    html = text_of(client.get(page))
    row = section(html, "competitions").split("A soup")[0]
    assert "2 won, 1 tied, 0 lost" in row
    assert "1 won, 0 tied, 2 lost" in row
    assert "of 3</small>" in section(html, "competitions")
    gallery = section(html, "gallery")
    assert "met the highest-rated contenders" in gallery
    assert gallery.index(str(first.image.public_id)) < gallery.index(str(second.image.public_id))
    assert str(other.image.public_id) not in gallery

    shown = {
        query: {one for one in (first, second, other) if str(one.image.public_id) in section(answer, "gallery")}
        for query in ("?pictures=all", "?outcome=won", "?outcome=lost", "?category=dishes", "?outcome=tied")
        for answer in [text_of(client.get(f"{page}{query}"))]
    }
    assert list(shown.values()) == [{first, second, other}, {first}, {second}, {first, second}, set()]
    assert "Nothing yet" not in section(text_of(client.get(f"{page}?category=dishes")), "competitions")


def test_history_names_what_may_explain_a_change(client: Client) -> None:
    slugs = make_board(2)
    extend_board(draw_votes(slugs, 100, seed=2))
    model = known(slugs[0]).image_model
    day = Snapshot.objects.filter(board__slice="overall").latest("pk").computed_at.date()
    details = {
        "provider": "Host", "item": "image", "unit": "image", "quality": "", "size": "", "old": "0.04", "new": "0.03",
        "currency": "USD",
    }  # fmt: skip
    LogLine.objects.create(day=day, kind="price", image_model=model, name="The model", details=details)
    LogLine.objects.create(day=day, kind="added", name="Another model")
    told = section(text_of(client.get(page_of(slugs[0]))), "history")
    assert "The model: costs $0.03 per image at Host; it was $0.04 per image" in told
    assert "Another model" not in told
    assert told.count('class="tick event-number"') == 2


def test_grid_of_categories_and_languages_opens_boards_that_nobody_asked_for(client: Client) -> None:
    slugs = make_board(2, 0)
    extend_board(draw_votes(slugs, 200, categories=("animals", "food"), languages=("en", "de")))
    html = text_of(client.get(page_of(slugs[0])))
    assert 'rel="nofollow" href="/leaderboard/text-to-image/?category=animals&amp;language=de">open</a>' in html
    assert "All categories" in html
