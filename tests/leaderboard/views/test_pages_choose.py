"""Which model for me: the page and the API tell the same."""

import datetime
import json
import random
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from arena.catalog.models import Category, Offering, Provider
from arena.voting.models import Ledger
from leaderboard.computing.auditing import audit_ledger
from leaderboard.computing.on_demand import compute_asked
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.models import ErrorBlock, Standing
from tests.leaderboard.ledgers import Cast, known, make_categories, make_contenders, make_ledger
from tests.leaderboard.pages import extend_board, text_of
from tests.writing_once import written_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PATH, API = "/choose/", "/api/v1/choices/"


def cast_for(order: list[str], category: str, votes: int) -> list[Cast]:
    """Draw votes on a category in which an earlier contender of the order wins three times of four."""
    draw = random.Random(votes)
    found = []
    for number in range(votes):
        left, right = draw.sample(order, 2)
        upset = draw.random() < 0.25
        outcome = "left" if (order.index(left) < order.index(right)) != upset else "right"
        prompt = f"{category}-{number % 11}"
        found.append(Cast(left, right, outcome, f"voter-{number % 29}", category, prompt=prompt))
    return found


@pytest.fixture
@written_once
def slugs() -> list[str]:
    """Four contenders: the first is best at animals, the last at food; all boards are audited."""
    slugs = make_contenders(4)
    make_categories("animals", "food")
    make_ledger()
    extend_board([*cast_for(slugs, "animals", 700), *cast_for(slugs[::-1], "food", 701)])
    audit_ledger(ledger=Ledger.objects.get())
    return slugs


def price(slug: str, amount: str) -> None:
    """Let a provider sell the contender's model at this price."""
    host = Provider.objects.create(slug=f"host-of-{slug}", name="Host")
    offering = Offering.objects.create(provider=host, image_model=known(slug).image_model, model_id="m")
    offering.prices.create(
        item="image", unit="image", amount=amount, source="https://example.org/", seen_on=datetime.date(2026, 11, 1)
    )


def test_without_weights_the_board_of_all_categories_answers(client: Client, slugs: list[str]) -> None:
    answer = client.get(API).json()
    [board] = answer["boards"]
    assert board["category"] == ""
    standings = {each.slug: each for each in Standing.objects.filter(snapshot=board["snapshot"])}
    assert {pick["contender_slug"]: pick["elo"] for pick in answer["picks"]} == pytest.approx(
        {slug: standings[slug].elo for slug in slugs}
    )


def test_weights_decide_who_is_the_best(client: Client, slugs: list[str]) -> None:
    best = [client.get(API, {"weights": weights}).json()["picks"][0] for weights in ("animals:9,food:1", "food:1")]
    assert [pick["contender_slug"] for pick in best] == [slugs[0], slugs[3]]
    assert best[0]["behind"] == best[0]["behind_low"] == 0


@pytest.mark.parametrize("language", ["", "en"])
def test_recompute_gives_the_same_chances_from_the_export(
    client: Client, slugs: list[str], tmp_path: Path, language: str
) -> None:
    asked = {"weights": "animals:1,food:1"} | ({"language": language} if language else {})
    client.get(API, asked)
    compute_asked(ledger=Ledger.objects.get())
    picks = client.get(API, asked).json()["picks"]
    assert 0.02 < picks[0]["chance"] < 0.98
    export, said = tmp_path / "entries.csv", StringIO()
    export.write_bytes(client.get("/api/v1/ledgers/native/entries.csv").getvalue())
    options = {"weights": {"animals": 1, "food": 1}, "language": language, "format": "json"}
    call_command("recompute", export, **options, stdout=said)
    [found] = json.loads(said.getvalue()).values()
    assert [{name: pick[name] for name in found[0]} for pick in picks] == found
    said = StringIO()
    among = ",".join(slugs[:2])
    call_command("recompute", export, weights={"animals": 1}, among=among, stdout=said)
    assert [line.split()[-1] for line in said.getvalue().splitlines()[3:]] == slugs[:2]


def test_newest_snapshots_answer_without_an_audit(client: Client, slugs: list[str]) -> None:
    newcomer = make_contenders(1)[0]
    extend_board([Cast(newcomer, slugs[0], "left", f"voter-{n % 20}", prompt=f"p-{n}") for n in range(40)])
    assert newcomer in {pick["contender_slug"] for pick in client.get(API, {"weights": "animals:1"}).json()["picks"]}


