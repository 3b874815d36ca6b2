"""Many do the same at once, over HTTP: nothing counts twice, what was acknowledged is stored, nothing is a fault."""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from pytest_django import DjangoDbBlocker

from arena.accounts.joining.invitations import invite
from arena.accounts.models import RecoveryCode, SecondFactor
from arena.accounts.one_time_codes import hash_recovery_code, make_recovery_code, make_secret
from arena.admission.api_keys import make_key, revoke_key
from arena.admission.models import ApiKey
from arena.catalog.curation import open_prompts
from arena.catalog.models import Prompt
from arena.voting.blindness.tokens import read_token
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.ledger.verifying import verify_ledger, votes_astray
from arena.voting.models import Exclusion, Ledger, LedgerEntry, Matchup, Report, Vote, Voter
from tests.emptying import keep_what_is_filled
from tests.factories import make_arena, make_contender, make_generation, make_prompt
from tests.fuzz.racing import ask, get, post, race
from tests.fuzz.site import CSRF, Site, serve_site, session_of
from tests.fuzz.wire import Request
from tests.patience import HANGING

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]
ANSWERS = ("left", "right", "tie", "both_bad", "skip", "report")


@dataclass(frozen=True)
class Size:
    """How many race at once, and how often."""

    many: int
    rounds: int


@pytest.fixture(scope="module")
def size(thorough: bool) -> Size:
    return Size(many=50, rounds=50) if thorough else Size(many=8, rounds=1)


@pytest.fixture(scope="module")
def site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One site for all races: pairs of twelve prompts for every voter."""
    with django_db_blocker.unblock(), keep_what_is_filled():
        open_ledger(Ledger.Kind.NATIVE)
        make_arena(contenders=4, prompts=12, pixels=False)
        with serve_site(tmp_path_factory.mktemp("races") / "site", prepared) as running:
            yield running


@dataclass
class Browser:
    """A voter's cookies and the matchups that they hold."""

    cookies: str
    tokens: list[str]

    @property
    def matchups(self) -> list[Matchup]:
        """The rows of the matchups."""
        return list(Matchup.objects.filter(pk__in=map(read_token, self.tokens)))


def meet(site: Site, *, matchups: int = 1) -> Browser:
    """Let a new voter hold some matchups."""
    browser = Browser(f"easel_csrf={CSRF}", [])
    for _ in range(matchups):
        answer = ask(site, get(f"/vote/next/?have={','.join(browser.tokens)}"), browser.cookies)
        browser.tokens += re.findall(r'data-matchup="([\w-]+)"', answer.body.decode())
        if set_now := answer.headers.get("Set-Cookie"):
            browser.cookies = f"easel_csrf={CSRF}; {set_now.partition(';')[0]}"
    assert len(browser.tokens) == matchups
    return browser


def answer_of(browser: Browser, given: str, *, at: int = 0) -> tuple[Request, str]:
    """Return a voter's answer to one of their matchups."""
    more = {"kind": "other", "side": "both"} if given == "report" else {}
    return post(f"/vote/answer/{browser.tokens[at]}/", answer=given, **more), browser.cookies


def staff(name: str) -> tuple[User, str]:
    """Return one of the staff, and the cookies of their browser."""
    user, _ = User.objects.get_or_create(username=name, defaults={"is_staff": True, "is_superuser": True})
    return user, f"easel_csrf={CSRF}; easel_session={session_of(user)}"


def test_one_vote_sent_by_many_at_once_counts_once(site: Site, size: Size) -> None:
    for _ in range(size.rounds):
        browser = meet(site)
        answers = race(site, [answer_of(browser, "left")] * size.many)
        assert {answer.status for answer in answers} == {200}
        assert len({answer.body for answer in answers}) == 1
        [matchup] = browser.matchups
        assert Vote.objects.filter(matchup=matchup).count() == 1


def test_of_different_answers_at_once_one_stands(site: Site, size: Size) -> None:
    for _ in range(size.rounds):
        browser = meet(site)
        given = [ANSWERS[number % len(ANSWERS)] for number in range(size.many)]
        answers = race(site, [answer_of(browser, each) for each in given])
        [matchup] = browser.matchups
        told = {each for each, answer in zip(given, answers, strict=True) if answer.status == 200}
        assert told == {matchup.answer}
        assert {answer.status for answer in answers} == {200, 409}
        kept = Vote.objects.filter(matchup=matchup).count(), Report.objects.filter(matchup=matchup).count()
        assert kept == (matchup.answer in ANSWERS[:4], matchup.answer == "report")


