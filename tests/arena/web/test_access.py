"""ACCESS=login: without an account nothing answers but the sign-in page, the probes and static files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from tests.factories import make_arena

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
OPEN = {"/accounts/login/", "/accounts/reset/", "/accounts/reset/asked/", "/healthz", "/readyz", "/robots.txt"}
SIGN_IN = "/accounts/login/"
HOOKS = "/hooks/"
# Other ways in, for who holds a mailed link or an invitation, or comes from the identity provider.
WAYS_IN = ("/accounts/reset/", "/accounts/invitations/", "/accounts/oidc/")
LANGUAGE = "/language/"
PASSWORD = "long enough to pass"
# An example value for each kind of parameter in an address.
EXAMPLES = {
    "int": "800", "slug": "text-to-image", "str": "fox", "uuid": "6a1c1c52-1c7b-4c3e-8a3d-0f2f5a3b9f11", "path": "a/b",
}  # fmt: skip


@pytest.fixture(autouse=True)
def closed(settings: Settings) -> None:
    """Require an account for every page."""
    settings.ACCESS = "login"


@pytest.fixture
def member() -> User:
    return User.objects.create_user("reader", password=PASSWORD)


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    """Walk every pattern of the site; yield one example address of each."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, prefix + example(pattern))
        else:
            yield prefix + example(pattern)


def example(pattern: URLPattern | URLResolver) -> str:
    """Return an address that the pattern matches, made from its named parameters."""
    converters = pattern.pattern.converters
    text = str(pattern.pattern)
    if not converters and ("(" in text or "^" in text):
        return "prompts/fox/" if "prompts" in text else "nowhere/"
    for name, converter in converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        text = text.replace(f"<{kind}:{name}>", EXAMPLES[kind]).replace(f"<{name}>", EXAMPLES["str"])
    return text


ADDRESSES = sorted(set(addresses(get_resolver())))


def test_crawl_finds_every_room_of_the_site() -> None:
    assert len(ADDRESSES) > 60
    assert {"/", "/vote/", "/api/v1/standings/", "/admin/", "/status/", SIGN_IN} <= set(ADDRESSES)
    assert not [address for address in ADDRESSES if "<" in address or "^" in address]


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete", "options"])
def test_stranger_gets_nothing_anywhere(client: Client, method: str) -> None:
    make_arena(contenders=2, prompts=1, pixels=False)
    answered = {}
    for address in (*ADDRESSES, "/no-such-page/", "/vote", "//vote/", "/media/originals/1.png", "/accounts/login"):
        if address in {*OPEN, LANGUAGE} or address.startswith((HOOKS, *WAYS_IN)):
            continue
        answer = getattr(client, method)(address)
        if address.startswith("/api/"):
            refused = answer.status_code == 403 and answer["Content-Type"] == "application/json"
        else:
            refused = answer.status_code == 302 and urlsplit(answer["Location"])[:3] == ("", "", SIGN_IN)
        if not refused or answer.cookies:
            answered[address] = (answer.status_code, answer.headers.get("Location"), dict(answer.cookies))
    assert answered == {}


def test_stranger_may_sign_in_and_probe(client: Client) -> None:
    assert {address: client.get(address).status_code for address in OPEN} == dict.fromkeys(OPEN, 200)
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_stranger_may_choose_the_language_of_the_sign_in_page(client: Client) -> None:
    asked = f"http://testserver{SIGN_IN}"
    answer = client.post(LANGUAGE, {"language": "de"}, headers={"referer": asked})
    assert (answer.status_code, answer["Location"]) == (302, asked)
    assert list(answer.cookies) == [settings.LANGUAGE_COOKIE_NAME]
    assert client.post(LANGUAGE, {"language": "de", "next": "https://example.org/"})["Location"] == "/"
    assert 'lang="de"' in client.get(SIGN_IN).content.decode()


def test_webhooks_come_through_and_learn_nothing(client: Client) -> None:
    [address] = [address for address in ADDRESSES if address.startswith(HOOKS)]
    answer = client.post(address, b"{}", "application/json")
    assert (answer.status_code, answer.content, dict(answer.cookies)) == (204, b"", {})
    assert client.get(address).status_code == 405


