"""Reports: they close a matchup without a vote; two voters hide an image; staff keep or hide it, nameless."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from arena.catalog.models import Contender, Prompt
from arena.errors import Conflict, DomainError
from arena.generation.ingest.public_sources import read_sources
from arena.generation.ingest.renditions import WIDTHS
from arena.generation.models import Generation
from arena.voting.blindness.tokens import read_token, write_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.ledger.opening import open_ledger
from arena.voting.models import Ledger, Matchup, Report, ReportDecision, ReportedImage, Vote, Voter, random_id
from arena.voting.reports.reporting import report_matchup
from arena.voting.reports.review import decide_reports
from leaderboard.queries.competitions.galleries import open_pictures
from tests.arena.voting.casting.test_votes import at_once
from tests.arena.voting.pages import VotePage, open_vote, send_answer
from tests.factories import make_arena, make_editing_prompt, make_generation

Browser = Callable[[], Client]


def send_report(client: Client, page: VotePage, **said: str) -> Any:
    form = {"answer": "report", "kind": "unsafe", "side": "left", "csrfmiddlewaretoken": page.csrf} | said
    return client.post(f"/vote/answer/{page.token}/", form, headers={"accept": "application/json"})


def deal_to(ledger: Ledger, voter: uuid.UUID) -> Matchup:
    matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    assert matchup is not None
    return Matchup.objects.get(pk=read_token(matchup.id))


def show_to(voter: uuid.UUID, like: Matchup) -> Matchup:
    """Deal the same two images to another voter, as chance might."""
    copied = Matchup.objects.get(pk=like.pk)
    copied.pk, copied.left_handle, copied.right_handle = random_id(), random_id(), random_id()
    copied.voter_key, copied.turn, copied.answer, copied.closed_at = voter, 1, "", None
    copied.reply = {"left": {}, "right": {}}
    copied.save(force_insert=True)
    return copied


def report(matchup: Matchup, side: str = "left") -> None:
    report_matchup(matchup_id=matchup.pk, voter_key=matchup.voter_key, kind="name", side=side)


@pytest.mark.django_db
def test_report_closes_the_matchup_without_vote_or_names(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    reply = send_report(client, page, note="  a logo ", side="both")
    assert (reply.status_code, reply.json()) == (200, {"answer": "report"})
    assert send_report(client, page, kind="other").json() == {"answer": "report"}
    stored = Report.objects.get()
    assert (stored.kind, stored.side, stored.note, stored.images.count()) == ("unsafe", "both", "a logo", 2)
    assert not Vote.objects.exists() | Voter.objects.exists()
    assert send_answer(client, page, "left").status_code == 409
    assert client.get(f"/vote/image/{page.handles[0]}/{WIDTHS[0]}.webp").status_code == 404
    assert open_vote(client).token != page.token


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said", [{"kind": "ugly"}, {"side": "top"}, {"note": "x" * 301}, {"note": "a\0b"}, {"kind": ""}]
)
def test_report_that_says_nothing_known_is_refused_and_closes_nothing(browser: Browser, said: dict[str, str]) -> None:
    make_arena(pixels=False)
    client = browser()
    refused = send_report(client, open_vote(client), **said)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    assert Matchup.objects.get().answer == ""


@pytest.mark.django_db
def test_report_by_a_plain_page_goes_on_to_the_next_pair(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    asked = client.get(f"/vote/answer/{page.token}/report/")
    html = asked.content.decode()
    assert all(handle in html for handle in page.handles)
    assert not any(name in html for name in Contender.objects.values_list("name", flat=True))
    form = {"answer": "report", "kind": "broken", "side": "right", "note": "", "csrfmiddlewaretoken": page.csrf}
    assert client.post(f"/vote/answer/{page.token}/", form).headers["Location"] == "/vote/"
    assert browser().get(f"/vote/answer/{page.token}/report/").status_code == 404


@pytest.mark.django_db
def test_image_reported_by_two_voters_is_hidden_at_once_everywhere(browser: Browser) -> None:
    make_arena(contenders=3, prompts=2)
    ledger = open_ledger(Ledger.Kind.NATIVE)
    client, other = browser(), browser()
    page, voting = open_vote(client), open_vote(other)
    mine, theirs = (Matchup.objects.get(pk=read_token(each.token)) for each in (page, voting))
    Matchup.objects.filter(pk=theirs.pk).update(prompt=mine.prompt, left=mine.left, right=mine.right)
    first = show_to(uuid.uuid4(), mine)
    report(first)
    report(show_to(uuid.uuid4(), mine))
    hidden = Generation.objects.exclude(hidden_at=None).get()
    assert hidden == mine.left

    # Its bytes are not served, a vote on it is refused, and the page gets another pair.
    assert [client.get(f"/vote/image/{handle}/{WIDTHS[0]}.webp").status_code for handle in page.handles] == [410, 410]
    refused = send_answer(client, page, "left")
    assert (refused.status_code, "Vote on a new one" in refused.json()["message"]) == (410, True)
    assert send_answer(client, page, "skip").status_code == 200
    following = open_vote(other)
    assert following.token != voting.token
    for _ in range(5):
        dealt = deal_to(ledger, uuid.uuid4())
        assert hidden not in (dealt.left, dealt.right)
    Prompt.objects.update(state=Prompt.State.OPEN)
    assert set(open_pictures()) == set(Generation.objects.exclude(pk=hidden.pk))
    public_id = hidden.image.public_id
    assert client.get(f"/images/{public_id}/{WIDTHS[0]}.webp").status_code == 404


@pytest.mark.django_db
def test_voter_who_reports_an_image_twice_counts_once(ledger: Ledger) -> None:
    make_arena(contenders=2, prompts=1, pixels=False)
    matchup = deal_to(ledger, uuid.uuid4())
    report(matchup)
    again = show_to(uuid.uuid4(), matchup)
    Matchup.objects.filter(pk=again.pk).update(voter_key=matchup.voter_key, turn=2)
    report(Matchup.objects.get(pk=again.pk), side="both")
    assert (Report.objects.count(), ReportedImage.objects.count()) == (2, 2)
    assert not Generation.objects.exclude(hidden_at=None).exists()


@pytest.mark.django_db
def test_kept_image_is_dealt_again_until_two_other_voters_report_it(ledger: Ledger, admin_user: User) -> None:
    make_arena(contenders=2, prompts=1, pixels=False)
    first = deal_to(ledger, uuid.uuid4())
    second = show_to(uuid.uuid4(), first)
    report(first)
    report(second)
    handle = ReportedImage.objects.values_list("handle", flat=True)[0]
    assert deal_matchup(ledger=ledger, voter_key=uuid.uuid4(), languages=["en"]) is None
    kept = decide_reports(handle=handle, verdict="keep", after=0, decided_by=admin_user)
    assert (kept.decided_by, ReportedImage.objects.filter(decision=kept).count()) == (admin_user, 2)
    assert deal_to(ledger, uuid.uuid4()).left_id in (first.left_id, first.right_id)

    # The two voters have been heard; a third alone does not hide it again, a fourth does.
    again = show_to(uuid.uuid4(), first)
    Matchup.objects.filter(pk=again.pk).update(voter_key=first.voter_key, turn=2)
    report(Matchup.objects.get(pk=again.pk))
    report(show_to(uuid.uuid4(), first))
    assert Generation.objects.filter(hidden_at=None).count() == 2
    report(show_to(uuid.uuid4(), first))
    assert Generation.objects.filter(hidden_at=None).count() == 1
    with pytest.raises(Conflict, match="decided on this image meanwhile"):
        decide_reports(handle=handle, verdict="hide", after=0, decided_by=admin_user)
    with pytest.raises(DomainError, match="kept or hidden"):
        decide_reports(handle=handle, verdict="burn", after=kept.pk, decided_by=admin_user)
    decide_reports(handle=handle, verdict="hide", after=kept.pk, decided_by=admin_user)
    assert [each.verdict for each in ReportDecision.objects.order_by("pk")] == ["keep", "hide"]


@pytest.mark.django_db
def test_reports_of_edits_show_the_sources(admin_client: Client, browser: Browser, ledger: Ledger) -> None:
    prompt = make_editing_prompt(sources=2, mask=True)
    for _ in range(2):
        make_generation(prompt=prompt)
    sources = read_sources([prompt.pk])[prompt.pk]
    addresses = [each.small for each in sources.pictures]
    client = browser()
    page = open_vote(client, "/vote/?modality=image-editing")
    plain = client.get(f"/vote/answer/{page.token}/report/").content.decode()
    report(deal_to(ledger, uuid.uuid4()))
    for html in (plain, admin_client.get("/staff/reports/").content.decode()):
        assert "Made from these source images" in html
        assert all(f'src="{address}"' in html for address in [*addresses, sources.outline])


@pytest.mark.django_db
def test_staff_page_shows_reported_images_without_names(admin_client: Client, client: Client, ledger: Ledger) -> None:
    make_arena(contenders=2, prompts=1)
    matchup = deal_to(ledger, uuid.uuid4())
    report_matchup(
        matchup_id=matchup.pk, voter_key=matchup.voter_key, kind="wrong_prompt", side="right", note="<b>a cat</b>"
    )
    assert "/login/" in client.get("/staff/reports/").headers["Location"]
    html = admin_client.get("/staff/reports/").content.decode()
    assert "1 image waits" in html
    assert "It belongs to another prompt" in html
    assert "&lt;b&gt;a cat&lt;/b&gt;" in html
    for contender in Contender.objects.select_related("image_model"):
        assert not any(name in html for name in (contender.slug, contender.name, contender.image_model.name))
    handle = write_token(ReportedImage.objects.get().handle)
    assert f"/staff/reports/{handle}.webp" in html
    assert admin_client.get(f"/staff/reports/{handle}.webp").content[:4] == b"RIFF"
    assert client.get(f"/staff/reports/{handle}.webp").status_code == 302

    hide = {"verdict": "hide", "after": "0"}
    assert client.post(f"/staff/reports/{handle}/", hide).status_code == 302
    assert not ReportDecision.objects.exists()
    assert admin_client.post(f"/staff/reports/{handle}/", hide).headers["Location"] == "/staff/reports/"
    assert Generation.objects.get(pk=matchup.right_id).hidden_at is not None
    assert "Nothing waits" in admin_client.get("/staff/reports/").content.decode()
    assert "Hidden by admin" in admin_client.get("/staff/reports/?show=decided").content.decode()
    assert admin_client.post(f"/staff/reports/{handle}/", hide).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_two_reports_at_once_hide_the_image() -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    make_arena(contenders=2, prompts=1, pixels=False)
    first = deal_to(ledger, uuid.uuid4())
    shown = [first, show_to(uuid.uuid4(), first)]
    # Each names the images in another order.
    Matchup.objects.filter(pk=first.pk).update(left=first.right, right=first.left)
    at_once(2, lambda n: report(shown[n], side="both"))
    assert Generation.objects.filter(hidden_at=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_report_and_vote_on_one_matchup_at_once_let_one_stand() -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    make_arena(contenders=2, prompts=1, pixels=False)
    matchup = deal_to(ledger, uuid.uuid4())
    refused: list[Conflict] = []

    def answer(number: int) -> None:
        try:
            if number % 2:
                report(matchup)
            else:
                cast_vote(matchup_id=matchup.pk, voter_key=matchup.voter_key, answer="left", languages=["en"])
        except Conflict as conflict:
            refused.append(conflict)

    at_once(8, answer)
    stands = Matchup.objects.get().answer
    assert (Vote.objects.count(), Report.objects.count()) == ((1, 0) if stands == "left" else (0, 1))
    assert len(refused) == 4


@pytest.mark.django_db(transaction=True)
def test_keep_and_hide_at_once_let_one_stand(admin_user: User) -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    make_arena(contenders=2, prompts=1, pixels=False)
    report(deal_to(ledger, uuid.uuid4()))
    handle = ReportedImage.objects.get().handle
    refused: list[Conflict] = []

    def decide(number: int) -> None:
        try:
            decide_reports(handle=handle, verdict=("keep", "hide")[number], after=0, decided_by=admin_user)
        except Conflict as conflict:
            refused.append(conflict)

    at_once(2, decide)
    decision = ReportDecision.objects.get()
    hides = Generation.objects.filter(hidden_at=None).count() == 1
    assert (len(refused), hides) == (1, decision.verdict == "hide")
