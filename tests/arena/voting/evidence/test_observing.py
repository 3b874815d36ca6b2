"""Evidence of votes: what is written beside them, by the same statement, and the tier that it gives them."""

import uuid
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from arena.accounts.models import Identity
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import SETTLED_VOTES, cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.evidence.network_labels import reread_salts
from arena.voting.evidence.observing import Evidence
from arena.voting.excluding.exclusions import exclude_entry
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import AccountVoter, Ledger, LedgerEntry, Matchup, Vote, VoteEvidence, Voter
from tests.arena.voting.pages import VotePage, open_vote
from tests.factories import make_arena

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


@pytest.fixture(autouse=True)
def new_process() -> Iterator[None]:
    reread_salts()
    yield
    reread_salts()


@pytest.fixture(autouse=True)
def behind_a_proxy(settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1


def come_from(forwarded: str, **headers: str) -> Client:
    return Client(headers={"x-forwarded-for": forwarded, "accept": "application/json"} | headers)


def vote(client: Client, page: VotePage | None = None, sent: dict[str, str] | None = None) -> VoteEvidence:
    token = (page or open_vote(client)).token
    assert client.post(f"/vote/answer/{token}/", {"answer": "left"} | (sent or {})).status_code == 200
    return VoteEvidence.objects.get(vote=read_token(token))


def cast(ledger: Ledger, voter: uuid.UUID, evidence: Evidence | None = None) -> Matchup:
    dealt = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    assert dealt is not None
    matchup = read_token(dealt.id)
    cast_vote(matchup_id=matchup, voter_key=voter, answer="tie", languages=["en"], evidence=evidence or Evidence())
    return Matchup.objects.get(pk=matchup)


def test_vote_leaves_classes_and_a_label_but_no_address_name_or_header(ledger: Ledger) -> None:
    make_arena(pixels=False)
    client = come_from("198.51.100.77", **{"user-agent": CHROME})
    told = vote(client, sent={"from": "https://forum.example.com", "dwell": "1"})
    assert (told.tier, told.agent, told.referrer, told.proof) == ("open", "desktop", "other", False)
    assert (told.voter_age, told.votes_before, told.dwell, told.named_before) == (0, 0, 0, "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM voting_voteevidence e")
        (row,) = cursor.fetchone()
    assert not [text for text in ("198.51", "Mozilla", "Chrome", "forum") if text in row]


@pytest.mark.parametrize(
    ("proxies", "other", "alike"),
    [
        (1, "203.0.113.9, 198.51.100.200", True),
        (1, "198.51.100.7, 203.0.113.9", False),
        (2, "10.0.0.1, 198.51.100.8, 203.0.113.9", True),
        (1, "198.51.101.7", False),
    ],
)
def test_network_is_that_which_the_trusted_proxy_saw(
    ledger: Ledger, settings: Settings, proxies: int, other: str, *, alike: bool
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    make_arena(pixels=False)
    first = vote(come_from("198.51.100.7" + ", 192.0.2.1" * (proxies - 1)))
    assert (vote(come_from(other)).network == first.network) is alike


def test_header_of_no_trusted_proxy_names_no_network(ledger: Ledger, settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 0
    make_arena(pixels=False)
    assert vote(come_from("198.51.100.7")).network == ""


def test_dwell_is_what_the_page_says_but_no_longer_than_the_pair_was_open(ledger: Ledger) -> None:
    make_arena(pixels=False, prompts=4)
    client, told = come_from("198.51.100.7"), []
    for sent in ("5000", "500000", "-3", "many"):
        page = open_vote(client)
        Matchup.objects.filter(pk=read_token(page.token)).update(dealt_at=_ago("60 seconds"))
        told.append(vote(client, page, {"dwell": sent}).dwell)
    assert told == [5000, 60_000, 60_000, 60_000]


def test_skip_leaves_none_and_a_repeated_answer_no_second_one(ledger: Ledger) -> None:
    make_arena(pixels=False)
    client = come_from("198.51.100.7")
    client.post(f"/vote/answer/{open_vote(client).token}/", {"answer": "skip"})
    assert not VoteEvidence.objects.exists()
    page = open_vote(client)
    assert vote(client, page).pk == vote(client, page).pk
    assert VoteEvidence.objects.count() == Vote.objects.count() == 1


def test_names_told_to_the_network_or_voter_before_are_noted(ledger: Ledger) -> None:
    make_arena(pixels=False, contenders=2, prompts=1)
    assert vote(come_from("198.51.100.7")).named_before == ""
    assert vote(come_from("203.0.113.7")).named_before == ""
    assert vote(come_from("198.51.100.8")).named_before == "network"
    # Two pairs with one picture, both dealt before its name was told.
    voter = uuid.uuid4()
    first = cast(ledger, voter)
    second = uuid.uuid4()
    fields = {"ledger": ledger, "voter_key": voter, "prompt": first.prompt, "left": first.left, "right": first.right}
    handles = {"left_handle": uuid.uuid4(), "right_handle": uuid.uuid4(), "reply": {}}
    Matchup.objects.create(pk=second, turn=2, propensity=1, policy="test", **fields, **handles)
    cast_vote(matchup_id=second, voter_key=voter, answer="tie", languages=["en"], evidence=Evidence())
    assert VoteEvidence.objects.get(vote=second).named_before == "voter"


@pytest.mark.parametrize(
    ("votes", "since", "tier"),
    [
        (SETTLED_VOTES, "2 days", "settled"),
        (SETTLED_VOTES - 1, "2 days", "open"),
        (SETTLED_VOTES, "1 day 23:59:59.999999", "open"),
    ],
)
def test_cookie_is_settled_after_two_days_and_fifteen_votes(ledger: Ledger, votes: int, since: str, tier: str) -> None:
    make_arena(pixels=False, prompts=votes + 1)
    voter = uuid.uuid4()
    for _ in range(votes):
        cast(ledger, voter)
    Voter.objects.update(created_at=_ago(since))
    told = VoteEvidence.objects.get(vote=cast(ledger, voter).pk)
    assert (told.tier, told.votes_before) == (tier, votes)


def test_cookie_with_an_excluded_vote_is_open_again_and_the_tier_of_earlier_votes_stays(ledger: Ledger) -> None:
    make_arena(pixels=False, prompts=SETTLED_VOTES + 2)
    voter = uuid.uuid4()
    for _ in range(SETTLED_VOTES):
        cast(ledger, voter)
    Voter.objects.update(created_at=_ago("3 days"))
    before = cast(ledger, voter)
    seal_votes()
    exclude_entry(ledger=ledger, position=4, reason="a test", decided_by=None)
    after = cast(ledger, voter)
    tiers = dict(VoteEvidence.objects.values_list("vote", "tier"))
    assert (tiers[before.pk], tiers[after.pk]) == ("settled", "open")
    assert LedgerEntry.objects.get(vote=before.pk).tier == "settled"


@pytest.mark.parametrize(("made_itself", "tier"), [(False, "named"), (True, "verified")])
def test_account_gives_its_tier_and_its_entries_name_no_network(
    ledger: Ledger, *, made_itself: bool, tier: str
) -> None:
    make_arena(pixels=False)
    client = come_from("198.51.100.7")
    user = User.objects.create_user("somebody", password="long enough to pass")
    Identity.objects.create(user=user, issuer="https://id.example.org", subject="1", made_account=made_itself)
    client.force_login(user)
    assert vote(client).network != ""
    vote(come_from("198.51.100.7"))
    seal_votes()
    entries = {each.tier: (bool(each.network), each.version) for each in LedgerEntry.objects.all()}
    assert entries == {tier: (False, 3), "open": (True, 3)}


def test_account_is_one_voter_in_all_its_browsers(ledger: Ledger) -> None:
    make_arena(pixels=False, prompts=6)
    user = User.objects.create_user("somebody", password="long enough to pass")
    cookie = come_from("198.51.100.7")
    vote(cookie)
    first, second = cookie, come_from("203.0.113.7")
    for client in (first, second):
        page = open_vote(second) if client is second else None
        client.force_login(user)
        vote(client)
        assert page is None or client.post(f"/vote/answer/{page.token}/", {"answer": "tie"}).status_code == 404
    assert Voter.objects.count() == 1
    # The second account of a browser is not the first one's voter.
    first.force_login(User.objects.create_user("another", password="long enough to pass"))
    vote(first)
    assert Voter.objects.count() == AccountVoter.objects.count() == 2
    # Signed out, the browser is the voter of its cookie again.
    del first.cookies[configured.SESSION_COOKIE_NAME]
    assert vote(first).tier == "open"
    assert Voter.objects.count() == 2


def test_account_lends_its_tier_to_one_cookie_only(ledger: Ledger) -> None:
    make_arena(pixels=False, prompts=4)
    user = User.objects.create_user("somebody", password="long enough to pass")
    cookies = [come_from("198.51.100.7") for _ in range(3)]
    pages = [open_vote(cookie) for cookie in cookies]
    answers = []
    for cookie, page in zip(cookies, pages, strict=True):
        cookie.force_login(user)
        answers.append(cookie.post(f"/vote/answer/{page.token}/", {"answer": "left"}).status_code)
    assert answers == [200, 404, 404]
    assert VoteEvidence.objects.get().tier == "named"
    assert Voter.objects.get().pk == AccountVoter.objects.get().key


def test_forgotten_evidence_leaves_the_sealed_votes_as_they_are(ledger: Ledger) -> None:
    make_arena(pixels=False, prompts=4)
    client, other = come_from("198.51.100.7"), come_from("198.51.100.7")
    client.force_login(User.objects.create_user("somebody", password="long enough to pass"))
    vote(client)
    vote(other)
    seal_votes()
    vote(client)
    entry = LedgerEntry.objects.get(tier="named")
    out = StringIO()
    call_command("forget_evidence", entry.voter, stdout=out)
    assert "was deleted: 1" in out.getvalue()
    # A vote that waits for its place still needs its tier.
    assert sorted(VoteEvidence.objects.values_list("tier", flat=True)) == ["named", "open"]
    assert not AccountVoter.objects.exists()
    seal_votes()
    call_command("verify", stdout=StringIO())
    assert sorted(LedgerEntry.objects.values_list("tier", flat=True)) == ["named", "named", "open"]


def test_pages_before_the_vote_say_nothing_of_it(ledger: Ledger) -> None:
    make_arena(pixels=False)
    client = come_from("198.51.100.7", **{"user-agent": CHROME})
    told = vote(client)
    sent: Any = [client.get("/vote/"), client.get("/vote/next/")]
    for response in sent:
        text = response.content.decode() + repr(response.headers) + repr(client.cookies)
        assert not [word for word in (told.network, "named_before", "settled", "verified", "desktop") if word in text]


def _ago(interval: str) -> Any:
    """So long before the statements of this test, to the microsecond: they are one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() - %s::interval", [interval])
        return cursor.fetchone()[0]
