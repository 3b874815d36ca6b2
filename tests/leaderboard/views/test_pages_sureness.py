"""How sure a board is, its pairs head to head, and the replays of the methodology page, on pages and over REST."""

import csv
import html as markup
import io
import re

import pytest
from django.test import Client

from arena.voting.models import Ledger
from leaderboard.computing.auditing import audit_ledgers
from leaderboard.models import Audit, Snapshot
from leaderboard.presentation.board_page.figure_texts import chance
from tests.leaderboard.ledgers import Cast, draw_votes
from tests.leaderboard.pages import BOARD, extend_board, make_audited_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PAIR = '<tr><th scope="row">Name of'
MATRIX = f"{BOARD}?view=matrix"
INTERVALS = f"{BOARD}?view=intervals"
API = "/api/v1"


def facts_of_overall() -> dict[str, object]:
    facts: dict[str, object] = Audit.objects.get(snapshot__board__slice="overall").facts
    return facts


def test_board_says_how_sure_it_is(client: Client) -> None:
    slugs = make_audited_board()
    facts = client.get(f"{API}/audits/").json()["facts"]
    html = text_of(client.get(BOARD))
    assert facts == facts_of_overall()
    first = facts["first"][0]
    assert (
        f"<strong>{first['count']} votes</strong> Leaving out {first['count']} votes of 400 is enough to put "
        f"Name of {first['challenger']} above Name of {slugs[0]}."
    ) in html
    for flip in facts["first"][1:]:
        said = f"{flip['unit']}s is enough to put Name of {flip['challenger']} above Name of {flip['leader']}."
        assert (f"Leaving out {flip['count']} {said}" in html) == (flip["count"] is not None)
    share = f"{100 * facts['floor_rate']:.1f} %"
    assert f"<strong>{share}</strong> This share of all votes called both images bad." in html
    for anchor in ("flips", "decided", "floor", "side", "agreement", "calibration", "exposure"):
        assert f'href="/methodology/#{anchor}"' in html
        assert f'<h2 id="{anchor}">' in text_of(client.get("/methodology/"))
    gaps = text_of(client.get(INTERVALS))
    assert gaps.count('<tr><th scope="row">Name of') >= len(facts["pairs"]) == 2


def test_undecided_neighbours_say_how_many_votes_are_missing(client: Client) -> None:
    slugs = make_board(3, 0)
    votes = draw_votes(slugs, 60, voters=40)
    extend_board(votes + draw_votes(slugs[:2], 20, voters=40, seed=2))
    audit_ledgers(at_once=True)
    decisions = [pair["decision"] for pair in client.get(f"{API}/audits/").json()["facts"]["pairs"]]
    missing = [decision["more_votes"] for decision in decisions if decision["more_votes"]]
    html = text_of(client.get(INTERVALS))
    assert missing
    for count in missing:
        about = f"{int(float(f'{count:.1e}')):,}" if count >= 100 else f"{count}"
        assert f"not yet: about {about} more votes" in html


def test_sure_lead_for_which_one_may_not_stop_yet_is_said_to_be_sure(client: Client) -> None:
    make_audited_board(contenders=2, votes=150)
    (pair,) = client.get(f"{API}/audits/").json()["facts"]["pairs"]
    assert (pair["sure"], pair["decision"]["decided"]) == (True, False)
    html = text_of(client.get(BOARD))
    assert "is ahead of all others, beyond the uncertainty of the votes." in html
    assert re.search(r"not yet: about \d+ more votes</strong> The lead itself is sure in these votes", html)


def test_board_says_who_is_among_the_first(client: Client) -> None:
    slugs = make_audited_board(contenders=5, votes=900)
    places = client.get(f"{API}/audits/").json()["facts"]["places"]
    assert {line["contender"] for line in places} == set(slugs)
    html = text_of(client.get(INTERVALS))
    table = html[html.index('id="places-caption"') :].partition("</table>")[0]
    assert re.findall(r'<th scope="col" class="number">(.*?)</th>', table) == ["First", "First 2", "First 3"]
    shown = dict(re.findall(r'<th scope="row">Name of (\S+)</th><td class="number">(.*?)</td>', table))
    likely = {line["contender"]: line["within"] for line in places if line["within"][2] >= 0.005}
    assert shown == {slug: markup.escape(chance(within[0])).replace("\u202f", " ") for slug, within in likely.items()}


