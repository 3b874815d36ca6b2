"""Staff pages on votes, what newcomers favour, and alarms."""

import json
import threading
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.evidence.observing import Evidence
from arena.voting.ledger.opening import native_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Exclusion, Ledger
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.computing.trust.newcomer_alarms import watch_votes
from leaderboard.models import Alarm, NewcomerWatch, Snapshot
from leaderboard.queries.status import read_board_figures
from leaderboard.queries.watching.vote_figures import VoteFigures, last_position_before
from leaderboard.queries.watching.voter_lines import list_voters
from tests.factories import make_arena
from tests.leaderboard.ledgers import Cast, append_entries, draw_votes, exclude
from tests.leaderboard.pages import count_queries, text_of
from tests.leaderboard.trust.conftest import board, newcomer, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PAGE, VOTERS = "/staff/votes/", "/staff/votes/voters/"
# A Thursday; newcomers are those since Monday of the week before.
TODAY = date(2026, 12, 3)
OLD, NEW = date(2026, 11, 2), date(2026, 12, 1)


@pytest.fixture
def ledger(slugs: list[str]) -> Ledger:
    """Votes of a month ago by known voters."""
    made = native_ledger()
    append_entries(made, (each._replace(tier="settled", cast_on=OLD) for each in draw_votes(slugs, 600)))
    return made


def rig(slugs: list[str], voters: int, *, name: str = "new", wins: bool = True) -> list[Cast]:
    """Ten votes each by newcomers for, or against, the last contender."""
    outcome = "left" if wins else "right"
    return [newcomer(slugs, row, f"{name}-{row // 10}", outcome, cast_on=NEW) for row in range(10 * voters)]


def watch(slugs: list[str], *, today: date = TODAY) -> list[Alarm]:
    """The alarms, all of which are about the last contender: whom it is compared with lose what it gains."""
    alarms = watch_votes(today=today)
    assert {alarm.contender for alarm in alarms} <= {slugs[-1]}
    return alarms


def test_attack_raises_one_alarm_and_changes_no_board(ledger: Ledger, slugs: list[str]) -> None:
    append_entries(ledger, rig(slugs, 30))
    (alarm,) = watch(slugs)
    assert (alarm.contender, alarm.gains, alarm.since) == (slugs[-1], True, date(2026, 11, 23))
    assert alarm.evidence >= 100
    assert (alarm.voters, alarm.votes) == (30, 300)
    watched = NewcomerWatch.objects.get()
    assert (watched.since, len(watched.favours)) == (alarm.since, 4)
    # What its opponents lose is as evident, and no alarm of its own.
    assert sum(each["alert"] for each in watched.favours) > 1
    assert Alarm.objects.get() == alarm
    assert not Snapshot.objects.exists()
    # Nothing new: nothing is computed, and nothing told again, on no day.
    assert watch_votes(today=TODAY) == []
    assert watch_votes(today=TODAY + timedelta(days=1)) == []
    # More of them on the same day are no second alarm; on the next day they are.
    append_entries(ledger, rig(slugs, 10, name="more"))
    assert watch_votes(today=TODAY) == []
    append_entries(ledger, rig(slugs, 10, name="most"))
    assert [each.voters for each in watch(slugs, today=TODAY + timedelta(days=1))] == [50]


def test_downvoting_is_an_alarm_and_exclusion_ends_its_evidence(ledger: Ledger, slugs: list[str]) -> None:
    append_entries(ledger, rig(slugs, 40, wins=False))
    (alarm,) = watch(slugs)
    assert alarm.gains is False
    exclude(ledger, *range(601, 1001))
    watch_votes(today=TODAY)
    assert NewcomerWatch.objects.get().favours == []


def test_honest_newcomers_and_empty_ledgers_raise_none(ledger: Ledger, slugs: list[str]) -> None:
    honest = draw_votes(slugs, 200, seed=2)
    append_entries(ledger, (each._replace(voter=f"n{each.voter}", tier="open", cast_on=NEW) for each in honest))
    assert watch_votes(today=TODAY) == []
    assert NewcomerWatch.objects.get().favours
    assert not Alarm.objects.exists()


def test_without_votes_nothing_is_watched(db: None) -> None:
    native_ledger()
    assert watch_votes(today=TODAY) == []
    assert not NewcomerWatch.objects.exists()


