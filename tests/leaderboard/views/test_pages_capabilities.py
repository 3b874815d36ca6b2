"""The capability profile on a model's page and over REST: measured by votes, beside what a page estimates."""

from datetime import date

import pytest
from django.test import Client

from arena.catalog.models import Contender
from arena.voting.models import Ledger
from leaderboard.computing.on_demand import compute_asked
from tests.factories import make_axis, make_category, make_image_model, make_prompt
from tests.leaderboard.pages import make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
SOURCE = "https://www.page.test/models/one"


@pytest.fixture
def contender() -> Contender:
    """The best of three contenders, whose model a page puts below itself on the axis that has votes."""
    animals = make_category(slug="animals")
    prompts = [make_prompt(slug=f"animals-{number}", category=animals) for number in range(12)]
    detail = make_axis("fine-detail", *prompts[:6], name="Fine detail", position=1)
    story = make_axis("storytelling", *prompts[6:], name="Storytelling", position=2)
    make_axis("text-rendering", make_prompt(category=animals), name="Text rendering", position=3)
    best = Contender.objects.select_related("image_model").get(slug=make_board(3, 900)[0])
    for axis, value in ((detail, 65), (story, 35)):
        best.image_model.claims.create(
            kind="capability", text="An estimate.", source=SOURCE, seen_on=date(2026, 11, 1), axis=axis, value=value
        )
    return best


def test_profile_of_a_model_is_computed_when_its_page_is_read(contender: Contender, client: Client) -> None:
    path, api = f"/models/{contender.image_model.slug}/", f"/api/v1/models/{contender.image_model.slug}/profile/"
    assert "The profile is being computed." in text_of(client.get(path))
    assert client.get(api).status_code == 503
    assert compute_asked(ledger=Ledger.objects.get(kind="native")) == 3

    page = text_of(client.get(path))
    assert "is being computed" not in page
    assert "Measured by votes, it is better than the field at: Fine detail, Storytelling." in page
    assert "These votes do not contradict the order of page.test by more than luck" in page
    assert "Estimated, not measured:" in page
    assert "0 votes: too few" in client.get(path).content.decode()
    # It is a claim, but stands beside what was measured.
    assert "An estimate." not in page
    assert "/leaderboard/text-to-image/?axis=fine-detail" in client.get(path).content.decode()

    answer = client.get(api).json()
    assert (answer["centre"], answer["outdated"]) == (1000.0, False)
    assert answer["estimates"] == [
        {"source": SOURCE, "seen_on": "2026-11-01", "values": {"fine-detail": 65, "storytelling": 35}}
    ]
    (own,) = answer["profiles"]
    assert own["contender_slug"] == contender.slug
    board = client.get("/api/v1/standings/?axis=fine-detail").json()
    line = next(line for line in board["standings"] if line["contender_slug"] == contender.slug)
    assert {name: own["lines"][0][name] for name in ("votes", "elo", "elo_low", "elo_high", "level")} == {
        name: line[name] for name in ("votes", "elo", "elo_low", "elo_high", "level")
    }
    assert [line["axis"] for line in own["lines"]] == ["fine-detail", "storytelling", "text-rendering"]
    assert (own["lines"][2]["votes"], own["lines"][2]["elo"], own["lines"][2]["place"]) == (0, None, "")
    assert client.get("/api/v1/models/nobody/profile/").status_code == 404
    assert client.get(f"{api}?modality=image-editing").json()["profiles"] == []


def test_estimates_of_a_model_without_votes_are_shown_as_such(contender: Contender, client: Client) -> None:
    model = make_image_model()
    contender.image_model.claims.update(image_model=model)
    page = text_of(client.get(f"/models/{model.slug}/"))
    assert "Nothing is measured here yet. What follows are estimates of others" in page
    assert "Fine detail 65 % · Storytelling 35 %" in page
    assert "Capability profile" not in text_of(client.get(f"/models/{make_image_model().slug}/"))
