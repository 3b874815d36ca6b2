"""People see where they are signed in, and end it; a changed password ends all other sessions."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.utils import timezone

from arena.accounts.browser_sessions.browser_names import name_browser
from arena.accounts.browser_sessions.own_sessions import forget_ended_sessions, list_sessions
from arena.accounts.browser_sessions.session_store import SessionStore
from arena.accounts.guessing import count_account
from arena.accounts.models import Session
from tests.arena.accounts.conftest import PASSWORD, SIGN_IN, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PAGE, END, CHANGE = "/accounts/", "/accounts/sessions/end/", "/accounts/password/"
NEW = "violet kettle on the roof"
PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def member() -> User:
    return User.objects.create_user("reader", password=PASSWORD)


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_stranger_is_led_to_the_sign_in_page(client: Client) -> None:
    for address in (PAGE, CHANGE):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"{SIGN_IN}?next={address}")
    assert client.post(END).status_code == 302
    assert client.get(END).status_code == 405


def test_page_lists_ones_own_sessions_only(member: User) -> None:
    User.objects.create_user("other", password=PASSWORD)
    signed_in("other", browser="Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/140.0")
    here, _phone = signed_in(), signed_in(browser=PHONE)
    page = here.get(PAGE).content.decode()
    assert page.count("Firefox · Linux") == page.count("Chrome · Android") == 1
    assert page.count("this browser") == 1
    assert "Windows" not in page
    # Neither keys of sessions, which would let their readers in, nor where somebody was.
    assert not [row.session_key for row in Session.objects.all() if row.session_key in page]
    assert "127.0.0.1" not in str(list(Session.objects.values()))


def test_ended_session_is_refused_at_its_next_request(member: User) -> None:
    here, there = signed_in(), signed_in(browser=PHONE)
    other = next(row for row in list_sessions(member) if row.browser.startswith("Chrome"))
    assert here.post(END, {"session": other.digest}, follow=True).status_code == 200
    assert (is_in(here), is_in(there)) == (True, False)


def test_all_others_end_at_once_and_this_one_stays(member: User) -> None:
    here, others = signed_in(), [signed_in() for _ in range(3)]
    here.post(END)
    assert [is_in(each) for each in (here, *others)] == [True, False, False, False]


def test_nobody_ends_sessions_of_others(member: User) -> None:
    User.objects.create_user("other", password=PASSWORD)
    theirs = signed_in("other")
    digest = Session.objects.get().digest
    here = signed_in()
    here.post(END, {"session": digest})
    here.post(END)
    assert is_in(theirs)


def test_request_under_way_does_not_bring_an_ended_session_back(member: User) -> None:
    here = signed_in()
    store = SessionStore(here.cookies[settings.SESSION_COOKIE_NAME].value)
    store["seen"] = True
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.exists()


def test_new_password_ends_the_other_sessions(member: User) -> None:
    here, there = signed_in(), signed_in()
    before = here.cookies[settings.SESSION_COOKIE_NAME].value
    answer = here.post(CHANGE, {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}, follow=True)
    assert "Your password is changed." in answer.content.decode()
    assert (is_in(here), is_in(there)) == (True, False)
    assert here.cookies[settings.SESSION_COOKIE_NAME].value != before
    row = list_sessions(member).get()
    assert (row.browser, row.begun_at is None) == ("Firefox · Linux", False)
    assert is_in(signed_in(password=NEW))


def test_password_is_changed_only_by_who_knows_it_and_to_a_good_one(member: User) -> None:
    here = signed_in()
    for old, new, said in (("guess", NEW, "entered incorrectly"), (PASSWORD, "12345678", "too short")):
        answer = here.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new})
        assert said in answer.content.decode()
    member.refresh_from_db()
    assert member.check_password(PASSWORD)


def test_old_password_cannot_be_guessed_in_a_browser_that_was_left_open(member: User) -> None:
    here = signed_in()
    guess = {"old_password": "guess", "new_password1": NEW, "new_password2": NEW}
    statuses = [here.post(CHANGE, guess).status_code for _ in range(count_account("").free + 1)]
    assert statuses == [200] * count_account("").free + [429]
    assert here.post(CHANGE, {**guess, "old_password": PASSWORD}).status_code == 429


def test_staff_end_all_sessions_of_somebody(member: User, admin_client: Client) -> None:
    here, there = signed_in(), signed_in()
    chosen = {"action": "end_all_sessions", "_selected_action": [member.pk]}
    page = admin_client.post("/admin/auth/user/", chosen, follow=True).content.decode()
    assert "2 sessions have ended." in page
    assert (is_in(here), is_in(there)) == (False, False)
    assert admin_client.get("/admin/").status_code == 200


def test_staff_do_not_end_sessions_of_those_above_them(client: Client) -> None:
    chief = User.objects.create_superuser("chief", password=PASSWORD)
    theirs = signed_in("chief")
    helper = User.objects.create_user("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client.force_login(helper)
    chosen = {"action": "end_all_sessions", "_selected_action": [chief.pk]}
    assert "0 sessions have ended." in client.post("/admin/auth/user/", chosen, follow=True).content.decode()
    assert is_in(theirs)


def test_sessions_are_last_seen_to_the_hour(member: User) -> None:
    here = signed_in()
    long_ago = timezone.now() - timedelta(days=3)
    Session.objects.update(seen_at=long_ago)
    assert is_in(here)
    seen = Session.objects.get().seen_at
    assert seen is not None
    assert seen > long_ago
    assert (seen.minute, seen.second, seen.microsecond) == (0, 0, 0)


def test_sessions_that_are_over_are_neither_listed_nor_kept(member: User) -> None:
    signed_in()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not list_sessions(member)
    forget_ended_sessions()
    assert not Session.objects.exists()


def test_sessions_go_with_their_account(member: User) -> None:
    signed_in()
    member.delete()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge · Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0.0.0 Safari/537.36", "Chrome · macOS"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_browsers_are_named_without_versions(user_agent: str, words: str) -> None:
    assert name_browser(user_agent) == words


def test_session_ends_without_requests_and_in_any_case(member: User) -> None:
    used, unused, old = signed_in(), signed_in(), signed_in()
    keys = [each.cookies[settings.SESSION_COOKIE_NAME].value for each in (used, unused, old)]
    now = timezone.now()
    for key, seen, begun in zip(keys, (timedelta(hours=160), timedelta(days=8), timedelta()), (0, 0, 15), strict=True):
        Session.objects.filter(pk=key).update(seen_at=now - seen, begun_at=now - timedelta(days=begun))
    # What is noted in a session puts off the end that Django knows, and not this one.
    Session.objects.filter(pk=keys[2]).update(expire_date=now + timedelta(days=14))
    assert list(list_sessions(member).values_list("pk", flat=True)) == [keys[0]]
    assert [is_in(each) for each in (used, unused, old)] == [True, False, False]


def test_ended_sessions_are_forgotten_and_open_ones_kept(member: User) -> None:
    for days in (0, 8):
        key = signed_in().cookies[settings.SESSION_COOKIE_NAME].value
        Session.objects.filter(pk=key).update(seen_at=timezone.now() - timedelta(days=days))
    SessionStore().save()
    forget_ended_sessions()
    assert sorted(Session.objects.values_list("user", flat=True), key=str) == [member.pk, None]