def cast_by_fans(slugs: list[str], category: str) -> list[Cast]:
    """Draw votes of people who each like one contender's style, whatever the category."""
    draw, found = random.Random(category), []
    for number in range(900):
        voter = number % 18
        left, right = draw.sample(slugs, 2)
        liked = slugs[voter % len(slugs)]
        outcome = "left" if liked == left or (liked != right and draw.random() < 0.5) else "right"
        found.append(Cast(left, right, outcome, f"fan-{voter}", category, prompt=f"{category}-{number % 37}"))
    return found


def test_voters_in_common_widen_the_gaps_of_the_average(client: Client) -> None:
    slugs = make_contenders(4)
    make_categories("animals", "food")
    make_ledger()
    extend_board([*cast_by_fans(slugs, "animals"), *cast_by_fans(slugs, "food")])
    asked = {"weights": "animals:2,food:1"}
    joint = client.get(API, asked).json()["picks"]
    shared = ErrorBlock.objects.exclude(first=F("second"))
    assert shared.count() == 1
    shared.delete()
    alone = {pick["contender_slug"]: pick for pick in client.get(API, asked).json()["picks"]}
    for pick in joint[1:]:
        apart = alone[pick["contender_slug"]]
        assert pick["elo_high"] - pick["elo_low"] > 1.1 * (apart["elo_high"] - apart["elo_low"])


def test_snapshots_older_than_kept_errors_are_read_and_get_theirs_with_the_next_refresh(
    client: Client, slugs: list[str]
) -> None:
    ErrorBlock.objects.all().delete()
    assert {pick["contender_slug"] for pick in client.get(API).json()["picks"]} == set(slugs)
    ledger = Ledger.objects.get()
    assert [refresh_ledger(ledger=ledger).outcome for _ in range(2)] == ["refreshed", "unchanged"]
    assert ErrorBlock.objects.filter(first__board__slice="overall").count() == 1


def test_negative_gaps_have_a_minus_sign(client: Client, slugs: list[str]) -> None:
    page = text_of(client.get(PATH, {"modality": "text-to-image", "weights": "animals:5,food:4"}))
    intervals = re.findall(r"<small>(\[.*?\])</small>", page)
    assert len(intervals) == len(slugs) - 1
    assert any("\u2212" in interval for interval in intervals)
    assert not any("-" in interval for interval in intervals)


def test_one_category_alone_gives_its_board(client: Client, slugs: list[str]) -> None:
    answer = client.get(API, {"weights": "animals:3"}).json()
    [board] = answer["boards"]
    standings = {each.slug: each for each in Standing.objects.filter(snapshot=board["snapshot"])}
    assert {pick["contender_slug"] for pick in answer["picks"]} == set(slugs)
    for pick in answer["picks"]:
        line = standings[pick["contender_slug"]]
        assert pick["elo"] == pytest.approx(line.elo)
        # The board's own chances come from a quadrature.
        assert pick["chance"] == pytest.approx(line.p_first, abs=0.02)
    assert sum(pick["chance"] for pick in answer["picks"]) == pytest.approx(1, abs=1e-3)


def test_page_says_what_the_api_says(client: Client, slugs: list[str]) -> None:
    price(slugs[0], "0.04")
    page = text_of(client.get(PATH, {"modality": "text-to-image", "weights": "animals:2,food:1"}))
    answer = client.get(API, {"weights": "animals:2,food:1"}).json()
    assert " ".join(answer["sentence"].split()) in page
    names = re.findall(r'<th scope="row"><a href="/models/[^"]+/">([^<]+)</a>', page)
    assert names == [pick["contender_name"] for pick in answer["picks"]]
    assert "$40" in page
    [link] = re.findall(r'href="(/api/v1/choices/[^"]+)"', page)
    assert client.get(link.replace("&amp;", "&")).json() == answer


def test_cheaper_one_that_may_be_as_good_is_named(client: Client) -> None:
    slugs = make_contenders(2)
    one, two = slugs
    make_categories("animals")
    make_ledger()
    even = [Cast(one, two, "left" if n % 2 else "right", f"voter-{n % 9}", prompt=f"p-{n % 7}") for n in range(120)]
    extend_board([*even, *[Cast(one, two, "left", f"voter-{n}", prompt=f"p-{n}") for n in range(5)]])
    price(slugs[0], "0.04")
    price(slugs[1], "0.01")
    answer = client.get(API).json()
    assert (
        f"{known(slugs[1]).name} is as good within what the votes tell, at 25\u202f% of the price."
        in answer["sentence"]
    )
    assert [pick["as_good"] for pick in answer["picks"]] == [True, True]