class Hook(BaseHTTPRequestHandler):
    """Keeps what is posted, and answers with a status."""

    got: list[dict[str, Any]]
    status = 204

    def do_POST(self) -> None:
        self.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hook(settings: Settings) -> Iterator[type[Hook]]:
    """A server on loopback that is ALARM_WEBHOOK."""

    class Own(Hook):
        got: list[dict[str, Any]] = []  # Each test has its own class.

    server = HTTPServer(("127.0.0.1", 0), Own)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.ALARM_WEBHOOK = f"http://127.0.0.1:{server.server_port}/easel"
    yield Own
    server.shutdown()
    thread.join()
    server.server_close()


def test_alarm_is_posted_and_mailed(ledger: Ledger, slugs: list[str], hook: type[Hook], settings: Settings) -> None:
    settings.ALARM_EMAIL, settings.PUBLIC_URL = ["anna@example.org"], "https://arena.example.org"
    append_entries(ledger, rig(slugs, 30))
    alarms = watch_votes(today=TODAY)
    assert len(hook.got) == len(alarms) == len(mail.outbox) == 1
    (told,) = hook.got
    assert set(told["opponents"]) <= set(slugs[:-1])
    assert told["opponents"]
    assert (told["event"], told["contender"], told["gains"], told["voters"]) == ("vote_alarm", slugs[-1], True, 30)
    assert told["page"] == "https://arena.example.org/staff/votes/"
    (letter,) = [each for each in mail.outbox if each.subject == f"Easel: new voters favour {slugs[-1]}"]
    assert letter.to == ["anna@example.org"]
    assert "https://arena.example.org/staff/votes/" in letter.body


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:9/", "not an address"])
def test_webhook_that_fails_stops_no_alarm(
    ledger: Ledger, slugs: list[str], hook: type[Hook], settings: Settings, address: str
) -> None:
    hook.status, settings.ALARM_WEBHOOK = 500, address or settings.ALARM_WEBHOOK
    append_entries(ledger, rig(slugs, 30))
    assert len(watch(slugs)) == 1
    assert Alarm.objects.filter(contender=slugs[-1]).exists()


def test_banner_stands_on_staff_pages_until_somebody_notes_it(ledger: Ledger, slugs: list[str], client: Client) -> None:
    append_entries(ledger, rig(slugs, 30))
    (alarm,) = watch(slugs)
    onlooker, chief = staff("onlooker"), staff("chief", "add_exclusion")
    said = "New voters judge 1 contender in a way that chance does not explain."
    assert said in text_of(onlooker.get("/staff/runs/"))
    assert said not in text_of(onlooker.get("/status/"))
    assert said not in text_of(client.get("/status/"))
    note = f"/staff/alarms/{alarm.pk}/seen/"
    assert note not in text_of(onlooker.get(PAGE))
    assert onlooker.post(note).status_code == 302
    assert said in text_of(chief.get(PAGE))
    assert {each.name: each.value for each in read_board_figures()}["unseen_alarms"] == 1
    assert "Noted by chief" in text_of(chief.post(note, follow=True))
    assert said not in text_of(onlooker.get("/staff/runs/"))
    assert {each.name: each.value for each in read_board_figures()}["unseen_alarms"] == 0


def test_alarm_leads_to_a_form_that_is_filled_in(ledger: Ledger, slugs: list[str]) -> None:
    append_entries(ledger, rig(slugs, 30))
    watch_votes(today=TODAY)
    chief = staff("chief", "add_exclusion")
    page = chief.get(PAGE)
    (link,) = [link for alarm, _, link in page.context["alarms"] if alarm.contender == slugs[-1]]
    form = text_of(chief.get(link))
    assert "300 votes would no longer count (voters: 30, networks: 1)." in form
    assert "favoured" in form


def vote(voter: Any, *, dwell: int = 900, agent: str = "desktop", answer: str = "left") -> None:
    ledger = native_ledger()
    dealt = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    assert dealt is not None
    known = Evidence(networks=("a1b2c3d4e5f6",), dwell=dwell, agent=agent)
    cast_vote(matchup_id=read_token(dealt.id), voter_key=voter, answer=answer, languages=["en"], evidence=known)


def test_page_tells_what_came_in_without_any_image(db: None) -> None:
    make_arena(pixels=False, prompts=12)
    voter = uuid.uuid4()
    for _ in range(11):
        vote(voter)
    vote(uuid.uuid4(), agent="program")
    seal_votes()
    chief = staff("chief", "add_exclusion")
    page = text_of(chief.get(PAGE))
    for said in ("a1b2c3d4e5f6", "desktop", "program", "Fastest voters", "New voters by hour"):
        assert said in page
    assert "<img" not in page.partition("<main")[2]
    assert "/staff/exclusions/?networks=a1b2c3d4e5f6" in page
    assert page.count("a1b2c3d4e5f6") >= 2
    assert count_queries(chief, PAGE) <= 20
    assert count_queries(chief, VOTERS) <= 12