def test_first_votes_of_a_voter_and_deals_at_once_bear_one_voter(site: Site, size: Size) -> None:
    for _ in range(size.rounds):
        browser = meet(site, matchups=3)
        votes = [answer_of(browser, "tie", at=number % 3) for number in range(size.many // 2)]
        deals = [(get(f"/vote/next/?have={','.join(browser.tokens)}"), browser.cookies)] * (size.many // 2)
        before = Voter.objects.count()
        answers = race(site, [*votes, *deals])
        assert {answer.status for answer in answers} <= {200, 204}
        assert (Voter.objects.count() - before, Vote.objects.filter(matchup__in=browser.matchups).count()) == (1, 3)


def test_votes_while_they_are_sealed_are_in_the_ledger_once(site: Site, size: Size) -> None:
    ledger = Ledger.objects.get(kind="native")
    for _ in range(size.rounds):
        browsers = [meet(site) for _ in range(min(size.many, 16))]
        ended = threading.Event()
        sealer = threading.Thread(target=_seal_until, args=(ended,))
        sealer.start()
        try:
            answers = race(site, [answer_of(browser, "right") for browser in browsers for _ in range(2)])
        finally:
            ended.set()
            sealer.join(HANGING)
        assert {answer.status for answer in answers} == {200}
        cast = [matchup.pk for browser in browsers for matchup in browser.matchups]
        assert sorted(LedgerEntry.objects.filter(vote_id__in=cast).values_list("vote_id", flat=True)) == sorted(cast)
    walk = verify_ledger(ledger)
    assert (walk.length, walk.bad_position, votes_astray(ledger)) == (LedgerEntry.objects.count(), None, 0)


def _seal_until(ended: threading.Event) -> None:
    try:
        while not ended.is_set():
            seal_votes()
        seal_votes()
    finally:
        connection.close()


def test_votes_while_their_prompt_is_opened_stand_or_are_refused(site: Site, size: Size) -> None:
    for _ in range(size.rounds):
        contenders = [make_contender() for _ in range(2)]
        prompt = make_prompt()
        for contender in contenders:
            make_generation(contender=contender, prompt=prompt, pixels=False)
        browsers = [meet(site) for _ in range(6)]
        for browser in browsers:
            Matchup.objects.filter(pk=browser.matchups[0].pk).update(
                prompt=prompt, left=contenders[0].generations.get(), right=contenders[1].generations.get()
            )
        opening = threading.Thread(target=_open, args=(prompt.pk,))
        opening.start()
        answers = race(site, [answer_of(browser, "left") for browser in browsers])
        opening.join(HANGING)
        assert {answer.status for answer in answers} <= {200, 410}
        stored = {vote.matchup_id for vote in Vote.objects.filter(matchup__prompt=prompt)}
        told = {
            browser.matchups[0].pk for browser, answer in zip(browsers, answers, strict=True) if answer.status == 200
        }
        assert told == stored


def _open(prompt: int) -> None:
    try:
        open_prompts(prompts=[Prompt.objects.get(pk=prompt)])
    finally:
        connection.close()


def test_entries_excluded_and_counted_again_by_many_at_once(site: Site, size: Size) -> None:
    browser = meet(site)
    assert race(site, [answer_of(browser, "left")])[0].status == 200
    seal_votes()
    entry = LedgerEntry.objects.get(vote_id=browser.matchups[0].pk)
    chiefs = [staff(f"chief-{number}")[1] for number in range(min(size.many, 8))]
    for turn in range(min(size.rounds, 10)):
        form = {"voters": entry.voter, "reason": f"race {turn}", "upto": str(entry.position)}
        answers = race(site, [(post("/staff/exclusions/decide/", **form), cookies) for cookies in chiefs])
        assert {answer.status for answer in answers} <= {200, 302}
        # Several may have named the entry. Once one of them is lifted, it is excluded by the next.
        while excluded := Exclusion.objects.filter(entry=entry).first():
            lift = post(f"/staff/exclusions/{excluded.decision_id}/lift/", because="race")
            assert {answer.status for answer in race(site, [(lift, cookies) for cookies in chiefs])} == {302}
            assert not Exclusion.objects.filter(pk=excluded.pk, decision_id=excluded.decision_id).exists()


def test_key_that_is_revoked_while_it_is_used_opens_nothing_afterwards(site: Site, size: Size) -> None:
    for _ in range(size.rounds):
        key, text = make_key(name="race", scopes=["read"])
        request = get("/api/v1/boards/", ("Authorization", f"Bearer {text}"))
        revoking = threading.Thread(target=_revoke, args=(key.pk,))
        revoking.start()
        answers = race(site, [(request, "")] * size.many)
        revoking.join(HANGING)
        assert {answer.status for answer in answers} <= {200, 401}
        assert ask(site, request).status == 401


def _revoke(key: int) -> None:
    try:
        revoke_key(ApiKey.objects.get(pk=key))
    finally:
        connection.close()


def test_recovery_code_shown_by_many_at_once_opens_one_session(site: Site, size: Size) -> None:
    for turn in range(min(size.rounds, 10)):
        # Wrong codes are guesses, and of those only a few are free.
        user, _ = staff(name := f"forgetful-{turn}")
        SecondFactor.objects.create(user=user, secret=make_secret(), last_step=0)
        RecoveryCode.objects.create(user=user, sha256=hash_recovery_code(code := make_recovery_code()))
        sent = [(post("/accounts/second-factor/", code=code), staff(name)[1]) for _ in range(min(size.many, 4))]
        statuses = Counter(answer.status for answer in race(site, sent))
        assert statuses[302] == 1, statuses
        assert not RecoveryCode.objects.filter(user=user).exists()


@pytest.mark.thorough
def test_invitation_accepted_by_many_at_once_makes_one_account(site: Site) -> None:
    for turn in range(5):
        _, token = invite(name="Ada")
        phrase = "seven herons over a cold lagoon"
        sent = [
            post(f"/accounts/invitations/{token}/", username=f"ada-{turn}-{n}", password1=phrase, password2=phrase)
            for n in range(8)
        ]
        answers = race(site, [(each, f"easel_csrf={CSRF}") for each in sent])
        assert Counter(answer.status for answer in answers)[302] == 1
        assert User.objects.filter(username__startswith=f"ada-{turn}-").count() == 1


def test_reply_to_a_repeated_vote_is_the_first_one(site: Site) -> None:
    browser = meet(site)
    first, second = (race(site, [answer_of(browser, "tie")])[0] for _ in range(2))
    assert json.loads(first.body) == json.loads(second.body)