def test_ways_in_tell_nothing_of_the_arena(client: Client) -> None:
    contenders, prompts = make_arena(contenders=2, prompts=1, pixels=False)
    ways = [SIGN_IN, *(address for address in ADDRESSES if address.startswith(WAYS_IN))]
    assert len(ways) == 7
    for address in ways:
        page = client.get(address).content.decode()
        assert not [row.name for row in contenders if row.name in page or row.slug in page], address
        assert prompts[0].title not in page


def test_stranger_of_the_api_gets_the_one_error_shape(client: Client) -> None:
    answer = client.get("/api/v1/standings/")
    assert answer.json() == {"code": "forbidden", "message": "Sign in to use this arena."}


def test_static_files_answer_strangers_and_nothing_beside_them(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "base.css").write_text("body {}")
    (tmp_path / "secret_key").write_text("secret")
    settings.STATIC_ROOT = tmp_path / "static"
    assert b"".join(client.get("/static/base.css")) == b"body {}"
    for path in ("/static/../secret_key", "/static/%2e%2e/secret_key", "/secret_key"):
        assert client.get(path).status_code == 302


def test_public_arena_answers_strangers(client: Client, settings: Settings) -> None:
    settings.ACCESS = "public"
    assert [client.get(path).status_code for path in ("/", "/vote/", "/api/v1/boards/")] == [200, 200, 200]


def test_unknown_access_is_closed(client: Client, settings: Settings) -> None:
    settings.ACCESS = "Public "
    assert client.get("/vote/").status_code == 302


def sign_in(client: Client, following: str, **form: str) -> Any:
    """Fill in the form of the page and send it, as a browser does."""
    page = client.get(SIGN_IN, {"next": following})
    fields = {"username": "reader", "password": PASSWORD, "csrfmiddlewaretoken": str(page.context["csrf_token"])}
    return client.post(SIGN_IN, fields | {"next": page.context["next"]} | form)


@pytest.mark.usefixtures("member")
def test_sign_in_leads_back_to_the_page_and_opens_the_arena() -> None:
    client = Client(enforce_csrf_checks=True)
    asked = client.get("/leaderboard/text-to-image/?category=food&sort=votes")
    following = parse_qs(urlsplit(asked["Location"]).query)["next"][0]
    answer = sign_in(client, following)
    assert (answer.status_code, answer["Location"]) == (302, "/leaderboard/text-to-image/?category=food&sort=votes")
    assert [client.get(path).status_code for path in ("/", "/vote/", "/api/v1/boards/")] == [200, 200, 200]
    token = str(client.get(SIGN_IN).context["csrf_token"])
    assert client.post("/accounts/logout/", {"csrfmiddlewaretoken": token}).status_code == 302
    assert client.get("/").status_code == 302


@pytest.mark.usefixtures("member")
@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example/", "//evil.example/", "///evil.example/", "/\\evil.example/", "\\\\evil.example",
        "javascript:alert(1)", "https:evil.example", "http://testserver@evil.example/", "\t//evil.example",
    ],
)  # fmt: skip
def test_sign_in_never_leads_to_another_site(client: Client, following: str) -> None:
    for answer in (sign_in(client, following), sign_in(client, "/vote/", next=following)):
        assert (answer.status_code, answer["Location"]) == (302, "/")
    # The guard takes a path that begins with two slashes for ours, but a browser takes it for a host.
    client.logout()
    guarded = client.get("//evil.example/")
    following = parse_qs(urlsplit(guarded["Location"]).query)["next"][0]
    assert sign_in(client, following)["Location"] == "/"


@pytest.mark.usefixtures("member")
def test_wrong_password_is_said_on_the_page(client: Client) -> None:
    answer = sign_in(client, "/vote/", password="guess")
    assert answer.status_code == 200
    assert "Please enter a correct username and password" in answer.content.decode()
    assert 'name="next" value="/vote/"' in answer.content.decode()
    assert client.get("/vote/").status_code == 302


def test_inactive_account_stays_outside(client: Client, member: User) -> None:
    client.force_login(member)
    member.is_active = False
    member.save()
    assert client.get("/vote/").status_code == 302
    assert sign_in(client, "/vote/").status_code == 200