def test_pages_are_for_staff_and_work_without_votes(client: Client) -> None:
    assert client.get(PAGE).status_code == client.get(VOTERS).status_code == 302
    chief = staff()
    assert "No votes in these days" in text_of(chief.get(PAGE, {"days": "90"}))
    assert "No such voters" in text_of(chief.get(VOTERS, {"page": "9" * 9, "order": "none"}))


def test_figures_count_the_days_asked_for(ledger: Ledger, slugs: list[str]) -> None:
    append_entries(ledger, rig(slugs, 2))
    exclude(ledger, 601)
    after = last_position_before(ledger, NEW)
    assert (after, last_position_before(ledger, OLD)) == (600, 0)
    figures = VoteFigures(ledger, after=after)
    (day,) = figures.by_day()
    assert (day.day, day.votes, day.voters, day.open, day.settled, day.excluded) == (NEW, 20, 2, 20, 0, 1)
    assert [tuple(each) for each in figures.by_network()] == [(NEW, "c0ffee00c0ff", 20, 2)]
    target = next(line for line in figures.by_contender() if line.contender == slugs[-1])
    assert (target.votes, target.share, target.new_votes, target.new_share) == (20, 1, 20, 1)
    assert not figures.by_agent()
    assert not figures.fastest()


def test_voters_agree_where_they_choose_as_most_others(db: None) -> None:
    made = native_ledger()
    casts = [Cast("a", "b", "left", f"v{row}") for row in range(6)]
    casts += [Cast("b", "a", "left", "odd"), Cast("b", "a", "right", "even"), Cast("a", "b", "tie", "even")]
    casts += [Cast("c", "d", "left", "alone")]
    append_entries(made, casts)
    lines, count = list_voters(made, after=0, most=50)
    agreement = {line.voter: line.agreement for line in lines}
    assert count == 9
    assert (agreement["v1"], agreement["odd"], agreement["even"], agreement["alone"]) == (1, 0, 1, None)
    found, count = list_voters(made, after=0, order="agreement", most=1)
    assert (found[0].voter, count) == ("odd", 9)


def test_newcomers_are_compared_with_all_voters(ledger: Ledger, slugs: list[str]) -> None:
    append_entries(ledger, rig(slugs, 3))
    lines, _ = list_voters(ledger, after=600, most=50)
    assert [line.agreement for line in lines] == [0, 0, 0]


def test_voters_are_chosen_and_marked_for_exclusion(ledger: Ledger, slugs: list[str]) -> None:
    today = timezone.now().date()
    append_entries(ledger, (each._replace(cast_on=today) for each in rig(slugs, 3)))
    chief = staff("chief", "add_exclusion")
    page = text_of(chief.get(VOTERS, {"network": "c0ffee00c0ff", "tier": "open"}))
    assert "3 voters" in page
    assert "1 voter<" in text_of(chief.get(VOTERS, {"voter": "new-2"}))
    form = text_of(chief.post("/staff/exclusions/", {"voters": ["new-0", "new-2"]}))
    assert "20 votes would no longer count (voters: 2, networks: 1)." in form
    assert User.objects.count() == 1


def test_votes_of_a_script_raise_an_alarm_and_one_form_undoes_them(ledger: Ledger, slugs: list[str]) -> None:
    refresh_ledger(ledger=ledger)
    before = [(row.contender_name, row.line.elo) for row in board().rows]
    append_entries(ledger, rig(slugs, 30))
    refresh_ledger(ledger=ledger)
    watch_votes(today=TODAY)
    chief = staff("chief", "add_exclusion")
    (link,) = [link for alarm, _, link in chief.get(PAGE).context["alarms"] if alarm.contender == slugs[-1]]
    form: dict[str, Any] = {"reason": "A script", **parse_qs(urlsplit(link).query), "upto": ledger.length}
    assert chief.post("/staff/exclusions/decide/", form).status_code == 302
    assert Exclusion.objects.count() == 300
    refresh_ledger(ledger=ledger)
    assert [(row.contender_name, row.line.elo) for row in board().rows] == before
