"""With STAFF_SECOND_FACTOR a password alone opens nothing of the staff's; a lost phone does not close it for ever."""

import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings
from structlog.testing import capture_logs

from arena.accounts.models import RecoveryCode, SecondFactor
from arena.accounts.one_time_codes import code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PAGE, SET_UP, SIGN_IN = "/accounts/second-factor/", "/accounts/second-factor/set-up/", "/accounts/login/"
PASSWORD = "long enough to pass"
# Whatever staff can reach, and what anybody can.
GUARDED = ["/staff/runs/", "/staff/reports/", "/admin/", "/admin/auth/user/", "/admin/login/", "/", "/status/"]


@pytest.fixture(autouse=True)
def required(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def chief() -> User:
    return User.objects.create_superuser("chief", password=PASSWORD)


def signed_in(name: str = "chief") -> Client:
    client = Client()
    assert client.post(SIGN_IN, {"username": name, "password": PASSWORD}).status_code == 302
    return client


def enrol(client: Client, following: str = "/staff/runs/") -> tuple[str, list[str]]:
    """Set up the second factor as a person with an app does; return its secret and the recovery codes."""
    secret = client.get(SET_UP).context["secret"]
    page = client.post(SET_UP, {"code": app_code(secret), "next": following})
    assert page.context["next"] == following
    return secret, page.context["codes"]


def app_code(secret: str) -> str:
    """What the app shows now."""
    return code_of(secret, int(time.time() // 30))


def show(client: Client, code: str, following: str = "/staff/runs/") -> Any:
    return client.post(PAGE, {"code": code, "next": following})


def test_password_alone_opens_nothing(chief: User) -> None:
    client = signed_in()
    for address in GUARDED:
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, PAGE), address
    assert client.get("/api/v1/boards/").json() == {
        "code": "forbidden", "message": "Show your second factor first, at /accounts/second-factor/.",
    }  # fmt: skip
    assert client.get("/api/v1/boards/").status_code == 403
    assert client.post("/admin/auth/user/add/", {"username": "new"}).status_code == 302
    assert not User.objects.filter(username="new").exists()


def test_others_are_asked_for_nothing() -> None:
    User.objects.create_user("reader", password=PASSWORD)
    assert signed_in("reader").get("/").status_code == 200
    assert signed_in("reader").get(PAGE).status_code == 302
    assert Client().get("/").status_code == 200


def test_session_from_before_the_setting_is_asked_too(chief: User, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    client = signed_in()
    assert client.get("/admin/").status_code == 200
    settings.STAFF_SECOND_FACTOR = True
    assert client.get("/admin/")["Location"] == f"{PAGE}?next=%2Fadmin%2F"


def test_setting_up_opens_the_staff_pages_and_shows_recovery_codes_once(chief: User) -> None:
    client = signed_in()
    assert client.get(f"{PAGE}?next=/staff/runs/")["Location"] == f"{SET_UP}?next=%2Fstaff%2Fruns%2F"
    page = client.get(SET_UP)
    assert b"<svg" in page.content
    assert b"style=" not in page.content
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    _, codes = enrol(client)
    assert len(set(codes)) == 10
    assert [client.get(address).status_code for address in ("/staff/runs/", "/admin/")] == [200, 200]
    said = client.get(PAGE).content.decode()
    assert "10 recovery codes are left" in said
    assert not [code for code in codes if code in said]
    stored = str(list(RecoveryCode.objects.values_list()))
    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]


def test_wrong_code_sets_up_nothing(chief: User) -> None:
    client = signed_in()
    secret = client.get(SET_UP).context["secret"]
    page = client.post(SET_UP, {"code": "12345"})
    assert page.context["secret"] == secret
    assert "not the code that the app shows now" in page.content.decode()
    assert not SecondFactor.objects.exists()


def test_next_sign_in_needs_a_code_that_was_not_used(chief: User) -> None:
    secret, _ = enrol(signed_in())
    step = SecondFactor.objects.get().last_step
    used, following = (code_of(secret, at) for at in (step, step + 1))
    client = signed_in()
    before = client.session.session_key
    assert "has been used" in show(client, used).content.decode()
    assert client.get("/admin/").status_code == 302
    answer = show(client, following)
    assert (answer.status_code, answer["Location"]) == (302, "/staff/runs/")
    assert client.session.session_key != before
    assert client.get("/admin/").status_code == 200
    # The same code again, in another session.
    assert show(signed_in(), following).status_code == 200


def test_whoever_has_a_second_factor_is_asked_without_the_setting(chief: User, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    client = signed_in()
    enrol(client)
    assert client.get("/admin/").status_code == 200
    assert signed_in().get("/admin/").status_code == 302


def test_codes_shown_and_refused_are_in_the_log(chief: User) -> None:
    client = signed_in()
    with capture_logs() as lines:
        secret, codes = enrol(client)
        show(signed_in(), "000000")
        show(signed_in(), codes[0])
    said = [(line["event"], line["log_level"]) for line in lines if line["event"].startswith("second factor")]
    assert said == [
        ("second factor set up", "info"), ("second factor refused", "warning"), ("second factor shown", "info"),
    ]  # fmt: skip
    assert {line["account"] for line in lines if line["event"].startswith("second factor")} == {chief.pk}
    assert not any(told in str(lines) for told in (secret, "000000", codes[0]))


def test_recovery_code_works_once(chief: User) -> None:
    _, codes = enrol(signed_in())
    assert show(signed_in(), codes[3].upper()).status_code == 302
    assert show(signed_in(), codes[3]).status_code == 200
    client = signed_in()
    show(client, codes[4])
    assert "8 recovery codes are left" in client.get(PAGE).content.decode()


def test_codes_cannot_be_guessed(chief: User) -> None:
    _, codes = enrol(signed_in())
    client = signed_in()
    assert [show(client, "000000x").status_code for _ in range(5)] == [200] * 5
    for attempt in ("000000x", codes[0]):
        answer = show(signed_in(), attempt)
        assert answer.status_code == 429
        assert "Retry-After" in answer.headers
    assert client.get("/admin/").status_code == 302


def test_password_alone_cannot_replace_the_second_factor(chief: User) -> None:
    secret, _ = enrol(signed_in())
    client = signed_in()
    assert client.get(SET_UP)["Location"].startswith(PAGE)
    assert client.post(SET_UP, {"code": app_code(secret)})["Location"].startswith(PAGE)
    assert SecondFactor.objects.get().secret == secret


def test_setting_up_again_ends_what_was_before(chief: User) -> None:
    first = signed_in()
    _, old = enrol(first)
    second = signed_in()
    show(second, old[0])
    secret, codes = enrol(second)
    assert second.get("/admin/").status_code == 200
    assert first.get("/admin/").status_code == 302
    assert show(first, old[1]).status_code == 200
    assert show(first, codes[0]).status_code == 302
    assert SecondFactor.objects.get().secret == secret


def test_code_leads_to_no_other_site(chief: User) -> None:
    _, codes = enrol(signed_in())
    for code, following in zip(codes, ("https://example.org/", "//example.org/", "javascript:alert(1)"), strict=False):
        assert show(signed_in(), code, following)["Location"] == "/"


def test_lost_second_factor_is_reset_by_command(chief: User, capsys: pytest.CaptureFixture[str]) -> None:
    client = signed_in()
    enrol(client)
    call_command("reset_second_factor", "chief")
    assert "chief has no second factor any more." in capsys.readouterr().out
    assert not RecoveryCode.objects.exists()
    assert client.get("/admin/")["Location"].startswith(PAGE)
    assert client.get(PAGE)["Location"].startswith(SET_UP)
    for name, said in (("chief", "chief has no second factor."), ("nobody", "There is no account 'nobody'.")):
        with pytest.raises(CommandError, match=said):
            call_command("reset_second_factor", name)
