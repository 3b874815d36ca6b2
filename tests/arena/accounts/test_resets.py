"""Who forgot the password gets a link by mail, from a real mail server on this machine."""

import re
from asyncio import Server
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from arena.accounts import tasks
from arena.accounts.guessing import count_network
from arena.accounts.models import ResetRequest
from arena.accounts.one_time_codes import code_of
from arena.accounts.passwords.password_mails import send_resets
from tests.arena.accounts.conftest import PASSWORD, SIGN_IN, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
ASK, ASKED = "/accounts/reset/", "/accounts/reset/asked/"
NEW = "violet kettle on the roof"
ADDRESS = "reader@example.org"


class Post:
    """Takes mails and keeps them, or is full."""

    def __init__(self) -> None:
        self.mails, self.is_full = list[EmailMessage](), False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's.
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's.
        if self.is_full:
            return "452 Insufficient system storage"
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


class FreePort(Controller):
    """Listens where nobody else does."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd's own.


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    """A mail server, which the site uses."""
    taking = Post()
    controller = FreePort(taking, hostname="127.0.0.1", port=0)
    controller.start()
    settings.MAIL, settings.EMAIL_BACKEND = True, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.DEFAULT_FROM_EMAIL = "arena@example.org"
    yield taking
    controller.stop()


@pytest.fixture(autouse=True)
def member() -> User:
    return User.objects.create_user("reader", email=ADDRESS, password=PASSWORD)


def ask(email: str = ADDRESS, client: Client | None = None, headers: dict[str, str] | None = None) -> Any:
    return (client or Client()).post(ASK, {"email": email}, headers=headers)


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"http://testserver(/accounts/reset/\S+)", mail.get_content())
    assert found
    return found.group(1)


def set_password(client: Client, link: str, password: str = NEW) -> Any:
    """Open the link as a browser does, and fill in the form that it leads to."""
    form = client.get(link)
    address = form["Location"] if form.status_code == 302 else link
    return client.post(address, {"new_password1": password, "new_password2": password})


def test_link_by_mail_sets_a_new_password_once_and_ends_all_sessions(post: Post, member: User) -> None:
    open_session = signed_in()
    assert ask()["Location"] == ASKED
    tasks.send_resets(ResetRequest.objects.get().pk)
    (mail,) = post.mails
    assert (mail["To"], mail["From"]) == (ADDRESS, "arena@example.org")
    assert mail["Subject"] == "A new password for testserver"
    assert "for the account reader at testserver" in mail.get_content()
    client = Client()
    answer = set_password(client, link_in(mail))
    assert (answer.status_code, answer["Location"]) == (302, SIGN_IN)
    assert "_auth_user_id" not in client.session
    assert open_session.get("/accounts/").status_code == 302
    assert signed_in(password=NEW).get("/accounts/").status_code == 200
    for browser in (client, Client()):
        assert "has been used" in browser.get(link_in(mail), follow=True).content.decode()
        set_password(browser, link_in(mail), "green ladder in the rain")
    member.refresh_from_db()
    assert member.check_password(NEW)


def test_second_factor_stays_required(post: Post, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    User.objects.create_superuser("chief", email="chief@example.org", password=PASSWORD)
    client = signed_in("chief")
    secret = client.get("/accounts/second-factor/set-up/").context["secret"]
    client.post("/accounts/second-factor/set-up/", {"code": code_of(secret, int(timezone.now().timestamp() // 30))})
    assert client.get("/admin/").status_code == 200
    ask("chief@example.org")
    send_resets()
    set_password(Client(), link_in(post.mails[0]))
    again = signed_in("chief", password=NEW)
    assert again.get("/admin/")["Location"].startswith("/accounts/second-factor/")


def test_link_is_good_for_an_hour(post: Post, member: User, settings: Settings) -> None:
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    ask()
    send_resets()
    settings.PASSWORD_RESET_TIMEOUT = -1  # As if that time were over.
    assert "too old" in Client().get(link_in(post.mails[0]), follow=True).content.decode()


def test_answer_tells_nobody_which_addresses_have_accounts(
    post: Post, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    User.objects.create_user("gone", email="gone@example.org", password=PASSWORD, is_active=False)
    User.objects.create_user("elsewhere", email="elsewhere@example.org", password=None)
    told = {}
    for email in (ADDRESS, "nobody@example.org", "gone@example.org", "elsewhere@example.org"):
        with django_capture_on_commit_callbacks() as jobs:
            answer = ask(email)
        told[email] = (answer.status_code, answer["Location"], len(jobs), ResetRequest.objects.count())
        send_resets()
    assert set(told.values()) == {(302, ASKED, 1, 1)}
    assert [mail["To"] for mail in post.mails] == [ADDRESS]
    assert not ResetRequest.objects.exists()


def test_nobody_is_flooded_with_mails(post: Post) -> None:
    for number, email in enumerate((ADDRESS, "READER@example.org", ADDRESS, "Reader@Example.org")):
        answer = ask(email, Client(REMOTE_ADDR=f"203.0.{number}.1"))
        assert answer.status_code == (302 if number < 3 else 429)
    assert "Retry-After" in answer.headers
    assert ask("nobody@example.org").status_code == 302
    send_resets()
    assert len(post.mails) == 3


def test_one_network_cannot_mail_everybody(post: Post) -> None:
    statuses = [ask(f"{number}@example.org").status_code for number in range(count_network("").free + 1)]
    assert statuses == [302] * count_network("").free + [429]
    # Wishes for mails do not keep anybody from signing in.
    signed_in()


def test_mail_that_cannot_be_sent_is_sent_later(post: Post) -> None:
    ask()
    post.is_full = True
    send_resets()
    assert (len(post.mails), ResetRequest.objects.count()) == (0, 1)
    post.is_full = False
    send_resets()
    assert (len(post.mails), ResetRequest.objects.count()) == (1, 0)


def test_address_that_takes_no_mail_does_not_hold_up_others(post: Post) -> None:
    User.objects.create_user("mistyped", email="nobody@example.org", password=PASSWORD)
    ask("nobody@example.org")
    ask()
    send_resets()
    assert [mail["To"] for mail in post.mails] == [ADDRESS]
    assert ResetRequest.objects.get().email == "nobody@example.org"


def test_wish_that_is_too_old_is_forgotten(post: Post, settings: Settings) -> None:
    ask()
    settings.PASSWORD_RESET_TIMEOUT = -1
    send_resets()
    assert (post.mails, ResetRequest.objects.count()) == ([], 0)


def test_mail_is_in_the_language_of_the_page_and_leads_to_the_public_address(post: Post, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://arena.example.org"
    ask(headers={"accept-language": "de"})
    send_resets()
    assert post.mails[0]["Subject"] == "Ein neues Passwort für arena.example.org"
    assert "https://arena.example.org/accounts/reset/" in post.mails[0].get_content()


def test_host_that_is_not_the_sites_gets_no_mail_sent(post: Post) -> None:
    assert ask(headers={"host": "evil.example.com"}).status_code == 400
    assert not ResetRequest.objects.exists()


def test_without_mail_the_page_says_whom_to_ask(client: Client) -> None:
    for answer in (client.get(ASK), client.post(ASK, {"email": ADDRESS})):
        assert "Ask the people who run it" in answer.content.decode()
    assert not ResetRequest.objects.exists()


def test_operator_sets_a_password_by_command(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([NEW, NEW])
    monkeypatch.setattr("getpass.getpass", lambda **_: next(typed))
    session = signed_in()
    call_command("changepassword", "reader", verbosity=0)
    assert session.get("/accounts/").status_code == 302
    signed_in(password=NEW)
