"""The tab of pairs: a verdict first, then numbers, a map or a list; and the same pairs over REST."""

import csv
import html as markup
import io
import re

import pytest
from django.test import Client

from leaderboard.models import PairRecords, Snapshot
from leaderboard.views.tabs.matrix import MOST_WRITTEN, PAIRS_PER_PAGE
from tests.factories import make_category
from tests.leaderboard.ledgers import Cast
from tests.leaderboard.pages import BOARD, extend_board, make_audited_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PAIR = '<tr><th scope="row">Name of'
MATRIX = f"{BOARD}?view=matrix"
API = "/api/v1"


def test_matrix_shows_the_records_of_its_snapshot(client: Client) -> None:
    slugs = make_audited_board()
    before = Snapshot.objects.filter(board__slice="overall").latest("pk")
    counted = client.get(f"{API}/pairs/").json()
    extend_board([Cast(slugs[0], slugs[1], "left")] * 10)
    now, then = (client.get(f"{API}/pairs/{query}").json() for query in ("", f"?at={before.pk}"))
    assert then["pairs"] == counted["pairs"]
    assert sum(pair["wins"] + pair["ties"] + pair["losses"] + pair["both_bad"] for pair in then["pairs"]) == 2 * 400
    first = {frozenset((pair["contender_slug"], pair["opponent_slug"])): pair for pair in then["pairs"]}
    for pair in now["pairs"]:
        own = first[frozenset((pair["contender_slug"], pair["opponent_slug"]))]
        is_new = {pair["contender_slug"], pair["opponent_slug"]} == set(slugs[:2])
        assert pair["wins"] + pair["losses"] == own["wins"] + own["losses"] + 10 * is_new
        assert pair["p_win"] + pair["p_tie"] + pair["p_loss"] == pytest.approx(1)
    html = text_of(client.get(f"{MATRIX}&at={before.pk}"))
    own = first[frozenset(slugs[:2])]
    assert f"<small>{own['wins']}·{own['ties']}·{own['losses']}</small>" in html
    assert f"<small>{own['losses']}·{own['ties']}·{own['wins']}</small>" in html


def test_answer_of_the_first_two_stands_above_and_cells_lead_to_others(client: Client) -> None:
    slugs = make_audited_board()
    html = text_of(client.get(f"{MATRIX}&category=food"))
    assert html.index('class="verdict-sentence"') < html.index('<table class="matrix"')
    links = re.findall(r'<td class="m\d+"><a href="([^"]*)#pair"', html)
    assert len(links) == 6
    shown = text_of(client.get(markup.unescape(links[-1])))
    sentence = re.search(r'<p class="verdict-sentence">(.*?)</p>', shown)
    assert sentence is not None
    assert sum(f"Name of {slug}" in sentence[1] for slug in slugs) == 2
    assert re.search(r'href="/compare/[\w-]+/vs/[\w-]+/"', shown)


def test_places_are_those_of_the_snapshot_that_was_looked_at(client: Client) -> None:
    *_, last = slugs = make_audited_board()
    seen = Snapshot.objects.filter(board__slice="overall").latest("pk")
    link = client.get(f"{MATRIX}&pair=0-1&of={seen.pk}").headers["Location"]
    extend_board(Cast(last, slugs[0], "left", f"new-{index}") for index in range(300))
    assert client.get(f"{MATRIX}&pair=0-1").headers["Location"] != link
    assert client.get(f"{MATRIX}&pair=0-1&of={seen.pk}").headers["Location"] == link
    assert client.get(f"{MATRIX}&pair=0-1&of=99999").status_code == 200


def test_nonsense_shows_the_matrix(client: Client) -> None:
    make_audited_board()
    for query in ("pair=0-9", "pair=1-1", "pair=x", "one=a&two=b", "form=nope", "pair=0-99999"):
        answer = client.get(f"{MATRIX}&{query}", follow=True)
        assert answer.status_code == 200, query
        assert 'class="matrix"' in text_of(answer), query


