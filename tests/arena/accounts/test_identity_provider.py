"""People sign in through an identity provider, over real HTTP; nobody comes in with a token that is not theirs."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from joserfc.jwk import OctKey, RSAKey
from pytest_django import Settings

from arena.accounts.guessing import count_account
from arena.accounts.models import Identity
from arena.accounts.origins import how_known
from tests.arena.accounts.conftest import PASSWORD, signed_in
from tests.arena.accounts.identity_server import QUIET, Claims, IdentityServer, running

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files"), QUIET]
START, BACK, CONNECT, SIGN_IN = "/accounts/oidc/", "/accounts/oidc/callback/", "/accounts/connect/", "/accounts/login/"
SECRET = "a secret between the provider and us"
ADA, GRACE, MALLORY = "1001", "1002", "1003"


@pytest.fixture(scope="module")
def listening() -> Iterator[IdentityServer]:
    with running() as server:
        yield server


@pytest.fixture(autouse=True)
def server(listening: IdentityServer, settings: Settings) -> IdentityServer:
    listening.be_honest()
    settings.OIDC_ISSUER, settings.OIDC_NAME = listening.issuer, "Acme"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "easel", SECRET
    settings.OIDC_NEW_ACCOUNTS = True
    return listening


def go_there(client: Client, query: str = "") -> str:
    """Return the address at the provider to which the site leads."""
    answer = client.get(f"{START}?{query}")
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def come_in(server: IdentityServer, person: str = ADA, client: Client | None = None, query: str = "") -> Any:
    client = client or Client()
    back = urlsplit(server.let_in(go_there(client, query), person))
    assert back.path == BACK
    return client.get(f"{back.path}?{back.query}")


def is_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def test_provider_lets_somebody_in_again_and_again(server: IdentityServer) -> None:
    page = Client().get(f"{SIGN_IN}?next=/models/").content.decode()
    assert f'href="{START}?next=%2Fmodels%2F"' in page
    first, second = Client(), Client()
    for client in (first, second):
        answer = come_in(server, client=client, query="next=/models/")
        assert (answer.status_code, answer["Location"]) == (302, "/models/")
        assert is_in(client)
    user = User.objects.get()
    assert (user.username, user.email, user.is_staff, user.has_usable_password()) == (
        "ada",
        "ada@example.org",
        False,
        False,
    )
    assert (how_known(user), Identity.objects.get().subject) == ("verified", ADA)
    assert come_in(server, GRACE).status_code == 302
    assert User.objects.filter(username="grace-hopper").exists()
    # Such a session lasts as long as any other.
    assert first.session.get_expiry_age() > 24 * 3600


def test_provider_may_know_the_site_without_a_secret(server: IdentityServer, settings: Settings) -> None:
    settings.OIDC_CLIENT_SECRET = ""
    assert come_in(server).status_code == 302


def test_request_has_what_protects_it(server: IdentityServer) -> None:
    asked = [parse_qs(urlsplit(go_there(Client())).query) for _ in range(2)]
    for query in asked:
        assert query["code_challenge_method"] == ["S256"]
        assert query["redirect_uri"] == [f"http://testserver{BACK}"]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


def test_answer_leads_to_no_other_site(server: IdentityServer) -> None:
    assert come_in(server, query="next=https://example.org/")["Location"] == "/"


def test_state_of_another_browser_or_none_is_refused(server: IdentityServer) -> None:
    stranger, client = Client(), Client()
    back = urlsplit(server.let_in(go_there(stranger), MALLORY))
    go_there(client)
    code = parse_qs(back.query)["code"][0]
    for query in (back.query, urlencode({"code": code, "state": "made-up"}), urlencode({"code": code}), ""):
        answer = client.get(f"{BACK}?{query}")
        assert answer.status_code == 403
        assert "was not accepted" in answer.content.decode()
    assert not is_in(client)
    assert not User.objects.exists()


def test_code_works_once(server: IdentityServer) -> None:
    client = Client()
    back = urlsplit(server.let_in(go_there(client), ADA))
    assert client.get(f"{BACK}?{back.query}").status_code == 302
    client.post("/accounts/logout/")
    assert client.get(f"{BACK}?{back.query}").status_code == 403
    # With a state of its own, too, a code of somebody else's visit is worth nothing.
    state = parse_qs(urlsplit(go_there(client)).query)["state"][0]
    code = parse_qs(back.query)["code"][0]
    assert client.get(f"{BACK}?{urlencode({'code': code, 'state': state})}").status_code == 403
    assert not is_in(client)


def test_fresh_code_of_another_visit_is_refused(server: IdentityServer) -> None:
    victim, thief = Client(), Client()
    stolen = parse_qs(urlsplit(server.let_in(go_there(victim), ADA)).query)["code"][0]
    state = parse_qs(urlsplit(go_there(thief)).query)["state"][0]
    assert thief.get(f"{BACK}?{urlencode({'code': stolen, 'state': state})}").status_code == 403
    assert not is_in(thief)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda claims: claims | {"nonce": "another"},
        lambda claims: {key: value for key, value in claims.items() if key != "nonce"},
        lambda claims: claims | {"aud": "another-site"},
        lambda claims: claims | {"aud": ["another-site"], "azp": "easel"},
        lambda claims: claims | {"iss": "https://id.example.org"},
        lambda claims: claims | {"exp": int(time.time()) - 3600},
        lambda claims: claims | {"iat": int(time.time()) + 3600},
        lambda claims: claims | {"sub": ""},
        lambda claims: {key: value for key, value in claims.items() if key != "sub"},
        lambda claims: {key: value for key, value in claims.items() if key != "exp"},
    ],
)
def test_token_that_is_not_for_this_visit_is_refused(server: IdentityServer, spoil: Callable[[Claims], Claims]) -> None:
    server.spoil_claims = spoil
    client = Client()
    assert come_in(server, client=client).status_code == 403
    assert not is_in(client)
    assert not User.objects.exists()


def test_password_after_a_visit_that_came_to_nothing_signs_in_for_as_long_as_ever(server: IdentityServer) -> None:
    User.objects.create_user("reader", password=PASSWORD)
    client = Client()
    go_there(client)
    assert client.session.get_expiry_age() <= 3600
    client.post(SIGN_IN, {"username": "reader", "password": PASSWORD})
    assert is_in(client)
    assert client.session.get_expiry_age() > 24 * 3600


def test_clock_may_be_a_little_off(server: IdentityServer) -> None:
    server.spoil_claims = lambda claims: claims | {"iat": int(time.time()) + 15}
    assert come_in(server).status_code == 302


@pytest.mark.parametrize(("algorithm", "key"), [("RS256", "rsa"), ("HS256", "secret"), ("none", "")])
def test_token_that_the_provider_did_not_sign_is_refused(server: IdentityServer, algorithm: str, key: str) -> None:
    server.algorithm = algorithm
    server.key = RSAKey.generate_key(2048) if key == "rsa" else OctKey.import_key(SECRET)
    assert come_in(server).status_code == 403
    assert not User.objects.exists()


def test_user_information_of_somebody_else_is_refused(server: IdentityServer) -> None:
    server.spoil_user = lambda user: user | {"sub": GRACE}
    assert come_in(server).status_code == 403


def test_what_only_the_user_information_says_counts_too(server: IdentityServer) -> None:
    server.spoil_claims = lambda claims: {k: v for k, v in claims.items() if k not in ("email", "preferred_username")}
    assert come_in(server).status_code == 302
    assert User.objects.get().email == "ada@example.org"


def test_account_with_a_password_is_not_taken_over_by_its_address(server: IdentityServer) -> None:
    for email in ("ada@example.org", "ADA@Example.org"):
        owner = User.objects.create_user("owner", email=email, password=PASSWORD)
        client = Client()
        answer = come_in(server, client=client)
        assert answer.status_code == 403
        assert "sign in with its password and connect it" in answer.content.decode()
        assert not is_in(client)
        assert not Identity.objects.exists()
        owner.delete()


def test_address_that_nobody_has_checked_counts_for_nothing(server: IdentityServer) -> None:
    User.objects.create_user("reader", email="reader@example.org", password=PASSWORD)
    client = Client()
    assert come_in(server, MALLORY, client).status_code == 302
    assert User.objects.get(username="mallory").email == ""
    assert "signed in as mallory" in client.get("/accounts/").content.decode()


def test_name_that_is_taken_gets_a_number(server: IdentityServer) -> None:
    owner = User.objects.create_user("Ada", password=PASSWORD)
    come_in(server)
    assert Identity.objects.get().user.username == "ada-2"
    assert how_known(owner) == "named"


def test_accounts_are_made_only_if_the_settings_say_so(server: IdentityServer, settings: Settings) -> None:
    settings.OIDC_NEW_ACCOUNTS = False
    assert come_in(server).status_code == 403
    assert not User.objects.exists()


def test_only_checked_addresses_of_certain_domains_come_in(server: IdentityServer, settings: Settings) -> None:
    come_in(server)
    settings.OIDC_EMAIL_DOMAINS = ["Example.org"]
    assert [come_in(server, person).status_code for person in (ADA, GRACE, MALLORY)] == [302, 302, 403]
    settings.OIDC_EMAIL_DOMAINS = ["ample.org", "example.com"]
    assert [come_in(server, person).status_code for person in (ADA, MALLORY)] == [403, 403]


def test_closed_account_stays_closed(server: IdentityServer) -> None:
    come_in(server)
    User.objects.update(is_active=False)
    answer = come_in(server)
    assert answer.status_code == 403
    assert "This account is closed." in answer.content.decode()


def test_owner_connects_an_account_with_their_password(server: IdentityServer) -> None:
    owner = User.objects.create_user("owner", email="ada@example.org", password=PASSWORD)
    client = signed_in("owner")
    assert f'href="{CONNECT}"' in client.get("/accounts/").content.decode()
    # An open browser alone connects nothing.
    assert "not your password" in client.post(CONNECT, {"password": "guess"}).content.decode()
    come_in(server, GRACE, client, "connect")
    assert not Identity.objects.filter(user=owner).exists()
    client = signed_in("owner")
    assert f'href="{START}?connect"' in client.post(CONNECT, {"password": PASSWORD}).content.decode()
    assert come_in(server, ADA, client, "connect")["Location"] == "/accounts/"
    assert "You can sign in with Acme." in client.get("/accounts/").content.decode()
    elsewhere = Client()
    come_in(server, ADA, elsewhere)
    assert "signed in as owner" in elsewhere.get("/accounts/").content.decode()
    assert how_known(owner) == "named"


def test_identity_of_one_account_is_not_connected_to_another(server: IdentityServer) -> None:
    come_in(server, ADA)
    User.objects.create_user("owner", password=PASSWORD)
    client = signed_in("owner")
    client.post(CONNECT, {"password": PASSWORD})
    answer = come_in(server, ADA, client, "connect")
    assert answer.status_code == 409
    assert Identity.objects.get().user.username == "ada"


def test_password_cannot_be_guessed_where_accounts_are_connected(server: IdentityServer) -> None:
    User.objects.create_user("owner", password=PASSWORD)
    client = signed_in("owner")
    free = count_account("").free
    assert [client.post(CONNECT, {"password": "guess"}).status_code for _ in range(free + 1)] == [200] * free + [429]


def test_claim_makes_staff_and_its_end_unmakes_them(server: IdentityServer, settings: Settings) -> None:
    come_in(server)
    assert not User.objects.get().is_staff
    settings.OIDC_STAFF = "groups:arena-staff"
    come_in(server)
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser) == (True, False)
    server.spoil_claims = lambda claims: claims | {"groups": ["lab", "arena-staff-emeriti"]}
    come_in(server)
    assert not User.objects.get().is_staff


def test_claim_changes_nothing_of_accounts_that_staff_made(server: IdentityServer, settings: Settings) -> None:
    chief, member = User.objects.create_superuser("chief"), User.objects.create_user("member")
    for user, person in ((chief, GRACE), (member, ADA)):
        Identity.objects.create(user=user, issuer=server.issuer, subject=person, made_account=False)
    settings.OIDC_STAFF = "groups:arena-staff"
    assert [come_in(server, person).status_code for person in (GRACE, ADA)] == [302, 302]
    assert list(User.objects.order_by("pk").values_list("is_staff", flat=True)) == [True, False]


@pytest.mark.parametrize(("always", "status"), [(False, 200), (True, 302)])
def test_second_factor_is_the_providers_unless_always(
    server: IdentityServer, settings: Settings, always: bool, status: int
) -> None:
    settings.STAFF_SECOND_FACTOR, settings.STAFF_SECOND_FACTOR_ALWAYS = True, always
    chief = User.objects.create_superuser("chief", password=PASSWORD)
    Identity.objects.create(user=chief, issuer=server.issuer, subject=ADA, made_account=False)
    client = Client()
    come_in(server, ADA, client)
    assert client.get("/admin/").status_code == status
    # Who comes with the password shows a code as before.
    assert signed_in("chief").get("/admin/").status_code == 302


def test_who_declines_there_is_told_so_here(server: IdentityServer) -> None:
    client = Client()
    state = parse_qs(urlsplit(go_there(client)).query)["state"][0]
    answer = client.get(f"{BACK}?{urlencode({'error': 'access_denied', 'state': state})}")
    assert answer.status_code == 403
    assert f'href="{SIGN_IN}"' in answer.content.decode()


def test_provider_that_is_away_leaves_the_sign_in_page_as_it_is(settings: Settings) -> None:
    with running() as gone:
        settings.OIDC_ISSUER = gone.issuer
        client = Client()
        back = urlsplit(gone.let_in(go_there(client), ADA))
    User.objects.create_user("reader", password=PASSWORD)
    for answer in (client.get(f"{BACK}?{back.query}"), _start_anew(settings)):
        assert answer.status_code == 503
        assert "Acme does not answer at the moment." in answer.content.decode()
        assert "Retry-After" in answer.headers
    assert is_in(signed_in())


def _start_anew(settings: Settings) -> Any:
    settings.OIDC_CLIENT_ID = "another"  # Nothing is known yet of the provider.
    return Client().get(START)


def test_provider_that_calls_itself_otherwise_is_refused(settings: Settings) -> None:
    settings.OIDC_ISSUER = f"{settings.OIDC_ISSUER}/"
    assert Client().get(START).status_code == 403


def test_without_a_provider_there_is_nothing(settings: Settings) -> None:
    settings.OIDC_ISSUER = ""
    assert [Client().get(address).status_code for address in (START, BACK)] == [404, 404]
    assert START not in Client().get(SIGN_IN).content.decode()
    User.objects.create_user("reader", password=PASSWORD)
    client = signed_in()
    assert client.get(CONNECT).status_code == 404
    assert CONNECT not in client.get("/accounts/").content.decode()