def test_contender_that_meets_a_wish_not_is_left_out_with_the_reason(client: Client, slugs: list[str]) -> None:
    price(slugs[0], "0.04")
    price(slugs[1], "0.02")
    answer = client.get(API, {"max_price": "0.03"}).json()
    assert answer["sentence"] == f"Only {known(slugs[1]).name} meets these wishes."
    left_out = {each["contender_slug"]: each["reasons"] for each in answer["left_out"]}
    assert left_out[slugs[0]] == ["It costs more."]
    assert left_out[slugs[2]] == ["Its price is not known."]


def test_contender_without_votes_on_a_category_that_counts_is_left_out(client: Client, slugs: list[str]) -> None:
    newcomer, food = make_contenders(1)[0], Category.objects.get(slug="food")
    extend_board([Cast(newcomer, slugs[0], "left", f"voter-{n}", prompt=f"p-{n}") for n in range(6)])
    audit_ledger(ledger=Ledger.objects.get(), at_once=True)
    reasons = {
        each["contender_slug"]: each["reasons"]
        for each in client.get(API, {"weights": "animals:1,food:1"}).json()["left_out"]
    }
    assert [reason.removeprefix("Too few votes on: ") for reason in reasons[newcomer]] == [f"{food.name}."]
    picks = client.get(API, {"weights": "animals:1"}).json()["picks"]
    assert newcomer in {pick["contender_slug"] for pick in picks}


def test_form_leads_to_the_address_that_says_all(client: Client, slugs: list[str]) -> None:
    assert slugs
    form = {
        "modality": "text-to-image", "weight.animals": "2", "weight.food": "0", "language": "", "max_price": "0.05",
        "max_seconds": "", "licence": "", "size": "", "musts": ["edit", "nonsense"], "ledger": "native",
    }  # fmt: skip
    response = client.get(PATH, form)
    assert response.status_code == 302
    assert response["Location"] == f"{PATH}?modality=text-to-image&weights=animals:2&max_price=0.05&musts=edit"
    assert client.get(response["Location"]).status_code == 200
    even = client.get(PATH, {"modality": "text-to-image", "weight.animals": "5", "weight.food": "5"})
    assert even["Location"] == f"{PATH}?modality=text-to-image"


@pytest.mark.parametrize(
    ("query", "field"),
    [({"weights": "animals"}, "weights"), ({"weights": "animals:0"}, "weights"), ({"musts": "fly"}, "musts"),
     ({"max_price": "-1"}, "max_price"), ({"size": "7"}, "size"), ({"wish": "1"}, "wish")],
)  # fmt: skip
def test_api_refuses_unusable_wishes_by_name(client: Client, query: dict[str, str], field: str) -> None:
    response = client.get(API, query)
    assert response.status_code == 400
    assert field in response.json()["fields"]


def test_unknown_category_is_not_found(client: Client, slugs: list[str]) -> None:
    assert slugs
    assert client.get(API, {"weights": "nope:1"}).status_code == 404


def test_arena_without_votes_says_so(client: Client) -> None:
    make_categories("animals")
    assert "There are no votes yet to choose by." in text_of(client.get(PATH))
    assert client.get(API).json()["picks"] == []


def test_language_takes_the_boards_of_that_language(client: Client, slugs: list[str]) -> None:
    extend_board(
        [Cast(slugs[2], slugs[1], "left", f"v-{n % 9}", language="de", prompt=f"g-{n % 7}") for n in range(60)]
    )
    assert client.get(API, {"language": "de", "weights": "animals:1"}).status_code == 503


def test_queries_do_not_grow_with_the_categories_that_are_weighed_in_a_language(
    client: Client, slugs: list[str]
) -> None:
    make_categories("birds", "clouds", "doors", "eggs")
    extend_board([vote for name in ("birds", "clouds", "doors", "eggs") for vote in cast_for(slugs, name, 40)])
    counts: list[int] = []
    for weights in ("animals:1,food:2", "animals:1,food:2,birds:1,clouds:1,doors:1,eggs:3"):
        asked = {"weights": weights, "language": "en", "modality": "text-to-image"}
        # All categories in a language are computed with the first.
        assert client.get(PATH, asked, follow=True).status_code == (200 if counts else 202)
        compute_asked(ledger=Ledger.objects.get())
        client.get(API, asked)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(API, asked).json()["boards"]) == weights.count(":")
        counts.append(len(queries))
    assert counts[0] == counts[1]