def test_chances_and_list_stand_beside_the_records(client: Client) -> None:
    make_audited_board()
    pair = client.get(f"{API}/pairs/").json()["pairs"][0]
    chances, listed = (text_of(client.get(f"{MATRIX}&form={view}")) for view in ("chances", "list"))
    assert f">{100 * pair['p_win']:.0f}<small>{100 * pair['p_tie']:.0f}·{100 * pair['p_loss']:.0f}</small>" in chances
    assert listed.count('<tr><th scope="row">') == 3
    lines = list(csv.DictReader(io.StringIO(client.get(f"{API}/pairs.csv").content.decode())))
    assert [float(line["p_win"]) for line in lines] == [
        each["p_win"] for each in client.get(f"{API}/pairs/").json()["pairs"]
    ]


def test_old_snapshot_without_records_still_has_chances(client: Client) -> None:
    make_audited_board()
    PairRecords.objects.all().delete()
    assert "before records of pairs were kept" in text_of(client.get(MATRIX))
    assert 'class="matrix' in text_of(client.get(f"{MATRIX}&form=chances"))
    assert client.get(f"{API}/pairs/").json()["pairs"][0]["wins"] is None


def test_matrix_without_votes_or_audit(client: Client) -> None:
    make_category(slug="animals", name="Animals")
    assert "No votes here yet" in text_of(client.get(MATRIX))
    assert client.get(f"{MATRIX}&category=nope").status_code == 404
    assert client.get("/leaderboard/video/?view=matrix").status_code == 404
    make_board()
    assert "computed in the background" in text_of(client.get(f"{MATRIX}&form=chances"))


def test_list_of_many_pairs_has_pages(client: Client) -> None:
    contenders = make_board(33, 200)
    first = text_of(client.get(f"{MATRIX}&form=list"))
    assert first.count(PAIR) == PAIRS_PER_PAGE
    (following,) = re.findall(r'rel="next" href="([^"#]*)', first)
    rest = text_of(client.get(markup.unescape(following)))
    assert rest.count(PAIR) == min(PAIRS_PER_PAGE, len(contenders) * 32 // 2 - PAIRS_PER_PAGE)


def test_contenders_shown_can_be_chosen_and_many_are_a_map(client: Client) -> None:
    slugs = make_board(MOST_WRITTEN + 3, 900)
    usual, every = (text_of(client.get(f"{MATRIX}{more}")) for more in ("", "&first=all"))
    assert usual.count('<tr><th scope="row"') == 12
    assert every.count("<li data-slug=") == len(slugs)
    assert "<table" not in every.partition("<matrix-map")[2].partition("</matrix-map>")[0]
    assert every.count("<path") <= 22
    shares = {slug: row.split(",") for slug, row in re.findall(r'data-slug="([^"]+)" data-shares="([^"]*)"', every)}
    order = list(shares)
    for pair in client.get(f"{API}/pairs/").json()["pairs"][:40]:
        told = shares[pair["contender_slug"]][order.index(pair["opponent_slug"])]
        assert told == ("" if pair["share"] is None else f"{100 * pair['share']:.0f}")
    chosen = text_of(client.get(f"{MATRIX}&c={slugs[3]}&c={slugs[20]}&c={slugs[9]}"))
    assert set(re.findall(r'<tr><th scope="row" title="Name of ([^"]+)"', chosen)) == {slugs[3], slugs[20], slugs[9]}
    one = text_of(client.get(f"{MATRIX}&form=list&one={slugs[0]}"))
    assert one.count(PAIR) == len(slugs) - 1


def test_preliminary_contenders_have_no_colour(client: Client) -> None:
    make_board(3, 36)
    html = text_of(client.get(MATRIX))
    assert html.count("#pair") == 6 + 1
    assert not re.search(r'<td class="m\d', html)