def test_board_of_one_voter_claims_neither_side_nor_span(client: Client) -> None:
    slugs = make_board(2, 0)
    extend_board([Cast(slugs[0], slugs[1], "left", "voter-1")])
    audit_ledgers(at_once=True)
    html = text_of(client.get(BOARD))
    assert "<dt>Left side</dt><dd><strong>–</strong> Too few voters or prompts to say" in html
    assert "counted as ties" not in html


def test_board_without_an_audit_says_that_one_is_coming(client: Client) -> None:
    make_board()
    assert "It appears here within a few minutes" in text_of(client.get(BOARD))
    answer = client.get(f"{API}/audits/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    snapshot = Snapshot.objects.get(board__slice="overall")
    assert "No audit was made of this snapshot" in text_of(client.get(f"{BOARD}?at={snapshot.pk}"))


def test_board_that_has_moved_on_names_the_snapshot_that_was_audited(client: Client) -> None:
    slugs = make_audited_board()
    audited = Audit.objects.get(snapshot__board__slice="overall").snapshot
    side = re.search(r"<dt>Left side</dt><dd>.*?</dd>", text_of(client.get(BOARD)))
    extend_board(draw_votes(slugs, 50, seed=9))
    html = text_of(client.get(BOARD))
    assert side is not None
    assert side[0] in html
    assert "when the board had 400 votes: " in html
    assert f'href="{BOARD}?at={audited.pk}">snapshot {audited.pk}</a>' in html
    assert client.get(f"{API}/audits/").json()["snapshot"] == audited.pk
    assert "when the board had" not in text_of(client.get(f"{BOARD}?at={audited.pk}"))


def test_methodology_shows_the_sequential_form_beside_the_published_one(client: Client) -> None:
    assert "measured in the background" in text_of(client.get("/methodology/"))
    make_audited_board()
    html = text_of(client.get("/methodology/"))
    row = client.get(f"{API}/standings/").json()["standings"][0]
    line = client.get(f"{API}/audits/").json()["facts"]["replays"]["lines"][0]
    assert line["contender"] == row["contender_slug"]
    assert line["at_once"] == pytest.approx(row["conservative"])
    cells = "".join(
        f'<td class="number">{line[name]:.2f}</td>' for name in ("at_once", "in_order", "lowest", "highest", "sd")
    )
    assert f'<th scope="row">{row["contender_name"]}</th>{cells}' in html


def test_methodology_links_the_source_as_it_runs(client: Client) -> None:
    html = text_of(client.get("/methodology/"))
    links = set(re.findall(r'href="(/methodology/source/[^"]+)"', html))
    assert {f"/methodology/source/{name}.py" for name in ("flips", "deciding", "rao_kupper", "replays")} <= links
    for link in links:
        answer = client.get(link)
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert client.get("/methodology/source/settings.py").status_code == 404


def test_audit_of_one_ledger_is_not_shown_for_another(client: Client) -> None:
    make_audited_board()
    Ledger.objects.create(slug="other", name="Other", kind="imported")
    assert client.get(f"{API}/audits/?ledger=other").status_code == 404


def test_intervals_have_both_errors_and_a_table_has_the_same(client: Client) -> None:
    slugs = make_audited_board()
    lines = client.get(f"{API}/audits/").json()["facts"]["variance"]["lines"]
    html = text_of(client.get(INTERVALS))
    table = html[html.index('id="errors-caption"') :].partition("</table>")[0]
    cells = r'<th scope="row">Name of (\S+)</th><td class="number">±(\d+)</td><td class="number">±(\d+)</td>'
    shown = re.findall(cells, table)
    assert [slug for slug, _pooled, _own in shown] == slugs
    known = {line["contender"]: line for line in lines}
    for slug, pooled, own in shown:
        assert (f"{known[slug]['pooled']:.0f}", f"{known[slug]['clustered']:.0f}") == (pooled, own)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{API}/errors.csv").getvalue().decode())))
    assert {row["contender_slug"]: float(row["pooled"]) for row in rows} == {
        slug: line["pooled"] for slug, line in known.items()
    }
    assert {float(row["between_voters"]) for row in rows} == {line["between_voters"] for line in lines}
    assert client.get(f"{API}/errors.csv?category=nowhere").status_code == 404
